//! The panel of a report: which ratings count, and how all of it goes on to the next submission.
//!
//! Reviews and cases belong to the newest submission of their report (or are past); a rating counts from
//! when it was given, while its review is neither given back nor set aside. Whoever asks what a report was
//! given asks here.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::ground::ids::{PersonId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::{MeasureCode, Result, UtcTime};
use crate::on_each;
use crate::reviews::review::{RatingBefore, ReviewKind, ReviewState};
use crate::reviews::store::{CaseState, RatingRow, ReviewRow};
use crate::store::Db;
use crate::store::schema::{disagreement, rating, rating_before, review};

diesel::joinable!(rating -> review (review_id));

/// One rating that counts, with what it belongs to.
#[derive(Debug, Clone, Queryable)]
pub struct CountedRating {
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
    /// The submission on which it was given.
    pub given_on: Option<SubmissionId>,
}

/// The ratings that count of some submissions, by review and measure.
pub fn counted_ratings(db: &mut Db, submissions: &[SubmissionId]) -> Result<Vec<CountedRating>> {
    Ok(rating::table
        .inner_join(review::table)
        .filter(review::submission_id.eq_any(submissions))
        .filter(review::state.eq_any(ReviewState::COUNTED))
        .filter(rating::given_on.is_not_null())
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
            rating::given_on,
        ))
        .load(db)?)
}

/// What was given on a section of an earlier submission, as it was; by review.
pub fn ratings_given_before(db: &mut Db, submission: &SubmissionId, measure: &MeasureCode) -> Result<Vec<CountedRating>> {
    Ok(rating_before::table
        .inner_join(review::table)
        .filter(rating_before::submission_id.eq(submission))
        .filter(rating_before::measure.eq(measure))
        .filter(rating_before::given_on.is_not_null())
        .order(review::id.asc())
        .select((
            review::id,
            rating_before::submission_id,
            review::person_id,
            review::rubric_id,
            review::kind,
            rating_before::measure,
            rating_before::level,
            rating_before::cannot_judge,
            rating_before::comment,
            rating_before::evidence_pointer,
            rating_before::given_on,
        ))
        .load(db)?)
}

/// An independent review with ratings that count.
#[derive(Debug, Clone, Queryable)]
pub struct Independent {
    pub id: ReviewId,
    pub submission_id: SubmissionId,
    pub person_id: PersonId,
    pub rubric_id: RubricId,
}

/// Every independent review of a round that was submitted and counts.
pub fn independent_counted(db: &mut Db, round: &RoundId) -> Result<Vec<Independent>> {
    let of_round = review::table.filter(review::round_id.eq(round)).filter(review::kind.eq(ReviewKind::Independent));
    let counted = of_round.filter(review::state.eq_any(ReviewState::COUNTED)).filter(review::submitted_at.is_not_null());
    Ok(counted.order(review::id.asc()).select((review::id, review::submission_id, review::person_id, review::rubric_id)).load(db)?)
}

/// Whether anything that counts is submitted in a round.
pub fn is_judged(db: &mut Db, round: &RoundId) -> Result<bool> {
    let of_round = review::table.filter(review::round_id.eq(round)).filter(review::kind.eq(ReviewKind::Independent));
    let counted = of_round.filter(review::state.eq_any(ReviewState::COUNTED)).filter(review::submitted_at.is_not_null());
    Ok(counted.select(review::id).first::<ReviewId>(db).optional()?.is_some())
}

/// A measure of a review with its level, and whether it could not be judged.
pub type Level = (ReviewId, MeasureCode, Option<i32>, bool);

/// The levels of some reviews, without what was written about them; by review and measure.
pub fn levels_of(db: &mut Db, reviews: &[&ReviewId]) -> Result<Vec<Level>> {
    let of = rating::table.filter(rating::review_id.eq_any(reviews.iter().copied())).filter(rating::given_on.is_not_null());
    Ok(of.order((rating::review_id, rating::measure)).select((rating::review_id, rating::measure, rating::level, rating::cannot_judge)).load(db)?)
}

