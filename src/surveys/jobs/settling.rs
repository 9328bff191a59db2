//! When a day is over: its responses are written anew, shuffled and under new keys, and what was sent under a
//! `once` is forgotten, so that nothing places an answer more finely than its day.
//!
//! In steps, so that nobody who answers meanwhile waits long. A step is a random part of the day: which
//! responses are written together tells nothing.

use chrono::NaiveDate;

use crate::ground::Result;
use crate::ground::chance::Chance;
use crate::ground::ids::SurveyId;
use crate::jobs::worker::Work;
use crate::rounds;
use crate::surveys::intake::NIGHT;
use crate::surveys::store::{self, responses};

/// Responses written anew in one transaction.
const STEP: i64 = 1_000;

/// Says how many days of surveys are over.
pub fn run(work: &Work<'_>) -> Result<String> {
    let service = work.service;
    let waiting = service.store.read(responses::days_as_they_came)?;
    let mut over = 0;
    for (survey, day) in waiting {
        let zone = service.store.read(|db| {
            let survey = store::survey(db, &survey)?;
            Ok(rounds::store::place(db, &survey.participation_id)?.city.time_zone)
        })?;
        if service.now().minus(NIGHT).local_date(zone) > day {
            settle(work, &survey, day)?;
            over += 1;
        }
    }
    if over > 0 {
        service.store.read(responses::remove_what_was_deleted)?;
    }
    Ok(over.to_string())
}

fn settle(work: &Work<'_>, survey: &SurveyId, day: NaiveDate) -> Result<()> {
    let service = work.service;
    loop {
        let written = service.store.write(|db| {
            let mut rows = responses::take_as_they_came(db, survey, day, STEP)?;
            shuffle(&mut rows, &*service.chance);
            // Below 0, beside each other: few pages are touched.
            let first = -1 - i64::try_from(service.chance.below(1 << 62)).unwrap_or_default();
            let placed: Vec<responses::Placed<'_>> = rows.iter().zip((i64::MIN..=first).rev()).collect();
            responses::add(db, &placed)?;
            Ok(placed.len())
        })?;
        if written == 0 {
            break;
        }
        work.progress(0, 0)?;
    }
    while service.store.write(|db| responses::once_forget(db, survey, day, STEP))? > 0 {
        work.progress(0, 0)?;
    }
    service.store.write(|db| responses::day_over(db, survey, day))
}

/// Every order is as likely as any other (Fisher and Yates).
fn shuffle<T>(items: &mut [T], chance: &dyn Chance) {
    for last in (1..items.len()).rev() {
        let other = chance.below(last as u64 + 1);
        items.swap(last, usize::try_from(other).unwrap_or(last));
    }
}
