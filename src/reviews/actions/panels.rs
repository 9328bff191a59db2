//! What becomes of a panel when its report is given back and submitted again. The room of reports asks here,
//! through what the roof has registered, inside its own transaction.

use chrono::Duration;
use serde_json::json;

use super::guard::{Whom, unconflicted};
use super::inviting::{LEAST_DAYS, end_link, tell_expert};
use super::writing::judged;
use crate::framework::catalogue::Catalogue;
use crate::ground::ids::{ReviewId, SubmissionId};
use crate::ground::{Error, Language, MeasureCode, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reports::actions::{Panels, Resubmitted};
use crate::reports::views::{AtWork, AtWorkSeat};
use crate::reviews::jobs::round_changed;
use crate::reviews::messages::{ReviewGivenBack, ReviewOn, ReviewPast};
use crate::reviews::resubmission::{Becomes, becomes, is_asked_again};
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{self, RatingBeforeRow, RatingRow, ReviewRow};
use crate::rounds::place::Place;
use crate::store::Db;
use crate::{framework, people};

/// What the room of reports asks about panels.
pub const PANELS: Panels = Panels { at_work, given_back, again };

/// Who is at work on a submission, and what has been rated.
fn at_work(call: &Call<'_>, db: &mut Db, place: &Place, id: &SubmissionId) -> Result<AtWork> {
    unconflicted(call, db, Whom::Caller, place)?;
    let of = std::slice::from_ref(id);
    let reviews: Vec<ReviewRow> = store::reviews_of_submissions(db, of)?.into_iter().filter(|r| r.state.holds_seat()).collect();
    let ids: Vec<ReviewId> = reviews.iter().map(|r| r.id.clone()).collect();
    let drafts = store::ratings_of(db, &ids)?.into_iter().filter(|r| r.given_on.is_none());
    let writing: std::collections::BTreeSet<ReviewId> = drafts.map(|r| r.review_id).collect();
    let cases = store::disagreements_of_submissions(db, of)?;
    let everybody: Vec<_> = reviews.iter().map(|r| r.person_id.clone()).collect();
    let people = people::store::people_by_ids(db, &everybody)?;
    let name = |row: &ReviewRow| people.iter().find(|p| p.id == row.person_id).map(|p| people::actions::shown_name(call, p)).unwrap_or_default();
    let count = |state| reviews.iter().filter(|r| r.state == state).count();
    Ok(AtWork {
        invited: count(ReviewState::Invited),
        accepted: count(ReviewState::Accepted),
        writing: reviews.iter().filter(|r| r.state == ReviewState::Accepted && writing.contains(&r.id)).count(),
        submitted: count(ReviewState::Submitted),
        ratings: store::counted_ratings(db, of)?.len(),
        cases_open: cases.iter().filter(|c| !c.state.is_past()).count(),
        cases_settled: cases.iter().filter(|c| c.state == store::CaseState::Resolved).count(),
        seats: reviews.iter().map(|r| AtWorkSeat { review_id: r.id.clone(), name: name(r), state: r.state.to_string() }).collect(),
    })
}

/// Tells whoever is invited or at work that the city has the report again.
fn given_back(call: &Call<'_>, db: &mut Db, place: &Place, id: &SubmissionId) -> Result<()> {
    let at_work = |r: &ReviewRow| matches!(r.state, ReviewState::Invited | ReviewState::Accepted);
    for row in store::reviews_of_submissions(db, std::slice::from_ref(id))?.into_iter().filter(at_work) {
        let begun = row.state == ReviewState::Accepted;
        tell_expert(call, db, &row, |to, link| ReviewGivenBack {
            city: place.city.name.get(&to.language).to_owned(),
            round: place.round.name.clone(),
            begun,
            link,
        })?;
    }
    Ok(())
}

/// Lets the panel of the submission before go on to the new one.
fn again(call: &Call<'_>, db: &mut Db, place: &Place, of: &Resubmitted<'_>) -> Result<()> {
    let (from, to, changed) = (&of.before.id, &of.after.id, of.changed.as_slice());
    // Held before they are read: a review that is being submitted now is in, or waits and finds its new submission.
    let reviews = store::panel_hold(db, from)?;
    if reviews.is_empty() {
        return Ok(());
    }
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let mut fates: Vec<(ReviewRow, Becomes)> = Vec::new();
    for row in reviews {
        let measures = judged(db, &row, place)?.0;
        let fate = becomes(row.kind, row.state, &measures, changed);
        fates.push((row, fate));
    }
    let reopened: Vec<ReviewId> = fates.iter().filter(|(_, fate)| *fate == Becomes::Reopens).map(|(row, _)| row.id.clone()).collect();
    call.audit(db, UseCase::panel_move, to, &json!({"from": from, "changed": changed, "reopened": reopened}))?;
    put_before(call, db, &fates, from, changed)?;
    store::panel_move(db, from, to, changed)?;
    store::reviews_reopen(db, &reopened)?;
    if !changed.is_empty() {
        let more: Vec<ReviewId> =
            fates.iter().filter(|(_, fate)| matches!(fate, Becomes::Works | Becomes::Reopens)).map(|(row, _)| row.id.clone()).collect();
        store::reviews_due(db, &more, call.now.plus(Duration::days(LEAST_DAYS)).max(place.round.review_due_at))?;
    }
    for (row, fate) in &fates {
        turn(call, db, place, row, fate, changed, &catalogue)?;
    }
    round_changed(db, &place.round.id, call.now)
}

/// Keeps what was rated, or begun, of changed sections as it was, and asks for it again.
fn put_before(call: &Call<'_>, db: &mut Db, fates: &[(ReviewRow, Becomes)], from: &SubmissionId, changed: &[MeasureCode]) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let ids: Vec<ReviewId> = fates.iter().map(|(row, _)| row.id.clone()).collect();
    let mut before: Vec<RatingBeforeRow> = Vec::new();
    for r in store::ratings_of(db, &ids)?.into_iter().filter(|r| changed.contains(&r.measure)) {
        before.push(RatingBeforeRow {
            review_id: r.review_id,
            measure: r.measure,
            submission_id: from.clone(),
            given_on: r.given_on,
            level: r.level,
            cannot_judge: r.cannot_judge,
            comment: r.comment,
            evidence_pointer: r.evidence_pointer,
            updated_at: r.updated_at,
        });
    }
    // Somebody may have the page of a section open that they have not saved yet: its first save is told, too.
    let mut blank: Vec<RatingRow> = Vec::new();
    for (row, _) in fates.iter().filter(|(row, fate)| row.state == ReviewState::Accepted && is_asked_again(row.kind, fate)) {
        let begun: Vec<&MeasureCode> = before.iter().filter(|b| b.review_id == row.id).map(|b| &b.measure).collect();
        blank.extend(changed.iter().filter(|m| !begun.contains(m)).map(|measure| RatingRow::blank(&row.id, measure, call.now)));
    }
    before.extend(blank.iter().map(|r| RatingBeforeRow {
        review_id: r.review_id.clone(),
        measure: r.measure.clone(),
        submission_id: from.clone(),
        given_on: None,
        level: None,
        cannot_judge: false,
        comment: String::new(),
        evidence_pointer: String::new(),
        updated_at: call.now,
    }));
    let asked: Vec<ReviewId> = fates.iter().filter(|(row, fate)| is_asked_again(row.kind, fate)).map(|(row, _)| row.id.clone()).collect();
    store::ratings_ask_again(db, &before, &asked, &blank, changed)
}

/// What is left to do for one review: a third expert's measures, and the mail.
fn turn(call: &Call<'_>, db: &mut Db, place: &Place, row: &ReviewRow, fate: &Becomes, changed: &[MeasureCode], catalogue: &Catalogue) -> Result<()> {
    let city = |language: &Language| place.city.name.get(language).to_owned();
    match fate {
        Becomes::GoesOn => return Ok(()),
        Becomes::Ends => {
            store::review_answer(db, &row.id, &[ReviewState::Invited, ReviewState::Accepted], ReviewState::Withdrawn, call.now, "")?;
            tell_expert(call, db, row, |to, _| ReviewPast { city: city(&to.language), round: place.round.name.clone() })?;
            return end_link(call, db, &row.id);
        }
        Becomes::Narrows(left) => {
            let json = serde_json::to_string(left).map_err(Error::internal)?;
            store::review_measures_set(db, &row.id, &json)?;
        }
        Becomes::Works | Becomes::Reopens => {}
    }
    let row = store::review(db, &row.id)?;
    let third = row.kind == ReviewKind::Third;
    let measures = judged(db, &row, place)?.0;
    tell_expert(call, db, &row, |to, link| ReviewOn {
        city: city(&to.language),
        round: place.round.name.clone(),
        reopened: row.is_reopened(),
        begun: row.state == ReviewState::Accepted,
        changed: changed
            .iter()
            .filter(|measure| !third && measures.contains(measure))
            .map(|code| catalogue.measure(code).map_or_else(|| code.to_string(), |m| m.label.get(&to.language).to_owned()))
            .collect(),
        due: row.due_at.deadline(place.round.time_zone, Some(to.time_zone)),
        link,
    })
}
