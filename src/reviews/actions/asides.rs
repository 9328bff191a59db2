//! Reviews that a coordinator sets aside: kept, but not counted, the seat free again; and put back.
//!
//! Nothing that was rated is changed by either. What follows from the ratings is looked at anew: a case that a
//! rating in it opened or settled.

use serde_json::json;

use super::assignment::still_newest;
use super::cases::recheck;
use super::conflicts::NOTE_MAX;
use super::found::{self, ReviewKey};
use super::guard::{conflict, over_review};
use super::inviting::tell_expert;
use super::writing::{judged, not_now};
use crate::ground::error::Checks;
use crate::ground::ids::ReviewId;
use crate::ground::problems::CONFLICT;
use crate::ground::{Error, Result};
use crate::people::actions::name_of;
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::jobs::round_changed;
use crate::reviews::messages::ReviewAside;
use crate::reviews::problems::CONFLICT_STANDS;
use crate::reviews::review::{ReviewState, SetAside};
use crate::reviews::store;
use crate::reviews::views::SeatView;
use crate::rounds::actions::changed;
use crate::rounds::place::Place;
use crate::store::Db;

/// Sets a review aside that was accepted or submitted: it is kept, its ratings do not count any more.
pub fn review_set_aside(call: &Call<'_>, id: &ReviewId, reason: &str) -> Result<SeatView> {
    let permit = found::review(call, UseCase::review_set_aside, &ReviewKey::Id(id.clone()))?;
    let mut checks = Checks::new();
    let reason = checks.text("reason", reason, NOTE_MAX, true);
    checks.done()?;
    permit.write(|db| {
        over_review(call, db, UseCase::review_set_aside, &permit.row, &permit.place)?;
        permit.audit(db, id, &json!({"submission_id": permit.row.submission_id}))?;
        let aside = SetAside { reason: reason.clone(), at: call.now, by: call.caller.actor() };
        let json = serde_json::to_string(&aside).map_err(Error::internal)?;
        if store::review_set_aside(db, id, &json)? == 0 {
            let state = store::review(db, id)?.state;
            return Err(if state == ReviewState::SetAside { Error::Conflict(CONFLICT) } else { not_now(state) });
        }
        after(call, db, id, &permit.place, false)
    })
}

/// Puts a review back that was set aside: what was rated counts again. Errors: `conflict_stands`, `not_current`.
pub fn review_put_back(call: &Call<'_>, id: &ReviewId) -> Result<SeatView> {
    let permit = found::review(call, UseCase::review_put_back, &ReviewKey::Id(id.clone()))?;
    let place = &permit.place;
    permit.write(|db| {
        over_review(call, db, UseCase::review_put_back, &permit.row, place)?;
        permit.audit(db, id, &json!({"submission_id": permit.row.submission_id}))?;
        let row = store::review(db, id)?;
        if conflict(call, db, &row.person_id, place)?.is_some() {
            return Err(Error::Conflict(CONFLICT_STANDS));
        }
        // The city may have changed something meanwhile: then it is asked again about that.
        let given: Vec<_> = store::ratings(db, id)?.into_iter().filter(|r| r.given_on.is_some()).map(|r| r.measure).collect();
        let complete = row.submitted_at.is_some() && judged(db, &row, place)?.0.iter().all(|measure| given.contains(measure));
        let to = if complete { ReviewState::Submitted } else { ReviewState::Accepted };
        if store::review_put_back(db, id, to)? == 0 {
            return Err(Error::Conflict(CONFLICT));
        }
        after(call, db, id, place, true)
    })
}

/// What follows from either.
fn after(call: &Call<'_>, db: &mut Db, id: &ReviewId, place: &Place, back: bool) -> Result<SeatView> {
    let row = store::review(db, id)?;
    still_newest(db, &row.submission_id)?;
    recheck(call, db, &row, place)?;
    tell_expert(call, db, &row, |to, link| ReviewAside {
        city: place.city.name.get(&to.language).to_owned(),
        round: place.round.name.clone(),
        back,
        link,
    })?;
    changed(call.service, db, &place.participation, call.now)?;
    round_changed(db, &row.round_id, call.now)?;
    let name = name_of(call, db, &row.person_id)?;
    Ok(SeatView::of(&row, name))
}
