//! Use cases of cities, rounds and participations: authorise, check, store, audit.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::place::{City, Place, Round, RoundState};
use super::store::{self, ParticipationRow};
use crate::framework;
use crate::framework::store::FrameworkRow;
use crate::ground::error::Checks;
use crate::ground::given::Readable;
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::{ALREADY_EXISTS, CONFLICT, IN_USE};
use crate::ground::{Country, Error, FieldError, Given, Language, Result, Text, UtcTime, Zone};
use crate::people::call::{Call, Permit};
use crate::people::identity::{Stage, Target};
use crate::people::policy::UseCase;
use crate::service::Service;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// A city as typed or sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CityInput {
    /// Short name for addresses: lower-case letters, digits and hyphens.
    pub slug: String,
    pub name: Text,
    #[schema(value_type = Country)]
    pub country: Given<Country>,
    #[schema(value_type = Language)]
    pub language: Given<Language>,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    pub population: Option<i64>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CityView {
    pub id: CityId,
    pub slug: String,
    pub name: Text,
    pub country: Country,
    pub language: Language,
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
    #[schema(value_type = i32)]
    pub year: Given<i32>,
    pub framework_id: FrameworkId,
    pub rubric_id: Option<RubricId>,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    #[schema(value_type = String, format = Date)]
    pub report_due_on: Given<NaiveDate>,
    #[schema(value_type = String, format = Date)]
    pub review_due_on: Given<NaiveDate>,
    #[schema(value_type = i32)]
    pub experts_per_report: Given<i32>,
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
    #[schema(value_type = String, format = DateTime)]
    pub report_due_at: UtcTime,
    #[schema(value_type = String, format = DateTime)]
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
    /// How far its results have come.
    pub stage: Stage,
    pub city: CityView,
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipationInput {
    pub city_id: CityId,
}

/// In how many languages a city may have a name.
const MOST_NAMES: usize = 30;
const SLUG_MAX: usize = 60;
const NAME_MAX: usize = 120;
const POPULATION: (i64, i64) = (1, 100_000_000);
const YEARS: (i32, i32) = (2000, 2100);
const EXPERTS: (i32, i32) = (1, 5);

impl CityInput {
    pub const LIMITS: Limits =
        &[("slug", Limit::Text(SLUG_MAX)), ("name", Limit::Names(MOST_NAMES, NAME_MAX)), ("population", Limit::Number(POPULATION.0, POPULATION.1))];
}

impl RoundInput {
    pub const LIMITS: Limits = &[
        ("name", Limit::Text(NAME_MAX)),
        ("year", Limit::Number(YEARS.0 as i64, YEARS.1 as i64)),
        ("experts_per_report", Limit::Number(EXPERTS.0 as i64, EXPERTS.1 as i64)),
    ];
}

/// The new city that was typed, or everything that is wrong with it.
fn checked_city(call: &Call<'_>, input: &CityInput) -> Result<City> {
    let mut checks = Checks::new();
    let slug = checks.text("slug", &input.slug.to_lowercase(), SLUG_MAX, false);
    let plain = slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    checks.require(slug.is_empty() || plain, "slug", "bad_slug");
    checks.require(!input.name.is_empty(), "name", "required");
    let mut name = Text::default();
    if input.name.0.len() > MOST_NAMES {
        checks.push(FieldError::new("name", "too_many_names").with("max", MOST_NAMES));
    }
    for (language, text) in input.name.0.iter().take(MOST_NAMES) {
        let language = checks.parse("name", language, Language::WRONG);
        let text = checks.optional_text("name", text, NAME_MAX, false);
        if let Some(language) = language.filter(|_| !text.is_empty()) {
            name.set(language, text);
        }
    }
    let country = checks.word("country", &input.country);
    let language = checks.word("language", &input.language);
    let time_zone = checks.word("time_zone", &input.time_zone);
    checks.require(input.population.is_none_or(|p| (POPULATION.0..=POPULATION.1).contains(&p)), "population", "bad_population");
    let (country, (language, time_zone)) = checks.complete(country.zip(language.zip(time_zone)))?;
    Ok(City {
        id: CityId::new(&*call.service.clock, &*call.service.chance),
        slug,
        name,
        country,
        language,
        time_zone,
        population: input.population,
        version: 1,
        created_at: call.now,
    })
}

pub fn city_create(call: &Call<'_>, input: &CityInput) -> Result<CityView> {
    let permit = call.allow(UseCase::city_create)?;
    let city = checked_city(call, input)?;
    permit.write(|db| {
        store::city_insert(db, &city).map_err(|e| taken(e, "slug"))?;
        permit.audit(db, &city.id, &json!({"slug": city.slug}))
    })?;
    Ok(city.into())
}

/// A unique violation on a named field is an error of that field.
fn taken(error: Error, field: &str) -> Error {
    if matches!(error, Error::Conflict(ALREADY_EXISTS)) { Error::field(field, "already_exists_here") } else { error }
}

/// A city is there for whoever works on it, by its own grant or by a round that it takes part in.
fn city_for<'c>(call: &'c Call<'_>, use_case: UseCase, id: &CityId) -> Result<Permit<'c, City>> {
    call.find(use_case, |db| {
        let mut targets = vec![Target::of_city(id)];
        if use_case == UseCase::city_read {
            targets.extend(store::targets_of_city(db, id)?);
        }
        Ok((store::city(db, id)?, targets))
    })
}

pub fn city_read(call: &Call<'_>, id: &CityId) -> Result<CityView> {
    Ok(city_for(call, UseCase::city_read, id)?.into_row().into())
}

pub fn city_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<CityView>> {
    let permit = call.reach(UseCase::city_list)?;
    let rows = permit.read(|db| store::cities(db, &permit, at))?;
    Ok(Listing::of(rows, at, |c| c.slug.clone()).map(CityView::from))
}

/// A city with its version, for the form that changes it.
pub fn city_to_change(call: &Call<'_>, id: &CityId) -> Result<CityView> {
    Ok(city_for(call, UseCase::city_update, id)?.into_row().into())
}

pub fn city_update(call: &Call<'_>, id: &CityId, expected: i32, input: &CityInput) -> Result<CityView> {
    let permit = city_for(call, UseCase::city_update, id)?;
    let typed = checked_city(call, input)?;
    permit.write(|db| {
        let before = store::city(db, id)?;
        (call.service.registered::<Watch>()?.country)(call, db, &before, &typed.country)?;
        let city = City { id: before.id, created_at: before.created_at, version: expected.saturating_add(1), ..typed };
        store::city_update(db, &city, expected, before.version).map_err(|e| taken(e, "slug"))?;
        permit.audit(db, id, &json!({"version": city.version}))?;
        Ok(city.into())
    })
}

/// The new round that was typed, or everything that is wrong with it.
fn checked_round<R>(call: &Call<'_>, permit: &Permit<'_, R>, input: &RoundInput) -> Result<Round> {
    let mut checks = Checks::new();
    let name = checks.text("name", &input.name, NAME_MAX, false);
    let year = checks.given("year", &input.year);
    checks.require(year.is_none_or(|year| (YEARS.0..=YEARS.1).contains(&year)), "year", "bad_year");
    let experts = checks.given("experts_per_report", &input.experts_per_report);
    checks.require(experts.is_none_or(|n| (EXPERTS.0..=EXPERTS.1).contains(&n)), "experts_per_report", "bad_experts_per_report");
    let report_due = checks.given("report_due_on", &input.report_due_on);
    let review_due = checks.given("review_due_on", &input.review_due_on);
    // A round of a year may begin the year before, and its reviews may take a while.
    for (field, due) in [("report_due_on", report_due), ("review_due_on", review_due)] {
        if let Some((year, due)) = year.filter(|year| (YEARS.0..=YEARS.1).contains(year)).zip(due)
            && !(year - 1..=year + 3).contains(&due.year())
        {
            checks.push(FieldError::new(field, "deadline_of_another_year").with("first", year - 1).with("last", year + 3));
        }
    }
    let dates = report_due.zip(review_due);
    checks.require(dates.is_none_or(|(report, review)| review > report), "review_due_on", "before_reports");
    let time_zone = checks.word("time_zone", &input.time_zone);
    let known = permit.read(|db| framework::store::framework(db, &input.framework_id));
    let published = known.is_ok_and(|f| f.state == framework::store::FrameworkState::Published);
    checks.require(published, "framework_id", "framework_not_published");
    let read = dates.zip(time_zone).zip(year.zip(experts));
    let (((report_due, review_due), time_zone), (year, experts_per_report)) = checks.complete(read)?;
    Ok(Round {
        id: RoundId::new(&*call.service.clock, &*call.service.chance),
        framework_id: input.framework_id.clone(),
        rubric_id: input.rubric_id.clone(),
        name,
        year,
        state: RoundState::Draft,
        time_zone,
        report_due_at: UtcTime::end_of_day(report_due, time_zone),
        review_due_at: UtcTime::end_of_day(review_due, time_zone),
        experts_per_report,
        version: 1,
        created_at: call.now,
    })
}

pub fn round_create(call: &Call<'_>, input: &RoundInput) -> Result<RoundView> {
    let permit = call.allow(UseCase::round_create)?;
    let round = checked_round(call, &permit, input)?;
    permit.write(|db| {
        store::round_insert(db, &round).map_err(|e| taken(e, "name"))?;
        permit.audit(db, &round.id, &json!({"name": round.name}))
    })?;
    Ok(round.into())
}

/// A round is there for whoever works in it: by its own grant, or by a city that takes part.
pub fn round_for<'c>(call: &'c Call<'_>, use_case: UseCase, id: &RoundId) -> Result<Permit<'c, Round>> {
    call.find(use_case, |db| {
        let mut targets = vec![store::target_of_round(db, id)?];
        if use_case == UseCase::round_read {
            targets.extend(store::targets_in_round(db, id)?);
        }
        Ok((store::round(db, id)?, targets))
    })
}

pub fn round_read(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    Ok(round_for(call, UseCase::round_read, id)?.into_row().into())
}

pub fn round_list(call: &Call<'_>, at: &PageAt<RoundId>) -> Result<Listing<RoundView>> {
    let permit = call.reach(UseCase::round_list)?;
    let rows = permit.read(|db| store::rounds(db, &permit, at))?;
    Ok(Listing::of(rows, at, |r| r.id.to_string()).map(RoundView::from))
}

pub fn round_update(call: &Call<'_>, id: &RoundId, expected: i32, input: &RoundInput) -> Result<RoundView> {
    let permit = round_for(call, UseCase::round_update, id)?;
    let typed = checked_round(call, &permit, input)?;
    permit.write(|db| {
        let before = store::round(db, id)?;
        let moved = before.framework_id != typed.framework_id || before.rubric_id.is_some() && before.rubric_id != typed.rubric_id;
        if before.state != RoundState::Draft && moved {
            return Err(Error::Conflict(IN_USE));
        }
        let round = Round { id: before.id, state: before.state, created_at: before.created_at, version: expected.saturating_add(1), ..typed };
        store::round_update(db, &round, expected, before.version).map_err(|e| taken(e, "name"))?;
        permit.audit(db, id, &json!({"version": round.version}))?;
        let panels = before.experts_per_report != round.experts_per_report;
        if before.framework_id != round.framework_id || before.rubric_id != round.rubric_id || panels {
            (call.service.registered::<Watch>()?.round)(db, &round, call.now)?;
        }
        Ok(round.into())
    })
}

pub fn round_open(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    turn(call, id, UseCase::round_open, &[RoundState::Draft, RoundState::Closed], RoundState::Open)
}

pub fn round_close(call: &Call<'_>, id: &RoundId) -> Result<RoundView> {
    turn(call, id, UseCase::round_close, &[RoundState::Open], RoundState::Closed)
}

/// What upper rooms do, inside the same transaction, when something changes that results come from; the
/// roof registers it.
pub struct Watch {
    /// A round was opened or closed, or judges by something else.
    pub round: fn(&mut Db, &Round, UtcTime) -> Result<()>,
    /// Something of a participation: its report, a review, a survey.
    pub participation: fn(&mut Db, &ParticipationId, UtcTime) -> Result<()>,
    /// A city is about to have another country; may refuse.
    pub country: fn(&Call<'_>, &mut Db, &City, &Country) -> Result<()>,
    /// A report of a round was submitted, perhaps again, so that reviews of the one before are past.
    pub report: fn(&mut Db, &RoundId, UtcTime) -> Result<()>,
}

/// To be called wherever something of a participation changes that its results come from.
pub fn changed(service: &Service, db: &mut Db, id: &ParticipationId, now: UtcTime) -> Result<()> {
    (service.registered::<Watch>()?.participation)(db, id, now)
}

/// To be called where a report is submitted, after `changed`.
pub fn submitted(service: &Service, db: &mut Db, round: &RoundId, now: UtcTime) -> Result<()> {
    (service.registered::<Watch>()?.report)(db, round, now)
}

/// Turns a round into another state; turning it into the state it is in is no error.
fn turn(call: &Call<'_>, id: &RoundId, use_case: UseCase, from: &[RoundState], to: RoundState) -> Result<RoundView> {
    let permit = round_for(call, use_case, id)?;
    permit.write(|db| {
        let mut round = store::round(db, id)?;
        if round.state == to {
            return Ok(round.into());
        }
        if !from.contains(&round.state) {
            return Err(Error::Conflict(CONFLICT));
        }
        let expected = round.version;
        round.state = to;
        round.version += 1;
        store::round_update(db, &round, expected, expected)?;
        permit.audit(db, id, &json!({}))?;
        (call.service.registered::<Watch>()?.round)(db, &round, call.now)?;
        Ok(round.into())
    })
}

pub fn participation_add(call: &Call<'_>, round: &RoundId, input: &ParticipationInput) -> Result<ParticipationView> {
    let permit = round_for(call, UseCase::participation_add, round)?;
    let id = ParticipationId::new(&*call.service.clock, &*call.service.chance);
    let row = ParticipationRow {
        id: id.clone(),
        round_id: round.clone(),
        city_id: input.city_id.clone(),
        created_at: call.now,
        version: 1,
        stage: Stage::Assessing,
    };
    permit.write(|db| {
        let city = store::city(db, &input.city_id).map_err(|_| Error::field("city_id", "no_such_city"))?;
        store::participation_insert(db, &row)?;
        permit.audit(db, &id, &json!({"round": round, "city": city.id}))?;
        changed(call.service, db, &id, call.now)?;
        Ok(ParticipationView { id: id.clone(), round_id: round.clone(), stage: row.stage, city: city.into() })
    })
}

/// Takes a city out of a round, as long as nothing has come of it.
pub fn participation_remove(call: &Call<'_>, id: &ParticipationId) -> Result<RoundId> {
    let place = place_for(call, UseCase::participation_remove, id)?;
    place.write(|db| {
        store::participation_delete(db, id).map_err(|e| match e {
            // Foreign keys hold it: a survey or a report is there.
            Error::NotFound(_) => Error::Conflict(IN_USE),
            other => other,
        })?;
        place.audit(db, id, &json!({"city": place.city.id}))
    })?;
    Ok(place.into_row().round.id)
}

pub fn participation_read(call: &Call<'_>, id: &ParticipationId) -> Result<ParticipationView> {
    let place = place_for(call, UseCase::participation_read, id)?.into_row();
    Ok(ParticipationView { id: place.participation, round_id: place.round.id, stage: place.stage, city: place.city.into() })
}

/// Looks a participation up and asks the policy about it: the first step of most actions above.
pub fn place_for<'c>(call: &'c Call<'_>, use_case: UseCase, id: &ParticipationId) -> Result<Permit<'c, Place>> {
    call.find(use_case, |db| {
        let place = store::place(db, id)?;
        let target = place.target();
        Ok((place, target))
    })
}

/// What a form about a round offers: the published frameworks. Asked for a new round, or a change.
pub fn round_choices(call: &Call<'_>, id: Option<&RoundId>) -> Result<Vec<FrameworkRow>> {
    let published = |db: &mut Db| {
        let all = framework::store::all(db)?;
        Ok(all.into_iter().filter(|f| f.state == framework::store::FrameworkState::Published).collect())
    };
    match id {
        None => call.allow(UseCase::round_create)?.read(published),
        Some(id) => round_for(call, UseCase::round_update, id)?.read(published),
    }
}
