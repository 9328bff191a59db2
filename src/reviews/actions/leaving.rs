//! What becomes of an expert's work when their account is erased: what was submitted stays and counts, without a
//! name; what is open is withdrawn, and the coordinators are told; what is said about the expert is deleted.

use serde_json::json;

use super::assignment::next_for;
use super::cases::{recheck, release_third};
use super::found::places_of;
use super::inviting::{end_link, tell_coordinators};
use super::pool::Pool;
use super::private::unseen_submissions;
use crate::ground::ids::PersonId;
use crate::ground::{Error, Result};
use crate::mail::letter::Link;
use crate::people;
use crate::people::account::erased_number;
use crate::people::actions::{Leaves, Leaving, WhatStays};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::jobs::round_changed;
use crate::reviews::messages::ReviewDeclined;
use crate::reviews::review::{ReviewState, SetAside};
use crate::reviews::store::{self, ReviewRow};
use crate::rounds::actions::changed;
use crate::store::Db;

pub const LEAVES: Leaves = Leaves(leaves);
pub const LEAVING: Leaving = Leaving(leaving);

/// Whether a review waits for its expert.
fn is_open(row: &ReviewRow) -> bool {
    matches!(row.state, ReviewState::Invited | ReviewState::Accepted)
}

/// Without those of panels that are not for the caller.
fn leaving(call: &Call<'_>, db: &mut Db, person: &PersonId) -> Result<WhatStays> {
    let unseen = unseen_submissions(call, db)?;
    let mut rows = store::reviews_held_by(db, person)?;
    rows.retain(|row| !unseen.contains(&row.submission_id) || call.caller.acting_person() == Some(&row.person_id));
    let open = rows.iter().filter(|row| is_open(row)).count();
    Ok(WhatStays { open, submitted: rows.len() - open })
}

fn leaves(call: &Call<'_>, db: &mut Db, person: &PersonId) -> Result<usize> {
    let open: Vec<ReviewRow> = store::reviews_held_by(db, person)?.into_iter().filter(is_open).collect();
    let submissions: Vec<_> = open.iter().map(|row| row.submission_id.clone()).collect();
    let places = places_of(db, &submissions)?;
    for row in &open {
        let Some(place) = places.get(&row.submission_id) else { continue };
        let detail = json!({"submission_id": row.submission_id, "erased": true});
        if row.is_reopened() {
            // It was submitted once, and is not given back: its words stay, but nobody will go on with it.
            let aside = SetAside { reason: String::new(), at: call.now, by: call.caller.actor() };
            store::review_set_aside(db, &row.id, &serde_json::to_string(&aside).map_err(Error::internal)?)?;
            call.audit(db, UseCase::review_set_aside, &row.id, &detail)?;
            let row = store::review(db, &row.id)?;
            recheck(call, db, &row, place)?;
        } else {
            let from = [ReviewState::Invited, ReviewState::Accepted];
            store::review_answer(db, &row.id, &from, ReviewState::Withdrawn, call.now, "")?;
            release_third(db, row)?;
            call.audit(db, UseCase::review_withdraw, &row.id, &detail)?;
        }
        end_link(call, db, &row.id)?;
        let pool = Pool::load(call, db, &row.round_id)?;
        let next = next_for(db, &pool, place, &row.submission_id)?.unwrap_or_default();
        let texts = call.service.pages.texts();
        let number = erased_number(person);
        tell_coordinators(call, db, row, place, |to| ReviewDeclined {
            expert: texts.with(&to.language, "people-erased-name", &[("number", number.as_str())]),
            city: place.city.name.get(&to.language).to_owned(),
            round: place.round.name.clone(),
            reason: texts.get(&to.language, "reviews-expert-gone"),
            suggested: String::new(),
            conflict: false,
            next: next.clone(),
            link: Link::to(&format!("/rounds/{}/assignments", row.round_id)),
        })?;
        changed(call.service, db, &place.participation, call.now)?;
        round_changed(db, &row.round_id, call.now)?;
    }
    store::expert_unsay(db, person)?;
    let name = people::store::person(db, person)?.name;
    store::plans_unname(db, person, &name)?;
    Ok(open.len())
}
