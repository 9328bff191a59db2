//! Use cases of cities, rounds and participations: authorise, check, store, audit.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::place::{City, Place, Round, RoundState};
use super::store::{self, ParticipationRow};
use crate::framework;
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::{Error, Given, Result, Text, UtcTime, Zone};
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// A city as typed or sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CityInput {
    /// Short name for addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    pub name: Text,
    /// ISO 3166 code of two letters.
    pub country: String,
    pub language: String,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    pub population: Option<i64>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CityView {
    pub id: CityId,
    pub slug: String,
    pub name: Text,
    pub country: String,
    pub language: String,
    pub time_zone: Zone,
    pub population: Option<i64>,
    pub version: i32,
}

impl From<City> for CityView {
    fn from(c: City) -> Self {
        Self {
            id: c.id,
            slug: c.slug,
            name: c.name,
            country: c.country,
            language: c.language,
            time_zone: c.time_zone,
            population: c.population,
            version: c.version,
        }
    }
}

/// A round as typed or sent; deadlines are days, ending at midnight in the round's time zone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundInput {
    pub name: String,
    pub year: i32,
    pub framework_id: FrameworkId,
    pub rubric_id: Option<RubricId>,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    #[schema(value_type = String)]
    pub report_due_on: NaiveDate,
    #[schema(value_type = String)]
    pub review_due_on: NaiveDate,
    pub experts_per_report: i32,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RoundView {
    pub id: RoundId,
    pub name: String,
    pub year: i32,
    pub state: RoundState,
    pub framework_id: FrameworkId,
    pub rubric_id: Option<RubricId>,
    pub time_zone: Zone,
    #[schema(value_type = String)]
    pub report_due_at: UtcTime,
    #[schema(value_type = String)]
    pub review_due_at: UtcTime,
    pub experts_per_report: i32,
    pub version: i32,
}

