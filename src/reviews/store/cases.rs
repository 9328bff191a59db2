//! Disagreements, and the levels that they and the agreement of a round are about.

use diesel::prelude::*;

use crate::ground::ids::{DisagreementId, PersonId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::reviews::checks::Reason;
use crate::reviews::panel::{Case, Resolution};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{disagreement, rating, review};
use crate::{sql_text, words};

words! {
    pub enum CaseState {
        Open = "open",
        /// A third expert has been asked.
        ThirdInvited = "third_invited",
        Resolved = "resolved",
    }
}

sql_text!(CaseState, |s: String| s.parse());
sql_text!(Reason, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = disagreement)]
pub struct DisagreementRow {
    pub id: DisagreementId,
    pub round_id: RoundId,
    pub submission_id: SubmissionId,
    pub measure: MeasureCode,
    pub reason: Reason,
    pub state: CaseState,
    pub third_review_id: Option<ReviewId>,
    /// A `Resolution`, empty until resolved.
    pub resolution: String,
    pub level: Option<f64>,
    pub note: String,
    pub resolved_by: String,
    pub resolved_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

impl DisagreementRow {
    /// As panel scores see it.
    pub fn case(&self) -> Case {
        match (self.state, self.resolution.parse::<Resolution>(), self.level) {
            (CaseState::Resolved, Ok(how), Some(level)) => Case::Resolved(how, level),
            _ => Case::Open,
        }
    }
}

pub fn disagreement(db: &mut Db, id: &DisagreementId) -> Result<DisagreementRow> {
    found(disagreement::table.find(id).select(DisagreementRow::as_select()).first(db), "disagreement")
}

pub fn disagreement_insert(db: &mut Db, row: &DisagreementRow) -> Result<()> {
    diesel::insert_into(disagreement::table).values(row).execute(db)?;
    Ok(())
}

pub fn disagreements_of_round(db: &mut Db, round: &RoundId) -> Result<Vec<DisagreementRow>> {
    Ok(disagreement::table.filter(disagreement::round_id.eq(round)).order(disagreement::id.asc()).select(DisagreementRow::as_select()).load(db)?)
}

pub fn disagreements_of_submission(db: &mut Db, id: &SubmissionId) -> Result<Vec<DisagreementRow>> {
    Ok(disagreement::table.filter(disagreement::submission_id.eq(id)).order(disagreement::id.asc()).select(DisagreementRow::as_select()).load(db)?)
}

pub fn disagreements_of_submissions(db: &mut Db, ids: &[SubmissionId]) -> Result<Vec<DisagreementRow>> {
    Ok(disagreement::table.filter(disagreement::submission_id.eq_any(ids)).select(DisagreementRow::as_select()).load(db)?)
}

/// Hands a case to a third expert; 0 rows when it is resolved.
pub fn disagreement_third(db: &mut Db, id: &DisagreementId, third: &ReviewId) -> Result<usize> {
    Ok(diesel::update(disagreement::table.find(id).filter(disagreement::state.ne(CaseState::Resolved)))
        .set((
            disagreement::state.eq(CaseState::ThirdInvited),
            disagreement::third_review_id.eq(Some(third.clone())),
            disagreement::version.eq(disagreement::version + 1),
        ))
        .execute(db)?)
}

/// Opens the cases again that wait for a third review which does not settle them; of one measure, or
/// all of them.
pub fn disagreements_reopen(db: &mut Db, third: &ReviewId, measure: Option<&MeasureCode>) -> Result<usize> {
    let waiting = disagreement::third_review_id.eq(Some(third.clone())).and(disagreement::state.ne(CaseState::Resolved));
    let again = (
        disagreement::state.eq(CaseState::Open),
        disagreement::third_review_id.eq(None::<ReviewId>),
        disagreement::version.eq(disagreement::version + 1),
    );
    let cases = disagreement::table.filter(waiting);
    Ok(match measure {
        Some(measure) => diesel::update(cases.filter(disagreement::measure.eq(measure))).set(again).execute(db)?,
        None => diesel::update(cases).set(again).execute(db)?,
    })
}

/// Settles a case; 0 rows when it was settled before.
pub fn disagreement_settle(db: &mut Db, id: &DisagreementId, how: Resolution, level: f64, note: &str, by: &str, at: UtcTime) -> Result<usize> {
    Ok(diesel::update(disagreement::table.find(id).filter(disagreement::state.ne(CaseState::Resolved)))
        .set((
            disagreement::state.eq(CaseState::Resolved),
            disagreement::resolution.eq(how.as_str()),
            disagreement::level.eq(Some(level)),
            disagreement::note.eq(note),
            disagreement::resolved_by.eq(by),
            disagreement::resolved_at.eq(Some(at)),
            disagreement::version.eq(disagreement::version + 1),
        ))
        .execute(db)?)
}

/// One rating of a submitted review, with what it belongs to.
#[derive(Debug, Clone, Queryable)]
pub struct SubmittedRating {
    pub review_id: ReviewId,
    pub submission_id: SubmissionId,
    pub person_id: PersonId,
    pub rubric_id: RubricId,
    pub kind: ReviewKind,
    pub measure: MeasureCode,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
}

diesel::joinable!(rating -> review (review_id));

/// Ratings of all submitted reviews of some submissions, by review and measure.
pub fn submitted_ratings(db: &mut Db, submissions: &[SubmissionId]) -> Result<Vec<SubmittedRating>> {
    Ok(rating::table
        .inner_join(review::table)
        .filter(review::submission_id.eq_any(submissions))
        .filter(review::state.eq(ReviewState::Submitted))
        .order((review::id.asc(), rating::measure.asc()))
        .select((
            review::id,
            review::submission_id,
            review::person_id,
            review::rubric_id,
            review::kind,
            rating::measure,
            rating::level,
            rating::cannot_judge,
            rating::comment,
            rating::evidence_pointer,
        ))
        .load(db)?)
}

/// Every submission of a round that has a review, newest submissions or not.
pub fn reviewed_submissions(db: &mut Db, round: &RoundId) -> Result<Vec<SubmissionId>> {
    Ok(review::table.filter(review::round_id.eq(round)).select(review::submission_id).distinct().load(db)?)
}
