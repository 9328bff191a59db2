//! When a day is over: its responses are written anew, shuffled and under new keys, and what was sent under a
//! `once` is forgotten, so that nothing places an answer more finely than its day.
//!
//! In steps, so that nobody who answers meanwhile waits long. The responses of a step are drawn from the
//! whole day: which were written together tells nothing.

use chrono::{Duration, NaiveDate};

use crate::ground::chance::Chance;
use crate::ground::ids::SurveyId;
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, Result};
use crate::jobs::worker::Work;
use crate::rounds;
use crate::surveys::intake::NIGHT;
use crate::surveys::store::invitations::{self, SpentRow};
use crate::surveys::store::{self, responses};

/// Responses written anew in one transaction, if they have no more than so many characters together.
const STEP: usize = 1_000;
const CHARACTERS: usize = 8 << 20;

/// Says nothing of how many there were: on how many days somebody has answered is nobody's to know by this.
pub fn run(work: &Work<'_>) -> Result<String> {
    let (service, now) = (work.service, work.service.now());
    let (mut over, mut gone) = (false, Vec::new());
    for (survey, day) in service.store.read(responses::days_as_they_came)? {
        let zone = service.store.read(|db| {
            let survey = store::survey(db, &survey)?;
            Ok(rounds::store::place(db, &survey.participation_id)?.city.time_zone)
        })?;
        if now.minus(NIGHT).local_date(zone) > day {
            over |= settle(work, &survey, day)?;
        }
        // A mark stays for a day more, for what may still have been under way.
        if now.minus(NIGHT + Duration::days(1)).local_date(zone) > day {
            gone.push((survey, day));
        }
    }
    if over || !gone.is_empty() {
        service.store.read(responses::remove_what_was_deleted)?;
        service.store.empty_log()?;
        service.store.write(|db| gone.iter().try_for_each(|(survey, day)| responses::day_forget(db, survey, *day)))?;
    }
    Ok("done".to_owned())
}

/// Whether there was something to write anew.
fn settle(work: &Work<'_>, survey: &SurveyId, day: NaiveDate) -> Result<bool> {
    let (service, chance) = (work.service, &*work.service.chance);
    let mut keys = service.store.read(|db| responses::keys_as_they_came(db, survey, day))?;
    shuffle(&mut keys, chance);
    // First, for what fails after the last response was moved finds none the next time.
    if !keys.is_empty() {
        service.store.write(|db| {
            store::survey_hold(db, survey)?;
            responses::day_mark_again(db, survey, day)?;
            // PostgreSQL keeps which transaction held or changed them last: that of an answer.
            invitations::write_anew(db, survey)
        })?;
    }
    let longest = usize::try_from(service.store.read(|db| responses::longest(db, survey, day))?).unwrap_or_default();
    for step in keys.chunks((CHARACTERS / longest.max(1)).clamp(1, STEP)) {
        service.store.write(|db| {
            // What the survey forgets when it closes is forgotten of each, wherever it lies.
            store::survey_hold(db, survey)?;
            let mut rows = responses::take(db, survey, day, step)?;
            shuffle(&mut rows, chance);
            // Below 0, beside each other: few pages are touched.
            let first = -1 - i64::try_from(chance.below(1 << 62)).unwrap_or_default();
            let placed: Vec<responses::Placed<'_>> = rows.iter().zip((i64::MIN..=first).rev()).collect();
            let left = responses::add(db, &placed)?;
            if left.is_empty() { Ok(()) } else { Err(Error::Conflict(ALREADY_EXISTS)) }
        })?;
        work.progress(0, 0)?;
    }
    let marks = forget_visits(work, survey, day)?;
    Ok(!keys.is_empty() || marks)
}

/// Which invitations were answered on a day is known from then on without the day, and in an order that tells nothing:
/// all marks of the days that are over are written anew in steps drawn from all of them, for PostgreSQL keeps which
/// rows were written together, and those of one day would tell whose its responses are.
fn forget_visits(work: &Work<'_>, survey: &SurveyId, day: NaiveDate) -> Result<bool> {
    let (service, chance) = (work.service, &*work.service.chance);
    if !service.store.read(|db| invitations::spent_on(db, survey, day))? {
        return Ok(false);
    }
    let mut marks = service.store.read(|db| invitations::spent_until(db, survey, day))?;
    shuffle(&mut marks, chance);
    for step in marks.chunks(STEP / 2) {
        service.store.write(|db| {
            store::survey_hold(db, survey)?;
            let mut taken = invitations::spent_take(db, survey, step)?;
            shuffle(&mut taken, chance);
            let row = |mark| SpentRow { survey_id: survey.clone(), mark, once: None, day: None };
            invitations::spend(db, &taken.into_iter().map(row).collect::<Vec<_>>()).map(drop)
        })?;
        work.progress(0, 0)?;
    }
    Ok(true)
}

/// Every order is as likely as any other (Fisher and Yates).
fn shuffle<T>(items: &mut [T], chance: &dyn Chance) {
    for last in (1..items.len()).rev() {
        let other = chance.below(last as u64 + 1);
        items.swap(last, usize::try_from(other).unwrap_or(last));
    }
}
