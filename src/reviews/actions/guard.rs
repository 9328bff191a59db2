//! The one guard of conflicts of interest: nobody who has one judges a city's report, or runs its panel.
//!
//! Experts are asked about it before each thing they do. Whoever runs a round and has an office in one of its
//! cities, or a conflict on record, does not see who judges that city and decides nothing there: another
//! coordinator has to. It is asked at the moment of each use, so that it holds whenever a conflict is found.
//! Nor does a coordinator who sits on a panel read the others there before rating, or decide about them.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{offices, places_of, serves};
use crate::ground::ids::{CityId, PersonId, RoundId, SubmissionId};
use crate::ground::{Error, Result};
use crate::people;
use crate::people::call::Call;
use crate::people::identity::PersonState;
use crate::people::policy::UseCase;
use crate::people::store::grants_of;
use crate::reviews::conflict::{ConflictKind, ConflictSource, Recorded, derived, standing};
use crate::reviews::expert::Absent;
use crate::reviews::problems::{CONFLICT_OF_INTEREST, OWN_CITY, OWN_PANEL, ROLE_TAKEN};
use crate::reviews::review::ReviewState;
use crate::reviews::store::{self, ReviewRow};
use crate::rounds::place::Place;
use crate::store::Db;

/// Whose conflict.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'p> {
    /// Of somebody who judges.
    Expert(&'p PersonId),
    /// Of whoever does something about a panel: it is their offices and what is on record, not their country.
    Caller,
}

/// Refuses what somebody with a conflict of interest does about a city's report. Errors: `conflict_of_interest`
/// for an expert, and `role_taken` where they are one no more; `own_city` for whoever runs the round.
pub fn unconflicted(call: &Call<'_>, db: &mut Db, whom: Whom<'_>, place: &Place) -> Result<()> {
    match whom {
        Whom::Expert(person) if absent(db, person, &place.round.id)?.is_some() => Err(Error::Forbidden(ROLE_TAKEN)),
        Whom::Expert(person) if conflict(call, db, person, place)?.is_some() => Err(Error::Conflict(CONFLICT_OF_INTEREST)),
        Whom::Caller if Bound::of_caller(call, db)?.bars(&place.round.id, &place.city.id) => Err(Error::Forbidden(OWN_CITY)),
        Whom::Expert(_) | Whom::Caller => Ok(()),
    }
}

/// Whether somebody judges in a round at all: rights are read at every use, also by a link.
pub(super) fn absent(db: &mut Db, person: &PersonId, round: &RoundId) -> Result<Option<Absent>> {
    if people::store::person(db, person)?.state == PersonState::Disabled {
        return Ok(Some(Absent::AccountClosed));
    }
    let serves = serves(&grants_of(db, std::slice::from_ref(person))?);
    Ok((!serves.covers(Some(round))).then_some(Absent::RoleTaken))
}

/// Refuses what somebody may not do about the panel of a submission, as they have a conflict with its city or sit on
/// it themself. Errors: `own_city`, `own_panel`.
pub(super) fn over_panel(call: &Call<'_>, db: &mut Db, use_case: UseCase, place: &Place, submission: &SubmissionId) -> Result<()> {
    unconflicted(call, db, Whom::Caller, place)?;
    beside_panel(call, db, use_case, submission)
}

/// The same about a review, which may be the caller's own: that they read, write and give back.
pub(super) fn over_review(call: &Call<'_>, db: &mut Db, use_case: UseCase, row: &ReviewRow, place: &Place) -> Result<()> {
    if call.caller.acting_person() != Some(&row.person_id) {
        return over_panel(call, db, use_case, place, &row.submission_id);
    }
    if decides(use_case) && use_case != UseCase::review_withdraw { beside_panel(call, db, use_case, &row.submission_id) } else { Ok(()) }
}

/// What is decided about a panel, and not only read of it.
fn decides(use_case: UseCase) -> bool {
    use UseCase::{disagreement_invite_third, disagreement_resolve, review_put_back, review_set_aside, review_withdraw};
    matches!(use_case, disagreement_invite_third | disagreement_resolve | review_put_back | review_set_aside | review_withdraw)
}

/// Whether a seat on a panel keeps its expert from reading what the others gave. One that was declined is never
/// offered again; one that was taken back may be.
pub(super) fn is_blind(row: &ReviewRow) -> bool {
    row.submitted_at.is_none() && row.state != ReviewState::Declined
}

/// Ratings are independent, and nobody chooses whose count beside their own.
fn beside_panel(call: &Call<'_>, db: &mut Db, use_case: UseCase, submission: &SubmissionId) -> Result<()> {
    let Some(person) = call.caller.acting_person() else { return Ok(()) };
    let own = store::reviews_of_submissions(db, std::slice::from_ref(submission))?.into_iter().find(|r| r.person_id == *person);
    let bound = own.is_some_and(|own| is_blind(&own) || decides(use_case) && own.state != ReviewState::Declined);
    if bound { Err(Error::Forbidden(OWN_PANEL)) } else { Ok(()) }
}

/// The cities of a round whose panels the caller sits on without having submitted: what the others gave waits.
pub fn blind_cities(call: &Call<'_>, db: &mut Db, round: &RoundId) -> Result<BTreeSet<CityId>> {
    let Some(person) = call.caller.acting_person() else { return Ok(BTreeSet::new()) };
    let own = store::reviews_of_person(db, person, round)?.into_iter().filter(is_blind);
    let submissions: Vec<SubmissionId> = own.map(|r| r.submission_id).collect();
    Ok(places_of(db, &submissions)?.into_values().map(|place| place.city.id).collect())
}

