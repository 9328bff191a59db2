//! What a process counts of a day beside the answers: pages that are reached, answers that come in crowds. Kept in
//! memory and written now and then by a thread of its own, and at the end; no request waits for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::NaiveDate;

use crate::ground::ids::SurveyId;
use crate::ground::{Error, Result, UtcTime};
use crate::store::Store;
use crate::surveys::store::watching::{DailyRow, daily_add};
use crate::surveys::watching::DailyPart;

/// Between two times of writing.
const OFTEN: Duration = Duration::from_secs(60);
/// Counts that are kept at most, where the database is away for long; more are not counted.
const MOST: usize = 100_000;

/// Of which survey, day, part and name.
type Key = (SurveyId, NaiveDate, DailyPart, String);

#[derive(Default)]
struct Counted {
    counts: BTreeMap<Key, i64>,
    /// When the first of them came.
    since: Option<UtcTime>,
    /// Whether it is time to write.
    due: bool,
    ends: bool,
}

#[derive(Default)]
struct Shared {
    counted: Mutex<Counted>,
    wake: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub struct Ticks {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Ticks {
    pub fn start(store: Store) -> Result<Self> {
        let shared = Arc::<Shared>::default();
        let its = shared.clone();
        let thread = std::thread::Builder::new().name("ticks".to_owned()).spawn(move || run(&its, &store));
        Ok(Self { shared, thread: Some(thread.map_err(|e| Error::internal(format!("no thread for counts of days: {e}")))?) })
    }

    /// One more.
    pub fn add(&self, survey: &SurveyId, day: NaiveDate, part: DailyPart, name: &str, now: UtcTime) {
        let mut counted = self.shared.lock();
        let key = (survey.clone(), day, part, name.to_owned());
        if counted.counts.len() >= MOST && !counted.counts.contains_key(&key) {
            return;
        }
        *counted.counts.entry(key).or_default() += 1;
        let since = *counted.since.get_or_insert(now);
        if now.seconds_since(since).unsigned_abs() >= OFTEN.as_secs() {
            counted.due = true;
            self.shared.wake.notify_one();
        }
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.shared.lock().ends = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(shared: &Shared, store: &Store) {
    loop {
        let waits = |counted: &mut Counted| !counted.due && !counted.ends;
        let woken = shared.wake.wait_timeout_while(shared.lock(), OFTEN, waits);
        let (mut counted, _) = woken.unwrap_or_else(PoisonError::into_inner);
        let (counts, ends) = (std::mem::take(&mut counted.counts), counted.ends);
        (counted.since, counted.due) = (None, false);
        drop(counted);
        if !counts.is_empty() {
            let row = |((survey_id, day, part, name), count): (&Key, &i64)| DailyRow {
                survey_id: survey_id.clone(),
                day: *day,
                part: *part,
                name: name.clone(),
                count: *count,
            };
            let rows: Vec<DailyRow> = counts.iter().map(row).collect();
            if let Err(error) = store.write(|db| daily_add(db, &rows)) {
                tracing::warn!(%error, "counts of days could not be written; they are tried again");
                let mut counted = shared.lock();
                for (key, count) in counts {
                    *counted.counts.entry(key).or_default() += count;
                }
            }
        }
        if ends {
            return;
        }
    }
}
