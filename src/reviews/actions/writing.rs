//! The expert's side: reading what is asked, answering, rating, submitting.
//!
//! Works the same for a signed-in expert and for whoever holds the review's link.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::assignment::{next_for, place_of};
use super::cases::{after_submission, release_third};
use super::inviting::{tell_coordinators, tell_expert};
use super::pool::Pool;
use super::told;
use crate::framework;
use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, EvidenceId, PersonId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::receipt::receipt;
use crate::ground::{Error, FieldError, Result, Text, UtcTime, Zone};
use crate::mail::letter::Link;
use crate::people;
use crate::people::call::Call;
use crate::people::identity::{Purpose, Role, ScopeKind, Target};
use crate::people::policy;
use crate::people::policy::UseCase;
use crate::reports;
use crate::reports::submission::{EvidenceRef, Submission};
use crate::reviews::conflict::{ConflictKind, ConflictSource};
use crate::reviews::messages::{ReviewDeclined, ReviewReceipt};
use crate::reviews::review::{COMMENT_MAX, Declining, Rating, RatingInput, ReviewKind, ReviewState, lacking};
use crate::reviews::rubric::Rubric;
use crate::reviews::store::{self, RatingRow, ReviewRow, Whose};
use crate::rounds;
use crate::rounds::place::Place;
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// Which review: by id, or the one that the link in hand opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewKey {
    Id(ReviewId),
    Link,
}

/// A review with its ratings.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    pub id: ReviewId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city_id: CityId,
    pub city: Text,
    pub person_id: PersonId,
    pub expert: String,
    pub rubric_id: RubricId,
    pub kind: ReviewKind,
    pub state: ReviewState,
    /// Codes of the measures to judge, in the catalogue's order.
    pub measures: Vec<String>,
    #[schema(value_type = String)]
    pub due_at: UtcTime,
    #[schema(value_type = String)]
    pub invited_at: UtcTime,
    #[schema(value_type = Option<String>)]
    pub responded_at: Option<UtcTime>,
    #[schema(value_type = Option<String>)]
    pub submitted_at: Option<UtcTime>,
    pub declining: Option<Declining>,
    pub overall_comment: String,
    /// Empty until submitted.
    pub receipt: String,
    pub version: i32,
    pub ratings: Vec<Rating>,
}

/// A review with everything that its pages show.
pub struct Opened {
    pub view: ReviewView,
    pub submission: Submission,
    pub rubric: Rubric,
    pub catalogue: Arc<Catalogue>,
    /// Whether the expert themself is asking, not a coordinator.
    pub own: bool,
    /// The reader's time zone.
    pub time_zone: Zone,
    /// The deadline in the round's time zone, and on the reader's clock.
    pub due: String,
}

/// What every use case of one review begins with.
struct Found {
    row: ReviewRow,
    place: Place,
    target: Target,
}

/// Finds the review and asks the policy.
fn find(call: &Call<'_>, db: &mut Db, key: &ReviewKey, use_case: UseCase) -> Result<Found> {
    let id = match key {
        ReviewKey::Id(id) => id.clone(),
        ReviewKey::Link => {
            let held = call.caller.capability.as_ref().filter(|h| h.purpose == Purpose::Review).ok_or(Error::NotFound("link"))?;
            held.subject_id.parse().map_err(|_| Error::NotFound("link"))?
        }
    };
    if call.caller.is_anonymous() {
        return Err(Error::Unauthenticated("unauthenticated"));
    }
    let row = store::review(db, &id)?;
    let place = place_of(db, &row.submission_id)?;
    let target = place.target().review(&row.id, &row.person_id);
    call.authorise(use_case, &target)?;
    Ok(Found { row, place, target })
}

/// The measures of a review: those it is limited to, else all that its rubric anchors.
fn measures(row: &ReviewRow, rubric: &Rubric, catalogue: &Catalogue) -> Result<Vec<String>> {
    let limited = row.limited_to()?;
    let all = rubric.judged(catalogue);
    Ok(if limited.is_empty() { all } else { all.into_iter().filter(|m| limited.contains(m)).collect() })
}

fn judged(db: &mut Db, found: &Found) -> Result<(Vec<String>, Rubric, Arc<Catalogue>)> {
    let rubric = store::rubric(db, &found.row.rubric_id)?.rubric()?;
    let catalogue = framework::store::catalogue_of(db, &found.place.round.framework_id)?;
    Ok((measures(&found.row, &rubric, &catalogue)?, rubric, catalogue))
}

