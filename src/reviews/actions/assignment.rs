//! Assignments: who reviews what, by hand or by plan; who could, and why others could not.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::inviting::{Offer, end_link, offer, tell_expert};
use super::pool::Pool;
use super::rubrics::round_rubric;
use crate::framework;
use crate::framework::catalogue::{Catalogue, Source};
use crate::ground::error::Checks;
use crate::ground::ids::{ParticipationId, PersonId, PlanId, ReviewId, RoundId, SubmissionId};
use crate::ground::{Error, FieldError, Result, Text, UtcTime, Zone};
use crate::people;
use crate::people::call::Call;
use crate::people::identity::Target;
use crate::people::policy::UseCase;
use crate::reports;
use crate::reviews::affinity::Affinity;
use crate::reviews::conflict::Ineligible;
use crate::reviews::messages::ReviewWithdrawn;
use crate::reviews::proposal::{Asked, Free, Pick, Proposal, Seat, propose};
use crate::reviews::review::{Declining, ReviewKind, ReviewState};
use crate::reviews::store::{self, PlanRow, PlanState, ReviewRow};
use crate::rounds;
use crate::rounds::place::Place;
use crate::store::Db;

/// One seat of a report.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SeatView {
    pub review_id: ReviewId,
    pub person_id: PersonId,
    pub name: String,
    pub kind: ReviewKind,
    pub state: ReviewState,
    #[schema(value_type = String)]
    pub due_at: UtcTime,
    pub declining: Option<Declining>,
}

/// A report with its seats.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportSeats {
    pub submission_id: SubmissionId,
    pub participation_id: ParticipationId,
    pub city: Text,
    /// Seats still to be filled.
    pub need: u32,
    pub invited: usize,
    pub accepted: usize,
    pub submitted: usize,
    pub declined: usize,
    pub seats: Vec<SeatView>,
    /// Who could be asked, best first; ten at most.
    pub candidates: Vec<CandidateView>,
}

/// An expert for one report: how well they suit, or why not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CandidateView {
    pub person_id: PersonId,
    pub name: String,
    pub load: i32,
    pub load_max: i32,
    pub affinity: Option<Affinity>,
    pub ineligible: Option<Ineligible>,
}

#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PlanView {
    pub id: PlanId,
    pub round_id: RoundId,
    pub state: PlanState,
    pub version: i32,
    #[schema(value_type = String)]
    pub created_at: UtcTime,
    pub proposal: Proposal,
}

impl PlanView {
    fn of(row: &PlanRow) -> Result<Self> {
        Ok(Self {
            id: row.id.clone(),
            round_id: row.round_id.clone(),
            state: row.state,
            version: row.version,
            created_at: row.created_at,
            proposal: row.proposal()?,
        })
    }
}

/// Where the assignments of a round stand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AssignmentsView {
    pub round_id: RoundId,
    pub round: String,
    pub experts_per_report: i32,
    #[schema(value_type = String)]
    pub review_due_at: UtcTime,
    /// The round's time zone, in which that was set.
    #[serde(skip)]
    pub time_zone: Zone,
    pub experts: usize,
    pub reports: Vec<ReportSeats>,
    /// Cities that have submitted nothing yet.
    pub waiting_for: Vec<Text>,
    pub plan: Option<PlanView>,
}

/// Most candidates listed beside a report; all of them are listed for one report.
const NEAREST: usize = 10;

fn areas(catalogue: &Catalogue) -> BTreeSet<&str> {
    catalogue.measures_from(Source::ExpertReview).map(|m| m.area.as_str()).collect()
}

/// Every expert for a report: those who may, best first, then those who may not.
fn candidates(pool: &Pool, place: &Place, submission: &SubmissionId, areas: &BTreeSet<&str>) -> Vec<CandidateView> {
    let mut views: Vec<CandidateView> = pool
        .experts
        .iter()
        .map(|expert| {
            let pair = pool.pair(expert, &place.city, submission, areas);
            CandidateView {
                person_id: expert.person_id.clone(),
                name: pool.name(&expert.person_id),
                load: pool.load_of(&expert.person_id),
                load_max: expert.facts.load_max,
                affinity: pair.as_ref().ok().cloned(),
                ineligible: pair.err(),
            }
        })
        .collect();
    let value = |v: &CandidateView| v.affinity.as_ref().map_or(-1.0, |a| a.value);
    views.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.name.cmp(&b.name)));
    views
}

