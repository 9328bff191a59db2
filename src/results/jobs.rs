//! What results do behind requests: they are assembled anew when something changed that they come from.

use std::collections::BTreeMap;

use super::profile::{Because, Finding, ResultState};
use super::store::assembled::{Assembled, SetRow, replace};
use crate::ground::ids::{ParticipationId, RoundId};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::jobs::store::put;
use crate::jobs::worker::{Kind, Work};
use crate::reports::submission::Statistic;
use crate::reviews::panel::{PanelScore, PanelState};
use crate::rounds::place::Place;
use crate::service::Service;
use crate::store::Db;
use crate::surveys::estimates::NoEstimate;
use crate::surveys::reliance::Chosen;
use crate::{reports, reviews, rounds, surveys};

/// The results of the participation that is its key, or of all in a round.
pub const RESULTS: Kind = Kind { name: "results", every: None, lease: LEASE, wanted: None, long: false, run };

/// Seconds until somebody else takes what one seems to have left.
const LEASE: i64 = 120;
/// Participations asked for in one transaction.
const STEP: usize = 50;

/// Has the results of a participation assembled anew, inside the transaction that changes what they come
/// from.
pub fn participation_changed(db: &mut Db, id: &ParticipationId, now: UtcTime) -> Result<()> {
    put(db, RESULTS.name, id.as_str(), now, now)
}

/// The same for every participation of a round.
pub fn round_changed(db: &mut Db, id: &RoundId, now: UtcTime) -> Result<()> {
    put(db, RESULTS.name, id.as_str(), now, now)
}

/// Has the results of every round that goes on assembled anew, at a start: settings may be others since.
pub fn settings_may_have_changed(service: &Service) -> Result<()> {
    let now = service.now();
    service.store.write(|db| rounds::store::rounds_going_on(db)?.iter().try_for_each(|round| round_changed(db, round, now)))
}

/// Says how many participations were assembled, or asked for. One at a time by its own key, so that no older
/// look is written over a newer one.
fn run(work: &Work<'_>) -> Result<String> {
    let (service, key) = (work.service, work.key());
    let now = service.now();
    if let Ok(round) = key.parse::<RoundId>() {
        let places = service.store.read(|db| rounds::store::places_of_round(db, &round))?;
        for step in places.chunks(STEP) {
            service.store.write(|db| step.iter().try_for_each(|place| participation_changed(db, &place.participation, now)))?;
        }
        return Ok(places.len().to_string());
    }
    let id: ParticipationId = key.parse().map_err(Error::internal)?;
    // One that was taken out of its round meanwhile has no results.
    let assembled = service.store.read(|db| {
        let places = rounds::store::places(db, &[id])?;
        assemble(service, db, now, &places)
    })?;
    let done = assembled.len();
    service.store.write(|db| assembled.into_iter().try_for_each(|one| replace(db, one)))?;
    Ok(done.to_string())
}

/// What the lower rooms found of some participations of one round, per measure.
pub fn assemble(service: &Service, db: &mut Db, now: UtcTime, places: &[Place]) -> Result<Vec<Assembled>> {
    let Some(round) = places.first().map(|place| &place.round) else { return Ok(Vec::new()) };
    let mut found: BTreeMap<ParticipationId, BTreeMap<MeasureCode, Finding>> = BTreeMap::new();
    let ids: Vec<ParticipationId> = places.iter().map(|place| place.participation.clone()).collect();
    let mut submissions = BTreeMap::new();
    for submission in reports::store::newest_submissions_of(db, &ids)? {
        let of = found.entry(submission.participation_id.clone()).or_default();
        of.extend(submission.content.statistics.into_iter().map(|s| (s.measure.clone(), of_statistic(s))));
        submissions.insert(submission.participation_id, submission.id);
    }
    for (participation, estimates) in surveys::estimates::of_participations(service, db, now, places)? {
        let of = found.entry(participation).or_default();
        for chosen in surveys::reliance::chosen(estimates) {
            let measure = chosen.estimate.measure.clone();
            let known = of.get(&measure).is_some_and(|known| known.value.is_some());
            if !known && (chosen.estimate.estimate.is_some() || !of.contains_key(&measure)) {
                of.insert(measure, of_estimate(chosen));
            }
        }
    }
    // Before their levels are read: whoever submits in between makes the panel another one than it is then.
    let mut panels = reviews::actions::complete_panels(db, round, &submissions.values().cloned().collect::<Vec<_>>())?;
    let wanted: Vec<_> = ids.iter().map(|id| (id.clone(), submissions.get(id).cloned())).collect();
    for score in reviews::actions::panel_scores(service, db, round, wanted)? {
        found.entry(score.participation_id.clone()).or_default().insert(score.measure.clone(), of_score(score));
    }
    let mut one = |place: &Place| {
        let panel = submissions.get(&place.participation).and_then(|of| panels.remove(of));
        let set = SetRow {
            participation_id: place.participation.clone(),
            computed_at: now,
            framework_id: round.framework_id.clone(),
            submission_id: submissions.remove(&place.participation),
            rubric_id: round.rubric_id.clone(),
            panel,
        };
        (set, found.remove(&place.participation).unwrap_or_default())
    };
    Ok(places.iter().map(&mut one).collect())
}

/// A proportion is shown in percent, as its measure is.
fn of_estimate(Chosen { estimate: e, passed_over }: Chosen) -> Finding {
    let shown = |v: f64| surveys::estimates::in_units(e.kind, v);
    let state = match (&e.undefined, e.suppressed) {
        (_, true) => Some(ResultState::Suppressed),
        (Some(NoEstimate::NotReliedOn), _) => Some(ResultState::Missing),
        (Some(NoEstimate::NotClosed | NoEstimate::BeingComputed), _) => Some(ResultState::Awaited),
        (Some(_), _) => Some(ResultState::Undefined),
        _ => None,
    };
    Finding {
        value: e.estimate.map(shown),
        bounds: e.ci95.map(|(low, high)| (shown(low), shown(high))),
        n: e.n,
        from: e.survey_id.to_string(),
        as_of: e.computed_at,
        because: e.undefined.map(Because::Estimate),
        mode: Some(e.mode),
        chosen: e.reliance.is_chosen() && e.reliance.relied_on,
        passed_over,
        state,
        ..Finding::default()
    }
}

fn of_score(s: PanelScore) -> Finding {
    let state = match s.state {
        PanelState::AwaitingReport | PanelState::NoReport | PanelState::Unrated | PanelState::AskedAgain => Some(ResultState::Missing),
        PanelState::OpenDisagreement => Some(ResultState::OpenDisagreement),
        _ => None,
    };
    Finding {
        value: s.score,
        bounds: s.range.map(|(low, high)| (f64::from(low), f64::from(high))),
        n: (s.ratings > 0).then_some(s.ratings as u64),
        because: s.state.is_without_score().then_some(Because::Panel(s.state)),
        state,
        ..Finding::default()
    }
}

fn of_statistic(s: Statistic) -> Finding {
    let state = if s.not_available { Some(ResultState::NotAvailable) } else { None };
    Finding { value: s.value, year: s.year, from: s.source, state, ..Finding::default() }
}