/// What these reviews gave for sections that have changed since, each with the last submission with the
/// section as it was; oldest first.
pub fn levels_before_of(db: &mut Db, reviews: &[&ReviewId]) -> Result<Vec<(SubmissionId, Level)>> {
    let of = rating_before::table.filter(rating_before::review_id.eq_any(reviews.iter().copied())).filter(rating_before::given_on.is_not_null());
    let level = (rating_before::review_id, rating_before::measure, rating_before::level, rating_before::cannot_judge);
    Ok(of.order(rating_before::submission_id).select((rating_before::submission_id, level)).load(db)?)
}

/// Of each of these reviews how many ratings are kept from an earlier submission, and how many are asked again
/// because their section has changed.
pub fn kept_and_asked(db: &mut Db, reviews: &[ReviewId]) -> Result<HashMap<ReviewId, (usize, usize)>> {
    let before = rating_before::table.filter(rating_before::review_id.eq_any(reviews));
    let before: HashSet<(ReviewId, MeasureCode)> = before.select((rating_before::review_id, rating_before::measure)).load(db)?.into_iter().collect();
    let of = rating::table.inner_join(review::table).filter(review::id.eq_any(reviews));
    let rows: Vec<(ReviewId, MeasureCode, Option<SubmissionId>, SubmissionId)> =
        of.select((review::id, rating::measure, rating::given_on, review::submission_id)).load(db)?;
    let mut counts: HashMap<ReviewId, (usize, usize)> = HashMap::new();
    for (review, measure, given_on, now) in rows {
        let again = given_on.is_none() && before.contains(&(review.clone(), measure));
        let (kept, asked) = counts.entry(review).or_default();
        *kept += usize::from(given_on.is_some_and(|on| on != now));
        *asked += usize::from(again);
    }
    Ok(counts)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rating_before)]
pub struct RatingBeforeRow {
    pub review_id: ReviewId,
    pub measure: MeasureCode,
    pub submission_id: SubmissionId,
    pub given_on: Option<SubmissionId>,
    pub level: Option<i32>,
    pub cannot_judge: bool,
    pub comment: String,
    pub evidence_pointer: String,
    pub updated_at: UtcTime,
}

impl RatingBeforeRow {
    pub fn rating(self) -> RatingBefore {
        RatingBefore {
            measure: self.measure,
            submission_id: self.submission_id,
            given_on: self.given_on,
            level: self.level,
            cannot_judge: self.cannot_judge,
            comment: self.comment,
            evidence_pointer: self.evidence_pointer,
        }
    }
}

/// What a review said of sections as they were; oldest first.
pub fn ratings_before(db: &mut Db, review: &ReviewId) -> Result<Vec<RatingBeforeRow>> {
    let of = rating_before::table.filter(rating_before::review_id.eq(review));
    Ok(of.order((rating_before::submission_id, rating_before::measure)).select(RatingBeforeRow::as_select()).load(db)?)
}

/// Measures of these submissions that somebody gave a rating for before the section was changed, each with the
/// submission of now.
pub fn asked_again(db: &mut Db, submissions: &[SubmissionId]) -> Result<Vec<(SubmissionId, MeasureCode)>> {
    let of = rating_before::table.inner_join(review::table).filter(review::submission_id.eq_any(submissions));
    let given = of.filter(review::state.eq_any(ReviewState::COUNTED)).filter(rating_before::given_on.is_not_null());
    Ok(given.select((review::submission_id, rating_before::measure)).distinct().load(db)?)
}

diesel::joinable!(rating_before -> review (review_id));

/// The reviews of a submission, kept from changing until the transaction ends.
pub fn panel_hold(db: &mut Db, of: &SubmissionId) -> Result<Vec<ReviewRow>> {
    diesel::update(review::table.filter(review::submission_id.eq(of))).set(review::version.eq(review::version)).execute(db)?;
    super::reviews_of_submissions(db, std::slice::from_ref(of))
}

