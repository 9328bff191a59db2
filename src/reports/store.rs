//! All SQL of reports: frozen submissions here, drafts, evidence and lists in the files below.

pub mod drafts;
pub mod files;
pub mod lists;

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::form::ReportState;
use super::submission::{Content, Submission};
use crate::ground::ids::{ParticipationId, ReportId, RoundId, SubmissionId};
use crate::ground::{Error, Result, UtcTime};
use crate::rounds::store as rounds;
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::found;
use crate::store::schema::{report, report_return, submission};
use crate::typed;

pub use drafts::{ReportRow, SectionRow, StatisticRow};
pub use files::EvidenceRow;
pub use lists::{standing_by_participation, submissions_by, submissions_within};

/// What is frozen, and the files, are what they were.
pub const RULES: &[Rule] = &[
    Rule::Hashed { table: "submission", of: &["content"], hash: "content_hash" },
    Rule::Kept { table: "evidence", hash: "sha256", removed: "removed_at", bytes_in: "evidence_content", bytes: "bytes" },
    typed!(report, ReportRow),
    typed!(report_section, SectionRow),
    typed!(report_statistic, StatisticRow),
    typed!(evidence, EvidenceRow),
    typed!(submission, SubmissionRow),
];

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = submission)]
pub struct SubmissionRow {
    pub id: SubmissionId,
    pub report_id: ReportId,
    pub number: i32,
    /// `Content` as JSON.
    pub content: String,
    pub content_hash: String,
    pub receipt: String,
    pub submitted_at: UtcTime,
    pub submitted_by: String,
}

diesel::joinable!(submission -> report (report_id));

fn read((row, participation_id): (SubmissionRow, ParticipationId)) -> Result<Submission> {
    let content = serde_json::from_str(&row.content).map_err(|e| Error::internal(format!("content of {}: {e}", row.id)))?;
    Ok(Submission {
        id: row.id,
        report_id: row.report_id,
        participation_id,
        number: row.number,
        content,
        content_hash: row.content_hash,
        receipt: row.receipt,
        submitted_at: row.submitted_at,
    })
}

pub fn submission(db: &mut Db, id: &SubmissionId) -> Result<Submission> {
    let row = submission::table
        .inner_join(report::table)
        .filter(submission::id.eq(id))
        .select((SubmissionRow::as_select(), report::participation_id))
        .first::<(SubmissionRow, ParticipationId)>(db);
    read(found(row, "submission")?)
}

/// The newest submission of each of some participations.
pub fn newest_submissions_of(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<Submission>> {
    let rows = submission::table
        .inner_join(report::table)
        .filter(report::participation_id.eq_any(ids))
        .order(submission::number.asc())
        .select((SubmissionRow::as_select(), report::participation_id))
        .load::<(SubmissionRow, ParticipationId)>(db)?;
    let newest: BTreeMap<ParticipationId, (SubmissionRow, ParticipationId)> = rows.into_iter().map(|r| (r.1.clone(), r)).collect();
    newest.into_values().map(read).collect()
}

/// The newest submission's id of every participation of a round, without reading the contents.
pub fn newest_submission_ids(db: &mut Db, round: &RoundId) -> Result<Vec<(ParticipationId, SubmissionId)>> {
    let rows: Vec<(ParticipationId, SubmissionId, i32)> = submission::table
        .inner_join(report::table)
        .filter(report::participation_id.eq_any(rounds::of_round(round.clone())))
        .order((report::participation_id.asc(), submission::number.asc()))
        .select((report::participation_id, submission::id, submission::number))
        .load(db)?;
    let newest: BTreeMap<ParticipationId, SubmissionId> = rows.into_iter().map(|(p, s, _)| (p, s)).collect();
    Ok(newest.into_iter().collect())
}

/// What some submissions say.
pub fn contents_of(db: &mut Db, ids: &[SubmissionId]) -> Result<Vec<(SubmissionId, Content)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(SubmissionId, String)> =
        submission::table.filter(submission::id.eq_any(ids)).select((submission::id, submission::content)).load(db)?;
    let read = |(id, json): (SubmissionId, String)| {
        let content = serde_json::from_str(&json).map_err(|e| Error::internal(format!("content of {id}: {e}")))?;
        Ok((id, content))
    };
    rows.into_iter().map(read).collect()
}

/// Whether a submission was given back to its city, and has no successor yet.
pub fn is_given_back(db: &mut Db, id: &SubmissionId) -> Result<bool> {
    let of = submission::table.inner_join(report::table).filter(submission::id.eq(id)).filter(report::state.eq(ReportState::Returned));
    Ok(of.select(submission::id).first::<SubmissionId>(db).optional()?.is_some())
}

/// Whether a submission is the newest of its report. Asked inside a transaction, after its entry in the audit:
/// whoever submits meanwhile waits for that.
pub fn is_newest(db: &mut Db, id: &SubmissionId) -> Result<bool> {
    let row: Option<(ReportId, i32)> = submission::table.find(id).select((submission::report_id, submission::number)).first(db).optional()?;
    let Some((report, number)) = row else { return Ok(false) };
    let later = submission::table.filter(submission::report_id.eq(report)).filter(submission::number.gt(number));
    Ok(later.select(submission::id).first::<SubmissionId>(db).optional()?.is_none())
}

/// The participation of some submissions.
pub fn participations_of(db: &mut Db, ids: &[SubmissionId]) -> Result<Vec<(SubmissionId, ParticipationId)>> {
    Ok(submission::table.inner_join(report::table).filter(submission::id.eq_any(ids)).select((submission::id, report::participation_id)).load(db)?)
}

/// The newest submission of one participation.
pub fn newest_submission(db: &mut Db, participation: &ParticipationId) -> Result<Option<Submission>> {
    let row = submission::table
        .inner_join(report::table)
        .filter(report::participation_id.eq(participation))
        .order(submission::number.desc())
        .select((SubmissionRow::as_select(), report::participation_id))
        .first::<(SubmissionRow, ParticipationId)>(db)
        .optional()?;
    row.map(read).transpose()
}

/// Every submission of a report, oldest first.
pub fn submissions_of(db: &mut Db, id: &ReportId) -> Result<Vec<SubmissionRow>> {
    Ok(submission::table.filter(submission::report_id.eq(id)).order(submission::number.asc()).select(SubmissionRow::as_select()).load(db)?)
}

pub fn submission_insert(db: &mut Db, row: &SubmissionRow) -> Result<()> {
    diesel::insert_into(submission::table).values(row).execute(db)?;
    Ok(())
}

/// Why a submission was given back to its city.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = report_return)]
pub struct ReturnRow {
    pub submission_id: SubmissionId,
    pub note: String,
    pub returned_at: UtcTime,
    pub returned_by: String,
}

pub fn return_insert(db: &mut Db, row: &ReturnRow) -> Result<()> {
    diesel::insert_into(report_return::table).values(row).execute(db)?;
    Ok(())
}

/// The note with which a submission was given back, if it was.
pub fn return_note(db: &mut Db, id: &SubmissionId) -> Result<Option<String>> {
    Ok(report_return::table.find(id).select(report_return::note).first(db).optional()?)
}
