//! An expert: what somebody can judge, in which languages, and how much at a time. Pure.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{PersonId, RoundId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Country, FieldError, Given, Language};
use crate::people::identity::{ScopeKind, Target};
use crate::people::policy::Reach;
use crate::words;

/// An expert as assignments see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    pub person_id: PersonId,
    pub facts: Facts,
}

/// What is known about an expert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// In which they can read a report.
    pub languages: Vec<Language>,
    /// Where they live or are citizens.
    pub countries: Vec<Country>,
    /// Codes of areas they know; none means all alike.
    pub areas: Vec<String>,
    /// Most reviews in one round.
    pub load_max: i32,
    pub affiliation: String,
}

/// What is said about an expert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertInput {
    #[schema(value_type = Vec<Language>)]
    pub languages: Vec<Given<Language>>,
    #[schema(value_type = Vec<Country>)]
    pub countries: Vec<Given<Country>>,
    #[serde(default)]
    pub areas: Vec<String>,
    #[schema(value_type = i32)]
    pub load_max: Given<i32>,
    #[serde(default)]
    pub affiliation: String,
}

impl ExpertInput {
    pub const LIMITS: Limits = &[
        ("languages", Limit::Items(MOST_WORDS)),
        ("countries", Limit::Items(MOST_WORDS)),
        ("areas", Limit::Items(MOST_AREAS)),
        ("load_max", Limit::Number(0, LOAD_MOST as i64)),
        ("affiliation", Limit::Optional(AFFILIATION_MAX)),
    ];
}

/// Most reviews that one expert can be asked to take in a round.
pub const LOAD_MOST: i32 = 200;
/// Most languages, and most countries.
pub const MOST_WORDS: usize = 20;
pub const MOST_AREAS: usize = 100;
pub const AFFILIATION_MAX: usize = 200;

impl ExpertInput {
    /// What is said, checked against the areas of a catalogue (if there is one yet); absent only where
    /// an error was recorded.
    pub fn checked(&self, checks: &mut Checks, catalogue: Option<&Catalogue>) -> Option<Facts> {
        let languages = checks.words("languages", &self.languages, MOST_WORDS);
        let countries = checks.words("countries", &self.countries, MOST_WORDS);
        let areas: BTreeSet<String> = self.areas.iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect();
        let known = |code: &String| catalogue.is_none_or(|c| c.areas.iter().any(|a| a.code == *code));
        checks.require(areas.len() <= MOST_AREAS && areas.iter().all(known), "areas", "unknown_choice");
        let load_max = checks.given("load_max", &self.load_max);
        if load_max.is_some_and(|load| !(0..=LOAD_MOST).contains(&load)) {
            checks.push(FieldError::new("load_max", "out_of_range").with("min", 0).with("max", LOAD_MOST));
        }
        let affiliation = checks.optional_text("affiliation", &self.affiliation, AFFILIATION_MAX, false);
        Some(Facts { languages: languages?, countries: countries?, areas: Vec::from_iter(areas), load_max: load_max?, affiliation })
    }
}

words! {
    /// Why somebody who has a review judges nothing any more.
    pub enum Absent {
        /// They are no expert of the round any more.
        RoleTaken = "role_taken",
        AccountClosed = "account_closed",
    }
}

/// Where somebody is an expert, by their grants: in all rounds, or in some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serves {
    pub everywhere: bool,
    pub rounds: BTreeSet<RoundId>,
}

impl Serves {
    /// Counts a grant of an expert.
    pub fn add(&mut self, kind: ScopeKind, scope_id: &str) {
        match kind {
            ScopeKind::Instance => self.everywhere = true,
            ScopeKind::Round => drop(self.rounds.insert(RoundId::from_stored(scope_id.to_owned()))),
            ScopeKind::City | ScopeKind::Survey | ScopeKind::Review => {}
        }
    }

    /// Whether they can be asked in a round; `None`: in every round.
    pub fn covers(&self, round: Option<&RoundId>) -> bool {
        self.everywhere || round.is_some_and(|round| self.rounds.contains(round))
    }

    /// Whether they can be asked in a round within reach.
    pub fn touches(&self, reach: &Reach) -> bool {
        reach.is_everything() || reach.rounds.keys().any(|round| self.covers(Some(round)))
    }

    /// Whether every round that they can be asked in is within reach.
    pub fn is_within(&self, reach: &Reach) -> bool {
        reach.is_everything() || !self.everywhere && self.rounds.iter().all(|round| reach.rounds.contains_key(round))
    }

    /// What the policy is asked about: each round that they serve in. Whoever serves in all rounds
    /// serves in those within reach too.
    pub fn targets(&self, person: &PersonId, reach: &Reach) -> Vec<Target> {
        let rounds = self.rounds.iter().chain(reach.rounds.keys().filter(|_| self.everywhere));
        let everywhere = std::iter::once(Target::owned_by(person));
        everywhere.chain(rounds.map(|round| Target { round: Some(round.clone()), ..Target::owned_by(person) })).collect()
    }
}

impl Expert {
    /// Whether they read a language; regional variants count as one.
    pub fn reads(&self, language: &Language) -> bool {
        self.facts.languages.iter().any(|l| l.main().eq_ignore_ascii_case(language.main()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::identity::Stage;

    #[test]
    fn what_is_typed_about_an_expert_is_tidied_and_every_wrong_part_is_named() {
        let good = ExpertInput {
            languages: vec![" EN".into(), "ar".into(), "en".into()],
            countries: vec!["jo ".into()],
            areas: vec![],
            load_max: 3.into(),
            affiliation: String::new(),
        };
        let mut checks = Checks::new();
        let checked = good.clone().checked(&mut checks, None).unwrap();
        assert_eq!((checked.languages, checked.countries), (vec![Language::of("ar"), Language::ENGLISH], vec!["JO".parse().unwrap()]));
        let bad = ExpertInput { languages: vec!["English".into()], countries: vec!["Jordan".into()], load_max: (-1).into(), ..good };
        bad.checked(&mut checks, None);
        let crate::ground::Error::Invalid(fields) = checks.done().unwrap_err() else { panic!("not invalid") };
        assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["languages", "countries", "load_max"]);
    }

    #[test]
    fn an_expert_of_all_rounds_is_seen_from_each_and_changed_only_by_whoever_reaches_all() {
        let round = |id: &str| RoundId::from_stored(id.to_owned());
        let reach = Reach { rounds: [(round("rnd_1"), Stage::Assessing)].into(), ..Reach::default() };
        let (mut here, mut both, mut all, mut other) = (Serves::default(), Serves::default(), Serves::default(), Serves::default());
        here.add(ScopeKind::Round, "rnd_1");
        both.add(ScopeKind::Round, "rnd_1");
        both.add(ScopeKind::Round, "rnd_2");
        all.add(ScopeKind::Instance, "");
        other.add(ScopeKind::Round, "rnd_2");
        let seen = |s: &Serves| (s.touches(&reach), s.is_within(&reach));
        assert_eq!([seen(&here), seen(&both), seen(&all), seen(&other)], [(true, true), (true, false), (true, false), (false, false)]);
        assert!(all.covers(None) && !both.covers(None) && both.covers(Some(&round("rnd_2"))));
    }

    #[test]
    fn regional_variants_are_one_language() {
        let facts = Facts { languages: vec![Language::of("pt-BR")], ..Facts::default() };
        let expert = Expert { person_id: PersonId::from_stored("per_x".into()), facts };
        assert!(["pt", "pt-PT"].map(Language::of).iter().all(|l| expert.reads(l)) && !expert.reads(&Language::of("es")));
    }
}