pub fn assignment_read(call: &Call<'_>, id: &RoundId) -> Result<AssignmentsView> {
    call.authorise(UseCase::assignment_read, &Target::of_round(id))?;
    call.read(|db| {
        let round = rounds::store::round(db, id)?;
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        let areas = areas(&catalogue);
        let pool = Pool::load(call, db, id)?;
        let per_report = usize::try_from(round.experts_per_report).unwrap_or(0);
        let mut reports = Vec::new();
        for (participation, submission) in &pool.submissions {
            let Some(place) = pool.places.get(participation) else { continue };
            let seats: Vec<SeatView> =
                pool.reviews.iter().filter(|r| r.submission_id == *submission).map(|r| seat(pool.name(&r.person_id), r.clone())).collect();
            // A third expert is listed, but their seat is none of those that every report has.
            let count = |state| seats.iter().filter(|s| s.kind == ReviewKind::Independent && s.state == state).count();
            let need = per_report.saturating_sub(pool.seats_taken(submission));
            let mut open = candidates(&pool, place, submission, &areas);
            open.retain(|c| c.ineligible.is_none());
            open.truncate(NEAREST);
            reports.push(ReportSeats {
                submission_id: submission.clone(),
                participation_id: participation.clone(),
                city: place.city.name.clone(),
                need: u32::try_from(need).unwrap_or(0),
                invited: count(ReviewState::Invited),
                accepted: count(ReviewState::Accepted),
                submitted: count(ReviewState::Submitted),
                declined: count(ReviewState::Declined),
                seats,
                candidates: open,
            });
        }
        let submitted: BTreeSet<&ParticipationId> = pool.submissions.iter().map(|(p, _)| p).collect();
        Ok(AssignmentsView {
            round_id: round.id,
            round: round.name,
            experts_per_report: round.experts_per_report,
            review_due_at: round.review_due_at,
            time_zone: round.time_zone,
            experts: pool.experts.len(),
            reports,
            waiting_for: pool.places.values().filter(|p| !submitted.contains(&p.participation)).map(|p| p.city.name.clone()).collect(),
            plan: store::waiting_plan(db, id)?.as_ref().map(PlanView::of).transpose()?,
        })
    })
}

fn seat(name: String, row: ReviewRow) -> SeatView {
    let declining = row.declining();
    SeatView { review_id: row.id, person_id: row.person_id, name, kind: row.kind, state: row.state, due_at: row.due_at, declining }
}

/// The place of a submission.
pub(super) fn place_of(db: &mut Db, id: &SubmissionId) -> Result<Place> {
    let found = reports::store::participations_of(db, std::slice::from_ref(id))?;
    let (_, participation) = found.into_iter().next().ok_or(Error::NotFound("submission"))?;
    rounds::store::place(db, &participation)
}

/// Every expert for one report, with the reason of each who may not.
pub fn candidate_list(call: &Call<'_>, id: &SubmissionId) -> Result<(Place, Vec<CandidateView>)> {
    call.caller.acting_person().ok_or(Error::Unauthenticated("unauthenticated"))?;
    call.read(|db| {
        let place = place_of(db, id)?;
        call.authorise(UseCase::candidate_list, &place.target())?;
        let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
        let pool = Pool::load(call, db, &place.round.id)?;
        let views = candidates(&pool, &place, id, &areas(&catalogue));
        Ok((place, views))
    })
}

/// Whom to ask next for a report: the plan's alternates first, then whoever suits best.
pub(super) fn next_for(db: &mut Db, pool: &Pool, place: &Place, submission: &SubmissionId) -> Result<Option<String>> {
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let open = candidates(pool, place, submission, &areas(&catalogue));
    let open: Vec<&CandidateView> = open.iter().filter(|c| c.ineligible.is_none()).collect();
    let plan = store::confirmed_plan(db, &place.round.id)?.map(|p| p.proposal()).transpose()?.unwrap_or_default();
    let ranked = plan.reports.into_iter().find(|r| r.submission_id == *submission).map(|r| r.alternates).unwrap_or_default();
    let named = ranked.iter().find_map(|p: &Pick| open.iter().find(|c| c.person_id == p.person_id));
    Ok(named.or(open.first()).map(|c| c.name.clone()))
}

