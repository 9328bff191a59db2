//! The one guard of conflicts of interest: nobody who has one judges a city's report, or runs its panel.
//!
//! Experts are asked about it before each thing they do. Whoever runs a round and has an office in one of its
//! cities, or a conflict on record, does not see who judges that city and decides nothing there: another
//! coordinator has to. It is asked at the moment of each use, so that it holds whenever a conflict is found.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{offices, places_of};
use crate::ground::ids::{CityId, PersonId, ReviewId, RoundId, SubmissionId};
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::store::grants_of;
use crate::reviews::conflict::{ConflictKind, ConflictSource, Recorded, derived, standing};
use crate::reviews::problems::{CONFLICT_OF_INTEREST, OWN_CITY};
use crate::reviews::store;
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
/// for an expert, `own_city` for whoever runs the round.
pub fn unconflicted(call: &Call<'_>, db: &mut Db, whom: Whom<'_>, place: &Place) -> Result<()> {
    match whom {
        Whom::Expert(person) if conflict(call, db, person, place)?.is_some() => Err(Error::Conflict(CONFLICT_OF_INTEREST)),
        Whom::Caller if own_cities(call, db, Some(&place.round.id))?.contains(&place.city.id) => Err(Error::Forbidden(OWN_CITY)),
        Whom::Expert(_) | Whom::Caller => Ok(()),
    }
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

/// The cities of a round, or of any, whose panels the caller may neither see nor run.
pub fn own_cities(call: &Call<'_>, db: &mut Db, round: Option<&RoundId>) -> Result<BTreeSet<CityId>> {
    let Some(person) = &call.caller.person else { return Ok(BTreeSet::new()) };
    bound(db, std::slice::from_ref(person), round).map(|mut all| all.remove(person).unwrap_or_default())
}

/// Those of some reviews that are of a panel which the caller may not see.
pub fn private_reviews(call: &Call<'_>, db: &mut Db, ids: &[ReviewId]) -> Result<BTreeSet<ReviewId>> {
    let own = if ids.is_empty() { BTreeSet::new() } else { own_cities(call, db, None)? };
    if own.is_empty() {
        return Ok(BTreeSet::new());
    }
    let reviews = store::reviews_by_ids(db, ids)?;
    let submissions: Vec<SubmissionId> = reviews.iter().map(|r| r.submission_id.clone()).collect();
    let places = places_of(db, &submissions)?;
    let is_own = |r: &store::ReviewRow| places.get(&r.submission_id).is_some_and(|place| own.contains(&place.city.id));
    Ok(reviews.into_iter().filter(is_own).map(|r| r.id).collect())
}

/// The same of some people.
pub(super) fn bound(db: &mut Db, people: &[PersonId], round: Option<&RoundId>) -> Result<BTreeMap<PersonId, BTreeSet<CityId>>> {
    let held: BTreeSet<(PersonId, CityId)> = offices(&grants_of(db, people)?).collect();
    let mut recorded: BTreeMap<(PersonId, CityId), Vec<Recorded>> = BTreeMap::new();
    for row in store::conflicts_of(db, people)? {
        if round.is_none() || row.round_id.is_none() || row.round_id.as_ref() == round {
            recorded.entry((row.person_id.clone(), row.city_id.clone())).or_default().push(row.recorded());
        }
    }
    let pairs: BTreeSet<(PersonId, CityId)> = held.iter().chain(recorded.keys()).cloned().collect();
    let mut all: BTreeMap<PersonId, BTreeSet<CityId>> = BTreeMap::new();
    for pair in pairs {
        let found: &[ConflictKind] = if held.contains(&pair) { &[ConflictKind::SameCity] } else { &[] };
        if !standing(found, recorded.get(&pair).map_or(&[], Vec::as_slice)).is_empty() {
            all.entry(pair.0).or_default().insert(pair.1);
        }
    }
    Ok(all)
}
