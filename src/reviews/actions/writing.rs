//! The expert's side: reading what is asked, rating, submitting.
//!
//! Works the same for a signed-in expert and for whoever holds the review's link.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::cases::after_submission;
use super::found::{self, Found, ReviewKey};
use super::guard::{Whom, absent, conflict, unconflicted};
use super::inviting::tell_expert;
use super::told;
use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{ReviewId, SubmissionId};
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED, CONFLICT};
use crate::ground::receipt::receipt;
use crate::ground::{Error, FieldError, MeasureCode, Result};
use crate::people::actions::name_of;
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::jobs::round_changed;
use crate::reviews::messages::ReviewReceipt;
use crate::reviews::problems::{NOT_ACCEPTED, RATING_KEPT};
use crate::reviews::review::{COMMENT_MAX, COMMENT_MIN, Lack, Rating, RatingInput, ReviewState, lacking};
use crate::reviews::rubric::Rubric;
use crate::reviews::store::{self, RatingBeforeRow, RatingRow, ReviewRow};
use crate::reviews::views::{Opened, ReviewView};
use crate::rounds::actions::changed;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::{framework, reports};

/// The measures of a review: those it is limited to, else all that its rubric anchors.
fn measures(row: &ReviewRow, rubric: &Rubric, catalogue: &Catalogue) -> Result<Vec<MeasureCode>> {
    let limited = row.limited_to()?;
    let all = rubric.judged(catalogue);
    Ok(if limited.is_empty() { all } else { all.into_iter().filter(|m| limited.contains(m)).collect() })
}

pub(super) fn judged(db: &mut Db, row: &ReviewRow, place: &Place) -> Result<(Vec<MeasureCode>, Rubric, Arc<Catalogue>)> {
    let rubric = store::rubric(db, &row.rubric_id)?.rubric()?;
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    Ok((measures(row, &rubric, &catalogue)?, rubric, catalogue))
}

/// The review as it is stored now.
pub(super) fn view(call: &Call<'_>, db: &mut Db, found: &Found) -> Result<ReviewView> {
    let row = store::review(db, &found.row.id)?;
    let (measures, ..) = judged(db, &row, &found.place)?;
    let ratings: Vec<Rating> = store::ratings(db, &row.id)?.into_iter().map(|r| r.rating(&row.submission_id)).collect();
    let before = store::ratings_before(db, &row.id)?.into_iter().map(RatingBeforeRow::rating).collect();
    Ok(ReviewView {
        reopened: row.is_reopened(),
        given_back: reports::store::is_given_back(db, &row.submission_id)?,
        set_aside: row.set_aside(),
        conflict: conflict(call, db, &row.person_id, &found.place)?.map(|(kind, _)| kind).filter(|_| row.state.holds_seat()),
        absent: absent(db, &row.person_id, &row.round_id)?.filter(|_| row.state.waits()),
        before,
        round: found.place.round.name.clone(),
        city_id: found.place.city.id.clone(),
        city: found.place.city.name.clone(),
        expert: name_of(call, db, &row.person_id)?,
        declining: row.declining(),
        ratings,
        measures,
        id: row.id,
        round_id: row.round_id,
        submission_id: row.submission_id,
        person_id: row.person_id,
        rubric_id: row.rubric_id,
        kind: row.kind,
        state: row.state,
        due_at: row.due_at,
        invited_at: row.invited_at,
        responded_at: row.responded_at,
        submitted_at: row.submitted_at,
        overall_comment: row.overall_comment,
        receipt: row.receipt,
        version: row.version,
    })
}

pub fn review_read(call: &Call<'_>, key: &ReviewKey) -> Result<Opened> {
    let found = found::review(call, UseCase::review_read, key)?;
    found.read(|db| {
        let (_, rubric, catalogue) = judged(db, &found.row, &found.place)?;
        let own = call.caller.acting_person() == Some(&found.row.person_id);
        let mut view = view(call, db, &found)?;
        if !own && view.state != ReviewState::Submitted {
            // A draft is the expert's alone; what was given stays given.
            view.ratings.retain(|r| r.given_on.is_some());
            view.before.retain(|r| r.given_on.is_some());
        }
        let round_zone = found.place.round.time_zone;
        let earlier: BTreeSet<SubmissionId> = view.before.iter().map(|r| r.submission_id.clone()).collect();
        let earlier = reports::store::contents_of(db, &earlier.into_iter().collect::<Vec<_>>())?.into_iter().collect();
        Ok(Opened {
            due: view.due_at.deadline(round_zone, call.caller.time_zone),
            view,
            submission: reports::store::submission(db, &found.row.submission_id)?,
            earlier,
            rubric,
            catalogue,
            own,
            time_zone: call.caller.time_zone.unwrap_or(round_zone),
        })
    })
}

/// Why a review in this state does not take what was asked.
pub(super) fn not_now(state: ReviewState) -> Error {
    Error::Conflict(match state {
        ReviewState::Submitted => ALREADY_SUBMITTED,
        ReviewState::Invited => NOT_ACCEPTED,
        ReviewState::Accepted => CONFLICT,
        ReviewState::Declined | ReviewState::Withdrawn | ReviewState::SetAside => CLOSED,
    })
}