fn view(db: &mut Db, found: &Found, measures: Vec<String>) -> Result<ReviewView> {
    let row = store::review(db, &found.row.id)?;
    let ratings: Vec<Rating> = store::ratings(db, &row.id)?.into_iter().map(RatingRow::rating).collect();
    Ok(ReviewView {
        round: found.place.round.name.clone(),
        city_id: found.place.city.id.clone(),
        city: found.place.city.name.clone(),
        expert: people::store::person(db, &row.person_id)?.name,
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
    call.read(|db| {
        let found = find(call, db, key, UseCase::review_read)?;
        let (measures, rubric, catalogue) = judged(db, &found)?;
        let own = call.caller.acting_person() == found.target.owner.as_ref();
        let mut view = view(db, &found, measures)?;
        if !own && view.state != ReviewState::Submitted {
            // A draft is the expert's alone.
            view.ratings.clear();
        }
        let round_zone = found.place.round.time_zone;
        Ok(Opened {
            due: view.due_at.deadline(round_zone, call.caller.time_zone),
            view,
            submission: reports::store::submission(db, &found.row.submission_id)?,
            rubric,
            catalogue,
            own,
            time_zone: call.caller.time_zone.unwrap_or(round_zone),
        })
    })
}

/// A review in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReviewSummary {
    pub id: ReviewId,
    pub round_id: RoundId,
    pub round: String,
    pub submission_id: SubmissionId,
    pub city: Text,
    pub person_id: PersonId,
    pub kind: ReviewKind,
    pub state: ReviewState,
    #[schema(value_type = String)]
    pub due_at: UtcTime,
    /// The deadline in the round's time zone, and on the reader's clock.
    #[serde(skip)]
    pub due: String,
    /// Measures with a level or `cannot_judge`.
    pub rated: usize,
    pub version: i32,
}

/// An expert's own reviews; a coordinator's of the rounds they run.
pub fn review_list(call: &Call<'_>, round: Option<&RoundId>, own: bool, at: &PageAt) -> Result<Listing<ReviewSummary>> {
    policy::reach(&call.caller, UseCase::review_list)?;
    let coordinates = call.caller.has_role(Role::Coordinator) && !own;
    let whose = match &call.caller.person {
        _ if coordinates => {
            let everywhere = call.caller.grants.iter().any(|g| g.role == Role::Coordinator && g.scope_kind == ScopeKind::Instance);
            let some = || call.caller.scopes(Role::Coordinator, ScopeKind::Round).into_iter().map(str::to_owned).collect();
            Whose::Rounds((!everywhere).then(some))
        }
        Some(person) => Whose::Person(person.clone()),
        None => return Err(Error::Unauthenticated("unauthenticated")),
    };
    call.read(|db| {
        let rows = store::reviews(db, &whose, round, at)?;
        let places = places_of(db, &rows)?;
        let ids: Vec<ReviewId> = rows.iter().map(|r| r.id.clone()).collect();
        let mut rated: BTreeMap<ReviewId, usize> = BTreeMap::new();
        for rating in store::ratings_of(db, &ids)?.into_iter().filter(|r| r.level.is_some() || r.cannot_judge) {
            *rated.entry(rating.review_id).or_default() += 1;
        }
        let summary = |row: ReviewRow| {
            let place = places.get(&row.submission_id)?;
            Some(ReviewSummary {
                rated: rated.get(&row.id).copied().unwrap_or(0),
                round: place.round.name.clone(),
                city: place.city.name.clone(),
                id: row.id,
                round_id: row.round_id,
                submission_id: row.submission_id,
                person_id: row.person_id,
                kind: row.kind,
                state: row.state,
                due: row.due_at.deadline(place.round.time_zone, call.caller.time_zone),
                due_at: row.due_at,
                version: row.version,
            })
        };
        Ok(Listing::of(rows.into_iter().filter_map(summary).collect(), at, |v: &ReviewSummary| v.id.to_string()))
    })
}

fn places_of(db: &mut Db, rows: &[ReviewRow]) -> Result<BTreeMap<SubmissionId, Place>> {
    let submissions: Vec<SubmissionId> = rows.iter().map(|r| r.submission_id.clone()).collect();
    let pairs = reports::store::participations_of(db, &submissions)?;
    let ids: Vec<_> = pairs.iter().map(|(_, p)| p.clone()).collect();
    let places: BTreeMap<_, _> = rounds::store::places(db, &ids)?.into_iter().map(|p| (p.participation.clone(), p)).collect();
    Ok(pairs.into_iter().filter_map(|(s, p)| Some((s, places.get(&p)?.clone()))).collect())
}

/// Why a review in this state does not take what was asked.
fn not_now(state: ReviewState) -> Error {
    Error::Conflict(match state {
        ReviewState::Submitted => "already_submitted",
        ReviewState::Invited => "not_accepted",
        ReviewState::Accepted => "conflict",
        ReviewState::Declined | ReviewState::Withdrawn => "closed",
    })
}

/// Takes the seat. Conflicts are checked again: one may have come up since the invitation.
pub fn review_accept(call: &Call<'_>, key: &ReviewKey) -> Result<ReviewView> {
    call.write(|db| {
        let found = find(call, db, key, UseCase::review_accept)?;
        let row = &found.row;
        if row.state == ReviewState::Invited {
            let pool = Pool::load(call, db, &row.round_id)?;
            if pool.expert(&row.person_id).is_some_and(|e| !pool.conflicts(e, &found.place.city).is_empty()) {
                return Err(Error::Conflict("conflict_of_interest"));
            }
        }
        if store::review_answer(db, &row.id, &[ReviewState::Invited], ReviewState::Accepted, call.now, "")? == 0 {
            // A second press on the button is no mistake.
            return if row.state == ReviewState::Accepted {
                judged(db, &found).and_then(|(m, ..)| view(db, &found, m))
            } else {
                Err(not_now(row.state))
            };
        }
        call.audit(db, UseCase::review_accept, &row.id, &json!({"submission_id": row.submission_id}))?;
        let (measures, ..) = judged(db, &found)?;
        view(db, &found, measures)
    })
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewDecline {
    #[serde(default)]
    pub reason: String,
    /// Whom to ask instead.
    #[serde(default)]
    pub alternate: String,
}

/// Gives the seat back; the coordinators are told, with whom to ask next.
pub fn review_decline(call: &Call<'_>, key: &ReviewKey, input: &ReviewDecline) -> Result<ReviewView> {
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, 2000, true);
    let alternate = checks.optional_text("alternate", &input.alternate, 200, false);
    let checked = checks.done();
    call.write(|db| {
        let found = find(call, db, key, UseCase::review_decline)?;
        checked?;
        leave(call, db, &found, &Declining { reason, alternate, conflict: String::new() })?;
        call.audit(db, UseCase::review_decline, &found.row.id, &json!({"submission_id": found.row.submission_id}))?;
        let (measures, ..) = judged(db, &found)?;
        view(db, &found, measures)
    })
}

/// What an expert says about a conflict with the city they were asked about.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewConflict {
    pub kind: ConflictKind,
    #[serde(default)]
    pub note: String,
}

