//! All SQL of rounds, cities and participations, with what is kept of each; as scopes of grants in
//! `store/scopes.rs`.

pub mod scopes;

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::place::{Place, PlaceKey, RoundState};
use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::{Country, Language, Result, Text, UtcTime, Zone};
use crate::people::identity::{Stage, Target};
use crate::people::policy::Reach;
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::{changed, found};
use crate::store::schema::{city, participation, round};
use crate::web::paging::PageAt;
use crate::{sql_text, typed};

sql_text!(RoundState, |s: String| s.parse());

/// No limit; one less, because a page asks for one more than it shows.
const ALL: i64 = i64::MAX - 1;

/// A text as its column has it: JSON by language.
#[derive(Debug)]
pub struct TextColumn(String);

sql_text!(TextColumn, |stored| Ok(TextColumn(stored)));

impl AsRef<str> for TextColumn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Text> for TextColumn {
    fn from(text: Text) -> Self {
        Self(json!(text).to_string())
    }
}

impl From<TextColumn> for Text {
    fn from(column: TextColumn) -> Self {
        serde_json::from_str(&column.0).unwrap_or_else(|_| Self::english(column.0))
    }
}

/// Every row is what its type says.
pub const RULES: &[Rule] = &[typed!(city, City), typed!(round, Round), typed!(participation, ParticipationRow)];

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = city, treat_none_as_null = true)]
pub struct City {
    pub id: CityId,
    pub slug: String,
    #[diesel(serialize_as = TextColumn, deserialize_as = TextColumn)]
    pub name: Text,
    pub country: Country,
    pub language: Language,
    pub time_zone: Zone,
    pub population: Option<i64>,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = round, treat_none_as_null = true)]
pub struct Round {
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

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = participation)]
pub struct ParticipationRow {
    pub id: ParticipationId,
    pub round_id: RoundId,
    pub city_id: CityId,
    pub created_at: UtcTime,
    pub version: i32,
    pub stage: Stage,
}

diesel::joinable!(participation -> round (round_id));
diesel::joinable!(participation -> city (city_id));

pub fn city(db: &mut Db, id: &CityId) -> Result<City> {
    found(city::table.find(id).select(City::as_select()).first(db), "city")
}

pub fn round(db: &mut Db, id: &RoundId) -> Result<Round> {
    found(round::table.find(id).select(Round::as_select()).first(db), "round")
}

pub fn city_insert(db: &mut Db, new: &City) -> Result<()> {
    diesel::insert_into(city::table).values(new.clone()).execute(db)?;
    Ok(())
}

pub fn round_insert(db: &mut Db, new: &Round) -> Result<()> {
    diesel::insert_into(round::table).values(new).execute(db)?;
    Ok(())
}

pub fn participation_insert(db: &mut Db, row: &ParticipationRow) -> Result<()> {
    diesel::insert_into(participation::table).values(row).execute(db)?;
    Ok(())
}

type Parts = (ParticipationId, Stage, Round, City);

