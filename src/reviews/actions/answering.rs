//! The answer to an invitation: accepted, declined, or a conflict of interest declared.

use serde::Deserialize;
use serde_json::json;

use super::assignment::next_for;
use super::cases::release_third;
use super::conflicts::{NOTE_MAX, Said, Where, declare, stopped};
use super::found::{self, Found, ReviewKey};
use super::guard::{Whom, conflict, unconflicted};
use super::inviting::tell_coordinators;
use super::pool::Pool;
use super::writing::{not_now, view};
use crate::ground::error::Checks;
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::ALREADY_SUBMITTED;
use crate::ground::{Error, Given, Result};
use crate::mail::letter::Link;
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::conflict::{ConflictKind, ConflictSource};
use crate::reviews::messages::ReviewDeclined;
use crate::reviews::review::{Declining, ReviewState};
use crate::reviews::store;
use crate::reviews::views::ReviewView;
use crate::store::Db;

/// Takes the seat. Conflicts are checked again: one may have come up since the invitation.
pub fn review_accept(call: &Call<'_>, key: &ReviewKey) -> Result<ReviewView> {
    let found = found::review(call, UseCase::review_accept, key)?;
    found.write(|db| {
        let row = store::review(db, &found.row.id)?;
        unconflicted(call, db, Whom::Expert(&row.person_id), &found.place)?;
        if store::review_answer(db, &row.id, &[ReviewState::Invited], ReviewState::Accepted, call.now, "")? == 1 {
            found.audit(db, &row.id, &json!({"submission_id": row.submission_id}))?;
        } else if row.state != ReviewState::Accepted {
            return Err(not_now(row.state));
        }
        // A second press on the button is no mistake.
        view(call, db, &found)
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

const REASON_MAX: usize = 2000;
const ALTERNATE_MAX: usize = 200;

impl ReviewDecline {
    pub const LIMITS: Limits = &[("reason", Limit::Text(REASON_MAX)), ("alternate", Limit::Optional(ALTERNATE_MAX))];
}

/// Gives the seat back; the coordinators are told, with whom to ask next.
pub fn review_decline(call: &Call<'_>, key: &ReviewKey, input: &ReviewDecline) -> Result<ReviewView> {
    let found = found::review(call, UseCase::review_decline, key)?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", &input.reason, REASON_MAX, true);
    let alternate = checks.optional_text("alternate", &input.alternate, ALTERNATE_MAX, false);
    checks.done()?;
    found.write(|db| {
        leave(call, db, &found, &Declining { reason, alternate, conflict: String::new() })?;
        found.audit(db, &found.row.id, &json!({"submission_id": found.row.submission_id}))?;
        view(call, db, &found)
    })
}

/// What an expert says about a conflict with the city they were asked about.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewConflict {
    #[schema(value_type = ConflictKind)]
    pub kind: Given<ConflictKind>,
    #[serde(default)]
    pub note: String,
}

impl ReviewConflict {
    pub const LIMITS: Limits = &[("note", Limit::Optional(NOTE_MAX))];
}

/// Declares a conflict of interest: it is recorded, and the seat is given back; what was submitted stops, and a
/// coordinator says what becomes of it.
pub fn review_conflict(call: &Call<'_>, key: &ReviewKey, input: &ReviewConflict) -> Result<ReviewView> {
    let found = found::review(call, UseCase::review_conflict, key)?;
    let mut checks = Checks::new();
    let kind = checks.given("kind", &input.kind);
    let note = checks.optional_text("note", &input.note, NOTE_MAX, true);
    let kind = checks.complete(kind)?;
    found.write(|db| {
        let (person, city) = (&found.row.person_id, &found.place.city.id);
        let stood = conflict(call, db, person, &found.place)?.is_some();
        declare(call, db, &Said { person, city, kind, source: ConflictSource::Declared, note: &note, place: &Where::Everywhere })?;
        let row = store::review(db, &found.row.id)?;
        if row.state == ReviewState::Submitted || row.is_reopened() {
            // What was submitted is not given back; whether it counts, a coordinator says, who hears of it once.
            if !stood {
                stopped(call, db, &row, &found.place)?;
            }
        } else {
            leave(call, db, &found, &Declining { reason: note.clone(), alternate: String::new(), conflict: kind.to_string() })?;
        }
        view(call, db, &found)
    })
}

/// Frees the seat and tells the coordinators.
fn leave(call: &Call<'_>, db: &mut Db, found: &Found, declining: &Declining) -> Result<()> {
    let row = &found.row;
    let said = serde_json::to_string(declining).map_err(Error::internal)?;
    if store::review_answer(db, &row.id, &[ReviewState::Invited, ReviewState::Accepted], ReviewState::Declined, call.now, &said)? == 0 {
        let row = store::review(db, &row.id)?;
        return Err(if row.is_reopened() { Error::Conflict(ALREADY_SUBMITTED) } else { not_now(row.state) });
    }
    release_third(db, row)?;
    let pool = Pool::load(call, db, &row.round_id)?;
    let next = next_for(db, &pool, &found.place, &row.submission_id)?.unwrap_or_default();
    tell_coordinators(call, db, row, &found.place, |to| ReviewDeclined {
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
