//! SQL that looks grants' scopes up: whether the round, city, survey or review is there, what it is
//! called, and which target it is to the policy. Reads only; those tables belong to other rooms.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::ground::Result;
use crate::ground::ids::{CityId, ParticipationId, PersonId, ReviewId, RoundId, SurveyId};
use crate::people::identity::{ScopeKind, Target};
use crate::store::Db;
use crate::store::schema::{city, participation, review, round, survey};

/// A scope that exists.
#[derive(Debug, Clone)]
pub struct Scope {
    pub kind: ScopeKind,
    pub id: String,
    /// As stored: plain, or JSON by language.
    pub name: String,
    pub target: Target,
}

/// The scopes with these ids; those that do not exist are absent.
pub fn scopes(db: &mut Db, ids: &[String]) -> Result<BTreeMap<String, Scope>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut found = Vec::new();
    let of = |prefix: &str| ids.iter().filter(|id| id.starts_with(prefix)).cloned().collect::<Vec<String>>();
    let (rounds, cities, surveys, reviews) = (of("rnd_"), of("cty_"), of("srv_"), of("rev_"));
    if !rounds.is_empty() {
        let rows: Vec<(RoundId, String)> = round::table.filter(round::id.eq_any(rounds)).select((round::id, round::name)).load(db)?;
        found.extend(rows.into_iter().map(a_round));
    }
    if !cities.is_empty() {
        let rows: Vec<(CityId, String)> = city::table.filter(city::id.eq_any(cities)).select((city::id, city::name)).load(db)?;
        found.extend(rows.into_iter().map(a_city));
    }
    if !surveys.is_empty() {
        let rows: Vec<SurveyColumns> = survey::table
            .inner_join(participation::table.on(participation::id.eq(survey::participation_id)))
            .filter(survey::id.eq_any(surveys))
            .select((survey::id, survey::slug, participation::id, participation::round_id, participation::city_id))
            .load(db)?;
        found.extend(rows.into_iter().map(a_survey));
    }
    if !reviews.is_empty() {
        let rows: Vec<(ReviewId, RoundId, PersonId)> =
            review::table.filter(review::id.eq_any(reviews)).select((review::id, review::round_id, review::person_id)).load(db)?;
        found.extend(rows.into_iter().map(|(id, round, expert)| Scope {
            kind: ScopeKind::Review,
            id: id.to_string(),
            name: id.to_string(),
            target: Target::of_round(&round).review(&id, &expert),
        }));
    }
    Ok(found.into_iter().map(|s| (s.id.clone(), s)).collect())
}

/// Rounds, cities and surveys to choose from, the newest first.
pub fn scopes_offered(db: &mut Db) -> Result<Vec<Scope>> {
    let rounds: Vec<(RoundId, String)> = round::table.order(round::id.desc()).select((round::id, round::name)).load(db)?;
    let cities: Vec<(CityId, String)> = city::table.order(city::slug).select((city::id, city::name)).load(db)?;
    let surveys: Vec<SurveyColumns> = survey::table
        .inner_join(participation::table.on(participation::id.eq(survey::participation_id)))
        .order(survey::id.desc())
        .select((survey::id, survey::slug, participation::id, participation::round_id, participation::city_id))
        .load(db)?;
    Ok(rounds.into_iter().map(a_round).chain(cities.into_iter().map(a_city)).chain(surveys.into_iter().map(a_survey)).collect())
}

type SurveyColumns = (SurveyId, String, ParticipationId, RoundId, CityId);

fn a_round((id, name): (RoundId, String)) -> Scope {
    Scope { kind: ScopeKind::Round, id: id.to_string(), name, target: Target::of_round(&id) }
}

fn a_city((id, name): (CityId, String)) -> Scope {
    Scope { kind: ScopeKind::City, id: id.to_string(), name, target: Target::of_city(&id) }
}

fn a_survey((id, slug, participation, round, city): SurveyColumns) -> Scope {
    Scope { kind: ScopeKind::Survey, id: id.to_string(), name: slug, target: Target::of_participation(&round, &city, &participation).survey(&id) }
}
