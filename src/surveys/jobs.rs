//! What surveys do behind requests: estimates after a survey has closed, and once a day how many have
//! answered the open ones.

mod column;
mod computing;
mod exporting;
mod settling;
pub mod waves;

use std::collections::{HashMap, HashSet};

use self::computing::compute;
pub use self::waves::{WAVES, unwanted};
use super::disclosure::Limits;
use super::store::estimates::{self as stored, CountRow, CountedPart, EstimateRow, SetRow};
use super::store::watching::{self as watched, FigureRow};
use super::store::{self, SurveyRow, responses};
use super::survey::{Standing, SurveyState};
use super::watching::{FigurePart, moved};
use crate::ground::ids::{RoundId, SurveyId};
use crate::ground::{Error, Result, UtcTime};
use crate::jobs::store::put;
use crate::jobs::worker::{Kind, Work};
use crate::people::policy::UseCase;
use crate::rounds;
use crate::rounds::place::Place;
use crate::service::Service;
use crate::store::{Db, audit};
use crate::words;

/// Seconds without a word.
const LEASE: i64 = 120;

/// The estimates of the survey that is its key.
pub const ESTIMATES: Kind = Kind { name: "estimates", every: None, lease: LEASE, wanted: None, long: true, run: estimates };
/// Every quarter of an hour: wherever a day has ended since.
pub const COUNTS: Kind = Kind { name: "counts", every: Some(900), lease: LEASE, wanted: None, long: false, run: counts };

/// The file of responses that is its key.
pub const EXPORTS: Kind = Kind { name: "exports", every: None, lease: LEASE, wanted: None, long: true, run: exporting::run };

/// Every quarter of an hour: days that are over.
pub const DAYS: Kind = Kind { name: "days", every: Some(900), lease: LEASE, wanted: None, long: false, run: settling::run };

words! {
    /// What came of computing estimates.
    pub enum Came {
        Computed = "computed",
        /// Too little changed: those that stood still stand.
        Stand = "stand",
        /// The survey takes answers (again).
        Open = "open",
    }
}

/// Has the estimates of a survey computed at `due`, inside the transaction that closes it or sets its end.
pub fn ask(db: &mut Db, id: &SurveyId, due: UtcTime, now: UtcTime) -> Result<()> {
    put(db, ESTIMATES.name, id.as_str(), due, now)
}

/// What follows when a round is closed, its surveys taking no more answers, or opened: they may have an end.
pub fn round_turned(db: &mut Db, round: &RoundId, closed: bool, now: UtcTime) -> Result<()> {
    let surveys = store::surveys_issued(db, round)?;
    let due = |(id, end): &(SurveyId, Option<UtcTime>)| Some((id.clone(), if closed { now } else { (*end)? }));
    surveys.iter().filter_map(due).try_for_each(|(id, due)| ask(db, &id, due, now))
}

/// Has what closed before there were figures looked at once more, at a start.
pub fn figures_may_be_missing(service: &Service) -> Result<()> {
    let now = service.now();
    service.store.write(|db| watched::without_figures(db)?.iter().try_for_each(|id| ask(db, id, now, now)))
}

fn look(db: &mut Db, id: &SurveyId) -> Result<(SurveyRow, Place)> {
    let survey = store::survey(db, id)?;
    let place = rounds::store::place(db, &survey.participation_id)?;
    Ok((survey, place))
}

fn standing(survey: &SurveyRow, place: &Place, now: UtcTime) -> Standing {
    survey.gate(place.round.state).standing(now)
}

