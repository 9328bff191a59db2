//! All SQL of instruments, surveys and responses; as scopes of grants in `store/scopes.rs`.
//!
//! Responses are only ever added, by the committer, and read in steps of bounded size.

pub mod estimates;
pub mod scopes;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Date, Text};
use diesel::sqlite::Sqlite;

use super::instrument::InstrumentState;
use super::survey::{Gate, Mode, SurveyState};
use crate::ground::ids::{InstrumentId, ParticipationId, ResponseId, RoundId, SurveyId};
use crate::ground::{Error, Language, Result, UtcTime};
use crate::people::policy::Reach;
use crate::rounds::store as rounds;
use crate::sql_text;
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{instrument, response, survey};
use crate::web::paging::PageAt;

sql_text!(InstrumentState, |s: String| s.parse());
sql_text!(SurveyState, |s: String| s.parse());
sql_text!(Mode, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = instrument)]
pub struct InstrumentRow {
    #[diesel(embed)]
    pub head: InstrumentHead,
    pub questionnaire: String,
    pub measures: String,
}

/// An instrument without its content, for lists.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = instrument)]
pub struct InstrumentHead {
    pub id: InstrumentId,
    pub name: String,
    pub version_label: String,
    pub state: InstrumentState,
    /// Title by language, as JSON.
    pub title: String,
    pub content_hash: String,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey)]
