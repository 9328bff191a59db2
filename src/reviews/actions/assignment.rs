//! Assignments: where a round stands, who could review a report, and why others could not; seats
//! offered and taken back by hand.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::json;

use super::cases::release_third;
use super::conflicts::NOTE_MAX;
use super::found::{self, ReviewKey};
use super::guard::{Bound, Whom, over_review, own_cities, unconflicted};
use super::inviting::{Offer, end_link, offer, tell_expert};
use super::pool::Pool;
use super::rubrics::round_rubric;
use crate::framework::catalogue::{Catalogue, Source};
use crate::ground::error::Checks;
use crate::ground::ids::{CityId, ParticipationId, PersonId, ReviewId, RoundId, RubricId, SubmissionId};
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED};
use crate::ground::{Error, FieldError, Given, Result};
use crate::people::actions::name_of;
use crate::people::call::Call;
use crate::people::identity::{Role, ScopeKind};
use crate::people::policy::UseCase;
use crate::reviews::affinity::Affinity;
use crate::reviews::conflict::Ineligible;
use crate::reviews::expert::Expert;
use crate::reviews::messages::ReviewWithdrawn;
use crate::reviews::problems::NOT_CURRENT;
use crate::reviews::proposal::Pick;
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{self, PlanRow, ReviewRow};
use crate::reviews::views::{AssignmentTotals, AssignmentsView, CandidateView, PlanView, ReportSeats, SeatView};
use crate::rounds::actions::round_for;
use crate::rounds::place::{City, Place, PlaceKey, Round};
use crate::store::Db;
use crate::web::paging::{Around, PageAt};
use crate::{framework, people, reports, rounds};

/// Most candidates listed beside a report; all of them are listed for one report.
const NEAREST: usize = 10;
/// Most reports on a page, each with its seats and those candidates.
const REPORTS: i64 = 20;
/// Most reports of a waiting plan that are shown above them, and most cities that have submitted nothing.
const PLANNED: usize = 20;
const WAITING: usize = 50;

pub(super) fn areas(catalogue: &Catalogue) -> BTreeSet<&str> {
    catalogue.measures_from(Source::ExpertReview).map(|m| m.area.as_str()).collect()
}