fn estimates(work: &Work<'_>) -> Result<String> {
    let service = work.service;
    let id: SurveyId = work.key().parse().map_err(Error::internal)?;
    let now = service.now();
    let begun = service.store.write(|db| {
        // In the order of everybody who writes: first the head of the audit, then the survey.
        audit::hold(db)?;
        // Whoever is about to add a response to it is waited for.
        store::survey_hold(db, &id)?;
        let (mut survey, place) = look(db, &id)?;
        if survey.state == SurveyState::Open && survey.closes_at.is_some_and(|end| end <= now) {
            // Closed for good, so that no clock that goes back opens it again.
            survey.state = SurveyState::Closed;
            survey.version += 1;
            store::survey_turn(db, &survey)?;
            audit::append(db, now, "stoa", UseCase::survey_close, id.as_str(), &serde_json::json!({"closes_at": survey.closes_at}))?;
        }
        if waves::is_past(&survey, &place, now) {
            // Nothing opens it again, not its round either.
            if survey.state != SurveyState::Closed {
                survey.state = SurveyState::Closed;
                survey.version += 1;
                store::survey_turn(db, &survey)?;
                audit::append(db, now, "stoa", UseCase::survey_close, id.as_str(), &serde_json::json!({"round": place.round.id}))?;
            }
            waves::close(db, &id)?;
        }
        Ok((survey, place))
    })?;
    let (survey, place) = begun;
    // Also where it was forgotten before: that may have been cut off here.
    if waves::is_past(&survey, &place, now) {
        // By itself, for it may take long, and nobody who writes waits for the head of the audit meanwhile.
        service.store.write(|db| waves::forget_few(service, db, &id))?;
        service.store.read(store::invitations::remove_what_was_deleted)?;
        service.store.empty_log()?;
    }
    if standing(&survey, &place, now) != Standing::Over {
        return service.store.write(|db| still_open(db, &survey, now)).map(|came| came.to_string());
    }
    let (set, rows, figures) = compute(service, &survey, now, |steps| work.progress(steps, 0))?;
    // What was written anew meanwhile may have been passed by.
    if service.store.read(|db| responses::count(db, &id))? != set.responses {
        return Err(Error::Unavailable("responses were moved while they were read".into()));
    }
    let limits = Limits::of(survey.mode, &service.config.disclosure);
    let came = service.store.write(|db| {
        let (again, place_again) = look(db, &id)?;
        let same = again.version == survey.version && place_again.round.version == place.round.version;
        if !same || standing(&again, &place_again, service.now()) != Standing::Over {
            return still_open(db, &again, now);
        }
        rounds::actions::changed(service, db, &survey.participation_id, now)?;
        let Some(before) = stored::sets(db, &[&id])?.remove(&id) else {
            stored::set_replace(db, &set, &rows)?;
            look_replace(db, limits, &id, figures)?;
            return Ok(Came::Computed);
        };
        let known = stored::estimates(db, &[&id])?.remove(&id).unwrap_or_default();
        // Whether nobody came or a few is told by nothing: where it was open meanwhile, what there was stands in both
        // cases, and where it was not, it is as it was.
        let same = set.responses == before.responses && set.content_hash == before.content_hash && rows == known;
        if same {
            if may_have_come(db, &again, &place_again, before.computed_at)? {
                stored::set_stands(db, &id, now)?;
                return Ok(Came::Stand);
            }
            // Of what an earlier build has computed there may be none yet.
            if watched::figures(db, &id)?.is_empty() {
                look_replace(db, limits, &id, figures)?;
            }
            return Ok(Came::Computed);
        }
        if may_replace(limits, (&before, &known), (&set, &rows)) {
            stored::set_replace(db, &set, &rows)?;
            look_replace(db, limits, &id, figures)?;
            return Ok(Came::Computed);
        }
        stored::set_stands(db, &id, now)?;
        Ok(Came::Stand)
    })?;
    Ok(came.to_string())
}

/// Whether a survey has taken answers at any time since: it was opened, or its round was, when it was not over itself.
/// One that was closed for good has not.
fn may_have_come(db: &mut Db, survey: &SurveyRow, place: &Place, since: UtcTime) -> Result<bool> {
    if survey.sealed_at.is_some() {
        return Ok(false);
    }
    let mut last = |object: &str, what: UseCase| -> Result<Option<UtcTime>> { Ok(audit::last_done(db, &[object], &[what])?.remove(object)) };
    let (opened, closed) = (last(survey.id.as_str(), UseCase::survey_open)?, last(survey.id.as_str(), UseCase::survey_close)?);
    let round_opened = last(place.round.id.as_str(), UseCase::round_open)?.filter(|at| *at > since);
    let was_open = |at: UtcTime| {
        let by_itself = survey.state == SurveyState::Open || closed.is_some_and(|closed| closed >= at);
        by_itself && survey.closes_at.is_none_or(|end| end > at)
    };
    Ok(opened.is_some_and(|at| at > since) || round_opened.is_some_and(was_open))
}

