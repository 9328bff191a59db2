//! What was half answered and kept under a code, and visits at shared devices that are over. Neither says who, nor
//! when within a day.

use chrono::{Days, NaiveDate};
use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use crate::ground::ids::SurveyId;
use crate::ground::{Result, UtcTime};
use crate::on_each;
use crate::store::Db;
use crate::store::schema::{response_draft, survey, visit_ended};
use crate::surveys::draft::KEPT_DAYS;

/// Half answered, sealed: the database alone cannot read it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_draft)]
pub struct DraftRow {
    pub survey_id: SurveyId,
    /// Of the code; nothing leads from it to the code or to the key.
    pub code_hash: String,
    /// How much room it takes, in KiB.
    pub kib: i32,
    pub sealed: Vec<u8>,
    /// On which it was last kept.
    pub day: NaiveDate,
}

/// A visit that shows nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = visit_ended)]
pub struct EndedRow {
    pub survey_id: SurveyId,
    pub mark: i64,
    pub day: NaiveDate,
}

/// How many others lie under a survey, and what they take in KiB.
pub fn room(db: &mut Db, survey: &SurveyId, beside: &str) -> Result<(i64, i64)> {
    let others = response_draft::table.filter(response_draft::survey_id.eq(survey)).filter(response_draft::code_hash.ne(beside));
    let (count, kib): (i64, Option<i64>) = others.select((count_star(), sum(response_draft::kib))).first(db)?;
    Ok((count, kib.unwrap_or(0)))
}

/// Keeps a row in the place of whatever lay there.
pub fn keep(db: &mut Db, row: &DraftRow) -> Result<()> {
    let key = (response_draft::survey_id, response_draft::code_hash);
    let new = (response_draft::kib.eq(row.kib), response_draft::sealed.eq(&row.sealed), response_draft::day.eq(row.day));
    on_each!(db, c => diesel::insert_into(response_draft::table).values(row).on_conflict(key).do_update().set(new).execute(c))?;
    Ok(())
}

pub fn find(db: &mut Db, survey: &SurveyId, hash: &str) -> Result<Option<DraftRow>> {
    Ok(response_draft::table.find((survey, hash)).select(DraftRow::as_select()).first(db).optional()?)
}

pub fn forget(db: &mut Db, survey: &SurveyId, hash: &str) -> Result<()> {
    diesel::delete(response_draft::table.find((survey, hash))).execute(db)?;
    Ok(())
}

pub fn end(db: &mut Db, row: &EndedRow) -> Result<()> {
    on_each!(db, c => diesel::insert_into(visit_ended::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

pub fn is_over(db: &mut Db, survey: &SurveyId, mark: i64) -> Result<bool> {
    let found = visit_ended::table.find((survey, mark)).select(visit_ended::mark).first::<i64>(db).optional()?;
    Ok(found.is_some())
}

/// Deletes what has had its time wherever its city is, or whose survey was closed for good, `most` rows of each at most; how many there
/// were.
pub fn sweep(db: &mut Db, now: UtcTime, most: i64) -> Result<usize> {
    let day = |days: u64| now.date() - Days::new(days);
    let sealed = survey::table.filter(survey::sealed_at.is_not_null()).select(survey::id);
    let over = response_draft::day.lt(day(KEPT_DAYS + 1)).or(response_draft::survey_id.eq_any(sealed));
    let of = response_draft::table.filter(over).select((response_draft::survey_id, response_draft::code_hash)).limit(most);
    let old: Vec<(SurveyId, String)> = of.load(db)?;
    let (surveys, hashes): (Vec<SurveyId>, Vec<String>) = old.into_iter().unzip();
    // Hashes of two surveys never meet.
    let these = response_draft::table.filter(response_draft::survey_id.eq_any(&surveys)).filter(response_draft::code_hash.eq_any(&hashes));
    let drafts = diesel::delete(these).execute(db)?;
    // The day after tomorrow no page of that day sends anything any more.
    let ended: Vec<i64> = visit_ended::table.filter(visit_ended::day.lt(day(2))).select(visit_ended::mark).limit(most).load(db)?;
    let visits = visit_ended::table.filter(visit_ended::day.lt(day(2))).filter(visit_ended::mark.eq_any(&ended));
    Ok(drafts + diesel::delete(visits).execute(db)?)
}
