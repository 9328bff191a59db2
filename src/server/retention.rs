//! Retention: once a day, what is kept for some days after it was over is deleted, as `[retention]` says.
//!
//! One list for the job, for `stoa retention`, and for the test that holds `docs/PRIVACY-MODEL.md` against it. What
//! has a time that is the same everywhere goes hourly, by housekeeping.

use chrono::Duration;

use crate::ground::config::Retention;
use crate::ground::ids::{CapabilityId, ReviewId};
use crate::ground::{Result, UtcTime};
use crate::jobs::job::LONGEST_LEASE;
use crate::jobs::worker::{Kind, Work};
use crate::people::identity::Purpose;
use crate::service::Service;
use crate::store::Db;
use crate::{jobs, mail, people, reviews, rounds, surveys};

pub const KIND: Kind = Kind { name: "retention", every: Some(24 * 3600), lease: LONGEST_LEASE, wanted: None, long: false, run };

/// Rows of a kind in one transaction, so that nobody waits long for it.
const AT_ONCE: i64 = 500;

/// What is kept for so many days, and then deleted.
pub struct Line {
    /// As its setting is called, `retention.<name>_days`.
    pub name: &'static str,
    days: fn(&Retention) -> u16,
    /// Deletes some of what was over before a moment; how many. None are left where it gives 0.
    delete: fn(&mut Db, UtcTime, i64) -> Result<usize>,
    /// How many of them there are.
    count: fn(&mut Db, UtcTime) -> Result<i64>,
}

/// Every line, in the order in which they are done.
pub const LINES: [Line; 5] = [
    Line {
        name: "messages",
        days: |kept| kept.messages_days,
        delete: mail::store::forgetting::over_delete,
        count: mail::store::forgetting::over_count,
    },
    Line { name: "programs", days: |kept| kept.programs_days, delete: people::store::ended_delete, count: people::store::ended_count },
    Line { name: "links", days: |kept| kept.links_days, delete: links_delete, count: links_count },
    Line { name: "drafts", days: |kept| kept.drafts_days, delete: drafts_delete, count: drafts_count },
    Line { name: "jobs", days: |kept| kept.jobs_days, delete: jobs::store::sweep, count: jobs::store::sweep_count },
];

impl Line {
    /// For how many days it is kept; 0 for ever.
    pub fn days(&self, service: &Service) -> u16 {
        (self.days)(&service.config.retention)
    }

    /// What was over before that moment goes; none where it is kept for ever.
    fn before(&self, service: &Service) -> Option<UtcTime> {
        Some(self.days(service)).filter(|days| *days > 0).map(|days| service.now().minus(Duration::days(days.into())))
    }

    /// How many rows would go now.
    pub fn due(&self, service: &Service) -> Result<i64> {
        self.before(service).map_or(Ok(0), |before| service.store.read(|db| (self.count)(db, before)))
    }
}

/// Files of responses whose day is over: housekeeping deletes them, for nobody should keep them longer.
pub fn files_due(service: &Service) -> Result<i64> {
    service.store.read(|db| surveys::store::exports::ended_count(db, service.now()))
}

/// Says how many rows were deleted.
fn run(work: &Work<'_>) -> Result<String> {
    let (service, mut all) = (work.service, 0);
    for line in &LINES {
        let Some(before) = line.before(service) else { continue };
        loop {
            let deleted = service.store.write(|db| (line.delete)(db, before, AT_ONCE))?;
            if deleted == 0 {
                break;
            }
            all += i64::try_from(deleted).unwrap_or(i64::MAX);
            work.progress(all, 0)?;
        }
    }
    Ok(all.to_string())
}

/// Links of reviews whose work was over before that: given back, or of a round that is closed and whose deadline has
/// passed. A submitted review may be asked again as long as its round goes on, and every mail carries the same link.
fn links_over(db: &mut Db, before: UtcTime, most: i64) -> Result<Vec<CapabilityId>> {
    let rounds = rounds::store::rounds_over(db, before)?;
    let (mut over, mut after) = (Vec::new(), None);
    while i64::try_from(over.len()).unwrap_or(most) < most {
        let links = people::store::links_after(db, Purpose::Review, after.as_ref(), AT_ONCE)?;
        let Some(last) = links.last() else { break };
        after = Some(last.0.clone());
        let ids: Vec<ReviewId> = links.iter().map(|(_, subject)| ReviewId::from_stored(subject.clone())).collect();
        let goes = reviews::store::reviews_over(db, &ids, &rounds, before)?;
        over.extend(links.into_iter().filter(|(_, subject)| goes.iter().any(|id| id.as_str() == subject)).map(|(id, _)| id));
    }
    Ok(over)
}

fn links_delete(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let over = links_over(db, before, most)?;
    people::store::links_delete(db, &over)
}

fn links_count(db: &mut Db, before: UtcTime) -> Result<i64> {
    Ok(i64::try_from(links_over(db, before, i64::MAX)?.len()).unwrap_or(i64::MAX))
}

fn drafts_delete(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let rounds = rounds::store::rounds_over(db, before)?;
    reviews::store::drafts_delete(db, &rounds, most)
}

fn drafts_count(db: &mut Db, before: UtcTime) -> Result<i64> {
    let rounds = rounds::store::rounds_over(db, before)?;
    reviews::store::drafts_count(db, &rounds)
}