/// The conflict that stands between an expert and the city of a place.
pub(super) fn conflict(call: &Call<'_>, db: &mut Db, person: &PersonId, place: &Place) -> Result<Option<(ConflictKind, ConflictSource)>> {
    let one = std::slice::from_ref(person);
    let held: Vec<CityId> = offices(&grants_of(db, one)?).map(|(_, city)| city).collect();
    let of = |round: &Option<RoundId>| round.as_ref().is_none_or(|of| *of == place.round.id);
    let rows = store::conflicts_of(db, one)?.into_iter().filter(|r| r.city_id == place.city.id && of(&r.round_id));
    let recorded: Vec<Recorded> = rows.map(|r| r.recorded()).collect();
    let expert = store::experts_of(db, one)?.first().map(store::ExpertRow::expert).transpose()?;
    let same_country = call.service.config.reviews.same_country_is_conflict;
    let found = match &expert {
        Some(expert) => derived(expert, &held, &place.city, same_country),
        None if held.contains(&place.city.id) => vec![ConflictKind::SameCity],
        None => Vec::new(),
    };
    Ok(standing(&found, &recorded).into_iter().next())
}

/// The cities of a round whose panels the caller may neither see nor run.
pub fn own_cities(call: &Call<'_>, db: &mut Db, round: &RoundId) -> Result<BTreeSet<CityId>> {
    let bound = Bound::of_caller(call, db)?;
    Ok(bound.cities().filter(|city| bound.bars(round, city)).cloned().collect())
}

/// What stands between somebody who runs rounds and cities: offices, everywhere, and what is on record, which may
/// hold in one round only.
#[derive(Default)]
pub struct Bound {
    held: BTreeSet<CityId>,
    recorded: BTreeMap<CityId, Vec<(Option<RoundId>, Recorded)>>,
}

impl Bound {
    pub fn of_caller(call: &Call<'_>, db: &mut Db) -> Result<Self> {
        let Some(person) = &call.caller.person else { return Ok(Self::default()) };
        Self::of(db, std::slice::from_ref(person)).map(|mut all| all.remove(person).unwrap_or_default())
    }

    /// Of some people, by person; those whom nothing binds are absent.
    pub fn of(db: &mut Db, people: &[PersonId]) -> Result<BTreeMap<PersonId, Self>> {
        let mut all: BTreeMap<PersonId, Self> = BTreeMap::new();
        for (person, city) in offices(&grants_of(db, people)?) {
            all.entry(person).or_default().held.insert(city);
        }
        for row in store::conflicts_of(db, people)? {
            let bound = all.entry(row.person_id.clone()).or_default();
            bound.recorded.entry(row.city_id.clone()).or_default().push((row.round_id.clone(), row.recorded()));
        }
        Ok(all)
    }

    /// Every city that something is known about.
    pub fn cities(&self) -> impl Iterator<Item = &CityId> {
        self.held.iter().chain(self.recorded.keys().filter(|city| !self.held.contains(*city)))
    }

    /// Whether they may neither see nor run the panel of that city in that round.
    pub fn bars(&self, round: &RoundId, city: &CityId) -> bool {
        self.stands(Some(round), city)
    }

    /// Whether they may not in some round at least.
    pub fn bars_somewhere(&self, city: &CityId) -> bool {
        let mut rounds = self.recorded.get(city).into_iter().flatten().filter_map(|(of, _)| of.as_ref());
        self.stands(None, city) || rounds.any(|round| self.stands(Some(round), city))
    }

    fn stands(&self, round: Option<&RoundId>, city: &CityId) -> bool {
        let here = |of: &Option<RoundId>| of.is_none() || of.as_ref() == round;
        let rows = self.recorded.get(city).into_iter().flatten().filter(|(of, _)| here(of));
        let recorded: Vec<Recorded> = rows.map(|(_, recorded)| recorded.clone()).collect();
        let found: &[ConflictKind] = if self.held.contains(city) { &[ConflictKind::SameCity] } else { &[] };
        !standing(found, &recorded).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::SeededChance;
    use crate::ground::clock::FrozenClock;
    use crate::reviews::conflict::ConflictState;

    #[test]
    fn what_was_decided_for_one_round_holds_in_that_round() {
        let (clock, chance) = (FrozenClock::at("2026-03-02T09:00:00Z".parse().unwrap()), SeededChance::new(1));
        let [one, two] = [(); 2].map(|()| RoundId::new(&clock, &chance));
        let [office, set] = [(); 2].map(|()| CityId::new(&clock, &chance));
        let said = |kind, state| Recorded { kind, source: ConflictSource::Coordinator, state, of_round: true };
        let recorded = BTreeMap::from([
            (office.clone(), vec![(Some(one.clone()), said(ConflictKind::SameCity, ConflictState::Dismissed))]),
            (set.clone(), vec![(Some(one.clone()), said(ConflictKind::Family, ConflictState::Active))]),
        ]);
        let bound = Bound { held: BTreeSet::from([office.clone()]), recorded };
        assert!(!bound.bars(&one, &office) && bound.bars(&two, &office), "an office, dismissed for one round");
        assert!(bound.bars(&one, &set) && !bound.bars(&two, &set), "set for one round");
        assert!(bound.bars_somewhere(&office) && bound.bars_somewhere(&set));
        assert_eq!(bound.cities().count(), 2);
    }
}
