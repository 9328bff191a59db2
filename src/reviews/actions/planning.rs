//! Plans: experts proposed for every report that lacks some, looked at, then confirmed or put away.

use std::collections::BTreeSet;

use serde_json::json;

use super::assignment::{areas, is_of_others, rubric_of, submissions_in};
use super::found;
use super::guard::{Whom, own_cities, unconflicted};
use super::inviting::{Offer, offer};
use super::pool::Pool;
use crate::ground::ids::{PlanId, RoundId};
use crate::ground::{Error, Result};
use crate::people::call::Call;
use crate::people::policy::UseCase;
use crate::reviews::problems::{NOTHING_TO_ASSIGN, OWN_CITY, PLAN_OUTDATED};
use crate::reviews::proposal::{Asked, Free, Seat, propose};
use crate::reviews::review::ReviewKind;
use crate::reviews::store::{self, PlanRow, PlanState};
use crate::reviews::views::PlanView;
use crate::rounds::actions::round_for;
use crate::store::Db;
use crate::{framework, reports};

/// Proposes experts for every report that lacks some. A plan that waits is put away.
pub fn assignment_plan_propose(call: &Call<'_>, id: &RoundId) -> Result<PlanView> {
    let round = round_for(call, UseCase::assignment_plan_propose, id)?;
    // Read apart, for a large round takes a while.
    let asked = round.read_apart(|db| {
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        // Nobody proposes who judges their own city.
        let own = own_cities(call, db, id)?;
        let mut pool = Pool::load(call, db, id)?;
        let per_report = usize::try_from(round.experts_per_report).unwrap_or(0);
        pool.leave_out(&own);
        Ok(asked(&pool, per_report, &areas(&catalogue)))
    })?;
    if asked.seats.is_empty() {
        return Err(Error::Conflict(NOTHING_TO_ASSIGN));
    }
    // Solved outside of any connection: nobody else should wait for it.
    let proposal = propose(&asked, seed(id));
    round.write(|db| {
        store::plans_discard(db, id)?;
        let row = PlanRow {
            id: PlanId::new(&*call.service.clock, &*call.service.chance),
            round_id: id.clone(),
            state: if proposal.blocked.is_some() { PlanState::Blocked } else { PlanState::Proposed },
            content: serde_json::to_string(&proposal).map_err(Error::internal)?,
            version: 1,
            created_at: call.now,
            created_by: call.caller.actor(),
        };
        store::plan_insert(db, &row)?;
        let seats: usize = proposal.reports.iter().map(|r| r.picks.len()).sum();
        round.audit(db, &row.id, &json!({"round_id": id, "seats": seats, "blocked": proposal.blocked.is_some()}))?;
        PlanView::of(&row)
    })
}

fn asked(pool: &Pool, per_report: usize, areas: &BTreeSet<&str>) -> Asked {
    let mut asked = Asked {
        experts: pool.experts().map(|e| Free { person_id: e.person_id.clone(), name: pool.name(&e.person_id), room: pool.room_of(e) }).collect(),
        ..Asked::default()
    };
    for (participation, submission) in &pool.submissions {
        let need = per_report.saturating_sub(pool.seats_taken(submission));
        let Some(place) = pool.places.get(participation).filter(|_| need > 0) else { continue };
        asked.seats.push(Seat { submission_id: submission.clone(), city: place.city.name.clone(), need: u32::try_from(need).unwrap_or(u32::MAX) });
        asked.pairs.push(pool.experts().map(|e| pool.pair(e, &place.city, submission, areas)).collect());
    }
    asked
}

/// Ties are broken by the round, so that the same question gets the same plan.
fn seed(round: &RoundId) -> u64 {
    let hash = crate::ground::receipt::sha256_hex(round.as_str().as_bytes());
    u64::from_str_radix(&hash[..16], 16).unwrap_or(0)
}

/// Offers every seat of a plan. Errors: `plan_outdated` when anything has changed since.
pub fn assignment_plan_confirm(call: &Call<'_>, id: &PlanId) -> Result<PlanView> {
    let plan = found::plan(call, UseCase::assignment_plan_confirm, id)?;
    plan.write(|db| {
        not_of_others(call, db, &plan)?;
        if store::plan_move(db, id, &[PlanState::Proposed], PlanState::Confirmed)? == 0 {
            return Err(Error::Conflict(PLAN_OUTDATED));
        }
        let proposal = plan.proposal()?;
        let mut pool = Pool::load(call, db, &plan.round_id)?;
        let mut rubric = None;
        let mut offered = 0;
        for report in &proposal.reports {
            let place = pool.place_of(&report.submission_id).ok_or(Error::Conflict(PLAN_OUTDATED))?.clone();
            let per_report = usize::try_from(place.round.experts_per_report).unwrap_or(0);
            unconflicted(call, db, Whom::Caller, &place)?;
            if pool.seats_taken(&report.submission_id) + report.picks.len() > per_report {
                return Err(Error::Conflict(PLAN_OUTDATED));
            }
            if rubric.is_none() {
                rubric = Some(rubric_of(call, db, &place)?);
            }
            let Some((rubric, sections)) = rubric.clone() else { continue };
            for pick in &report.picks {
                let expert = pool.expert(&pick.person_id).ok_or(Error::Conflict(PLAN_OUTDATED))?;
                if pool.why_not(expert, &place.city, &report.submission_id).is_some() {
                    return Err(Error::Conflict(PLAN_OUTDATED));
                }
                let person = pool.people.get(&pick.person_id).ok_or(Error::Conflict(PLAN_OUTDATED))?;
                let withdrawn = pool.reviews.iter().find(|r| r.submission_id == report.submission_id && r.person_id == pick.person_id);
                let (submission, kind) = (&report.submission_id, ReviewKind::Independent);
                offer(call, db, &Offer { place: &place, submission, rubric: &rubric, person, kind, measures: &[], sections, withdrawn })?;
                pool.take(&report.submission_id, &pick.person_id);
                offered += 1;
            }
        }
        plan.audit(db, id, &json!({"round_id": plan.round_id, "reviews": offered}))?;
        let newest: BTreeSet<_> = reports::store::newest_submission_ids(db, &plan.round_id)?.into_iter().map(|(_, submission)| submission).collect();
        if !proposal.reports.iter().all(|report| newest.contains(&report.submission_id)) {
            return Err(Error::Conflict(PLAN_OUTDATED));
        }
        PlanView::of(&store::plan(db, id)?)
    })
}

/// A plan that was made by somebody who sees panels which the caller may not see is theirs. Errors: `own_city`.
fn not_of_others(call: &Call<'_>, db: &mut Db, plan: &PlanRow) -> Result<()> {
    if is_of_others(call, db, plan)? { Err(Error::Forbidden(OWN_CITY)) } else { Ok(()) }
}

pub fn assignment_plan_discard(call: &Call<'_>, id: &PlanId) -> Result<PlanView> {
    let plan = found::plan(call, UseCase::assignment_plan_discard, id)?;
    plan.write(|db| {
        not_of_others(call, db, &plan)?;
        if store::plan_move(db, id, &[PlanState::Proposed, PlanState::Blocked], PlanState::Discarded)? == 0 {
            return Err(Error::Conflict(PLAN_OUTDATED));
        }
        plan.audit(db, id, &json!({"round_id": plan.round_id}))?;
        let own = own_cities(call, db, &plan.round_id)?;
        let of_own = submissions_in(db, &plan.round_id, &own)?;
        Ok(PlanView::of(&store::plan(db, id)?)?.without(&of_own))
    })
}
