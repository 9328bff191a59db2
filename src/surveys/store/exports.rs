//! Files of responses on their way out: who asked for which, and their bytes in parts, packed, so that any process can
//! hand them out. They go a day after they were made.

use diesel::prelude::*;

use crate::ground::ids::{ExportId, PersonId, SurveyId};
use crate::ground::{Language, Result, UtcTime};
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{response_export, response_export_part};
use crate::surveys::export::{ExportFormat, ExportState};
use crate::{on_each, sql_text};

sql_text!(ExportFormat, |s: String| s.parse());
sql_text!(ExportState, |s: String| s.parse());

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_export)]
pub struct ExportRow {
    pub id: ExportId,
    pub survey_id: SurveyId,
    pub person_id: PersonId,
    pub format: ExportFormat,
    /// Of the labels.
    pub language: Language,
    /// Whether what people wrote is in it.
    pub own_words: bool,
    /// `waiting` until it is ready; what is between, the job says.
    pub state: ExportState,
    pub responses: i64,
    pub bytes: i64,
    pub version: i32,
    pub created_at: UtcTime,
    pub ends_at: UtcTime,
}

/// What one person asked of one survey, the newest first.
pub fn of_person(db: &mut Db, survey: &SurveyId, person: &PersonId, now: UtcTime) -> Result<Vec<ExportRow>> {
    let of = response_export::table.filter(response_export::survey_id.eq(survey)).filter(response_export::person_id.eq(person));
    let there = of.filter(response_export::ends_at.gt(now)).order(response_export::id.desc());
    Ok(there.limit(100).select(ExportRow::as_select()).load(db)?)
}

pub fn one(db: &mut Db, id: &ExportId) -> Result<ExportRow> {
    found(response_export::table.find(id).select(ExportRow::as_select()).first(db), "export")
}

/// The one of the same survey, person, format, language and with or without own words as a row.
pub fn like(db: &mut Db, row: &ExportRow) -> Result<Option<ExportRow>> {
    let of = response_export::table.filter(response_export::survey_id.eq(&row.survey_id));
    // A few at most.
    let theirs: Vec<ExportRow> = of.filter(response_export::person_id.eq(&row.person_id)).select(ExportRow::as_select()).load(db)?;
    let same = |other: &ExportRow| (other.format, &other.language, other.own_words) == (row.format, &row.language, row.own_words);
    Ok(theirs.into_iter().find(same))
}

pub fn insert(db: &mut Db, row: &ExportRow) -> Result<()> {
    diesel::insert_into(response_export::table).values(row).execute(db)?;
    Ok(())
}

/// Says that a file is there.
pub fn made(db: &mut Db, row: &ExportRow) -> Result<()> {
    let made = (
        response_export::state.eq(ExportState::Ready),
        response_export::responses.eq(row.responses),
        response_export::bytes.eq(row.bytes),
        response_export::version.eq(row.version + 1),
        response_export::ends_at.eq(row.ends_at),
    );
    let waiting = response_export::table.find(&row.id).filter(response_export::version.eq(row.version));
    changed(diesel::update(waiting).set(made).execute(db)?, row.version)
}

pub fn part_insert(db: &mut Db, id: &ExportId, place: i32, bytes: &[u8]) -> Result<()> {
    let row = (response_export_part::export_id.eq(id), response_export_part::place.eq(place), response_export_part::bytes.eq(bytes));
    on_each!(db, c => diesel::insert_into(response_export_part::table).values(row).execute(c))?;
    Ok(())
}

/// A part of a file, packed; none after the last.
pub fn part(db: &mut Db, id: &ExportId, place: i32) -> Result<Option<Vec<u8>>> {
    Ok(response_export_part::table.find((id, place)).select(response_export_part::bytes).first(db).optional()?)
}

/// Deletes parts of a file, `most` at most; how many there were.
pub fn parts_delete(db: &mut Db, id: &ExportId, most: i64) -> Result<usize> {
    let of = response_export_part::table.filter(response_export_part::export_id.eq(id));
    let places: Vec<i32> = of.select(response_export_part::place).order(response_export_part::place).limit(most).load(db)?;
    let these = response_export_part::table.filter(response_export_part::export_id.eq(id)).filter(response_export_part::place.eq_any(&places));
    Ok(diesel::delete(these).execute(db)?)
}

/// A file with nothing in it any more.
pub fn delete(db: &mut Db, id: &ExportId) -> Result<usize> {
    Ok(diesel::delete(response_export::table.find(id)).execute(db)?)
}

/// How many files have had their time.
pub fn ended_count(db: &mut Db, now: UtcTime) -> Result<i64> {
    Ok(response_export::table.filter(response_export::ends_at.le(now)).count().get_result(db)?)
}

/// Deletes what has had its time, `most` rows at most; how many there were.
pub fn ended_delete(db: &mut Db, now: UtcTime, most: i64) -> Result<usize> {
    let ended = response_export::table.filter(response_export::ends_at.le(now)).order(response_export::ends_at);
    let Some(id) = ended.select(response_export::id).first::<ExportId>(db).optional()? else { return Ok(0) };
    let parts = parts_delete(db, &id, most)?;
    if parts > 0 { Ok(parts) } else { delete(db, &id) }
}