/// Every participation with its round and city, to be narrowed and ordered. The type of such a query
/// cannot be written down for a function to return.
macro_rules! joined {
    () => {
        participation::table.inner_join(round::table).inner_join(city::table).select((
            participation::id,
            participation::stage,
            Round::as_select(),
            City::as_select(),
        ))
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

/// Every participation of a round with its key, in the order of these: for lists that count over all of a round
/// and show one page.
pub fn keys_of_round(db: &mut Db, id: &RoundId) -> Result<Vec<(ParticipationId, PlaceKey)>> {
    let there = participation::table.inner_join(city::table).filter(participation::round_id.eq(id));
    let rows: Vec<(ParticipationId, String)> = there.select((participation::id, city::slug)).load(db)?;
    let mut keys: Vec<_> = rows.into_iter().map(|(participation, city)| (participation, PlaceKey { round: id.clone(), city })).collect();
    keys.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(keys)
}

/// Some participations by id, as they are named.
pub fn places_in_order(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<Place>> {
    let mut there: HashMap<_, _> = places(db, ids)?.into_iter().map(|place| (place.participation.clone(), place)).collect();
    Ok(ids.iter().filter_map(|id| there.remove(id)).collect())
}

/// Some participations by id, in no particular order.
pub fn places(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<Place>> {
    let rows = joined!().filter(participation::id.eq_any(ids)).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).collect())
}

/// A reach, as the filter of participations takes it: for each stage from which it counts.
pub struct Spread {
    pub all: Vec<Stage>,
    pub parts: [(Vec<Stage>, Vec<RoundId>, Vec<CityId>); 4],
}

impl Spread {
    pub fn of(reach: &Reach) -> Self {
        let from = |stage: Stage| Stage::ALL.iter().copied().filter(|s| *s >= stage).collect::<Vec<Stage>>();
        let at = |stage: Stage| {
            let rounds = reach.rounds.iter().filter(|(_, s)| **s == stage).map(|(id, _)| id.clone()).collect();
            let cities = reach.cities.iter().filter(|(_, s)| **s == stage).map(|(id, _)| id.clone()).collect();
            (from(stage), rounds, cities)
        };
        let parts = [Stage::Assessing, Stage::Checking, Stage::Released, Stage::Published].map(at);
        Self { all: reach.instance.map(from).unwrap_or_default(), parts }
    }
}

/// Whether a participation is within reach: the one filter of every list that lies in rounds and
/// cities. A macro, because the type of such an expression cannot be written down.
macro_rules! reached {
    ($reach:expr) => {{
        use $crate::store::schema::participation as p;
        let $crate::rounds::store::Spread { all, parts: [a, b, c, d] } = $crate::rounds::store::Spread::of($reach);
        let whole = p::stage.eq_any(all);
        let a = p::stage.eq_any(a.0).and(p::round_id.eq_any(a.1).or(p::city_id.eq_any(a.2)));
        let b = p::stage.eq_any(b.0).and(p::round_id.eq_any(b.1).or(p::city_id.eq_any(b.2)));
        let c = p::stage.eq_any(c.0).and(p::round_id.eq_any(c.1).or(p::city_id.eq_any(c.2)));
        let d = p::stage.eq_any(d.0).and(p::round_id.eq_any(d.1).or(p::city_id.eq_any(d.2)));
        whole.or(a).or(b).or(c).or(d)
    }};
}

/// Ids of the participations within reach, as a sub-select for the lists of other rooms.
macro_rules! within {
    ($reach:expr) => {
        $crate::store::schema::participation::table.filter($crate::rounds::store::reached!($reach)).select($crate::store::schema::participation::id)
    };
}
pub(crate) use {reached, within};

/// Ids of a round's participations, as a sub-select for the lists of other rooms.
#[diesel::dsl::auto_type(type_case = "PascalCase")]
pub fn of_round(round: RoundId) -> _ {
    participation::table.filter(participation::round_id.eq(round)).select(participation::id)
}

/// Rounds that are not closed, or of which results are being checked: few.
pub fn rounds_going_on(db: &mut Db) -> Result<Vec<RoundId>> {
    let checked = participation::table.filter(participation::stage.eq(Stage::Checking)).select(participation::round_id);
    let going_on = round::state.ne(RoundState::Closed).or(round::id.eq_any(checked));
    Ok(round::table.filter(going_on).order(round::id).select(round::id).load(db)?)
}

/// The state of the round of some participations.
pub fn round_states(db: &mut Db, ids: &[&ParticipationId]) -> Result<HashMap<ParticipationId, RoundState>> {
    let asked = participation::table.inner_join(round::table).select((participation::id, round::state));
    let rows: Vec<(ParticipationId, RoundState)> = match ids {
        // Asked with every batch of responses: a statement that is prepared once.
        [id] => asked.filter(participation::id.eq(*id)).load(db)?,
        _ => asked.filter(participation::id.eq_any(ids.iter().copied())).load(db)?,
    };
    Ok(rows.into_iter().collect())
}

/// Places within reach, newest round first, in each by the city's slug; of one round where it is named.
pub fn places_page(db: &mut Db, reach: &Reach, of: Option<&RoundId>, at: &PageAt<PlaceKey>) -> Result<Vec<Place>> {
    let order = (round::id.desc(), city::slug.asc());
    let mut query = joined!().filter(reached!(reach)).order(order).limit(at.limit + 1).into_boxed();
    if let Some(of) = of {
        query = query.filter(round::id.eq(of.clone()));
    }
    if let Some(PlaceKey { round, city }) = at.after.clone() {
        query = query.filter(round::id.lt(round.clone()).or(round::id.eq(round).and(city::slug.gt(city))));
    }
    Ok(query.load::<Parts>(db)?.into_iter().map(of_parts).collect())
}

/// Places within reach whose round is in one of these states, as `places_page` orders them. Rounds
/// that are not closed are few.
pub fn places_within(db: &mut Db, reach: &Reach, states: &[RoundState]) -> Result<Vec<Place>> {
    let order = (round::id.desc(), city::slug.asc());
    let rows = joined!().filter(reached!(reach)).filter(round::state.eq_any(states)).order(order);
    Ok(rows.load::<Parts>(db)?.into_iter().map(of_parts).collect())
}

/// What the policy is asked about a round: itself, with the least stage of its participations.
pub fn target_of_round(db: &mut Db, id: &RoundId) -> Result<Target> {
    let stages: Vec<Stage> = participation::table.filter(participation::round_id.eq(id)).select(participation::stage).distinct().load(db)?;
    Ok(Target { stage: stages.into_iter().min(), ..Target::of_round(id) })
}

/// What the policy is asked about everything that a round's participations hold.
pub fn targets_in_round(db: &mut Db, id: &RoundId) -> Result<Vec<Target>> {
    Ok(places_of_round(db, id)?.iter().map(Place::target).collect())
}

/// In which rounds a city takes part, by the places that it has there.
pub fn participations_of_city(db: &mut Db, id: &CityId) -> Result<Vec<ParticipationId>> {
    Ok(participation::table.filter(participation::city_id.eq(id)).select(participation::id).load(db)?)
}

/// What the policy is asked about everything that a city's participations hold.
pub fn targets_of_city(db: &mut Db, id: &CityId) -> Result<Vec<Target>> {
    let rows = joined!().filter(participation::city_id.eq(id)).load::<Parts>(db)?;
    Ok(rows.into_iter().map(of_parts).map(|place| place.target()).collect())
}

/// Turns the results of a participation into another stage, if they are in the expected one.
pub fn participation_turn(db: &mut Db, id: &ParticipationId, from: Stage, to: Stage) -> Result<bool> {
    let there = participation::table.filter(participation::id.eq(id)).filter(participation::stage.eq(from));
    Ok(diesel::update(there).set(participation::stage.eq(to)).execute(db)? == 1)
}

fn of_parts((participation, stage, round, city): Parts) -> Place {
    Place { participation, stage, round, city }
}

/// Cities within reach by slug: those of a grant's own, and those that take part within it.
pub fn cities(db: &mut Db, reach: &Reach, at: &PageAt) -> Result<Vec<City>> {
    let mut query = city::table.order(city::slug).limit(at.limit + 1).select(City::as_select()).into_boxed();
    if !reach.is_everything() {
        let taking_part = participation::table.filter(reached!(reach)).select(participation::city_id);
        let own: Vec<CityId> = reach.cities.keys().cloned().collect();
        query = query.filter(city::id.eq_any(own).or(city::id.eq_any(taking_part)));
    }
    if let Some(after) = &at.after {
        query = query.filter(city::slug.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Every city within reach, by slug: for forms, and for whatever is known of all of them.
pub fn cities_within(db: &mut Db, reach: &Reach) -> Result<Vec<City>> {
    cities(db, reach, &PageAt { after: None, limit: ALL })
}

/// Cities that do not take part in a round: id and name, by slug.
pub fn cities_outside(db: &mut Db, id: &RoundId) -> Result<Vec<(CityId, Text)>> {
    let there = participation::table.filter(participation::round_id.eq(id)).select(participation::city_id);
    let rows = city::table.filter(city::id.ne_all(there)).order(city::slug).select(City::as_select()).load::<City>(db)?;
    Ok(rows.into_iter().map(|city| (city.id, city.name)).collect())
}

/// Rounds within reach, newest first: those of a grant's own, and those with a city within it.
pub fn rounds(db: &mut Db, reach: &Reach, at: &PageAt<RoundId>) -> Result<Vec<Round>> {
    let mut query = round::table.order(round::id.desc()).limit(at.limit + 1).select(Round::as_select()).into_boxed();
    if !reach.is_everything() {
        let with_cities = participation::table.filter(reached!(reach)).select(participation::round_id);
        let own: Vec<RoundId> = reach.rounds.keys().cloned().collect();
        query = query.filter(round::id.eq_any(own).or(round::id.eq_any(with_cities)));
    }
    if let Some(after) = &at.after {
        query = query.filter(round::id.lt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Every round within reach, newest first, as forms offer them.
pub fn rounds_within(db: &mut Db, reach: &Reach) -> Result<Vec<Round>> {
    rounds(db, reach, &PageAt { after: None, limit: ALL })
}

/// Closed rounds whose deadline for reviews passed before a moment.
pub fn rounds_over(db: &mut Db, before: UtcTime) -> Result<Vec<RoundId>> {
    let closed = round::table.filter(round::state.eq(RoundState::Closed)).filter(round::review_due_at.lt(before));
    Ok(closed.filter(round::report_due_at.lt(before)).select(round::id).load(db)?)
}

/// Which cities take part in some rounds.
pub fn cities_in_rounds(db: &mut Db, rounds: &[RoundId]) -> Result<Vec<(RoundId, CityId)>> {
    let there = participation::table.filter(participation::round_id.eq_any(rounds));
    Ok(there.select((participation::round_id, participation::city_id)).load(db)?)
}

/// Ids of the cities that take part in some rounds.
pub fn cities_of_rounds(db: &mut Db, rounds: &[RoundId]) -> Result<Vec<CityId>> {
    Ok(participation::table.filter(participation::round_id.eq_any(rounds)).select(participation::city_id).load(db)?)
}

/// Writes a city if it still has the expected version.
pub fn city_update(db: &mut Db, new: &City, expected: i32, current: i32) -> Result<()> {
    let there = city::table.find(&new.id).filter(city::version.eq(expected));
    changed(diesel::update(there).set(new.clone()).execute(db)?, current)
}

/// Writes a round if it still has the expected version.
pub fn round_update(db: &mut Db, new: &Round, expected: i32, current: i32) -> Result<()> {
    let there = round::table.find(&new.id).filter(round::version.eq(expected));
    changed(diesel::update(there).set(new).execute(db)?, current)
}

pub fn participation_delete(db: &mut Db, id: &ParticipationId) -> Result<()> {
    diesel::delete(participation::table.find(id)).execute(db)?;
    Ok(())
}
