//! Rounds and cities as scopes of grants, for the room of people to ask.

use diesel::prelude::*;

use super::TextColumn;
use crate::ground::ids::{CityId, RoundId};
use crate::ground::{Result, Text};
use crate::people::identity::{ScopeKind, Target};
use crate::people::policy::Reach;
use crate::people::store::{Scope, ScopesOf};
use crate::store::Db;
use crate::store::schema::{city, round};

pub const ROUNDS: ScopesOf = ScopesOf { kind: ScopeKind::Round, named: rounds_named, within: rounds_within };
pub const CITIES: ScopesOf = ScopesOf { kind: ScopeKind::City, named: cities_named, within: cities_within };

fn a_round((id, name): (RoundId, String)) -> Scope {
    Scope { kind: ScopeKind::Round, id: id.to_string(), name: Text::english(name), target: Target::of_round(&id) }
}

fn a_city((id, name): (CityId, TextColumn)) -> Scope {
    Scope { kind: ScopeKind::City, id: id.to_string(), name: name.into(), target: Target::of_city(&id) }
}

fn rounds_named(db: &mut Db, ids: &[&str]) -> Result<Vec<Scope>> {
    let rows = round::table.filter(round::id.eq_any(ids)).select((round::id, round::name)).load(db)?;
    Ok(rows.into_iter().map(a_round).collect())
}

/// The newest first.
fn rounds_within(db: &mut Db, reach: &Reach) -> Result<Vec<Scope>> {
    let mut query = round::table.order(round::id.desc()).select((round::id, round::name)).into_boxed();
    if !reach.is_everything() {
        query = query.filter(round::id.eq_any(reach.rounds.keys().cloned().collect::<Vec<_>>()));
    }
    Ok(query.load(db)?.into_iter().map(a_round).collect())
}

fn cities_named(db: &mut Db, ids: &[&str]) -> Result<Vec<Scope>> {
    let rows = city::table.filter(city::id.eq_any(ids)).select((city::id, city::name)).load(db)?;
    Ok(rows.into_iter().map(a_city).collect())
}

fn cities_within(db: &mut Db, reach: &Reach) -> Result<Vec<Scope>> {
    let mut query = city::table.order(city::slug).select((city::id, city::name)).into_boxed();
    if !reach.is_everything() {
        query = query.filter(city::id.eq_any(reach.cities.keys().cloned().collect::<Vec<_>>()));
    }
    Ok(query.load(db)?.into_iter().map(a_city).collect())
}
