//! Conflicts of interest, and whether an expert may review a report: answerable for every pair. Pure.
//!
//! Conflicts are declared by the expert, set by a coordinator, or derived from what is known. A
//! derived one can be dismissed with a reason and then stays dismissed.

use serde::Serialize;

use super::expert::Expert;
use super::review::ReviewState;
use crate::ground::Language;
use crate::ground::ids::CityId;
use crate::rounds::place::City;
use crate::words;

words! {
    pub enum ConflictKind {
        /// Works for the city or its administration.
        SameCity = "same_city",
        /// Lives in or is a citizen of the city's country (a setting).
        SameCountry = "same_country",
        Employment = "employment",
        Family = "family",
        AdvisorOrPupil = "advisor_or_pupil",
        /// Published or ran a project together.
        CoAuthor = "co_author",
        CompetingInterest = "competing_interest",
        /// Said so without saying what.
        Declared = "declared",
    }
}

words! {
    /// Who says so.
    pub enum ConflictSource {
        Declared = "declared",
        Derived = "derived",
        Coordinator = "coordinator",
    }
}

words! {
    pub enum ConflictState {
        Active = "active",
        Dismissed = "dismissed",
    }
}

/// A conflict on record, dismissed ones included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub kind: ConflictKind,
    pub source: ConflictSource,
    pub state: ConflictState,
    /// Whether it holds for the round in question only.
    pub of_round: bool,
}

/// What the records themselves say: `offices` are the cities for which the expert holds an office.
pub fn derived(expert: &Expert, offices: &[CityId], city: &City, same_country: bool) -> Vec<ConflictKind> {
    let mut kinds = Vec::new();
    if offices.contains(&city.id) {
        kinds.push(ConflictKind::SameCity);
    }
    if same_country && expert.facts.countries.contains(&city.country) {
        kinds.push(ConflictKind::SameCountry);
    }
    kinds
}

/// The conflicts that stand between an expert and a city in a round: those on record and those
/// derived, without the dismissed. What was decided for the round goes before what holds for all;
/// what the expert declared stands everywhere.
pub fn standing(derived: &[ConflictKind], recorded: &[Recorded]) -> Vec<(ConflictKind, ConflictSource)> {
    let decided = |kind: ConflictKind| {
        let of = |of_round| recorded.iter().find(move |r| r.kind == kind && r.of_round == of_round);
        let declared = of(false).filter(|r| r.source == ConflictSource::Declared && r.state == ConflictState::Active);
        declared.or_else(|| of(true)).or_else(|| of(false))
    };
    let stands = |kind: &ConflictKind| match decided(*kind) {
        Some(r) => (r.state == ConflictState::Active).then_some((*kind, r.source)),
        None => derived.contains(kind).then_some((*kind, ConflictSource::Derived)),
    };
    ConflictKind::ALL.iter().filter_map(stands).collect()
}

/// Why an expert may not review a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Ineligible {
    /// Has a review of this submission already, in that state.
    AlreadyReviews {
        state: ReviewState,
    },
    Conflict {
        kind: ConflictKind,
        source: ConflictSource,
    },
    /// Reads neither the city's language nor English.
    NoSharedLanguage,
    LoadFull {
        load: i32,
        load_max: i32,
    },
    /// The account is closed.
    AccountClosed,
}

impl Ineligible {
    /// Its word, for texts and counts.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AlreadyReviews { .. } => "already_reviews",
            Self::Conflict { .. } => "conflict",
            Self::NoSharedLanguage => "no_shared_language",
            Self::LoadFull { .. } => "load_full",
            Self::AccountClosed => "account_closed",
        }
    }
}

/// What there is to know about one pair of expert and submission.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    pub expert: &'a Expert,
    pub city: &'a City,
    pub conflicts: Vec<(ConflictKind, ConflictSource)>,
    /// The expert's review of this submission, if there is one.
    pub existing: Option<ReviewState>,
    /// Reviews that the expert has in the round.
    pub load: i32,
    pub closed: bool,
}

