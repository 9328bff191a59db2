//! Reviews, their ratings, and assignment plans.

use std::collections::BTreeSet;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::ground::ids::{PersonId, PlanId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::people::policy::Reach;
use crate::reviews::proposal::Proposal;
use crate::reviews::review::{Declining, Rating, ReviewKind, ReviewState, SetAside};
use crate::store::Db;
use crate::store::db::{changed, found};
use crate::store::schema::{assignment_plan, rating, review};
use crate::web::paging::PageAt;
use crate::{sql_text, words};

sql_text!(ReviewKind, |s: String| s.parse());
sql_text!(ReviewState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = review)]
pub struct ReviewRow {
    pub id: ReviewId,
    pub round_id: RoundId,
    pub submission_id: SubmissionId,
    pub person_id: PersonId,
    pub rubric_id: RubricId,
    pub kind: ReviewKind,
    pub state: ReviewState,
    /// Codes as JSON; an empty list means every measure of the rubric.
    pub measures: String,
    pub due_at: UtcTime,
    pub invited_at: UtcTime,
    pub responded_at: Option<UtcTime>,
    pub submitted_at: Option<UtcTime>,
    /// `Declining` as JSON, empty while not declined.
    pub decline_reason: String,
    pub overall_comment: String,
    pub receipt: String,
    pub version: i32,
    /// `SetAside` as JSON, empty while it is not.
    pub aside: String,
}

impl ReviewRow {
    pub fn set_aside(&self) -> Option<SetAside> {
        (self.state == ReviewState::SetAside && !self.aside.is_empty()).then(|| serde_json::from_str(&self.aside).ok()).flatten()
    }

    /// Whether it was submitted, and is asked again about sections that the city has changed.
    pub fn is_reopened(&self) -> bool {
        self.state == ReviewState::Accepted && self.submitted_at.is_some()
    }

    /// The measures it is limited to; empty means all.
    pub fn limited_to(&self) -> Result<Vec<MeasureCode>> {
        serde_json::from_str(&self.measures).map_err(Error::internal)
    }

    pub fn declining(&self) -> Option<Declining> {
        (!self.decline_reason.is_empty()).then(|| serde_json::from_str(&self.decline_reason).unwrap_or_default())
    }
}

pub fn review(db: &mut Db, id: &ReviewId) -> Result<ReviewRow> {
    found(review::table.find(id).select(ReviewRow::as_select()).first(db), "review")
}

pub fn review_insert(db: &mut Db, row: &ReviewRow) -> Result<()> {
    diesel::insert_into(review::table).values(row).execute(db)?;
    Ok(())
}

pub fn reviews_of_round(db: &mut Db, round: &RoundId) -> Result<Vec<ReviewRow>> {
    Ok(review::table.filter(review::round_id.eq(round)).order(review::id.asc()).select(ReviewRow::as_select()).load(db)?)
}

/// Some reviews, in no particular order.
pub fn reviews_by_ids(db: &mut Db, ids: &[ReviewId]) -> Result<Vec<ReviewRow>> {
    Ok(review::table.filter(review::id.eq_any(ids)).select(ReviewRow::as_select()).load(db)?)
}

/// Those of some reviews that are over: declined or withdrawn before a moment; or of one of these rounds, due before
/// it and waiting for nobody.
pub fn reviews_over(db: &mut Db, ids: &[ReviewId], rounds: &[RoundId], before: UtcTime) -> Result<Vec<ReviewId>> {
    let given_back = review::state.eq_any([ReviewState::Declined, ReviewState::Withdrawn]).and(review::responded_at.lt(Some(before)));
    let waits = [ReviewState::Invited, ReviewState::Accepted];
    let done = review::round_id.eq_any(rounds).and(review::due_at.lt(before)).and(review::state.ne_all(waits));
    let over = review::table.filter(review::id.eq_any(ids)).filter(done.or(given_back));
    Ok(over.select(review::id).load(db)?)
}

/// Ratings of reviews of some rounds that were never submitted.
macro_rules! drafts {
    ($rounds:expr) => {{
        let never = review::table.filter(review::round_id.eq_any($rounds)).filter(review::submitted_at.is_null());
        rating::table.filter(rating::review_id.eq_any(never.select(review::id)))
    }};
}

