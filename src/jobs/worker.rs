//! The workers: threads that take due jobs, one each at a time, and record what became of them.
//!
//! Claims in one transaction, works outside of any, records in another. Whoever dies in between leaves a
//! lease that ends; the job then begins again, so that a kind must bear to be done twice.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, park_timeout};
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::job::{LEASE_SECONDS, next_due, wait_after};
use super::store::{self, Ended, JobRow};
use crate::ground::{Error, Result};
use crate::service::Service;

/// Jobs at work at once in this process.
const THREADS: usize = 2;
/// How often a worker that has nothing to do looks; a look is one small read.
const LOOK: StdDuration = StdDuration::from_secs(1);
/// How long it waits when the database does not answer.
const TROUBLE: StdDuration = StdDuration::from_secs(5);

/// A kind of job. Its work must bear to be begun again after it was cut off at any point.
pub struct Kind {
    pub name: &'static str,
    /// Seconds from one time to the next of a job that recurs by itself.
    pub every: Option<i64>,
    /// Does it, and says in a few words of its kind what came of it.
    pub run: fn(&Work<'_>) -> Result<String>,
}

/// Every kind, registered by the roof.
pub struct Kinds(pub Vec<Kind>);

/// A job at work.
pub struct Work<'a> {
    pub service: &'a Service,
    row: RefCell<JobRow>,
    stop: &'a AtomicBool,
}

impl Work<'_> {
    /// To what it is done.
    pub fn key(&self) -> String {
        self.row.borrow().key.clone()
    }

    /// Says how far it has come, and keeps the job. Errors: unavailable when the process stops, or the lease
    /// has ended meanwhile; then somebody else has begun.
    pub fn progress(&self, done: i64, todo: i64) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::Unavailable("the process stops".into()));
        }
        let lease = self.service.now().plus(Duration::seconds(LEASE_SECONDS));
        self.service.store.write(|db| store::progress(db, &self.row.borrow(), done, todo, lease))?;
        self.row.borrow_mut().lease_until = Some(lease);
        Ok(())
    }
}

/// Stops the workers when dropped: a job that says how far it has come is put back, any other is done first.
#[derive(Default)]
pub struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the workers. The error is one line for the operator.
pub fn start(service: &Arc<Service>) -> std::result::Result<Workers, String> {
    let mut workers = Workers::default();
    for number in 1..=THREADS {
        let (service, stop) = (service.clone(), workers.stop.clone());
        let work = move || {
            while !stop.load(Ordering::Relaxed) {
                park_timeout(match catch_unwind(AssertUnwindSafe(|| run_until(&service, &stop))) {
                    Ok(Ok(_)) => LOOK,
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "jobs could not be looked for; trying again");
                        TROUBLE
                    }
                    Err(_) => {
                        tracing::error!("a worker of jobs panicked; going on");
                        TROUBLE
                    }
                });
            }
        };
        let thread = std::thread::Builder::new().name(format!("jobs-{number}")).spawn(work);
        workers.threads.push(thread.map_err(|e| format!("no thread for jobs: {e}"))?);
    }
    Ok(workers)
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.iter().for_each(|thread| thread.thread().unpark());
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a worker of jobs ended with a panic");
            }
        }
    }
}

/// Puts in what recurs by itself. Idempotent.
pub fn prepare(service: &Service) -> Result<()> {
    let (kinds, now) = (service.registered::<Kinds>()?, service.now());
    let recurs = kinds.0.iter().filter(|kind| kind.every.is_some());
    service.store.write(|db| recurs.clone().try_for_each(|kind| store::ensure(db, kind.name, "", now, now).map(drop)))
}

/// Does everything that is due by the service's clock; for tests and the command line. Returns how many
/// attempts were made, whatever became of them.
pub fn run_due(service: &Service) -> Result<usize> {
    run_until(service, &AtomicBool::new(false))
}

fn run_until(service: &Service, stop: &AtomicBool) -> Result<usize> {
    let kinds = service.registered::<Kinds>()?;
    let names: Vec<&str> = kinds.0.iter().map(|kind| kind.name).collect();
    let mut attempts = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = service.now();
        // Looking needs no write lock; most looks find nothing.
        let Some(next) = service.store.read(|db| store::due(db, &names, now))? else { break };
        let Some(kind) = kinds.0.iter().find(|kind| kind.name == next.0) else { break };
        let lease = now.plus(Duration::seconds(LEASE_SECONDS));
        if let Some(row) = service.store.write(|db| store::claim(db, &next, kind.every, now, lease))? {
            attempt(service, kind, row, stop)?;
            attempts += 1;
        }
    }
    Ok(attempts)
}

/// One attempt, from the claim to its record.
fn attempt(service: &Service, kind: &Kind, row: JobRow, stop: &AtomicBool) -> Result<()> {
    let work = Work { service, row: RefCell::new(row), stop };
    let came = catch_unwind(AssertUnwindSafe(|| (kind.run)(&work))).unwrap_or_else(|_| Err(Error::internal("the job panicked")));
    let (row, now) = (work.row.into_inner(), service.now());
    let next = kind.every.map(|every| next_due(row.created_at, every, now));
    let recorded = match came {
        Ok(outcome) => service.store.write(|db| store::finish(db, &row, &Ended::Done(outcome, next), now))?,
        Err(Error::Unavailable(_)) if stop.load(Ordering::Relaxed) => service.store.write(|db| store::release(db, &row, now))?,
        Err(error) => {
            tracing::warn!(kind = row.kind, key = row.key, attempt = row.attempts, %error, "a job failed");
            let wait = wait_after(row.attempts, |bound| service.chance.below(bound));
            service.store.write(|db| store::finish(db, &row, &Ended::Failed(error.code().to_owned(), wait, next), now))?
        }
    };
    if !recorded {
        tracing::warn!(kind = row.kind, key = row.key, "the lease of a job ended while it was being done");
    }
    Ok(())
}