/// Declares a conflict of interest from the invitation: it is recorded, and the seat is given back.
pub fn review_conflict(call: &Call<'_>, key: &ReviewKey, input: &ReviewConflict) -> Result<ReviewView> {
    let mut checks = Checks::new();
    let note = checks.optional_text("note", &input.note, 1000, true);
    let checked = checks.done();
    call.write(|db| {
        let found = find(call, db, key, UseCase::review_conflict)?;
        checked?;
        let declining = Declining { reason: note.clone(), alternate: String::new(), conflict: input.kind.to_string() };
        super::experts::declare(call, db, &found.row.person_id, &found.place.city.id, input.kind, ConflictSource::Declared, &note)?;
        leave(call, db, &found, &declining)?;
        let (measures, ..) = judged(db, &found)?;
        view(db, &found, measures)
    })
}

/// Frees the seat and tells the coordinators.
fn leave(call: &Call<'_>, db: &mut Db, found: &Found, declining: &Declining) -> Result<()> {
    let row = &found.row;
    let said = serde_json::to_string(declining).map_err(Error::internal)?;
    if store::review_answer(db, &row.id, &[ReviewState::Invited, ReviewState::Accepted], ReviewState::Declined, call.now, &said)? == 0 {
        return Err(not_now(row.state));
    }
    release_third(db, row)?;
    let pool = Pool::load(call, db, &row.round_id)?;
    let next = next_for(db, &pool, &found.place, &row.submission_id)?.unwrap_or_default();
    tell_coordinators(call, db, row, |to| ReviewDeclined {
        expert: pool.name(&row.person_id),
        city: found.place.city.name.get(&to.language).to_owned(),
        round: found.place.round.name.clone(),
        reason: declining.reason.clone(),
        suggested: declining.alternate.clone(),
        conflict: !declining.conflict.is_empty(),
        next: next.clone(),
        link: Link::to(&format!("/rounds/{}/assignments", row.round_id)),
    })
}

