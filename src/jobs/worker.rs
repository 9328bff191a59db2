//! The workers: threads that take due jobs, one each at a time, and record what became of them.
//!
//! Claims in one transaction, works outside of any, records in another. Whoever dies in between leaves a
//! lease that ends; the job then begins again, so that a kind must bear to be done twice.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::job::{next_due, wait_after};
use super::store::{self, Ended, JobRow};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;

/// Jobs at work at once in this process.
const THREADS: usize = 2;
/// How long a job may say nothing before another process takes it.
const LEASE_SECONDS: i64 = 10 * 60;
/// How often a worker that has nothing to do looks; a look reads one row of an index.
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
}

impl Work<'_> {
    /// To what it is done.
    pub fn key(&self) -> String {
        self.row.borrow().key.clone()
    }

    /// Says how far it has come, and keeps the job. Errors: unavailable when the lease has ended meanwhile;
    /// then somebody else has begun.
    pub fn progress(&self, done: i64, todo: i64) -> Result<()> {
        let lease = self.service.now().plus(Duration::seconds(LEASE_SECONDS));
        self.service.store.write(|db| store::progress(db, &mut self.row.borrow_mut(), done, todo, lease))
    }
}

/// Stops the workers when dropped, each after the job that it is doing.
#[derive(Default)]
pub struct Workers {
    stops: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

/// Starts the workers. The error is one line for the operator.
pub fn start(service: &Arc<Service>) -> std::result::Result<Workers, String> {
    let mut workers = Workers::default();
    for number in 1..=THREADS {
        let (stop, stopped) = channel::<()>();
        let service = service.clone();
        let work = move || {
            let mut pause = StdDuration::ZERO;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = match run_until(&service, &stopped) {
                    Ok(_) => LOOK,
                    Err(error) => {
                        tracing::warn!(%error, "jobs could not be looked for; trying again");
                        TROUBLE
                    }
                };
            }
        };
        let thread = std::thread::Builder::new().name(format!("jobs-{number}")).spawn(work);
        workers.stops.push(stop);
        workers.threads.push(thread.map_err(|e| format!("no thread for jobs: {e}"))?);
    }
    Ok(workers)
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stops.clear();
        for thread in self.threads.drain(..) {
            // A panic in there was logged by its own thread.
            let _ = thread.join();
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
    let (_stop, never) = channel();
    run_until(service, &never)
}

fn run_until(service: &Service, stopped: &Receiver<()>) -> Result<usize> {
    let kinds = service.registered::<Kinds>()?;
    let names: Vec<&str> = kinds.0.iter().map(|kind| kind.name).collect();
    let mut attempts = 0;
    while stopped.try_recv() == Err(TryRecvError::Empty) {
        let now = service.now();
        // Looking needs no write lock; most looks find nothing.
        let Some(next) = service.store.read(|db| store::due(db, &names, now))? else { break };
        let lease = now.plus(Duration::seconds(LEASE_SECONDS));
        let Some(row) = service.store.write(|db| store::claim(db, &next, now, lease))? else { continue };
        if let Some(kind) = kinds.0.iter().find(|kind| kind.name == row.kind) {
            attempt(service, kind, row)?;
            attempts += 1;
        }
    }
    Ok(attempts)
}

/// One attempt, from the claim to its record.
fn attempt(service: &Service, kind: &Kind, row: JobRow) -> Result<()> {
    let work = Work { service, row: RefCell::new(row) };
    let came = catch_unwind(AssertUnwindSafe(|| (kind.run)(&work))).unwrap_or_else(|_| Err(Error::internal("the job panicked")));
    let (row, now) = (work.row.into_inner(), service.now());
    let next: Option<UtcTime> = kind.every.map(|every| next_due(row.due_at, Duration::seconds(every), now));
    let ended = match came {
        Ok(outcome) => Ended::Done(outcome, next),
        Err(error) => {
            tracing::warn!(kind = row.kind, key = row.key, attempt = row.attempts, %error, "a job failed");
            Ended::Failed(error.code().to_owned(), wait_after(row.attempts, |bound| service.chance.below(bound)), next)
        }
    };
    if !service.store.write(|db| store::finish(db, &row, &ended, now))? {
        tracing::warn!(kind = row.kind, key = row.key, "the lease of a job ended while it was being done");
    }
    Ok(())
}
