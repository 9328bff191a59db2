//! What is watched of surveys: counts of days that processes bring, figures of closed surveys, shares of a census.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::ground::Result;
use crate::ground::ids::SurveyId;
use crate::store::Db;
use crate::store::schema::{estimate_set, survey_count, survey_daily, survey_figure, survey_share};
use crate::surveys::store::estimates::{CountRow, CountedPart};
use crate::surveys::watching::{DailyPart, FigurePart};
use crate::{on_each, sql_text};

sql_text!(DailyPart, |s: String| s.parse());
sql_text!(FigurePart, |s: String| s.parse());

/// How often something happened on a day. Exact: shown in whole steps only.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_daily)]
pub struct DailyRow {
    pub survey_id: SurveyId,
    pub day: NaiveDate,
    pub part: DailyPart,
    pub name: String,
    pub count: i64,
}

/// A figure of a closed survey, as it may be shown; what is withheld is empty.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_figure)]
pub struct FigureRow {
    pub survey_id: SurveyId,
    pub part: FigurePart,
    pub name: String,
    pub place: i32,
    /// Of how many it is.
    pub base: Option<i64>,
    pub count: Option<i64>,
}

/// A part's share of the people of the city, between 0 and 1.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_share)]
pub struct ShareRow {
    pub survey_id: SurveyId,
    pub part: FigurePart,
    pub name: String,
    pub share: f64,
}

/// Adds to what was counted before; several processes may.
pub fn daily_add(db: &mut Db, rows: &[DailyRow]) -> Result<()> {
    let key = (survey_daily::survey_id, survey_daily::day, survey_daily::part, survey_daily::name);
    for row in rows {
        let more = survey_daily::count.eq(survey_daily::count + excluded(survey_daily::count));
        on_each!(db, c => diesel::insert_into(survey_daily::table).values(row).on_conflict(key).do_update().set(more).execute(c))?;
    }
    Ok(())
}

/// What was counted of a survey until a day, by name: over all days.
pub fn daily_until(db: &mut Db, id: &SurveyId, part: DailyPart, until: NaiveDate) -> Result<Vec<(NaiveDate, String, i64)>> {
    let of = survey_daily::table.filter(survey_daily::survey_id.eq(id)).filter(survey_daily::part.eq(part)).filter(survey_daily::day.le(until));
    Ok(of.order((survey_daily::day, survey_daily::name)).select((survey_daily::day, survey_daily::name, survey_daily::count)).load(db)?)
}

/// How many had answered by the end of each day while the survey was open, the first first.
pub fn counted_days(db: &mut Db, id: &SurveyId) -> Result<Vec<CountRow>> {
    let of = survey_count::table.filter(survey_count::survey_id.eq(id)).filter(survey_count::part.eq(CountedPart::All));
    Ok(of.order(survey_count::day).select(CountRow::as_select()).load(db)?)
}

/// The parts of the newest count.
pub fn counted_parts(db: &mut Db, id: &SurveyId, day: NaiveDate) -> Result<Vec<CountRow>> {
    let of = survey_count::table.filter(survey_count::survey_id.eq(id)).filter(survey_count::day.eq(day));
    Ok(of.filter(survey_count::part.ne(CountedPart::All)).order((survey_count::part, survey_count::name)).select(CountRow::as_select()).load(db)?)
}

pub fn figures(db: &mut Db, id: &SurveyId) -> Result<Vec<FigureRow>> {
    let of = survey_figure::table.filter(survey_figure::survey_id.eq(id));
    Ok(of.order((survey_figure::part, survey_figure::place, survey_figure::name)).select(FigureRow::as_select()).load(db)?)
}

/// Puts figures in the place of those before.
pub fn figures_replace(db: &mut Db, id: &SurveyId, rows: &[FigureRow]) -> Result<()> {
    diesel::delete(survey_figure::table.filter(survey_figure::survey_id.eq(id))).execute(db)?;
    for some in rows.chunks(500) {
        on_each!(db, c => diesel::insert_into(survey_figure::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Surveys that have estimates and no figures.
pub fn without_figures(db: &mut Db) -> Result<Vec<SurveyId>> {
    let with = survey_figure::table.select(survey_figure::survey_id).distinct();
    let without = estimate_set::table.filter(estimate_set::survey_id.ne_all(with)).filter(estimate_set::responses.gt(0));
    Ok(without.order(estimate_set::survey_id).select(estimate_set::survey_id).load(db)?)
}

pub fn shares(db: &mut Db, id: &SurveyId) -> Result<Vec<ShareRow>> {
    Ok(survey_share::table
        .filter(survey_share::survey_id.eq(id))
        .order((survey_share::part, survey_share::name))
        .select(ShareRow::as_select())
        .load(db)?)
}

/// Puts the shares of a part in the place of those before.
pub fn shares_replace(db: &mut Db, id: &SurveyId, part: FigurePart, rows: &[ShareRow]) -> Result<()> {
    diesel::delete(survey_share::table.filter(survey_share::survey_id.eq(id)).filter(survey_share::part.eq(part))).execute(db)?;
    on_each!(db, c => diesel::insert_into(survey_share::table).values(rows).execute(c))?;
    Ok(())
}
