//! SQL of drafts: the report's own row, sections and statistics.
//!
//! Every change first raises the report's version while its state allows it. That locks the row, so
//! that a save and a submission of the same report never pass each other.

use diesel::prelude::*;

use crate::ground::ids::{ParticipationId, ReportId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::reports::form::ReportState;
use crate::sql_text;
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{report, report_section, report_statistic};

sql_text!(ReportState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report)]
pub struct ReportRow {
    pub id: ReportId,
    pub participation_id: ParticipationId,
    pub state: ReportState,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_section)]
pub struct SectionRow {
    pub report_id: ReportId,
    pub measure: MeasureCode,
    pub body: String,
    pub version: i32,
    pub updated_at: UtcTime,
    pub updated_by: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_statistic)]
pub struct StatisticRow {
    pub report_id: ReportId,
    pub measure: MeasureCode,
    pub value: Option<f64>,
    pub year: Option<i32>,
    pub source: String,
    pub not_available: bool,
    pub version: i32,
    pub updated_at: UtcTime,
    pub updated_by: String,
}

pub fn report(db: &mut Db, id: &ReportId) -> Result<ReportRow> {
    found(report::table.find(id).select(ReportRow::as_select()).first(db), "report")
}

/// The report of a participation, once it was begun.
pub fn report_of(db: &mut Db, id: &ParticipationId) -> Result<Option<ReportRow>> {
    Ok(report::table.filter(report::participation_id.eq(id)).select(ReportRow::as_select()).first(db).optional()?)
}

pub fn report_insert(db: &mut Db, row: &ReportRow) -> Result<()> {
    diesel::insert_into(report::table).values(row).execute(db)?;
    Ok(())
}

/// Raises the report's version if its state is one of `from`, and perhaps turns it into `to`.
/// `false` when it is in another state.
pub fn report_turn(db: &mut Db, id: &ReportId, from: &[ReportState], to: Option<ReportState>) -> Result<bool> {
    let rows = report::table.filter(report::id.eq(id)).filter(report::state.eq_any(from.to_vec()));
    let changed = match to {
        Some(to) => diesel::update(rows).set((report::version.eq(report::version + 1), report::state.eq(to))).execute(db)?,
        None => diesel::update(rows).set(report::version.eq(report::version + 1)).execute(db)?,
    };
    Ok(changed == 1)
}

/// Sections of some reports.
pub fn sections(db: &mut Db, ids: &[ReportId]) -> Result<Vec<SectionRow>> {
    Ok(report_section::table.filter(report_section::report_id.eq_any(ids)).select(SectionRow::as_select()).load(db)?)
}

pub fn section(db: &mut Db, id: &ReportId, measure: &MeasureCode) -> Result<Option<SectionRow>> {
    Ok(report_section::table.find((id, measure)).select(SectionRow::as_select()).first(db).optional()?)
}

/// Writes a section if it still has the version before `row.version`; `current` is what it has.
pub fn section_write(db: &mut Db, row: &SectionRow, current: i32) -> Result<()> {
    if row.version == 1 && current == 0 {
        diesel::insert_into(report_section::table).values(row).execute(db)?;
        return Ok(());
    }
    let old = report_section::table.find((&row.report_id, &row.measure)).filter(report_section::version.eq(row.version - 1));
    let rows = diesel::update(old)
        .set((
            report_section::body.eq(&row.body),
            report_section::version.eq(row.version),
            report_section::updated_at.eq(row.updated_at),
            report_section::updated_by.eq(&row.updated_by),
        ))
        .execute(db)?;
    changed(rows, current)
}

/// Statistics of some reports.
pub fn statistics(db: &mut Db, ids: &[ReportId]) -> Result<Vec<StatisticRow>> {
    Ok(report_statistic::table.filter(report_statistic::report_id.eq_any(ids)).select(StatisticRow::as_select()).load(db)?)
}

/// Writes a statistic if it still has the version before `row.version`; `current` is what it has.
pub fn statistic_write(db: &mut Db, row: &StatisticRow, current: i32) -> Result<()> {
    if row.version == 1 && current == 0 {
        diesel::insert_into(report_statistic::table).values(row).execute(db)?;
        return Ok(());
    }
    let old = report_statistic::table.find((&row.report_id, &row.measure)).filter(report_statistic::version.eq(row.version - 1));
    let rows = diesel::update(old)
        .set((
            report_statistic::value.eq(row.value),
            report_statistic::year.eq(row.year),
            report_statistic::source.eq(&row.source),
            report_statistic::not_available.eq(row.not_available),
            report_statistic::version.eq(row.version),
            report_statistic::updated_at.eq(row.updated_at),
            report_statistic::updated_by.eq(&row.updated_by),
        ))
        .execute(db)?;
    changed(rows, current)
}