/// Every expert for a report: those who may, best first, then those who may not.
fn candidates(pool: &Pool, place: &Place, submission: &SubmissionId, areas: &BTreeSet<&str>) -> Vec<CandidateView> {
    let mut views: Vec<CandidateView> = pool
        .experts()
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

/// Who could be asked about a report, best first; ten at most.
fn nearest(pool: &Pool, place: &Place, submission: &SubmissionId, areas: &BTreeSet<&str>) -> Vec<CandidateView> {
    let fit = |expert| Some((expert, pool.pair(expert, &place.city, submission, areas).ok()?));
    let mut open: Vec<(&Expert, Affinity)> = pool.experts().filter_map(fit).collect();
    let name = |expert: &Expert| pool.people.get(&expert.person_id).map(|p| &p.name);
    open.sort_by(|(a, fits_a), (b, fits_b)| fits_b.value.total_cmp(&fits_a.value).then_with(|| name(a).cmp(&name(b))));
    let view = |(expert, affinity): (&Expert, Affinity)| CandidateView {
        person_id: expert.person_id.clone(),
        name: pool.name(&expert.person_id),
        load: pool.load_of(&expert.person_id),
        load_max: expert.facts.load_max,
        affinity: Some(affinity),
        ineligible: None,
    };
    open.into_iter().take(NEAREST).map(view).collect()
}

/// What is counted over all reports of a round.
fn totals(db: &mut Db, round: &Round, newest: &BTreeSet<&SubmissionId>) -> Result<AssignmentTotals> {
    let per_report = i64::from(round.experts_per_report);
    let mut totals = AssignmentTotals { reports: newest.len(), ..AssignmentTotals::default() };
    let mut taken: HashMap<SubmissionId, i64> = HashMap::new();
    for (submission, kind, state, count) in store::seats(db, &round.id)? {
        if kind != ReviewKind::Independent || !newest.contains(&submission) || !state.holds_seat() {
            continue;
        }
        if state == ReviewState::Submitted {
            totals.submitted += count;
        }
        *taken.entry(submission).or_default() += count;
    }
    for submission in newest {
        let lacks = (per_report - taken.get(*submission).copied().unwrap_or(0)).max(0);
        totals.lacking += lacks;
        totals.full += usize::from(lacks == 0);
    }
    Ok(totals)
}

/// One page of the reports, by the cities' short names; totals over all of them.
pub fn assignment_read(call: &Call<'_>, id: &RoundId, at: &PageAt<PlaceKey>) -> Result<AssignmentsView> {
    let permit = round_for(call, UseCase::assignment_read, id)?;
    permit.read(|db| {
        let round = &*permit;
        let catalogue = framework::store::catalogue_of(db, &round.framework_id)?;
        let areas = areas(&catalogue);
        let newest: HashMap<_, _> = reports::store::newest_submission_ids(db, id)?.into_iter().collect();
        let (there, missing): (Vec<_>, Vec<_>) =
            rounds::store::keys_of_round(db, id)?.into_iter().partition(|(participation, _)| newest.contains_key(participation));
        let at = PageAt { after: at.after.clone(), limit: at.limit.min(REPORTS) };
        let page = Around::of(&there, &at, |(_, key)| key);
        let totals = totals(db, round, &newest.values().collect())?;
        let waiting: Vec<ParticipationId> = missing.iter().take(WAITING).map(|(participation, _)| participation.clone()).collect();
        let waiting_for = rounds::store::places_in_order(db, &waiting)?.into_iter().map(|place| place.city.name).collect();
        let ids: Vec<ParticipationId> = page.items.iter().map(|(participation, _)| participation.clone()).collect();
        let of_page = rounds::store::places_in_order(db, &ids)?.into_iter();
        let of_page = of_page.filter_map(|place| newest.get(&place.participation).cloned().map(|submission| (place, submission))).collect();
        let pool = Pool::of(call, db, id, of_page)?;
        let per_report = usize::try_from(round.experts_per_report).unwrap_or(0);
        let ids: Vec<ReviewId> = pool.reviews.iter().map(|r| r.id.clone()).collect();
        let counts = store::kept_and_asked(db, &ids)?;
        let own = own_cities(call, db, id)?;
        let seat = |r: &ReviewRow, city: &City| {
            let (kept, asked_again) = counts.get(&r.id).copied().unwrap_or_default();
            let conflict = pool.conflict_of(&r.person_id, city).filter(|_| r.state.holds_seat());
            let absent = pool.absent(&r.person_id).filter(|_| r.state.waits());
            SeatView { kept, asked_again, conflict, absent, ..SeatView::of(r, pool.name(&r.person_id)) }
        };
        let mut reports = Vec::new();
        for (participation, submission) in &pool.submissions {
            let Some(place) = pool.places.get(participation) else { continue };
            let seats: Vec<SeatView> = pool.reviews.iter().filter(|r| r.submission_id == *submission).map(|r| seat(r, &place.city)).collect();
            // A third expert is listed, but their seat is none of those that every report has.
            let count = |state| seats.iter().filter(|s| s.kind == ReviewKind::Independent && s.state == state).count();
            let need = per_report.saturating_sub(pool.seats_taken(submission));
            let own_city = own.contains(&place.city.id);
            reports.push(ReportSeats {
                submission_id: submission.clone(),
                participation_id: participation.clone(),
                city: place.city.name.clone(),
                need: u32::try_from(need).unwrap_or(0),
                invited: count(ReviewState::Invited),
                accepted: count(ReviewState::Accepted),
                submitted: count(ReviewState::Submitted),
                declined: count(ReviewState::Declined),
                seats: if own_city { Vec::new() } else { seats },
                own_city,
                candidates: if need > 0 && !own_city { nearest(&pool, place, submission, &areas) } else { Vec::new() },
            });
        }
        let (plan, plan_withheld) = plan_shown(call, db, id)?;
        Ok(AssignmentsView {
            round_id: round.id.clone(),
            round: round.name.clone(),
            experts_per_report: round.experts_per_report,
            review_due_at: round.review_due_at,
            time_zone: round.time_zone,
            experts: pool.experts().count(),
            totals,
            reports,
            next_cursor: page.next,
            previous: page.previous,
            waiting_for,
            waiting: missing.len(),
            plan: plan.map(|plan| plan.cut(PLANNED)),
            plan_withheld,
        })
    })
}

/// The plan that waits, as the caller may see it, and whether there is one that they may not: what suits whom, and who
/// is passed over, tells also of the seats of cities that they are bound to, unless they proposed it themself.
fn plan_shown(call: &Call<'_>, db: &mut Db, round: &RoundId) -> Result<(Option<PlanView>, bool)> {
    let Some(row) = store::waiting_plan(db, round)? else { return Ok((None, false)) };
    if is_of_others(call, db, &row)? {
        return Ok((None, true));
    }
    let own = own_cities(call, db, round)?;
    let of_own = submissions_in(db, round, &own)?;
    Ok((Some(PlanView::of(&row)?.without(&of_own)), false))
}

/// Whether somebody else has proposed a plan, whom nothing binds where it binds the caller.
pub(super) fn is_of_others(call: &Call<'_>, db: &mut Db, plan: &PlanRow) -> Result<bool> {
    let own = call.caller.acting_person().is_some_and(|person| plan.created_by.rsplit(':').next() == Some(person.as_str()));
    Ok(!own && !own_cities(call, db, &plan.round_id)?.is_empty())
}

/// The newest submissions of some cities in a round.
pub(super) fn submissions_in(db: &mut Db, round: &RoundId, cities: &BTreeSet<CityId>) -> Result<BTreeSet<SubmissionId>> {
    if cities.is_empty() {
        return Ok(BTreeSet::new());
    }
    let newest: HashMap<_, _> = reports::store::newest_submission_ids(db, round)?.into_iter().collect();
    let places = rounds::store::places_of_round(db, round)?;
    let theirs = places.iter().filter(|place| cities.contains(&place.city.id));
    Ok(theirs.filter_map(|place| newest.get(&place.participation).cloned()).collect())
}

/// Every expert for one report, with the reason of each who may not.
pub fn candidate_list(call: &Call<'_>, id: &SubmissionId) -> Result<(Place, Vec<CandidateView>)> {
    let permit = found::submission(call, UseCase::candidate_list, id)?;
    let views = permit.read(|db| {
        still_newest(db, id)?;
        let catalogue = framework::store::catalogue_of(db, &permit.round.framework_id)?;
        let pool = Pool::of(call, db, &permit.round.id, vec![(Place::clone(&permit), id.clone())])?;
        Ok(candidates(&pool, &permit, id, &areas(&catalogue)))
    })?;
    Ok((permit.into_row(), views))
}

/// Whom to ask next for a report: the plan's alternates first, then whoever suits best. Nobody is named where a
/// coordinator or an operator is bound to a city of the round: all of them can read the mail, and who is passed over
/// as their load is full, though no seat of theirs is seen, would sit on the panel of that city.
pub(super) fn next_for(db: &mut Db, pool: &Pool, place: &Place, submission: &SubmissionId) -> Result<Option<String>> {
    if somebody_is_bound(db, &place.round.id)? {
        return Ok(None);
    }
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    let open = candidates(pool, place, submission, &areas(&catalogue));
    let open: Vec<&CandidateView> = open.iter().filter(|c| c.ineligible.is_none()).collect();
    let plan = store::confirmed_plan(db, &place.round.id)?.map(|p| p.proposal()).transpose()?.unwrap_or_default();
    let ranked = plan.reports.into_iter().find(|r| r.submission_id == *submission).map(|r| r.alternates).unwrap_or_default();
    let named = ranked.iter().find_map(|p: &Pick| open.iter().find(|c| c.person_id == p.person_id));
    Ok(named.or(open.first()).map(|c| c.name.clone()))
}

/// Whether anybody who reads the mails of a round is bound to a city that takes part in it.
fn somebody_is_bound(db: &mut Db, round: &RoundId) -> Result<bool> {
    let mut readers = people::store::recipients_with_role(db, Role::Coordinator, ScopeKind::Round, round.as_str())?;
    readers.extend(people::store::recipients_with_role(db, Role::Operator, ScopeKind::Instance, "")?);
    let ids: Vec<PersonId> = readers.into_iter().map(|to| to.person).collect();
    let bound = Bound::of(db, &ids)?;
    let there = rounds::store::cities_in_rounds(db, std::slice::from_ref(round))?;
    Ok(there.iter().any(|(round, city)| bound.values().any(|bound| bound.bars(round, city))))
}

/// The error that says why an expert may not review.
pub(super) fn refused(why: &Ineligible) -> Error {
    Error::Invalid(vec![FieldError::new("person_id", format!("ineligible_{}", why.word()))])
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAssign {
    #[schema(value_type = PersonId)]
    pub person_id: Given<PersonId>,
}

/// Offers a seat to an expert by hand. Errors: `person_id` with the reason why not.
pub fn review_assign(call: &Call<'_>, id: &SubmissionId, input: &ReviewAssign) -> Result<SeatView> {
    let place = found::submission(call, UseCase::review_assign, id)?;
    let wanted = chosen(&input.person_id)?;
    place.write(|db| {
        // A conflict may have been found since the place was looked up.
        unconflicted(call, db, Whom::Caller, &place)?;
        let pool = Pool::load(call, db, &place.round.id)?;
        if pool.place_of(id).is_none() {
            return Err(Error::Conflict(NOT_CURRENT));
        }
        let expert = pool.expert(&wanted).ok_or_else(|| Error::field("person_id", "unknown_choice"))?;
        if let Some(why) = pool.why_not(expert, &place.city, id) {
            return Err(refused(&why));
        }
        let person = pool.people.get(&wanted).ok_or(Error::NotFound("person"))?;
        let (rubric, sections) = rubric_of(call, db, &place)?;
        let withdrawn = pool.reviews.iter().find(|r| r.submission_id == *id && r.person_id == wanted);
        let kind = ReviewKind::Independent;
        let seat = Offer { place: &place, submission: id, rubric: &rubric, person, kind, measures: &[], sections, withdrawn };
        let review = offer(call, db, &seat)?;
        place.audit(db, &review, &json!({"submission_id": id, "person_id": wanted}))?;
        still_newest(db, id)?;
        Ok(SeatView::of(&store::review(db, &review)?, pool.name(&wanted)))
    })
}

/// Refuses what is about a submission that has a successor. In a transaction it is asked after the entry in the
/// audit, for which whoever submits at the same time waits.
pub(super) fn still_newest(db: &mut Db, id: &SubmissionId) -> Result<()> {
    if reports::store::is_newest(db, id)? { Ok(()) } else { Err(Error::Conflict(NOT_CURRENT)) }
}

/// The expert who was chosen, or what is wrong with the choice.
pub(super) fn chosen(person: &Given<PersonId>) -> Result<PersonId> {
    let mut checks = Checks::new();
    let person = checks.given("person_id", person);
    checks.complete(person)
}

/// The rubric of a place's round, and how many sections are judged with it.
pub(super) fn rubric_of(call: &Call<'_>, db: &mut Db, place: &Place) -> Result<(RubricId, usize)> {
    let row = round_rubric(call.service, db, &place.round)?;
    let catalogue = framework::store::catalogue_of(db, &place.round.framework_id)?;
    Ok((row.id.clone(), row.rubric()?.judged(&catalogue).len()))
}

/// Takes a seat back before the review is submitted: the link ends and the expert is told.
pub fn review_withdraw(call: &Call<'_>, id: &ReviewId, reason: &str) -> Result<SeatView> {
    let permit = found::review(call, UseCase::review_withdraw, &ReviewKey::Id(id.clone()))?;
    let mut checks = Checks::new();
    let reason = checks.optional_text("reason", reason, NOTE_MAX, true);
    checks.done()?;
    permit.write(|db| {
        over_review(call, db, UseCase::review_withdraw, &permit.row, &permit.place)?;
        let from = [ReviewState::Invited, ReviewState::Accepted];
        if store::review_answer(db, id, &from, ReviewState::Withdrawn, call.now, "")? == 0 {
            let row = store::review(db, id)?;
            let submitted = row.state == ReviewState::Submitted || row.is_reopened();
            return Err(Error::Conflict(if submitted { ALREADY_SUBMITTED } else { CLOSED }));
        }
        let (row, place) = (&permit.row, &permit.place);
        release_third(db, row)?;
        tell_expert(call, db, row, |to, _| ReviewWithdrawn {
            city: place.city.name.get(&to.language).to_owned(),
            round: place.round.name.clone(),
            reason: reason.clone(),
        })?;
        end_link(call, db, id)?;
        permit.audit(db, id, &json!({"submission_id": row.submission_id}))?;
        let name = name_of(call, db, &row.person_id)?;
        Ok(SeatView::of(&store::review(db, id)?, name))
    })
}