/// Why the expert may not review the submission; `None` when they may. The reason that lasts
/// longest comes first, so that a coordinator does not chase the wrong one.
pub fn why_not(standing: &Standing<'_>) -> Option<Ineligible> {
    if standing.closed {
        return Some(Ineligible::AccountClosed);
    }
    // A seat that was taken back may be offered to the same expert again.
    if let Some(state) = standing.existing.filter(|s| *s != ReviewState::Withdrawn) {
        return Some(Ineligible::AlreadyReviews { state });
    }
    if let Some((kind, source)) = standing.conflicts.first() {
        return Some(Ineligible::Conflict { kind: *kind, source: *source });
    }
    // Reports are written in the city's language; English is the common one.
    if !standing.expert.reads(&standing.city.language) && !standing.expert.reads(Language::english()) {
        return Some(Ineligible::NoSharedLanguage);
    }
    let load_max = standing.expert.facts.load_max;
    (standing.load >= load_max).then_some(Ineligible::LoadFull { load: standing.load, load_max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::PersonId;
    use crate::ground::{Country, Text, UtcTime};
    use crate::reviews::expert::Facts;

    fn city() -> City {
        City {
            id: CityId::from_stored("cty_1".into()),
            slug: "amman".into(),
            name: Text::english("Amman"),
            country: "JO".parse().unwrap(),
            language: Language::of("ar"),
            time_zone: crate::ground::Zone::UTC,
            population: None,
            version: 1,
            created_at: "2026-01-01T00:00:00Z".parse::<UtcTime>().unwrap(),
        }
    }

    fn expert(languages: &[&str], countries: &[&str]) -> Expert {
        let languages = languages.iter().map(Language::from_stored).collect();
        let countries = countries.iter().map(Country::from_stored).collect();
        Expert { person_id: PersonId::from_stored("per_1".into()), facts: Facts { languages, countries, load_max: 2, ..Facts::default() } }
    }

    fn recorded(kind: ConflictKind, state: ConflictState) -> Recorded {
        Recorded { kind, source: ConflictSource::Derived, state, of_round: false }
    }

    #[test]
    fn living_in_the_country_or_working_for_the_city_is_found_without_being_told() {
        let (city, expert) = (city(), expert(&["en"], &["DE", "JO"]));
        assert_eq!(derived(&expert, &[], &city, true), [ConflictKind::SameCountry]);
        assert_eq!(derived(&expert, std::slice::from_ref(&city.id), &city, false), [ConflictKind::SameCity]);
        assert_eq!(derived(&expert, &[], &city, false), []);
    }

    #[test]
    fn a_dismissed_derived_conflict_stays_dismissed_and_others_stand() {
        let gone = recorded(ConflictKind::SameCountry, ConflictState::Dismissed);
        assert_eq!(standing(&[ConflictKind::SameCountry], std::slice::from_ref(&gone)), []);
        let family = recorded(ConflictKind::Family, ConflictState::Active);
        assert_eq!(standing(&[ConflictKind::SameCountry], &[gone, family]), [(ConflictKind::Family, ConflictSource::Derived)]);
        assert_eq!(standing(&[ConflictKind::SameCountry], &[]), [(ConflictKind::SameCountry, ConflictSource::Derived)]);
    }

    #[test]
    fn what_a_round_decides_binds_there_and_what_the_expert_declares_binds_everywhere() {
        let here = |state| Recorded { source: ConflictSource::Coordinator, of_round: true, ..recorded(ConflictKind::Family, state) };
        let (active, dismissed) = (ConflictState::Active, ConflictState::Dismissed);
        let everywhere = Recorded { of_round: false, ..here(active) };
        assert_eq!(standing(&[], &[here(active)]), [(ConflictKind::Family, ConflictSource::Coordinator)]);
        assert_eq!(standing(&[], &[everywhere.clone(), here(dismissed)]), []);
        assert_eq!(standing(&[], &[Recorded { state: dismissed, ..everywhere.clone() }, here(active)]).len(), 1);
        let declared = Recorded { source: ConflictSource::Declared, ..everywhere };
        assert_eq!(standing(&[], &[declared, here(dismissed)]), [(ConflictKind::Family, ConflictSource::Declared)]);
    }

    #[test]
    fn why_not_this_expert_has_one_answer_for_every_pair() {
        let city = city();
        let (arabic, french) = (expert(&["ar"], &["DE"]), expert(&["fr"], &["FR"]));
        let pair = |expert| Standing { expert, city: &city, conflicts: vec![], existing: None, load: 0, closed: false };
        assert_eq!(why_not(&pair(&arabic)), None);
        assert_eq!(why_not(&pair(&french)), Some(Ineligible::NoSharedLanguage));
        assert_eq!(why_not(&Standing { load: 2, ..pair(&arabic) }), Some(Ineligible::LoadFull { load: 2, load_max: 2 }));
        let declined = Some(ReviewState::Declined);
        let already = Some(Ineligible::AlreadyReviews { state: ReviewState::Declined });
        assert_eq!(why_not(&Standing { existing: declined, ..pair(&arabic) }), already);
        assert_eq!(why_not(&Standing { existing: Some(ReviewState::Withdrawn), ..pair(&arabic) }), None);
        let family = vec![(ConflictKind::Family, ConflictSource::Coordinator)];
        let said = Some(Ineligible::Conflict { kind: ConflictKind::Family, source: ConflictSource::Coordinator });
        assert_eq!(why_not(&Standing { conflicts: family, load: 2, ..pair(&arabic) }), said);
        assert_eq!(why_not(&Standing { closed: true, ..pair(&french) }), Some(Ineligible::AccountClosed));
    }
}