impl From<Round> for RoundView {
    fn from(r: Round) -> Self {
        Self {
            id: r.id,
            name: r.name,
            year: r.year,
            state: r.state,
            framework_id: r.framework_id,
            rubric_id: r.rubric_id,
            time_zone: r.time_zone,
            report_due_at: r.report_due_at,
            review_due_at: r.review_due_at,
            experts_per_report: r.experts_per_report,
            version: r.version,
        }
    }
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ParticipationView {
    pub id: ParticipationId,
    pub round_id: RoundId,
    pub city: CityView,
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipationInput {
    pub city_id: CityId,
}

/// A plausible language tag: `en`, `pt-BR`.
pub fn language_tag(tag: &str) -> bool {
    (2..=12).contains(&tag.len()) && tag.split('-').all(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The new city that was typed, or everything that is wrong with it.
fn checked_city(call: &Call<'_>, input: &CityInput) -> Result<City> {
    let mut checks = Checks::new();
    let slug = checks.text("slug", &input.slug.to_lowercase(), 60, false);
    let plain = slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    checks.require(slug.is_empty() || plain, "slug", "bad_slug");
    checks.require(!input.name.is_empty(), "name", "required");
    let mut name = Text::default();
    for (language, text) in &input.name.0 {
        checks.require(language_tag(language), "name", "unknown_language");
        let text = checks.optional_text("name", text, 120, false);
        if !text.is_empty() {
            name.set(language, text);
        }
    }
    let country = input.country.trim().to_uppercase();
    checks.require(country.len() == 2 && country.chars().all(|c| c.is_ascii_uppercase()), "country", "bad_country");
    checks.require(language_tag(&input.language), "language", "unknown_language");
    let time_zone = checks.word("time_zone", &input.time_zone);
    checks.require(input.population.is_none_or(|p| (1..=100_000_000).contains(&p)), "population", "bad_population");
    Ok(City {
        id: CityId::new(&*call.service.clock, &*call.service.chance),
        slug,
        name,
        country,
        language: input.language.clone(),
        time_zone: checks.complete(time_zone)?,
        population: input.population,
        version: 1,
        created_at: call.now,
    })
}

pub fn city_create(call: &Call<'_>, input: &CityInput) -> Result<CityView> {
    call.authorise(UseCase::city_create, &Target::instance())?;
    let city = checked_city(call, input)?;
    call.write(|db| {
        store::city_insert(db, &city).map_err(|e| taken(e, "slug"))?;
        call.audit(db, UseCase::city_create, &city.id, &json!({"slug": city.slug}))
    })?;
    Ok(city.into())
}

/// A unique violation on a named field is an error of that field.
fn taken(error: Error, field: &str) -> Error {
    if matches!(error, Error::Conflict("already_exists")) { Error::field(field, "already_exists_here") } else { error }
}

pub fn city_read(call: &Call<'_>, id: &CityId) -> Result<CityView> {
    call.read(|db| {
        policy_city(call, db, id)?;
        Ok(store::city(db, id)?.into())
    })
}

/// A city is visible to whoever works on it: by its own grant, or by a round that it takes part in.
fn policy_city(call: &Call<'_>, db: &mut Db, id: &CityId) -> Result<()> {
    if call.authorise(UseCase::city_read, &Target::of_city(id)).is_ok() {
        return Ok(());
    }
    policy::reach(&call.caller, UseCase::city_read)?;
    let visible = visible_cities(call, db)?;
    if visible.is_none_or(|ids| ids.contains(id)) { Ok(()) } else { Err(Error::NotFound("city")) }
}

/// The cities and the rounds that the caller's grants name; `None` where one reaches all.
fn granted(call: &Call<'_>) -> Option<(Vec<CityId>, Vec<RoundId>)> {
    let grants = &call.caller.grants;
    if grants.iter().any(|g| g.scope_kind == ScopeKind::Instance) {
        return None;
    }
    let of = |kind| grants.iter().filter(move |g| g.scope_kind == kind).map(|g| g.scope_id.clone());
    Some((of(ScopeKind::City).map(CityId::from_stored).collect(), of(ScopeKind::Round).map(RoundId::from_stored).collect()))
}

/// The cities that the caller's grants reach, by name or by a round; `None` for all.
fn visible_cities(call: &Call<'_>, db: &mut Db) -> Result<Option<Vec<CityId>>> {
    let Some((mut cities, rounds)) = granted(call) else { return Ok(None) };
    cities.extend(store::cities_of_rounds(db, &rounds)?);
    Ok(Some(cities))
}

/// The rounds that the caller's grants reach, by name or by a city; `None` for all.
fn visible_rounds(call: &Call<'_>, db: &mut Db) -> Result<Option<Vec<RoundId>>> {
    let Some((cities, mut rounds)) = granted(call) else { return Ok(None) };
    rounds.extend(store::places_of_cities(db, &cities)?.into_iter().map(|p| p.round.id));
    Ok(Some(rounds))
}

pub fn city_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<CityView>> {
    policy::reach(&call.caller, UseCase::city_list)?;
    call.read(|db| {
        let only = visible_cities(call, db)?;
        let rows = store::cities(db, only.as_deref(), at.after.as_deref(), at.limit + 1)?;
        Ok(Listing::of(rows, at, |c| c.slug.clone()).map(CityView::from))
    })
}

pub fn city_update(call: &Call<'_>, id: &CityId, expected: i32, input: &CityInput) -> Result<CityView> {
    call.authorise(UseCase::city_update, &Target::of_city(id))?;
    let typed = checked_city(call, input)?;
    call.write(|db| {
        let before = store::city(db, id)?;
        let city = City { id: before.id, created_at: before.created_at, version: expected.saturating_add(1), ..typed };
        store::city_update(db, &city, expected, before.version).map_err(|e| taken(e, "slug"))?;
        call.audit(db, UseCase::city_update, id, &json!({"version": city.version}))?;
        Ok(city.into())
    })
}

/// The new round that was typed, or everything that is wrong with it.
fn checked_round(call: &Call<'_>, input: &RoundInput) -> Result<Round> {
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, 120, false);
    checks.require((2000..=2100).contains(&input.year), "year", "bad_year");
    checks.require((1..=5).contains(&input.experts_per_report), "experts_per_report", "bad_experts_per_report");
    checks.require(input.review_due_on > input.report_due_on, "review_due_on", "before_reports");
    let time_zone = checks.word("time_zone", &input.time_zone);
    let known = call.read(|db| framework::store::framework(db, &input.framework_id));
    let published = known.is_ok_and(|f| f.state == framework::store::FrameworkState::Published);
    checks.require(published, "framework_id", "framework_not_published");
    let time_zone = checks.complete(time_zone)?;
    Ok(Round {
        id: RoundId::new(&*call.service.clock, &*call.service.chance),
        framework_id: input.framework_id.clone(),
        rubric_id: input.rubric_id.clone(),
        name,
        year: input.year,
        state: RoundState::Draft,
        time_zone,
        report_due_at: UtcTime::end_of_day(input.report_due_on, time_zone),
        review_due_at: UtcTime::end_of_day(input.review_due_on, time_zone),
        experts_per_report: input.experts_per_report,
        version: 1,
        created_at: call.now,
    })
}

pub fn round_create(call: &Call<'_>, input: &RoundInput) -> Result<RoundView> {
    call.authorise(UseCase::round_create, &Target::instance())?;
    let round = checked_round(call, input)?;
    call.write(|db| {
        store::round_insert(db, &round).map_err(|e| taken(e, "name"))?;
        call.audit(db, UseCase::round_create, &round.id, &json!({"name": round.name}))
    })?;
    Ok(round.into())
}

pub fn round_read(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    call.read(|db| {
        let round = store::round(db, id)?;
        if call.authorise(UseCase::round_read, &Target::of_round(id)).is_ok() {
            return Ok(round.into());
        }
        policy::reach(&call.caller, UseCase::round_read)?;
        let visible = visible_rounds(call, db)?;
        if visible.is_none_or(|ids| ids.contains(id)) { Ok(round.into()) } else { Err(Error::NotFound("round")) }
    })
}

pub fn round_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<RoundView>> {
    policy::reach(&call.caller, UseCase::round_list)?;
    call.read(|db| {
        let only = visible_rounds(call, db)?;
        let rows = store::rounds(db, only.as_deref(), at.after.as_deref(), at.limit + 1)?;
        Ok(Listing::of(rows, at, |r| r.id.to_string()).map(RoundView::from))
    })
}

pub fn round_update(call: &Call<'_>, id: &RoundId, expected: i32, input: &RoundInput) -> Result<RoundView> {
    call.authorise(UseCase::round_update, &Target::of_round(id))?;
    let typed = checked_round(call, input)?;
    call.write(|db| {
        let before = store::round(db, id)?;
        let moved = before.framework_id != typed.framework_id || before.rubric_id.is_some() && before.rubric_id != typed.rubric_id;
        if before.state != RoundState::Draft && moved {
            return Err(Error::Conflict("in_use"));
        }
        let round = Round { id: before.id, state: before.state, created_at: before.created_at, version: expected.saturating_add(1), ..typed };
        store::round_update(db, &round, expected, before.version).map_err(|e| taken(e, "name"))?;
        call.audit(db, UseCase::round_update, id, &json!({"version": round.version}))?;
        Ok(round.into())
    })
}

pub fn round_open(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    turn(call, id, UseCase::round_open, &[RoundState::Draft, RoundState::Closed], RoundState::Open)
}

pub fn round_close(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    turn(call, id, UseCase::round_close, &[RoundState::Open], RoundState::Closed)
}

/// Turns a round into another state; turning it into the state it is in is no error.
fn turn(call: &Call<'_>, id: &RoundId, verb: UseCase, from: &[RoundState], to: RoundState) -> Result<RoundView> {
    call.authorise(verb, &Target::of_round(id))?;
    call.write(|db| {
        let mut round = store::round(db, id)?;
        if round.state == to {
            return Ok(round.into());
        }
        if !from.contains(&round.state) {
            return Err(Error::Conflict("conflict"));
        }
        let expected = round.version;
        round.state = to;
        round.version += 1;
        store::round_update(db, &round, expected, expected)?;
        call.audit(db, verb, id, &json!({}))?;
        Ok(round.into())
    })
}

pub fn participation_add(call: &Call<'_>, round: &RoundId, input: &ParticipationInput) -> Result<ParticipationView> {
    call.authorise(UseCase::participation_add, &Target::of_round(round))?;
    let id = ParticipationId::new(&*call.service.clock, &*call.service.chance);
    let row = ParticipationRow { id: id.clone(), round_id: round.clone(), city_id: input.city_id.clone(), created_at: call.now, version: 1 };
    call.write(|db| {
        store::round(db, round)?;
        let city = store::city(db, &input.city_id).map_err(|_| Error::field("city_id", "no_such_city"))?;
        store::participation_insert(db, &row)?;
        call.audit(db, UseCase::participation_add, &id, &json!({"round": round, "city": city.id}))?;
        Ok(ParticipationView { id: id.clone(), round_id: round.clone(), city: city.into() })
    })
}

/// Takes a city out of a round, as long as nothing has come of it.
pub fn participation_remove(call: &Call<'_>, id: &ParticipationId) -> Result<()> {
    let place = place_for(call, UseCase::participation_remove, id)?;
    call.write(|db| {
        store::participation_delete(db, id).map_err(|e| match e {
            // Foreign keys hold it: a survey or a report is there.
            Error::NotFound(_) => Error::Conflict("in_use"),
            other => other,
        })?;
        call.audit(db, UseCase::participation_remove, id, &json!({"city": place.city.id}))
    })
}

pub fn participation_read(call: &Call<'_>, id: &ParticipationId) -> Result<ParticipationView> {
    let place = place_for(call, UseCase::participation_read, id)?;
    Ok(ParticipationView { id: place.participation, round_id: place.round.id, city: place.city.into() })
}

/// Looks a participation up and asks the policy about it: the first step of most actions above.
pub fn place_for(call: &Call<'_>, use_case: UseCase, id: &ParticipationId) -> Result<Place> {
    // Strangers learn nothing from the difference between "not there" and "not yours".
    if call.caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    let place = call.read(|db| store::place(db, id))?;
    call.authorise(use_case, &place.target())?;
    Ok(place)
}

/// The participations a caller works on in a role: all of the rounds and cities of their grants.
pub fn places_of_caller(call: &Call<'_>, db: &mut Db, role: Role) -> Result<Vec<Place>> {
    let caller = &call.caller;
    if caller.grants.iter().any(|g| g.role == role && g.scope_kind == ScopeKind::Instance) {
        return store::places_of_all(db);
    }
    let cities: Vec<CityId> = caller.scopes(role, ScopeKind::City).into_iter().map(|id| CityId::from_stored(id.to_owned())).collect();
    let mut places = store::places_of_cities(db, &cities)?;
    for round in caller.scopes(role, ScopeKind::Round) {
        places.extend(store::places_of_round(db, &RoundId::from_stored(round.to_owned()))?);
    }
    places.sort_by(|a, b| (&b.round.id, &a.city.slug).cmp(&(&a.round.id, &b.city.slug)));
    places.dedup_by(|a, b| a.participation == b.participation);
    Ok(places)
}