/// How many ratings of these rounds were never submitted.
pub fn drafts_count(db: &mut Db, rounds: &[RoundId]) -> Result<i64> {
    Ok(drafts!(rounds.to_vec()).count().get_result(db)?)
}

/// Deletes ratings of these rounds that were never submitted, `most` at most.
pub fn drafts_delete(db: &mut Db, rounds: &[RoundId], most: i64) -> Result<usize> {
    let keys: Vec<(ReviewId, MeasureCode)> = drafts!(rounds.to_vec()).select((rating::review_id, rating::measure)).limit(most).load(db)?;
    keys.iter().map(|(review, measure)| Ok(diesel::delete(rating::table.find((review, measure))).execute(db)?)).sum()
}

pub fn reviews_of_submissions(db: &mut Db, submissions: &[SubmissionId]) -> Result<Vec<ReviewRow>> {
    Ok(review::table.filter(review::submission_id.eq_any(submissions)).order(review::id.asc()).select(ReviewRow::as_select()).load(db)?)
}

/// Seats of a round, counted per report, kind and state.
pub fn seats(db: &mut Db, round: &RoundId) -> Result<Vec<(SubmissionId, ReviewKind, ReviewState, i64)>> {
    let by = (review::submission_id, review::kind, review::state);
    let counts = review::table.filter(review::round_id.eq(round)).group_by(by);
    Ok(counts.select((review::submission_id, review::kind, review::state, count_star())).load(db)?)
}

/// Reviews of a round that are due and not in, counted per report.
pub fn late(db: &mut Db, round: &RoundId, now: UtcTime) -> Result<Vec<(SubmissionId, i64)>> {
    let waiting = review::state.eq_any([ReviewState::Invited, ReviewState::Accepted]);
    let late = review::table.filter(review::round_id.eq(round)).filter(waiting).filter(review::due_at.lt(now));
    Ok(late.group_by(review::submission_id).select((review::submission_id, count_star())).load(db)?)
}

/// How many seats each expert holds in a round, without those of some submissions.
pub fn loads(db: &mut Db, round: &RoundId, but: &[SubmissionId]) -> Result<Vec<(PersonId, i64)>> {
    let held = ReviewState::ALL.iter().copied().filter(|state| state.holds_seat()).collect::<Vec<_>>();
    let seats = review::table.filter(review::round_id.eq(round)).filter(review::state.eq_any(held));
    let seats = seats.filter(review::submission_id.ne_all(but));
    Ok(seats.group_by(review::person_id).select((review::person_id, count_star())).load(db)?)
}

/// What of reviews is listed for a reader.
#[derive(Debug, Default)]
pub struct Listed<'l> {
    /// The submissions within reach.
    pub there: Vec<SubmissionId>,
    /// Those of which they see no reviews but their own.
    pub unseen: Vec<SubmissionId>,
    pub reader: Option<PersonId>,
    pub round: Option<&'l RoundId>,
}

