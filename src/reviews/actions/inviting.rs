//! Offering a seat: the review, its link and its mail, always together.

use chrono::Duration;

use super::guard;
use crate::ground::ids::{PersonId, ReviewId, RubricId, SubmissionId};
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, MeasureCode, Result};
use crate::mail;
use crate::mail::letter::{Letter, Link};
use crate::people::call::Call;
use crate::people::identity::{Purpose, Role, ScopeKind};
use crate::people::store::PersonRow;
use crate::people::{capabilities, store as people};
use crate::reviews::messages::ReviewInvitation;
use crate::reviews::review::{ReviewKind, ReviewState, hours};
use crate::reviews::store::{self, ReviewRow};
use crate::rounds::place::Place;
use crate::store::Db;

/// A seat that is offered to somebody.
pub(super) struct Offer<'a> {
    pub place: &'a Place,
    pub submission: &'a SubmissionId,
    pub rubric: &'a RubricId,
    pub person: &'a PersonRow,
    pub kind: ReviewKind,
    /// Limits the review to these measures; empty means all.
    pub measures: &'a [MeasureCode],
    /// How many sections that are.
    pub sections: usize,
    /// The same expert's withdrawn review of the submission.
    pub withdrawn: Option<&'a ReviewRow>,
}

/// Nobody gets less time than this, in days.
pub(super) const LEAST_DAYS: i64 = 7;
/// The link outlives the deadline by this, in days, so that a late review is never locked out.
const LINK_DAYS: i64 = 120;

/// Creates the review and its capability and puts the invitation into the outbox.
pub(super) fn offer(call: &Call<'_>, db: &mut Db, offer: &Offer<'_>) -> Result<ReviewId> {
    let round = &offer.place.round;
    let service = call.service;
    let due_at = round.review_due_at.max(call.now.plus(Duration::days(LEAST_DAYS)));
    let row = ReviewRow {
        id: offer.withdrawn.map_or_else(|| ReviewId::new(&*service.clock, &*service.chance), |r| r.id.clone()),
        round_id: round.id.clone(),
        submission_id: offer.submission.clone(),
        person_id: offer.person.id.clone(),
        rubric_id: offer.rubric.clone(),
        kind: offer.kind,
        state: ReviewState::Invited,
        measures: serde_json::to_string(offer.measures).map_err(Error::internal)?,
        due_at,
        invited_at: call.now,
        responded_at: None,
        submitted_at: None,
        decline_reason: String::new(),
        overall_comment: String::new(),
        receipt: String::new(),
        version: 1,
        aside: String::new(),
    };
    if offer.withdrawn.is_some() {
        if store::review_offer_again(db, &row)? == 0 {
            return Err(Error::Conflict(ALREADY_EXISTS));
        }
    } else {
        store::review_insert(db, &row)?;
    }
    let until = due_at.plus(Duration::days(LINK_DAYS));
    let cap = capabilities::issue(call, db, Purpose::Review, row.id.as_str(), Some(&offer.person.id), until)?;
    let to = people::recipient(offer.person);
    let letter = ReviewInvitation {
        city: offer.place.city.name.get(&to.language).to_owned(),
        round: round.name.clone(),
        sections: offer.sections,
        hours: hours(offer.sections),
        due: due_at.deadline(round.time_zone, Some(to.time_zone)),
        third: offer.kind == ReviewKind::Third,
        link: Link::capability("/review/", &cap),
    };
    mail::store::put(db, service, &to, mail::store::About { kind: "review", id: row.id.as_str(), round: Some(&round.id) }, &letter)?;
    Ok(row.id)
}

/// Puts a letter about a review to its expert, which links to the review as the invitation did.
pub(super) fn tell_expert<L: Letter>(
    call: &Call<'_>,
    db: &mut Db,
    row: &ReviewRow,
    letter: impl FnOnce(&mail::letter::Recipient, Link) -> L,
) -> Result<()> {
    let to = people::recipient(&people::person(db, &row.person_id)?);
    let link = people::capability_of(db, Purpose::Review, row.id.as_str())?
        .map_or_else(|| Link::to(&format!("/reviews/{}", row.id)), |cap| Link::capability("/review/", &cap));
    let letter = letter(&to, link);
    mail::store::put(db, call.service, &to, mail::store::About { kind: "review", id: row.id.as_str(), round: Some(&row.round_id) }, &letter)?;
    Ok(())
}

/// Puts a letter to every coordinator of a review's round, but to those whom a conflict of interest with the city
/// binds, who do not learn who judges it, and those who sit on the panel themselves and have not submitted.
pub(super) fn tell_coordinators<L: Letter>(
    call: &Call<'_>,
    db: &mut Db,
    row: &ReviewRow,
    place: &Place,
    letter: impl Fn(&mail::letter::Recipient) -> L,
) -> Result<()> {
    let about = mail::store::About { kind: "review", id: row.id.as_str(), round: Some(&row.round_id) };
    let everybody = people::recipients_with_role(db, Role::Coordinator, ScopeKind::Round, row.round_id.as_str())?;
    let ids: Vec<PersonId> = everybody.iter().map(|to| to.person.clone()).collect();
    let bound = guard::Bound::of(db, &ids)?;
    let is_bound = |person: &PersonId| bound.get(person).is_some_and(|bound| bound.bars(&row.round_id, &place.city.id));
    let panel = store::reviews_of_submissions(db, std::slice::from_ref(&row.submission_id))?;
    let is_blind = |person: &PersonId| panel.iter().any(|seat| seat.person_id == *person && seat.id != row.id && guard::is_blind(seat));
    for to in everybody.into_iter().filter(|to| !is_bound(&to.person) && !is_blind(&to.person)) {
        mail::store::put(db, call.service, &to, about, &letter(&to))?;
    }
    Ok(())
}

/// Ends the link of a review.
pub(super) fn end_link(call: &Call<'_>, db: &mut Db, review: &ReviewId) -> Result<()> {
    people::capabilities_revoke(db, Purpose::Review, review.as_str(), call.now)?;
    Ok(())
}
