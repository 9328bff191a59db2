//! What conflicts of interest follow from, when it is changed: offices, roles of experts, countries.
//!
//! An office that is given back counts in every round that its city takes part in by then: nobody gets rid of a
//! conflict by that. And from whoever is bound to a city nothing comes that stops or frees a review of
//! it, and nobody who reads it: another coordinator has to do this. The rooms below ask here, through what the roof has registered.

use serde_json::json;

use super::guard::Bound;
use crate::ground::ids::{CityId, ConflictId, PersonId, RoundId};
use crate::ground::{Country, Error, Result};
use crate::people::actions::{RoleMove, RoleMoves};
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind};
use crate::people::policy::UseCase;
use crate::people::store::grants_of;
use crate::reviews::conflict::{ConflictKind, ConflictSource, ConflictState};
use crate::reviews::problems::OWN_CITY;
use crate::reviews::store::{self, ConflictRow};
use crate::rounds;
use crate::rounds::place::City;
use crate::store::Db;

pub const ROLE_MOVES: RoleMoves = RoleMoves(role_moves);

fn role_moves(call: &Call<'_>, db: &mut Db, moved: &RoleMove<'_>) -> Result<()> {
    match (moved.role, moved.kind) {
        (Role::CityOfficer | Role::Analyst, ScopeKind::City) => {
            let city = CityId::from_stored(moved.scope_id.to_owned());
            if moved.given { office_given(call, db, moved.person, &city) } else { office_left(call, db, moved.person, &city) }
        }
        (Role::Expert, _) => expert_moves(call, db, moved),
        (Role::Coordinator | Role::Operator, _) if moved.given => reader_given(call, db, moved),
        _ => Ok(()),
    }
}

/// An office stops whatever its holder judges in the city. Errors: `own_city`.
fn office_given(call: &Call<'_>, db: &mut Db, person: &PersonId, city: &CityId) -> Result<()> {
    let is_expert = grants_of(db, std::slice::from_ref(person))?.iter().any(|grant| grant.role == Role::Expert);
    let own = is_expert && call.caller.person.as_ref() != Some(person) && Bound::of_caller(call, db)?.bars_somewhere(city);
    if own { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}

/// Whoever runs a round, or the instance, sees panels. Where one's own city is, or comes to be by being added later,
/// others say who does, for else anybody would do so by a second account. An analyst sees nothing of them before the
/// release. Errors: `own_city`.
fn reader_given(call: &Call<'_>, db: &mut Db, moved: &RoleMove<'_>) -> Result<()> {
    let bound = Bound::of_caller(call, db)?;
    let reaches = |city: &CityId| match moved.kind {
        ScopeKind::Round => bound.bars(&RoundId::from_stored(moved.scope_id.to_owned()), city),
        _ => bound.bars_somewhere(city),
    };
    if bound.cities().any(reaches) { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}

/// That there was an office stays, for the rounds that the city takes part in by now. What was decided before about
/// such a conflict stays decided.
fn office_left(call: &Call<'_>, db: &mut Db, person: &PersonId, city: &CityId) -> Result<()> {
    let kind = ConflictKind::SameCity;
    let decided: Vec<Option<RoundId>> = store::conflicts_between(db, person, city, kind)?.into_iter().map(|row| row.round_id).collect();
    if decided.contains(&None) {
        return Ok(());
    }
    let rounds = rounds::store::targets_of_city(db, city)?.into_iter().filter_map(|target| target.round);
    let row = |round: RoundId| ConflictRow {
        id: ConflictId::new(&*call.service.clock, &*call.service.chance),
        person_id: person.clone(),
        city_id: city.clone(),
        kind,
        source: ConflictSource::Derived,
        note: String::new(),
        state: ConflictState::Active,
        created_at: call.now,
        round_id: Some(round),
    };
    let kept: Vec<ConflictRow> = rounds.filter(|round| !decided.contains(&Some(round.clone()))).map(row).collect();
    if kept.is_empty() {
        return Ok(());
    }
    let rounds: Vec<&RoundId> = kept.iter().filter_map(|row| row.round_id.as_ref()).collect();
    call.audit(db, UseCase::conflict_declare, person, &json!({"city_id": city, "source": ConflictSource::Derived, "round_ids": rounds}))?;
    store::conflicts_insert(db, &kept)
}

/// Without the role a review stops, and with it goes on. In rounds of one's own city the role is taken by others, and
/// given back by others to whoever has a review there. Errors: `own_city`.
pub(super) fn expert_moves(call: &Call<'_>, db: &mut Db, moved: &RoleMove<'_>) -> Result<()> {
    let bound = Bound::of_caller(call, db)?;
    let everywhere = moved.kind == ScopeKind::Instance;
    if !bound.cities().any(|city| bound.bars_somewhere(city)) || !everywhere && moved.kind != ScopeKind::Round {
        return Ok(());
    }
    let mut of: Vec<RoundId> = store::reviews_held_by(db, moved.person)?.into_iter().map(|row| row.round_id).collect();
    if !moved.given {
        let cities: Vec<CityId> = bound.cities().cloned().collect();
        for city in cities {
            of.extend(rounds::store::targets_of_city(db, &city)?.into_iter().filter_map(|target| target.round));
        }
    }
    of.retain(|round| everywhere || round.as_str() == moved.scope_id);
    let own = |(round, city): (RoundId, CityId)| bound.bars(&round, &city);
    if rounds::store::cities_in_rounds(db, &of)?.into_iter().any(own) { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}

/// Whether somebody's own conflict, or one with a city that they are bound to, follows from these countries.
pub(super) fn countries_move(call: &Call<'_>, db: &mut Db, person: &PersonId, before: &[Country], after: &[Country]) -> Result<()> {
    if !call.service.config.reviews.same_country_is_conflict {
        return Ok(());
    }
    let gone = before.iter().filter(|country| !after.contains(country));
    let moved: Vec<&Country> = gone.clone().chain(after.iter().filter(|country| !before.contains(country))).collect();
    if call.caller.person.as_ref() == Some(person) && gone.count() > 0 {
        return Err(Error::Forbidden(OWN_CITY));
    }
    let bound = Bound::of_caller(call, db)?;
    for city in bound.cities().filter(|city| bound.bars_somewhere(city)) {
        if moved.contains(&&rounds::store::city(db, city)?.country) {
            return Err(Error::Forbidden(OWN_CITY));
        }
    }
    Ok(())
}

/// The same of the city's side: its country is for others than its own people, and than experts who live in the one
/// or the other.
pub fn city_moves(call: &Call<'_>, db: &mut Db, before: &City, country: &Country) -> Result<()> {
    let Some(person) = call.caller.person.as_ref().filter(|_| call.service.config.reviews.same_country_is_conflict && before.country != *country)
    else {
        return Ok(());
    };
    let own = store::experts_of(db, std::slice::from_ref(person))?.first().map(store::ExpertRow::expert).transpose()?;
    let lives_there = own.is_some_and(|own| own.facts.countries.iter().any(|lives| [&before.country, country].contains(&lives)));
    if lives_there || Bound::of_caller(call, db)?.bars_somewhere(&before.id) { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}