pub struct SurveyRow {
    pub id: SurveyId,
    pub participation_id: ParticipationId,
    pub instrument_id: InstrumentId,
    pub slug: String,
    pub mode: Mode,
    pub state: SurveyState,
    pub opened_at: Option<UtcTime>,
    pub closes_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

/// One response. Nothing in it says who, where from, or when within the day.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = response)]
pub struct ResponseRow {
    pub survey_id: SurveyId,
    pub id: ResponseId,
    pub day: NaiveDate,
    pub language: Language,
    /// Relevant answers only, as JSON.
    pub answers: String,
}

pub fn instrument(db: &mut Db, id: &InstrumentId) -> Result<InstrumentRow> {
    found(instrument::table.find(id).select(InstrumentRow::as_select()).first(db), "instrument")
}

pub fn instrument_named(db: &mut Db, name: &str, version_label: &str) -> Result<Option<InstrumentRow>> {
    let row = instrument::table.filter(instrument::name.eq(name)).filter(instrument::version_label.eq(version_label));
    Ok(row.select(InstrumentRow::as_select()).first(db).optional()?)
}

/// Instruments, newest first.
pub fn instruments(db: &mut Db, at: &PageAt<InstrumentId>) -> Result<Vec<InstrumentHead>> {
    let mut query = instrument::table.order(instrument::id.desc()).limit(at.limit + 1).select(InstrumentHead::as_select()).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(instrument::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// Published instruments, newest first.
pub fn instruments_published(db: &mut Db) -> Result<Vec<InstrumentHead>> {
    let published = instrument::table.filter(instrument::state.eq(InstrumentState::Published));
    Ok(published.order(instrument::id.desc()).select(InstrumentHead::as_select()).load(db)?)
}

/// Names and titles of some instruments.
pub fn instrument_heads(db: &mut Db, ids: &[InstrumentId]) -> Result<HashMap<InstrumentId, InstrumentHead>> {
    let rows: Vec<InstrumentHead> = instrument::table.filter(instrument::id.eq_any(ids)).select(InstrumentHead::as_select()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

pub fn instrument_insert(db: &mut Db, row: &InstrumentRow) -> Result<()> {
    diesel::insert_into(instrument::table).values(row).execute(db)?;
    Ok(())
}

/// Puts new content into a draft that still has the version before the row's.
pub fn instrument_replace(db: &mut Db, row: &InstrumentRow) -> Result<()> {
    let rows = diesel::update(instrument::table.find(&row.head.id))
        .filter(instrument::state.eq(InstrumentState::Draft))
        .filter(instrument::version.eq(row.head.version - 1))
        .set((
            instrument::title.eq(&row.head.title),
            instrument::questionnaire.eq(&row.questionnaire),
            instrument::measures.eq(&row.measures),
            instrument::content_hash.eq(&row.head.content_hash),
            instrument::version.eq(row.head.version),
        ))
        .execute(db)?;
    changed(rows, row.head.version - 1)
}

/// Publishes a draft that still has the expected version.
pub fn instrument_publish(db: &mut Db, id: &InstrumentId, expected: i32) -> Result<()> {
    let rows = diesel::update(instrument::table.find(id))
        .filter(instrument::state.eq(InstrumentState::Draft))
        .filter(instrument::version.eq(expected))
        .set((instrument::state.eq(InstrumentState::Published), instrument::version.eq(expected.saturating_add(1))))
        .execute(db)?;
    changed(rows, expected)
}

pub fn survey(db: &mut Db, id: &SurveyId) -> Result<SurveyRow> {
    found(survey::table.find(id).select(SurveyRow::as_select()).first(db), "survey")
}

/// The survey of an address, which people may type with anything in it.
pub fn survey_by_slug(db: &mut Db, slug: &str) -> Result<SurveyRow> {
    if !slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(Error::NotFound("survey"));
    }
    found(survey::table.filter(survey::slug.eq(slug)).select(SurveyRow::as_select()).first(db), "survey")
}

/// Surveys within reach, newest first: by their round, by their city, or themselves.
pub fn surveys(db: &mut Db, reach: &Reach, at: &PageAt<SurveyId>) -> Result<Vec<SurveyRow>> {
    let mut query = survey::table.order(survey::id.desc()).limit(at.limit + 1).select(SurveyRow::as_select()).into_boxed();
    if !reach.is_everything() {
        let named: Vec<&SurveyId> = reach.surveys.keys().collect();
        query = query.filter(survey::participation_id.eq_any(rounds::within!(reach)).or(survey::id.eq_any(named)));
    }
    if let Some(after) = &at.after {
        query = query.filter(survey::id.lt(after));
    }
    Ok(query.load(db)?)
}

/// The measures of some instruments, as they are stored.
pub fn instrument_measures(db: &mut Db, ids: &[InstrumentId]) -> Result<HashMap<InstrumentId, String>> {
    let rows = instrument::table.filter(instrument::id.eq_any(ids)).select((instrument::id, instrument::measures));
    Ok(rows.load(db)?.into_iter().collect())
}

/// The surveys of a round that were ever opened.
pub fn surveys_issued(db: &mut Db, round: &RoundId) -> Result<Vec<SurveyId>> {
    let of = survey::table.filter(survey::participation_id.eq_any(rounds::of_round(round.clone())));
    Ok(of.filter(survey::state.ne(SurveyState::Draft)).order(survey::id).select(survey::id).load(db)?)
}

/// Every survey of some participations, newest first.
pub fn surveys_of_participations(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<SurveyRow>> {
    let of_these = survey::table.filter(survey::participation_id.eq_any(ids));
    Ok(of_these.order(survey::id.desc()).select(SurveyRow::as_select()).load(db)?)
}

pub fn survey_insert(db: &mut Db, row: &SurveyRow) -> Result<()> {
    diesel::insert_into(survey::table).values(row).execute(db)?;
    Ok(())
}

/// Writes the state of a survey that still has the version before the row's.
pub fn survey_turn(db: &mut Db, row: &SurveyRow) -> Result<()> {
    let rows = diesel::update(survey::table.find(&row.id))
        .filter(survey::version.eq(row.version - 1))
        .set((survey::state.eq(row.state), survey::opened_at.eq(row.opened_at), survey::closes_at.eq(row.closes_at), survey::version.eq(row.version)))
        .execute(db)?;
    changed(rows, row.version - 1)
}

/// What decides whether some surveys take answers. On PostgreSQL the surveys stay as they are until
/// the transaction ends, so that nobody closes one between this look and the insert.
pub fn gates(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, Gate>> {
    let asked = survey::table.select((survey::id, survey::state, survey::closes_at, survey::participation_id));
    let rows: Vec<(SurveyId, SurveyState, Option<UtcTime>, ParticipationId)> = match (&mut *db, ids) {
        (Db::Postgres(c), _) => asked.filter(survey::id.eq_any(ids.iter().copied())).order(survey::id).for_share().load(c)?,
        // The usual case, as a statement that is prepared once: a list is prepared anew each time.
        (Db::Sqlite(c), [id]) => asked.filter(survey::id.eq(*id)).load(c)?,
        (Db::Sqlite(c), _) => asked.filter(survey::id.eq_any(ids.iter().copied())).load(c)?,
    };
    let places: Vec<&ParticipationId> = rows.iter().map(|row| &row.3).collect();
    let rounds = rounds::round_states(db, &places)?;
    let gate = |(id, state, closes_at, place): &(SurveyId, SurveyState, Option<UtcTime>, ParticipationId)| {
        Some((id.clone(), Gate { state: *state, closes_at: *closes_at, round: *rounds.get(place)? }))
    };
    Ok(rows.iter().filter_map(gate).collect())
}

/// Adds those responses that are not there yet and says of each whether it was added; of the same
/// response twice, the first is. They lie together from the slot `first` on, in the order of their ids,
/// so that few pages are touched and neither their slots nor their places in the file tell the order
/// in which they came.
pub fn responses_insert(db: &mut Db, rows: &[&ResponseRow], first: i64) -> Result<Vec<bool>> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // Stable, for the sake of the first.
    order.sort_by(|one, other| rows[*one].id.cmp(&rows[*other].id));
    let sorted: Vec<Placed> = order.iter().map(|at| rows[*at]).zip(first..).collect();
    let in_order = match db {
        Db::Sqlite(c) => insert_sqlite(c, &sorted)?,
        Db::Postgres(c) => {
            let placed: Vec<_> = sorted.iter().map(|(row, slot)| (*row, response::slot.eq(*slot))).collect();
            let insert = diesel::insert_into(response::table).values(placed).on_conflict(response::id).do_nothing();
            let mut there: HashSet<ResponseId> = insert.returning(response::id).get_results(c)?.into_iter().collect();
            sorted.iter().map(|(row, _)| there.remove(&row.id)).collect()
        }
    };
    let mut added = vec![false; rows.len()];
    for (at, is_new) in order.into_iter().zip(in_order) {
        added[at] = is_new;
    }
    Ok(added)
}

/// Eight rows at a time while it lasts.
fn insert_sqlite(c: &mut SqliteConnection, placed: &[Placed<'_>]) -> Result<Vec<bool>> {
    let mut added = Vec::with_capacity(placed.len());
    let (eights, rest) = placed.as_chunks::<8>();
    for eight in eights {
        if RowsInsert(*eight).execute(c)? == eight.len() {
            added.extend([true; 8]);
            continue;
        }
        // Some were there before: those that do not lie here.
        let here = response::table.filter(response::slot.eq_any(eight.map(|(_, slot)| slot))).select(response::id);
        let mut here: HashSet<ResponseId> = here.load(c)?.into_iter().collect();
        added.extend(eight.iter().map(|(row, _)| here.remove(&row.id)));
    }
    for one in rest {
        added.push(RowsInsert([*one]).execute(c)? == 1);
    }
    Ok(added)
}

/// A response and its slot.
type Placed<'a> = (&'a ResponseRow, i64);

/// Adds rows that are not there yet. Written by hand so that it is prepared once: diesel makes the text
/// of its own statement anew for every row, to find it again.
struct RowsInsert<'a, const N: usize>([Placed<'a>; N]);

impl<const N: usize> QueryId for RowsInsert<'_, N> {
    type QueryId = RowsInsert<'static, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const N: usize> RunQueryDsl<SqliteConnection> for RowsInsert<'_, N> {}

impl<const N: usize> QueryFragment<Sqlite> for RowsInsert<'_, N> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut before = "INSERT OR IGNORE INTO response (survey_id, slot, id, day, language, answers) VALUES (";
        for (row, slot) in &self.0 {
            out.push_sql(before);
            out.push_bind_param::<Text, _>(&row.survey_id)?;
            out.push_sql(", ");
            out.push_bind_param::<BigInt, _>(slot)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.id)?;
            out.push_sql(", ");
            out.push_bind_param::<Date, _>(&row.day)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.language)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&row.answers)?;
            before = "), (";
        }
        out.push_sql(")");
        Ok(())
    }
}

/// The answers of those responses that are already there.
pub fn responses_known(db: &mut Db, ids: &[&ResponseId]) -> Result<HashMap<ResponseId, String>> {
    let there: Vec<(ResponseId, String)> =
        response::table.filter(response::id.eq_any(ids.iter().copied())).select((response::id, response::answers)).load(db)?;
    Ok(there.into_iter().collect())
}

/// Slots and answers of the next `limit` responses after a slot.
pub fn answers_after(db: &mut Db, id: &SurveyId, after: Option<i64>, limit: i64) -> Result<Vec<(i64, String)>> {
    let mut query = response::table
        .filter(response::survey_id.eq(id))
        .order(response::slot)
        .limit(limit)
        .select((response::slot, response::answers))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(response::slot.gt(after));
    }
    Ok(query.load(db)?)
}

/// Surveys and days of the responses whose ids lie between two: one, but for a rare coincidence.
pub fn responses_between(db: &mut Db, ids: &(ResponseId, ResponseId)) -> Result<Vec<(SurveyId, NaiveDate)>> {
    let rows = response::table.filter(response::id.between(&ids.0, &ids.1)).order(response::id).limit(10);
    Ok(rows.select((response::survey_id, response::day)).load(db)?)
}