/// Lets a panel go on to the next submission: every review, and the cases of what has not changed.
pub fn panel_move(db: &mut Db, from: &SubmissionId, to: &SubmissionId, changed: &[MeasureCode]) -> Result<()> {
    let next = (review::submission_id.eq(to), review::version.eq(review::version + 1));
    diesel::update(review::table.filter(review::submission_id.eq(from))).set(next).execute(db)?;
    let lapsed = disagreement::table
        .filter(disagreement::submission_id.eq(from))
        .filter(disagreement::measure.eq_any(changed))
        .filter(disagreement::state.eq_any(CaseState::WAITING));
    let past = (
        disagreement::state.eq(CaseState::Lapsed),
        disagreement::third_review_id.eq(None::<ReviewId>),
        disagreement::version.eq(disagreement::version + 1),
    );
    diesel::update(lapsed).set(past).execute(db)?;
    let same = disagreement::table.filter(disagreement::submission_id.eq(from)).filter(disagreement::measure.ne_all(changed));
    diesel::update(same).set((disagreement::submission_id.eq(to), disagreement::version.eq(disagreement::version + 1))).execute(db)?;
    Ok(())
}

/// Asks submitted reviews again about what has changed; what they gave otherwise stays given.
pub fn reviews_reopen(db: &mut Db, reviews: &[ReviewId]) -> Result<()> {
    let submitted = review::table.filter(review::id.eq_any(reviews)).filter(review::state.eq(ReviewState::Submitted));
    diesel::update(submitted).set((review::state.eq(ReviewState::Accepted), review::version.eq(review::version + 1))).execute(db)?;
    Ok(())
}

/// Gives reviews that are due earlier more time.
pub fn reviews_due(db: &mut Db, reviews: &[ReviewId], due_at: UtcTime) -> Result<()> {
    let early = review::table.filter(review::id.eq_any(reviews)).filter(review::due_at.lt(due_at));
    diesel::update(early).set(review::due_at.eq(due_at)).execute(db)?;
    Ok(())
}

/// Keeps ratings of changed sections as they were. Of those that are asked again the words stay as a draft,
/// without a level, under a new version, so that no page of before is saved over them; others are gone from
/// what counts. `blank`: drafts to begin, where there was none.
pub fn ratings_ask_again(db: &mut Db, before: &[RatingBeforeRow], again: &[ReviewId], blank: &[RatingRow], changed: &[MeasureCode]) -> Result<()> {
    if before.is_empty() {
        return Ok(());
    }
    on_each!(db, c => diesel::insert_into(rating_before::table).values(before).execute(c))?;
    let of: Vec<&ReviewId> = before.iter().map(|row| &row.review_id).collect();
    let past = rating::table.filter(rating::review_id.eq_any(of)).filter(rating::measure.eq_any(changed));
    diesel::delete(past.filter(rating::review_id.ne_all(again))).execute(db)?;
    let draft = (
        rating::level.eq(None::<i32>),
        rating::cannot_judge.eq(false),
        rating::given_on.eq(None::<SubmissionId>),
        rating::version.eq(rating::version + 1),
    );
    let asked = rating::table.filter(rating::review_id.eq_any(again)).filter(rating::measure.eq_any(changed));
    diesel::update(asked).set(draft).execute(db)?;
    on_each!(db, c => diesel::insert_into(rating::table).values(blank).execute(c))?;
    Ok(())
}

/// Gives the drafts of a review: from now on they count, as of its submission.
pub fn ratings_give(db: &mut Db, review: &ReviewId, on: &SubmissionId) -> Result<()> {
    let drafts = rating::table.filter(rating::review_id.eq(review)).filter(rating::given_on.is_null());
    diesel::update(drafts).set(rating::given_on.eq(Some(on.clone()))).execute(db)?;
    Ok(())
}