/// The review, kept from being submitted until the transaction ends, and read again: a third expert's
/// may just have been widened.
fn hold(db: &mut Db, id: &ReviewId) -> Result<ReviewRow> {
    let held = store::review_hold(db, id)? == 1;
    let row = store::review(db, id)?;
    if held { Ok(row) } else { Err(not_now(row.state)) }
}

/// Keeps a draft rating of one measure. `expected` is the version read, 0 before the first save.
/// Errors: `Stale` when another tab was faster, `already_submitted`, `not_accepted`, `closed`.
pub fn rating_save(call: &Call<'_>, key: &ReviewKey, measure: &MeasureCode, expected: i32, input: RatingInput) -> Result<Rating> {
    let found = found::review(call, UseCase::rating_save, key)?;
    let input = input.checked()?;
    found.write(|db| {
        let held = hold(db, &found.row.id)?;
        unconflicted(call, db, Whom::Expert(&held.person_id), &found.place)?;
        let (measures, ..) = judged(db, &held, &found.place)?;
        if !measures.contains(measure) {
            return Err(Error::NotFound("measure"));
        }
        let stored = store::ratings(db, &held.id)?.into_iter().find(|r| r.measure == *measure);
        if stored.as_ref().is_some_and(|r| r.given_on.is_some()) {
            return Err(Error::Conflict(RATING_KEPT));
        }
        // What is there already needs no saving: an autosave may have been faster than the button.
        if let Some(kept) = stored
            && kept.level == input.level
            && kept.cannot_judge == input.cannot_judge
            && kept.comment == input.comment
            && kept.evidence_pointer == input.evidence_pointer
        {
            return Ok(kept.rating(&held.submission_id));
        }
        let row = RatingRow {
            review_id: held.id.clone(),
            measure: measure.clone(),
            level: input.level,
            cannot_judge: input.cannot_judge,
            comment: input.comment,
            evidence_pointer: input.evidence_pointer,
            version: expected.checked_add(1).ok_or_else(|| Error::field("If-Match", "bad_etag"))?,
            updated_at: call.now,
            given_on: None,
        };
        store::rating_save(db, &row)?;
        let detail = json!({"measure": measure, "version": row.version});
        found.audit(db, &held.id, &detail)?;
        Ok(row.rating(&held.submission_id))
    })
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewSubmit {
    /// About the report as a whole; may be empty.
    #[serde(default)]
    pub overall_comment: String,
}

impl ReviewSubmit {
    pub const LIMITS: Limits = &[("overall_comment", Limit::Optional(COMMENT_MAX))];
}

/// Submits: from now on the ratings are frozen. Measures that differ from other experts' open a
/// case in the same transaction. Errors: every measure that lacks something.
pub fn review_submit(call: &Call<'_>, key: &ReviewKey, input: &ReviewSubmit) -> Result<ReviewView> {
    let found = found::review(call, UseCase::review_submit, key)?;
    let mut checks = Checks::new();
    let overall = checks.optional_text("overall_comment", &input.overall_comment, COMMENT_MAX, true);
    checks.done()?;
    found.write(|db| {
        let row = &hold(db, &found.row.id)?;
        unconflicted(call, db, Whom::Expert(&row.person_id), &found.place)?;
        let (measures, _, catalogue) = judged(db, row, &found.place)?;
        let ratings: Vec<Rating> = store::ratings(db, &row.id)?.into_iter().map(|r| r.rating(&row.submission_id)).collect();
        let lacks = lacking(&measures, &ratings);
        if !lacks.is_empty() {
            let error = |(code, lack): &(&MeasureCode, Lack)| FieldError::new(format!("ratings.{code}"), lack.code()).with("min", COMMENT_MIN);
            return Err(Error::Invalid(lacks.iter().map(error).collect()));
        }
        // Drafts from an earlier offer of this seat are no part of what is submitted.
        store::ratings_keep_only(db, &row.id, &measures)?;
        let code = receipt("review", row.id.as_str());
        if store::review_close(db, &row.id, call.now, &overall, &code)? == 0 {
            return Err(Error::Conflict(ALREADY_SUBMITTED));
        }
        found.audit(db, &row.id, &json!({"submission_id": row.submission_id, "receipt": code}))?;
        store::ratings_give(db, &row.id, &row.submission_id)?;
        tell_expert(call, db, row, |to, link| ReviewReceipt {
            city: found.place.city.name.get(&to.language).to_owned(),
            round: found.place.round.name.clone(),
            sections: measures.len(),
            receipt: code.clone(),
            submitted: told(call.now, to.time_zone),
            link,
        })?;
        after_submission(call, db, row, &found.place, &catalogue)?;
        changed(call.service, db, &found.place.participation, call.now)?;
        round_changed(db, &row.round_id, call.now)?;
        view(call, db, &found)
    })
}
