//! Where a round stands: counted over all of its cities, and one page of them in detail.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::FunnelView;
use crate::framework::catalogue::Source;
use crate::ground::Result;
use crate::ground::UtcTime;
use crate::ground::ids::{ParticipationId, PersonId, RoundId, SubmissionId};
use crate::people::call::Call;
use crate::people::identity::Role;
use crate::people::policy::{UseCase, covers};
use crate::results::standing::{
    CityStanding, FunnelTotals, Ground, ReportStage, ReportStanding, ReviewStanding, SurveyStanding, ThirdStanding, next,
};
use crate::reviews::panel::Case;
use crate::reviews::review::{ReviewKind, ReviewState};
use crate::reviews::store::{CaseState, ReviewRow};
use crate::rounds::actions::round_for;
use crate::rounds::place::{PlaceKey, Round};
use crate::store::Db;
use crate::surveys::estimates::SurveyCounts;
use crate::web::paging::{Around, PageAt};
use crate::{framework, people, reports, reviews, rounds, surveys};

/// Most cities on a page.
const CITIES: i64 = 50;

/// Where the round stands, and what the coordinator may do next.
pub fn round_funnel(call: &Call<'_>, id: &RoundId, at: &PageAt<PlaceKey>) -> Result<FunnelView> {
    let round = round_for(call, UseCase::round_funnel, id)?;
    round.read(|db| {
        let all = rounds::store::keys_of_round(db, id)?;
        let at = PageAt { after: at.after.clone(), limit: at.limit.min(CITIES) };
        let page = Around::of(&all, &at, |(_, key)| key);
        let ids: Vec<ParticipationId> = page.items.iter().map(|(participation, _)| participation.clone()).collect();
        let places = rounds::store::places_in_order(db, &ids)?;
        let newest: HashMap<_, _> = reports::store::newest_submission_ids(db, id)?.into_iter().collect();
        let everybody: Vec<ParticipationId> = all.iter().map(|(participation, _)| participation.clone()).collect();
        let surveys = surveys::estimates::counts_by_participation(call.service, db, call.now, &everybody, round.state)?;
        let mut unseen = reviews::actions::own_cities(call, db, id)?;
        let own = unseen.clone();
        unseen.extend(reviews::actions::blind_cities(call, db, id)?);
        let mut shown: BTreeSet<&SubmissionId> = newest.values().collect();
        let totals = totals(db, id, call.now, all.len(), &shown, &surveys)?;
        if !unseen.is_empty() {
            let hidden = rounds::store::places_of_round(db, id)?.into_iter().filter(|place| unseen.contains(&place.city.id));
            for submission in hidden.filter_map(|place| newest.get(&place.participation)) {
                shown.remove(submission);
            }
        }
        let totals = FunnelTotals { disagreements: disagreements(db, id, &shown)?, ..totals };
        let sections = framework::store::catalogue_of(db, &round.framework_id)?.measures_from(Source::ExpertReview).count();
        let reports = reports::store::standing_by_participation(db, &ids)?;
        let of_page = ids.iter().filter_map(|id| Some((newest.get(id)?.clone(), id.clone()))).collect();
        let mut standings = review_standings(db, &of_page, call.now)?;
        let officers = people::store::scopes_of_role(db, Role::CityOfficer)?;
        let experts_wanted = u64::try_from(round.experts_per_report).unwrap_or(0);
        let cities = places
            .into_iter()
            .map(|place| {
                let survey = surveys.get(&place.participation).map(of_counts).unwrap_or_default();
                let report = of_report(reports.get(&place.participation), sections);
                let mut review = standings.remove(&place.participation).unwrap_or_default();
                if own.contains(&place.city.id) {
                    // Who judges one's own city is not for oneself.
                    review.third.clear();
                }
                if unseen.contains(&place.city.id) {
                    // Nor whether they agreed.
                    review = ReviewStanding { disagreements_open: 0, disagreements_waiting: 0, withheld: true, ..review };
                }
                let has_officer = officers.iter().any(|scope| covers(scope, &place.target()));
                let next = next(Ground { round: round.state, has_officer, experts_wanted }, &survey, &report, &review);
                CityStanding { participation_id: place.participation, city_id: place.city.id, city: place.city.name, survey, report, review, next }
            })
            .collect();
        Ok(FunnelView { round: Round::clone(&round).into(), totals, cities, next_cursor: page.next, previous: page.previous })
    })
}

