//! All SQL of rounds, cities and participations.

use diesel::prelude::*;

use super::place::{City, Place, Round, RoundState};
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::{Error, Result, Text, UtcTime, Zone};
use crate::sql_text;
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{city, participation, round};

sql_text!(RoundState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = city)]
pub struct CityRow {
    pub id: CityId,
    pub slug: String,
    /// `Text` as JSON.
    pub name: String,
    pub country: String,
    pub language: String,
    pub time_zone: Zone,
    pub population: Option<i64>,
    pub version: i32,
    pub created_at: UtcTime,
}

impl CityRow {
    pub fn city(self) -> City {
        let name = serde_json::from_str(&self.name).unwrap_or_else(|_| Text::of("en", self.name.clone()));
        City {
            id: self.id,
            slug: self.slug,
            name,
            country: self.country,
            language: self.language,
            time_zone: self.time_zone,
            population: self.population,
            version: self.version,
            created_at: self.created_at,
        }
    }

    pub fn of(city: &City) -> Result<Self> {
        Ok(Self {
            id: city.id.clone(),
            slug: city.slug.clone(),
            name: serde_json::to_string(&city.name).map_err(Error::internal)?,
            country: city.country.clone(),
            language: city.language.clone(),
            time_zone: city.time_zone,
            population: city.population,
            version: city.version,
            created_at: city.created_at,
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = round)]
pub struct RoundRow {
    pub id: RoundId,
    pub framework_id: FrameworkId,
    pub rubric_id: Option<RubricId>,
    pub name: String,
    pub year: i32,
    pub state: RoundState,
    pub time_zone: Zone,
    pub report_due_at: UtcTime,
    pub review_due_at: UtcTime,
    pub experts_per_report: i32,
    pub version: i32,
    pub created_at: UtcTime,
}

impl RoundRow {
    pub fn round(self) -> Round {
        Round {
            id: self.id,
            framework_id: self.framework_id,
            rubric_id: self.rubric_id,
            name: self.name,
            year: self.year,
            state: self.state,
            time_zone: self.time_zone,
            report_due_at: self.report_due_at,
            review_due_at: self.review_due_at,
            experts_per_report: self.experts_per_report,
            version: self.version,
            created_at: self.created_at,
        }
    }

    pub fn of(round: &Round) -> Self {
        Self {
            id: round.id.clone(),
            framework_id: round.framework_id.clone(),
            rubric_id: round.rubric_id.clone(),
            name: round.name.clone(),
            year: round.year,
            state: round.state,
            time_zone: round.time_zone,
            report_due_at: round.report_due_at,
            review_due_at: round.review_due_at,
            experts_per_report: round.experts_per_report,
            version: round.version,
            created_at: round.created_at,
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = participation)]
pub struct ParticipationRow {
    pub id: ParticipationId,
    pub round_id: RoundId,
    pub city_id: CityId,
    pub created_at: UtcTime,
    pub version: i32,
}

diesel::joinable!(participation -> round (round_id));
diesel::joinable!(participation -> city (city_id));

pub fn city(db: &mut Db, id: &CityId) -> Result<City> {
    found(city::table.find(id).select(CityRow::as_select()).first(db), "city").map(CityRow::city)
}

pub fn round(db: &mut Db, id: &RoundId) -> Result<Round> {
    found(round::table.find(id).select(RoundRow::as_select()).first(db), "round").map(RoundRow::round)
}

pub fn city_insert(db: &mut Db, new: &City) -> Result<()> {
    diesel::insert_into(city::table).values(&CityRow::of(new)?).execute(db)?;
    Ok(())
}

pub fn round_insert(db: &mut Db, new: &Round) -> Result<()> {
    diesel::insert_into(round::table).values(&RoundRow::of(new)).execute(db)?;
    Ok(())
}

pub fn participation_insert(db: &mut Db, row: &ParticipationRow) -> Result<()> {
    diesel::insert_into(participation::table).values(row).execute(db)?;
    Ok(())
}

type Parts = (ParticipationId, RoundRow, CityRow);

/// Every participation with its round and city, to be narrowed and ordered. The type of such a query
/// cannot be written down for a function to return.
macro_rules! joined {
    () => {
        participation::table.inner_join(round::table).inner_join(city::table).select((participation::id, RoundRow::as_select(), CityRow::as_select()))
    };
}

/// A participation with its round and city.
pub fn place(db: &mut Db, id: &ParticipationId) -> Result<Place> {
    let row = joined!().filter(participation::id.eq(id)).first::<Parts>(db);
    found(row, "participation").map(of_parts)
}

/// Every participation of a round, by the city's slug. A round has hundreds at most.
pub fn places_of_round(db: &mut Db, id: &RoundId) -> Result<Vec<Place>> {
    let rows = joined!().filter(participation::round_id.eq(id)).order(city::slug).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).collect())
}

/// Every participation of some cities, newest round first.
pub fn places_of_cities(db: &mut Db, ids: &[CityId]) -> Result<Vec<Place>> {
    let rows = joined!().filter(participation::city_id.eq_any(ids)).order((round::year.desc(), participation::id.desc())).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).collect())
}