/// Keeps a draft rating of one measure. `expected` is the version read, 0 before the first save.
/// Errors: `Stale` when another tab was faster, `already_submitted`, `not_accepted`, `closed`.
pub fn rating_save(call: &Call<'_>, key: &ReviewKey, measure: &str, expected: i32, input: RatingInput) -> Result<Rating> {
    let input = input.checked();
    call.write(|db| {
        let mut found = find(call, db, key, UseCase::rating_save)?;
        let input = input?;
        if store::review_hold(db, &found.row.id)? == 0 {
            return Err(not_now(store::review(db, &found.row.id)?.state));
        }
        found.row = store::review(db, &found.row.id)?;
        let (measures, ..) = judged(db, &found)?;
        if !measures.iter().any(|m| m == measure) {
            return Err(Error::NotFound("measure"));
        }
        // What is there already needs no saving: an autosave may have been faster than the button.
        if let Some(kept) = store::ratings(db, &found.row.id)?.into_iter().find(|r| r.measure == measure)
            && kept.level == input.level
            && kept.cannot_judge == input.cannot_judge
            && kept.comment == input.comment
            && kept.evidence_pointer == input.evidence_pointer
        {
            return Ok(kept.rating());
        }
        let row = RatingRow {
            review_id: found.row.id.clone(),
            measure: measure.to_owned(),
            level: input.level,
            cannot_judge: input.cannot_judge,
            comment: input.comment,
            evidence_pointer: input.evidence_pointer,
            version: expected.checked_add(1).ok_or_else(|| Error::field("If-Match", "bad_etag"))?,
            updated_at: call.now,
        };
        store::rating_save(db, &row)?;
        let detail = json!({"measure": measure, "level": row.level, "cannot_judge": row.cannot_judge, "version": row.version});
        call.audit(db, UseCase::rating_save, &found.row.id, &detail)?;
        Ok(row.rating())
    })
}

#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewSubmit {
    /// About the report as a whole; may be empty.
    #[serde(default)]
    pub overall_comment: String,
}

/// Submits: from now on the ratings are frozen. Measures that differ from other experts' open a
/// case in the same transaction. Errors: every measure that lacks something.
pub fn review_submit(call: &Call<'_>, key: &ReviewKey, input: &ReviewSubmit) -> Result<ReviewView> {
    let mut checks = Checks::new();
    let overall = checks.optional_text("overall_comment", &input.overall_comment, COMMENT_MAX, true);
    let checked = checks.done();
    call.write(|db| {
        let mut found = find(call, db, key, UseCase::review_submit)?;
        checked?;
        if store::review_hold(db, &found.row.id)? == 0 {
            return Err(not_now(store::review(db, &found.row.id)?.state));
        }
        // Read again now that it is held: a third expert's review may just have been widened.
        found.row = store::review(db, &found.row.id)?;
        let row = &found.row;
        let (measures, _, catalogue) = judged(db, &found)?;
        let ratings: Vec<Rating> = store::ratings(db, &row.id)?.into_iter().map(RatingRow::rating).collect();
        let lacks = lacking(&measures, &ratings);
        if !lacks.is_empty() {
            return Err(Error::Invalid(lacks.iter().map(|(m, lack)| FieldError::new(format!("ratings.{m}"), lack.code()).with("min", 10)).collect()));
        }
        // Drafts from an earlier offer of this seat are no part of what is submitted.
        store::ratings_keep_only(db, &row.id, &measures)?;
        let code = receipt("review", row.id.as_str());
        if store::review_close(db, &row.id, call.now, &overall, &code)? == 0 {
            return Err(Error::Conflict("already_submitted"));
        }
        call.audit(db, UseCase::review_submit, &row.id, &json!({"submission_id": row.submission_id, "receipt": code}))?;
        tell_expert(call, db, row, |to, link| ReviewReceipt {
            city: found.place.city.name.get(&to.language).to_owned(),
            round: found.place.round.name.clone(),
            sections: measures.len(),
            receipt: code.clone(),
            submitted: told(call.now, to.time_zone),
            link,
        })?;
        after_submission(call, db, row, &found.place, &catalogue)?;
        view(db, &found, measures)
    })
}

/// An evidence file of the submission under review: of the report as a whole, or of a measure that
/// this review judges.
pub fn evidence_read(call: &Call<'_>, key: &ReviewKey, id: &EvidenceId) -> Result<(EvidenceRef, Vec<u8>)> {
    call.read(|db| {
        let found = find(call, db, key, UseCase::evidence_read)?;
        if !matches!(found.row.state, ReviewState::Accepted | ReviewState::Submitted) {
            return Err(not_now(found.row.state));
        }
        let (measures, ..) = judged(db, &found)?;
        let (file, bytes) = reports::actions::evidence_for_submission(db, &found.row.submission_id, id)?;
        let of_review = file.measure.is_empty() || measures.contains(&file.measure);
        if of_review { Ok((file, bytes)) } else { Err(Error::NotFound("evidence")) }
    })
}