/// Reviews within reach, oldest first, and one more than `limit`. One's own are left out once they are withdrawn.
pub fn reviews(db: &mut Db, reach: &Reach, listed: Listed<'_>, at: &PageAt<ReviewId>) -> Result<Vec<ReviewRow>> {
    let mut query = review::table.order(review::id.asc()).limit(at.limit + 1).select(ReviewRow::as_select()).into_boxed();
    if !listed.unseen.is_empty() {
        let reader = listed.reader.unwrap_or_else(|| PersonId::from_stored(String::new()));
        query = query.filter(review::submission_id.ne_all(listed.unseen).or(review::person_id.eq(reader)));
    }
    if !reach.is_everything() {
        let single: Vec<ReviewId> = reach.reviews.keys().cloned().collect();
        let own: Vec<PersonId> = reach.own.iter().cloned().collect();
        query = query.filter(
            review::submission_id
                .eq_any(listed.there)
                .or(review::id.eq_any(single))
                .or(review::person_id.eq_any(own).and(review::state.ne(ReviewState::Withdrawn))),
        );
    }
    if let Some(round) = listed.round {
        query = query.filter(review::round_id.eq(round.clone()));
    }
    if let Some(after) = &at.after {
        query = query.filter(review::id.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Moves a review that was never submitted from one of some states to another; 0 rows when it was in none of
/// them, or is only asked again about some sections.
pub fn review_answer(db: &mut Db, id: &ReviewId, from: &[ReviewState], to: ReviewState, at: UtcTime, declining: &str) -> Result<usize> {
    Ok(diesel::update(review::table.find(id).filter(review::state.eq_any(from)).filter(review::submitted_at.is_null()))
        .set((review::state.eq(to), review::responded_at.eq(Some(at)), review::decline_reason.eq(declining), review::version.eq(review::version + 1)))
        .execute(db)?)
}

/// Sets a review aside; 0 rows when it was neither accepted nor submitted.
pub fn review_set_aside(db: &mut Db, id: &ReviewId, aside: &str) -> Result<usize> {
    let counted = review::table.find(id).filter(review::state.eq_any(ReviewState::COUNTED));
    Ok(diesel::update(counted)
        .set((review::state.eq(ReviewState::SetAside), review::aside.eq(aside), review::version.eq(review::version + 1)))
        .execute(db)?)
}

/// Puts a review back into a state; 0 rows when it was not set aside.
pub fn review_put_back(db: &mut Db, id: &ReviewId, to: ReviewState) -> Result<usize> {
    let aside = review::table.find(id).filter(review::state.eq(ReviewState::SetAside));
    Ok(diesel::update(aside).set((review::state.eq(to), review::aside.eq(""), review::version.eq(review::version + 1))).execute(db)?)
}

/// The reviews of somebody that hold a seat.
pub fn reviews_held_by(db: &mut Db, person: &PersonId) -> Result<Vec<ReviewRow>> {
    let held = ReviewState::ALL.iter().copied().filter(|state| state.holds_seat()).collect::<Vec<_>>();
    let seats = review::table.filter(review::person_id.eq(person)).filter(review::state.eq_any(held));
    Ok(seats.order(review::id.asc()).select(ReviewRow::as_select()).load(db)?)
}

/// Every review of somebody, whatever became of it.
pub fn reviews_by(db: &mut Db, person: &PersonId) -> Result<Vec<ReviewRow>> {
    let own = review::table.filter(review::person_id.eq(person));
    Ok(own.order(review::id.asc()).select(ReviewRow::as_select()).load(db)?)
}

/// Every review of somebody in a round, whatever became of it.
pub fn reviews_of_person(db: &mut Db, person: &PersonId, round: &RoundId) -> Result<Vec<ReviewRow>> {
    let own = review::table.filter(review::person_id.eq(person)).filter(review::round_id.eq(round));
    Ok(own.order(review::id.asc()).select(ReviewRow::as_select()).load(db)?)
}

/// Offers a withdrawn seat to the same expert again.
pub fn review_offer_again(db: &mut Db, row: &ReviewRow) -> Result<usize> {
    Ok(diesel::update(review::table.find(&row.id).filter(review::state.eq(ReviewState::Withdrawn)))
        .set((
            review::state.eq(ReviewState::Invited),
            review::kind.eq(row.kind),
            review::measures.eq(&row.measures),
            review::rubric_id.eq(&row.rubric_id),
            review::due_at.eq(row.due_at),
            review::invited_at.eq(row.invited_at),
            review::responded_at.eq(None::<UtcTime>),
            review::version.eq(review::version + 1),
        ))
        .execute(db)?)
}

/// Widens a third expert's review to more measures while it is not submitted.
pub fn review_measures_set(db: &mut Db, id: &ReviewId, measures: &str) -> Result<usize> {
    Ok(diesel::update(review::table.find(id).filter(review::state.eq_any([ReviewState::Invited, ReviewState::Accepted])))
        .set((review::measures.eq(measures), review::version.eq(review::version + 1)))
        .execute(db)?)
}

/// Submits an accepted review; 0 rows when it was not accepted (any more).
pub fn review_close(db: &mut Db, id: &ReviewId, at: UtcTime, overall: &str, receipt: &str) -> Result<usize> {
    Ok(diesel::update(review::table.find(id).filter(review::state.eq(ReviewState::Accepted)))
        .set((
            review::state.eq(ReviewState::Submitted),
            review::submitted_at.eq(Some(at)),
            review::overall_comment.eq(overall),
            review::receipt.eq(receipt),
            review::version.eq(review::version + 1),
        ))
        .execute(db)?)
}

/// Keeps an accepted review from being submitted until this transaction ends; 0 rows when it is
/// not accepted (any more).
pub fn review_hold(db: &mut Db, id: &ReviewId) -> Result<usize> {
    Ok(diesel::update(review::table.find(id).filter(review::state.eq(ReviewState::Accepted))).set(review::version.eq(review::version)).execute(db)?)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rating)]
pub struct RatingRow {
    pub review_id: ReviewId,
    pub measure: MeasureCode,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
    pub version: i32,
    pub updated_at: UtcTime,
    /// The submission on which it was given; none while it is a draft.
    pub given_on: Option<SubmissionId>,
}

impl RatingRow {
    /// A draft in which nothing is said yet.
    pub fn blank(review: &ReviewId, measure: &MeasureCode, at: UtcTime) -> Self {
        Self {
            review_id: review.clone(),
            measure: measure.clone(),
            level: None,
            cannot_judge: false,
            comment: String::new(),
            evidence_pointer: String::new(),
            version: 1,
            updated_at: at,
            given_on: None,
        }
    }

    /// As the review of a submission has it.
    pub fn rating(self, of: &SubmissionId) -> Rating {
        Rating {
            measure: self.measure,
            level: self.level,
            cannot_judge: self.cannot_judge,
            comment: self.comment,
            evidence_pointer: self.evidence_pointer,
            version: self.version,
            updated_at: Some(self.updated_at),
            kept: self.given_on.as_ref().is_some_and(|on| on != of),
            given_on: self.given_on,
        }
    }
}

pub fn ratings(db: &mut Db, review: &ReviewId) -> Result<Vec<RatingRow>> {
    Ok(rating::table.filter(rating::review_id.eq(review)).order(rating::measure.asc()).select(RatingRow::as_select()).load(db)?)
}

/// Ratings of some reviews, in no particular order.
pub fn ratings_of(db: &mut Db, reviews: &[ReviewId]) -> Result<Vec<RatingRow>> {
    Ok(rating::table.filter(rating::review_id.eq_any(reviews)).select(RatingRow::as_select()).load(db)?)
}

/// Deletes a review's ratings of other measures.
pub fn ratings_keep_only(db: &mut Db, review: &ReviewId, measures: &[MeasureCode]) -> Result<usize> {
    Ok(diesel::delete(rating::table.filter(rating::review_id.eq(review)).filter(rating::measure.ne_all(measures))).execute(db)?)
}

/// Keeps a rating if its version is still `row.version - 1`; `Stale` when another tab was faster.
pub fn rating_save(db: &mut Db, row: &RatingRow) -> Result<()> {
    let expected = row.version - 1;
    let draft = rating::table.find((&row.review_id, &row.measure)).filter(rating::given_on.is_null());
    let rows = diesel::update(draft.filter(rating::version.eq(expected)))
        .set((
            rating::level.eq(row.level),
            rating::cannot_judge.eq(row.cannot_judge),
            rating::comment.eq(&row.comment),
            rating::evidence_pointer.eq(&row.evidence_pointer),
            rating::version.eq(row.version),
            rating::updated_at.eq(row.updated_at),
        ))
        .execute(db)?;
    if rows == 1 {
        return Ok(());
    }
    let current = rating::table.find((&row.review_id, &row.measure)).select(rating::version).first::<i32>(db).optional()?;
    match current {
        // The review's row is held, so that nobody inserts between this look and the insert.
        None if expected == 0 => {
            diesel::insert_into(rating::table).values(row).execute(db)?;
            Ok(())
        }
        current => changed(0, current.unwrap_or(0)),
    }
}

words! {
    pub enum PlanState {
        /// Waits for the coordinator.
        Proposed = "proposed",
        /// There are not enough experts; the content says where.
        Blocked = "blocked",
        Confirmed = "confirmed",
        Discarded = "discarded",
    }
}

sql_text!(PlanState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignment_plan)]
pub struct PlanRow {
    pub id: PlanId,
    pub round_id: RoundId,
    pub state: PlanState,
    /// `Proposal` as JSON.
    pub content: String,
    pub version: i32,
    pub created_at: UtcTime,
    pub created_by: String,
}

impl PlanRow {
    pub fn proposal(&self) -> Result<Proposal> {
        serde_json::from_str(&self.content).map_err(|e| Error::internal(format!("content of {}: {e}", self.id)))
    }
}

pub fn plan(db: &mut Db, id: &PlanId) -> Result<PlanRow> {
    found(assignment_plan::table.find(id).select(PlanRow::as_select()).first(db), "assignment plan")
}

pub fn plan_insert(db: &mut Db, row: &PlanRow) -> Result<()> {
    diesel::insert_into(assignment_plan::table).values(row).execute(db)?;
    Ok(())
}

/// Takes a name out of every plan that names somebody, waiting or over.
pub fn plans_unname(db: &mut Db, person: &PersonId, name: &str) -> Result<()> {
    let picks = assignment_plan::content.like(format!("%{person}%"));
    let named = assignment_plan::table.filter(picks.or(assignment_plan::content.like("%\"blocked\":{%")));
    let rows: Vec<PlanRow> = named.select(PlanRow::as_select()).load(db)?;
    for row in rows {
        let mut proposal = row.proposal()?;
        proposal.unname(person, name);
        let content = serde_json::to_string(&proposal).map_err(Error::internal)?;
        if content != row.content {
            diesel::update(assignment_plan::table.find(&row.id)).set(assignment_plan::content.eq(content)).execute(db)?;
        }
    }
    Ok(())
}

/// Every plan of some rounds.
pub fn plans_of(db: &mut Db, rounds: &BTreeSet<RoundId>) -> Result<Vec<PlanId>> {
    Ok(assignment_plan::table.filter(assignment_plan::round_id.eq_any(rounds)).select(assignment_plan::id).load(db)?)
}

/// The plan of a round that waits to be confirmed, or says why there is none.
pub fn waiting_plan(db: &mut Db, round: &RoundId) -> Result<Option<PlanRow>> {
    Ok(assignment_plan::table
        .filter(assignment_plan::round_id.eq(round))
        .filter(assignment_plan::state.eq_any([PlanState::Proposed, PlanState::Blocked]))
        .order(assignment_plan::id.desc())
        .select(PlanRow::as_select())
        .first(db)
        .optional()?)
}

/// The plan last confirmed, for its alternates.
pub fn confirmed_plan(db: &mut Db, round: &RoundId) -> Result<Option<PlanRow>> {
    Ok(assignment_plan::table
        .filter(assignment_plan::round_id.eq(round))
        .filter(assignment_plan::state.eq(PlanState::Confirmed))
        .order(assignment_plan::id.desc())
        .select(PlanRow::as_select())
        .first(db)
        .optional()?)
}

/// Moves a plan on; 0 rows when it was not in one of these states.
pub fn plan_move(db: &mut Db, id: &PlanId, from: &[PlanState], to: PlanState) -> Result<usize> {
    Ok(diesel::update(assignment_plan::table.find(id).filter(assignment_plan::state.eq_any(from)))
        .set((assignment_plan::state.eq(to), assignment_plan::version.eq(assignment_plan::version + 1)))
        .execute(db)?)
}

/// Puts away every plan of a round that waits.
pub fn plans_discard(db: &mut Db, round: &RoundId) -> Result<()> {
    diesel::update(
        assignment_plan::table
            .filter(assignment_plan::round_id.eq(round))
            .filter(assignment_plan::state.eq_any([PlanState::Proposed, PlanState::Blocked])),
    )
    .set((assignment_plan::state.eq(PlanState::Discarded), assignment_plan::version.eq(assignment_plan::version + 1)))
    .execute(db)?;
    Ok(())
}