/// Puts the figures of what the responses look like in the place of those before: each moves by a step at least, or
/// stays.
fn look_replace(db: &mut Db, limits: Limits, id: &SurveyId, mut figures: Vec<FigureRow>) -> Result<()> {
    let before = watched::figures(db, id)?;
    let known: HashMap<_, _> = before.iter().map(|row| ((row.part, row.name.as_str()), row)).collect();
    let parts: HashSet<FigurePart> = before.iter().map(|row| row.part).collect();
    for row in &mut figures {
        let was = known.get(&(row.part, row.name.as_str()));
        let shown = |was: Option<i64>, now: i64| moved(limits, was.map(i64::unsigned_abs), now.unsigned_abs()).cast_signed();
        match row.part {
            FigurePart::Day => row.count = row.count.map(|now| shown(was.and_then(|was| was.count), now)),
            // All of them in steps from then on: beside one that stays as it was, another would tell what that is short of
            // all.
            FigurePart::Language | FigurePart::Stratum if parts.contains(&row.part) => {
                row.count = row.count.map(|now| limits.rounded_down_in_part(now.unsigned_abs()).cast_signed());
            }
            FigurePart::Language | FigurePart::Stratum => {}
            // So many of so many: none moves where those who were asked do not.
            FigurePart::Blank | FigurePart::Same | FigurePart::Level => {
                let Some(was) = was else { continue };
                if was.base.zip(row.base).is_some_and(|(was, now)| shown(Some(was), now) == was) {
                    (row.base, row.count) = (was.base, was.count);
                } else {
                    row.count = row.count.map(|now| shown(was.count, now));
                }
            }
        }
    }
    watched::figures_replace(db, id, &figures)
}

/// A survey that takes answers is asked about again at its end.
fn still_open(db: &mut Db, survey: &SurveyRow, now: UtcTime) -> Result<Came> {
    survey.closes_at.map_or(Ok(()), |end| ask(db, &survey.id, end, now))?;
    Ok(Came::Open)
}

/// Whether what was computed anew may be shown in the place of what stands.
fn may_replace(limits: Limits, (before, figures): (&SetRow, &[EstimateRow]), (set, rows): (&SetRow, &[EstimateRow])) -> bool {
    let counted: HashMap<_, u64> = figures.iter().map(|row| ((&row.measure, &row.domain), row.n.unsigned_abs())).collect();
    let pair = |row: &EstimateRow| (counted.get(&(&row.measure, &row.domain)).copied().unwrap_or(0), row.n.unsigned_abs());
    let responses = (before.responses.unsigned_abs(), set.responses.unsigned_abs());
    let nothing_came = responses.0 == responses.1 && rows.iter().map(pair).all(|(before, now)| before == now);
    nothing_came || limits.may_move(responses, rows.iter().map(pair))
}

/// Counts the open surveys in whose cities a day has ended since the last count. Says how many.
fn counts(work: &Work<'_>) -> Result<String> {
    let (service, now) = (work.service, work.service.now());
    let (surveys, zones, last) = service.store.read(|db| {
        let surveys = stored::surveys_open(db)?;
        let ids: Vec<_> = surveys.iter().map(|survey| survey.participation_id.clone()).collect();
        let places = rounds::store::places(db, &ids)?;
        let zones: HashMap<_, _> = places.into_iter().map(|place| (place.participation, place.city.time_zone)).collect();
        let last = stored::last_counted(db, &surveys.iter().map(|survey| &survey.id).collect::<Vec<_>>())?;
        Ok((surveys, zones, last))
    })?;
    let mut counted = 0;
    for survey in &surveys {
        let (Some(zone), Some(opened)) = (zones.get(&survey.participation_id), survey.opened_at) else { continue };
        let Some(day) = now.local_date(*zone).pred_opt() else { continue };
        if last.get(&survey.id).is_some_and(|last| *last >= day) || opened.local_date(*zone) > day {
            continue;
        }
        let by_language = service.store.read(|db| responses::by_language(db, &survey.id, day))?;
        let limits = Limits::of(survey.mode, &service.config.disclosure);
        let row = |part: CountedPart, name: String, count: i64| {
            let down = if part == CountedPart::All { Limits::rounded_down } else { Limits::rounded_down_in_part };
            let responses = i64::try_from(down(limits, count.unsigned_abs())).unwrap_or(i64::MAX);
            CountRow { survey_id: survey.id.clone(), day, part, name, responses }
        };
        let all = by_language.iter().map(|(_, count)| count).sum();
        let mut rows = vec![row(CountedPart::All, String::new(), all)];
        let languages = by_language.into_iter().map(|(language, count)| row(CountedPart::Language, language.to_string(), count));
        rows.extend(languages.filter(|row| row.responses > 0));
        service.store.write(|db| stored::counts_insert(db, &rows))?;
        counted += 1;
        work.progress(counted, 0)?;
    }
    Ok(counted.to_string())
}
