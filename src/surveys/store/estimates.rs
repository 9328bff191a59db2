//! Estimates as they were computed, and how many had answered by the end of each day.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::max;
use diesel::prelude::*;

use super::SurveyRow;
use crate::ground::ids::SurveyId;
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::store::Db;
use crate::store::schema::{estimate, estimate_set, survey, survey_count};
use crate::surveys::estimates::{EstimateKind, NoEstimate};
use crate::surveys::survey::SurveyState;
use crate::{on_each, sql_text, words};

sql_text!(EstimateKind, |s: String| s.parse());
sql_text!(NoEstimate, |s: String| s.parse());

/// All estimates of a survey, computed from one set of rows.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = estimate_set)]
pub struct SetRow {
    pub survey_id: SurveyId,
    pub computed_at: UtcTime,
    /// Responses that they are from.
    pub responses: i64,
    /// Of the instrument.
    pub content_hash: String,
    /// When it was last seen whether they may move.
    pub checked_at: UtcTime,
    /// Whether rows came or changed since, fewer than what moves them.
    pub stands: bool,
}

/// An estimate, no finer than it may be shown. Where it is withheld all but `n` is empty.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = estimate)]
pub struct EstimateRow {
    pub survey_id: SurveyId,
    pub measure: MeasureCode,
    /// Empty: all respondents.
    pub domain: String,
    /// In the order of the instrument's measures.
    pub place: i32,
    pub kind: EstimateKind,
    pub value: Option<f64>,
    pub se: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub n: i64,
    pub n_eff: Option<f64>,
    pub method: Option<String>,
    pub suppressed: bool,
    pub undefined: Option<NoEstimate>,
}

words! {
    /// Of whom is counted how many have answered.
    pub enum CountedPart {
        All = "all",
        /// Those who answered in one language.
        Language = "language",
    }
}

sql_text!(CountedPart, |s: String| s.parse());

/// How many had answered by the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_count)]
pub struct CountRow {
    pub survey_id: SurveyId,
    pub day: NaiveDate,
    pub part: CountedPart,
    /// Of the part, e.g. the language's tag; empty for all.
    pub name: String,
    /// Rounded down.
    pub responses: i64,
}

/// The sets of some surveys; those never computed are absent.
pub fn sets(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, SetRow>> {
    let rows: Vec<SetRow> = estimate_set::table.filter(estimate_set::survey_id.eq_any(ids.iter().copied())).select(SetRow::as_select()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.survey_id.clone(), row)).collect())
}

/// The estimates of some surveys, in the order of the instrument's measures.
pub fn estimates(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, Vec<EstimateRow>>> {
    let rows = estimate::table.filter(estimate::survey_id.eq_any(ids.iter().copied()));
    let rows: Vec<EstimateRow> = rows.order((estimate::survey_id, estimate::place, estimate::domain)).select(EstimateRow::as_select()).load(db)?;
    let mut of: HashMap<SurveyId, Vec<EstimateRow>> = HashMap::new();
    for row in rows {
        of.entry(row.survey_id.clone()).or_default().push(row);
    }
    Ok(of)
}

/// Puts a set with its estimates in the place of the one before.
pub fn set_replace(db: &mut Db, set: &SetRow, rows: &[EstimateRow]) -> Result<()> {
    diesel::delete(estimate::table.filter(estimate::survey_id.eq(&set.survey_id))).execute(db)?;
    diesel::delete(estimate_set::table.find(&set.survey_id)).execute(db)?;
    diesel::insert_into(estimate_set::table).values(set).execute(db)?;
    on_each!(db, c => diesel::insert_into(estimate::table).values(rows).execute(c))?;
    Ok(())
}

/// Says of a set that it stands although rows came or changed.
pub fn set_stands(db: &mut Db, id: &SurveyId, now: UtcTime) -> Result<()> {
    diesel::update(estimate_set::table.find(id)).set((estimate_set::checked_at.eq(now), estimate_set::stands.eq(true))).execute(db)?;
    Ok(())
}

/// Surveys that are open, or were until their end came.
pub fn surveys_open(db: &mut Db) -> Result<Vec<SurveyRow>> {
    Ok(survey::table.filter(survey::state.eq(SurveyState::Open)).order(survey::id).select(SurveyRow::as_select()).load(db)?)
}

/// The last day that was counted of some surveys.
pub fn last_counted(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, NaiveDate>> {
    let of = survey_count::table.filter(survey_count::survey_id.eq_any(ids.iter().copied())).group_by(survey_count::survey_id);
    let days: Vec<(SurveyId, Option<NaiveDate>)> = of.select((survey_count::survey_id, max(survey_count::day))).load(db)?;
    Ok(days.into_iter().filter_map(|(id, day)| Some((id, day?))).collect())
}

/// The newest count of some surveys, over all languages; those never counted are absent.
pub fn newest_counts(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, (NaiveDate, i64)>> {
    let days = last_counted(db, ids)?;
    let of = survey_count::table.filter(survey_count::survey_id.eq_any(days.keys())).filter(survey_count::part.eq(CountedPart::All));
    let rows: Vec<CountRow> = of.filter(survey_count::day.eq_any(days.values())).select(CountRow::as_select()).load(db)?;
    let newest = rows.into_iter().filter(|row| days.get(&row.survey_id) == Some(&row.day));
    Ok(newest.map(|row| (row.survey_id, (row.day, row.responses))).collect())
}

/// Counts of one survey, the newest `days` days first, all languages together before each.
pub fn counts(db: &mut Db, id: &SurveyId, most: i64) -> Result<Vec<CountRow>> {
    let rows = survey_count::table.filter(survey_count::survey_id.eq(id));
    Ok(rows.order((survey_count::day.desc(), survey_count::part, survey_count::name)).limit(most).select(CountRow::as_select()).load(db)?)
}

/// Adds counts; those of a day that was counted already stay as they are.
pub fn counts_insert(db: &mut Db, rows: &[CountRow]) -> Result<()> {
    for row in rows {
        on_each!(db, c => diesel::insert_into(survey_count::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}