/// What is counted over all cities of a round.
fn totals(
    db: &mut Db,
    id: &RoundId,
    now: UtcTime,
    cities: usize,
    newest: &BTreeSet<&SubmissionId>,
    surveys: &HashMap<ParticipationId, SurveyCounts>,
) -> Result<FunnelTotals> {
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let mut seats: HashMap<SubmissionId, (i64, i64)> = HashMap::new();
    for (submission, kind, state, seen) in reviews::store::seats(db, id)? {
        let (waiting, submitted) = seats.entry(submission).or_default();
        match (kind, state) {
            (ReviewKind::Independent, ReviewState::Invited | ReviewState::Accepted) => *waiting += seen,
            (ReviewKind::Independent, ReviewState::Submitted) => *submitted += seen,
            (ReviewKind::Third, _) | (_, ReviewState::Declined | ReviewState::Withdrawn | ReviewState::SetAside) => {}
        }
    }
    seats.retain(|submission, _| newest.contains(submission));
    let late = reviews::store::late(db, id, now)?;
    Ok(FunnelTotals {
        cities: count(cities),
        with_responses: count(surveys.values().filter(|of| of.responses > 0).count()),
        responses: surveys.values().map(|of| of.responses.unsigned_abs()).sum(),
        reports: count(newest.len()),
        invited: count(seats.values().filter(|(waiting, submitted)| waiting + submitted > 0).count()),
        reviewed: count(seats.values().filter(|(waiting, submitted)| *waiting == 0 && *submitted > 0).count()),
        reviews: seats.values().map(|(_, submitted)| submitted.unsigned_abs()).sum(),
        late: late.iter().filter(|(submission, _)| newest.contains(submission)).map(|(_, n)| n.unsigned_abs()).sum(),
        disagreements: 0,
    })
}

/// Disagreements of some submissions that are not settled.
fn disagreements(db: &mut Db, round: &RoundId, of: &BTreeSet<&SubmissionId>) -> Result<u64> {
    let cases = reviews::store::open_cases(db, round)?;
    Ok(cases.iter().filter(|(submission, ..)| of.contains(submission)).map(|(.., n)| n.unsigned_abs()).sum())
}

fn of_counts(c: &SurveyCounts) -> SurveyStanding {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    SurveyStanding { surveys: count(c.surveys), open: count(c.open), responses: count(c.responses) }
}

fn of_report(r: Option<&reports::views::ReportStanding>, sections: usize) -> ReportStanding {
    let sections = sections as u64;
    match r {
        None => ReportStanding { report_id: None, state: ReportStage::None, sections_done: 0, sections, submission_id: None, late: false },
        Some(r) => ReportStanding {
            report_id: Some(r.report_id.clone()),
            state: r.state.into(),
            sections_done: r.sections_done as u64,
            sections,
            submission_id: r.submission_id.clone(),
            late: r.late,
        },
    }
}

/// Reviews and open disagreements of some submissions, counted per participation.
fn review_standings(db: &mut Db, of: &BTreeMap<SubmissionId, ParticipationId>, now: UtcTime) -> Result<BTreeMap<ParticipationId, ReviewStanding>> {
    let ids: Vec<SubmissionId> = of.keys().cloned().collect();
    let mut all: BTreeMap<ParticipationId, ReviewStanding> = BTreeMap::new();
    let rows = reviews::store::reviews_of_submissions(db, &ids)?;
    let waiting = |review: &ReviewRow| matches!(review.state, ReviewState::Invited | ReviewState::Accepted);
    let third: Vec<PersonId> = rows.iter().filter(|r| r.kind == ReviewKind::Third && waiting(r)).map(|r| r.person_id.clone()).collect();
    let names: BTreeMap<PersonId, String> = people::store::people_by_ids(db, &third)?.into_iter().map(|p| (p.id, p.name)).collect();
    for review in rows {
        let Some(participation) = of.get(&review.submission_id) else { continue };
        let standing = all.entry(participation.clone()).or_default();
        standing.late += u64::from(waiting(&review) && review.due_at < now);
        match (review.kind, review.state) {
            (ReviewKind::Third, ReviewState::Invited | ReviewState::Accepted) => {
                let name = names.get(&review.person_id).cloned().unwrap_or_default();
                standing.third.push(ThirdStanding { review_id: review.id, name, due_at: review.due_at });
            }
            (ReviewKind::Independent, ReviewState::Invited) => standing.invited += 1,
            (ReviewKind::Independent, ReviewState::Accepted) => standing.accepted += 1,
            (ReviewKind::Independent, ReviewState::Submitted) => standing.submitted += 1,
            (ReviewKind::Independent, ReviewState::Declined) => standing.declined += 1,
            (ReviewKind::Third, _) | (_, ReviewState::Withdrawn | ReviewState::SetAside) => {}
        }
    }
    for case in reviews::store::disagreements_of_submissions(db, &ids)? {
        if case.case() == Some(Case::Open)
            && let Some(participation) = of.get(&case.submission_id)
        {
            let standing = all.entry(participation.clone()).or_default();
            standing.disagreements_open += 1;
            standing.disagreements_waiting += u64::from(case.state == CaseState::ThirdInvited);
        }
    }
    Ok(all)
}