/// Some participations by id, in no particular order.
pub fn places(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<Place>> {
    let rows = joined!().filter(participation::id.eq_any(ids)).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).collect())
}

/// Every participation of the newest rounds; for whoever may see all.
pub fn places_of_all(db: &mut Db) -> Result<Vec<Place>> {
    let rows = joined!().order((participation::round_id.desc(), city::slug.asc())).limit(1000).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).collect())
}

fn of_parts((participation, round, city): Parts) -> Place {
    Place { participation, round: round.round(), city: city.city() }
}

/// Cities by slug after `after`; `only` limits to some.
pub fn cities(db: &mut Db, only: Option<&[CityId]>, after: Option<&str>, limit: i64) -> Result<Vec<City>> {
    let mut query = city::table.order(city::slug).limit(limit).select(CityRow::as_select()).into_boxed();
    if let Some(only) = only {
        query = query.filter(city::id.eq_any(only.to_vec()));
    }
    if let Some(after) = after {
        query = query.filter(city::slug.gt(after.to_owned()));
    }
    Ok(query.load::<CityRow>(db)?.into_iter().map(CityRow::city).collect())
}

/// Rounds, newest first, after the given id; `only` limits to some.
pub fn rounds(db: &mut Db, only: Option<&[RoundId]>, after: Option<&str>, limit: i64) -> Result<Vec<Round>> {
    let mut query = round::table.order(round::id.desc()).limit(limit).select(RoundRow::as_select()).into_boxed();
    if let Some(only) = only {
        query = query.filter(round::id.eq_any(only.to_vec()));
    }
    if let Some(after) = after {
        query = query.filter(round::id.lt(RoundId::from_stored(after.to_owned())));
    }
    Ok(query.load::<RoundRow>(db)?.into_iter().map(RoundRow::round).collect())
}

/// Ids of the cities that take part in some rounds.
pub fn cities_of_rounds(db: &mut Db, rounds: &[RoundId]) -> Result<Vec<CityId>> {
    Ok(participation::table.filter(participation::round_id.eq_any(rounds)).select(participation::city_id).load(db)?)
}

/// Writes a city if it still has the expected version.
pub fn city_update(db: &mut Db, new: &City, expected: i32, current: i32) -> Result<()> {
    let row = CityRow::of(new)?;
    let rows = diesel::update(city::table.filter(city::id.eq(&new.id)).filter(city::version.eq(expected)))
        .set((
            city::slug.eq(row.slug),
            city::name.eq(row.name),
            city::country.eq(row.country),
            city::language.eq(row.language),
            city::time_zone.eq(row.time_zone),
            city::population.eq(row.population),
            city::version.eq(row.version),
        ))
        .execute(db)?;
    changed(rows, current)
}

/// Writes a round if it still has the expected version.
pub fn round_update(db: &mut Db, new: &Round, expected: i32, current: i32) -> Result<()> {
    let row = RoundRow::of(new);
    let rows = diesel::update(round::table.filter(round::id.eq(&new.id)).filter(round::version.eq(expected)))
        .set((
            round::framework_id.eq(row.framework_id),
            round::rubric_id.eq(row.rubric_id),
            round::name.eq(row.name),
            round::year.eq(row.year),
            round::state.eq(row.state),
            round::time_zone.eq(row.time_zone),
            round::report_due_at.eq(row.report_due_at),
            round::review_due_at.eq(row.review_due_at),
            round::experts_per_report.eq(row.experts_per_report),
            round::version.eq(row.version),
        ))
        .execute(db)?;
    changed(rows, current)
}

pub fn participation_delete(db: &mut Db, id: &ParticipationId) -> Result<()> {
    diesel::delete(participation::table.find(id)).execute(db)?;
    Ok(())
}