/// The error that says why an expert may not review.
pub(super) fn refused(why: &Ineligible) -> Error {
    Error::Invalid(vec![FieldError::new("person_id", format!("ineligible_{}", why.word()))])
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAssign {
    pub person_id: PersonId,
}

/// Offers a seat to an expert by hand. Errors: `person_id` with the reason why not.
pub fn review_assign(call: &Call<'_>, id: &SubmissionId, input: &ReviewAssign) -> Result<SeatView> {
    call.caller.acting_person().ok_or(Error::Unauthenticated("unauthenticated"))?;
    call.write(|db| {
        let place = place_of(db, id)?;
        call.authorise(UseCase::review_assign, &place.target())?;
        let pool = Pool::load(call, db, &place.round.id)?;
        if pool.place_of(id).is_none() {
            // A newer submission has taken its place.
            return Err(Error::Conflict("conflict"));
        }
        let expert = pool.expert(&input.person_id).ok_or_else(|| Error::field("person_id", "unknown_choice"))?;
        if let Some(why) = pool.why_not(expert, &place.city, id) {
            return Err(refused(&why));
        }
        let person = pool.people.get(&input.person_id).ok_or(Error::NotFound("person"))?;
        let (rubric, sections) = rubric_of(call, db, &place)?;
        let withdrawn = pool.reviews.iter().find(|r| r.submission_id == *id && r.person_id == input.person_id);
        let kind = ReviewKind::Independent;
        let seat = Offer { place: &place, submission: id, rubric: &rubric, person, kind, measures: &[], sections, withdrawn };
        let review = offer(call, db, &seat)?;
        call.audit(db, UseCase::review_assign, &review, &json!({"submission_id": id, "person_id": input.person_id}))?;
        let row = store::review(db, &review)?;
        Ok(self::seat(pool.name(&row.person_id), row))
    })
}

/// The rubric of a place's round, and how many sections are judged with it.
pub(super) fn rubric_of(call: &Call<'_>, db: &mut Db, place: &Place) -> Result<(crate::ground::ids::RubricId, usize)> {
    let row = round_rubric(call.service, db, &place.round)?;
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    Ok((row.id.clone(), row.rubric()?.judged(&catalogue).len()))
}

/// Proposes experts for every report that lacks some. A plan that waits is put away.
pub fn assignment_plan_propose(call: &Call<'_>, id: &RoundId) -> Result<PlanView> {
    call.authorise(UseCase::assignment_plan_propose, &Target::of_round(id))?;
    let (asked, seed) = call.read(|db| {
        let round = rounds::store::round(db, id)?;
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        let pool = Pool::load(call, db, id)?;
        let per_report = usize::try_from(round.experts_per_report).unwrap_or(0);
        Ok((asked(&pool, per_report, &areas(&catalogue)), seed(id)))
    })?;
    if asked.seats.is_empty() {
        return Err(Error::Conflict("nothing_to_assign"));
    }
    // Solved outside of the transaction: a large round takes a while, and nobody else should wait.
    let proposal = propose(&asked, seed);
    call.write(|db| {
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
        call.audit(db, UseCase::assignment_plan_propose, &row.id, &json!({"round_id": id, "seats": seats, "blocked": proposal.blocked.is_some()}))?;
        PlanView::of(&row)
    })
}

fn asked(pool: &Pool, per_report: usize, areas: &BTreeSet<&str>) -> Asked {
    let mut asked = Asked {
        experts: pool.experts.iter().map(|e| Free { person_id: e.person_id.clone(), name: pool.name(&e.person_id), room: pool.room_of(e) }).collect(),
        ..Asked::default()
    };
    for (participation, submission) in &pool.submissions {
        let need = per_report.saturating_sub(pool.seats_taken(submission));
        let Some(place) = pool.places.get(participation).filter(|_| need > 0) else { continue };
        asked.seats.push(Seat { submission_id: submission.clone(), city: place.city.name.clone(), need: u32::try_from(need).unwrap_or(u32::MAX) });
        asked.pairs.push(pool.experts.iter().map(|e| pool.pair(e, &place.city, submission, areas)).collect());
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
    call.caller.acting_person().ok_or(Error::Unauthenticated("unauthenticated"))?;
    call.write(|db| {
        let row = store::plan(db, id)?;
        call.authorise(UseCase::assignment_plan_confirm, &Target::of_round(&row.round_id))?;
        if store::plan_move(db, id, &[PlanState::Proposed], PlanState::Confirmed)? == 0 {
            return Err(Error::Conflict("plan_outdated"));
        }
        let proposal = row.proposal()?;
        let mut pool = Pool::load(call, db, &row.round_id)?;
        let mut rubric = None;
        let mut offered = 0;
        for report in &proposal.reports {
            let place = pool.place_of(&report.submission_id).ok_or(Error::Conflict("plan_outdated"))?.clone();
            let per_report = usize::try_from(place.round.experts_per_report).unwrap_or(0);
            if pool.seats_taken(&report.submission_id) + report.picks.len() > per_report {
                return Err(Error::Conflict("plan_outdated"));
            }
            if rubric.is_none() {
                rubric = Some(rubric_of(call, db, &place)?);
            }
            let Some((rubric, sections)) = rubric.clone() else { continue };
            for pick in &report.picks {
                let expert = pool.expert(&pick.person_id).ok_or(Error::Conflict("plan_outdated"))?;
                if pool.why_not(expert, &place.city, &report.submission_id).is_some() {
                    return Err(Error::Conflict("plan_outdated"));
                }
                let person = pool.people.get(&pick.person_id).ok_or(Error::Conflict("plan_outdated"))?;
                let withdrawn = pool.reviews.iter().find(|r| r.submission_id == report.submission_id && r.person_id == pick.person_id);
                let (submission, kind) = (&report.submission_id, ReviewKind::Independent);
                offer(call, db, &Offer { place: &place, submission, rubric: &rubric, person, kind, measures: &[], sections, withdrawn })?;
                pool.take(&report.submission_id, &pick.person_id);
                offered += 1;
            }
        }
        call.audit(db, UseCase::assignment_plan_confirm, id, &json!({"round_id": row.round_id, "reviews": offered}))?;
        PlanView::of(&store::plan(db, id)?)
    })
}

pub fn assignment_plan_discard(call: &Call<'_>, id: &PlanId) -> Result<PlanView> {
    call.caller.acting_person().ok_or(Error::Unauthenticated("unauthenticated"))?;
    call.write(|db| {
        let row = store::plan(db, id)?;
        call.authorise(UseCase::assignment_plan_discard, &Target::of_round(&row.round_id))?;
        if store::plan_move(db, id, &[PlanState::Proposed, PlanState::Blocked], PlanState::Discarded)? == 0 {
            return Err(Error::Conflict("plan_outdated"));
        }
        call.audit(db, UseCase::assignment_plan_discard, id, &json!({"round_id": row.round_id}))?;
        PlanView::of(&store::plan(db, id)?)
    })
}

/// Takes a seat back before the review is submitted: the link ends and the expert is told.
pub fn review_withdraw(call: &Call<'_>, id: &ReviewId, reason: &str) -> Result<SeatView> {
    call.caller.acting_person().ok_or(Error::Unauthenticated("unauthenticated"))?;
    let mut checks = Checks::new();
    let reason = checks.optional_text("reason", reason, 1000, true);
    checks.done()?;
    call.write(|db| {
        let row = store::review(db, id)?;
        let place = place_of(db, &row.submission_id)?;
        call.authorise(UseCase::review_withdraw, &place.target().review(id, &row.person_id))?;
        let from = [ReviewState::Invited, ReviewState::Accepted];
        if store::review_answer(db, id, &from, ReviewState::Withdrawn, call.now, "")? == 0 {
            return Err(Error::Conflict(if row.state == ReviewState::Submitted { "already_submitted" } else { "closed" }));
        }
        super::cases::release_third(db, &row)?;
        tell_expert(call, db, &row, |to, _| ReviewWithdrawn {
            city: place.city.name.get(&to.language).to_owned(),
            round: place.round.name.clone(),
            reason: reason.clone(),
        })?;
        end_link(call, db, id)?;
        call.audit(db, UseCase::review_withdraw, id, &json!({"submission_id": row.submission_id, "reason": reason}))?;
        let row = store::review(db, id)?;
        let name = people::store::person(db, &row.person_id)?.name;
        Ok(seat(name, row))
    })
}
