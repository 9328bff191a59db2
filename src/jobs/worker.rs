//! The workers: threads that take due jobs, one each at a time, and record what became of them.
//!
//! Claims in one transaction, works outside of any, records in another. Whoever dies in between leaves a
//! lease that ends; the job then begins again, so that a kind must bear to be done twice.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, sleep};
use std::time::Duration as StdDuration;

use chrono::Duration;

use super::job::{WAITS, next_due, wait_after};
use super::store::{self, Ended, JobRow};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;
use crate::store::patience::{self, Wait};

/// Jobs at work at once in this process. The first worker is kept free for what cannot wait until a long job
/// is done: kinds that are wanted by a table of their own; the second for whatever is not as long as somebody's survey.
const THREADS: usize = 4;
/// How often a worker that has nothing to do looks; a look is one small read.
const LOOK: StdDuration = StdDuration::from_secs(1);
/// How long it waits when it is woken, so that the writes of a busy moment are one look.
const BREATH: StdDuration = StdDuration::from_millis(50);
/// How long it waits when the database does not answer.
const TROUBLE: StdDuration = StdDuration::from_secs(5);
/// How long a worker may wait for one statement: more than a request, for nobody waits for the worker.
const STATEMENT: StdDuration = StdDuration::from_secs(60);
/// Pauses before what must not be lost is recorded again.
const PAUSES: [StdDuration; 3] = [StdDuration::from_secs(1), StdDuration::from_secs(2), StdDuration::from_secs(4)];

/// A kind of job. Its work must bear to be begun again after it was cut off at any point.
pub struct Kind {
    pub name: &'static str,
    /// Seconds from one time to the next of a job that recurs by itself.
    pub every: Option<i64>,
    /// How long it may say nothing before somebody else takes it, in seconds; at most `LONGEST_LEASE`.
    pub lease: i64,
    /// Where what is to be done lies in a table of its own: when that wants a job that recurs next, if at all.
    /// Asked at every look, so that nobody who puts something there has to touch the one job of the kind.
    pub wanted: Option<Wanted>,
    /// Whether it takes as long as there are answers and questions about them: all but two workers do it.
    pub long: bool,
    /// Does it, and says in a few words of its kind what came of it.
    pub run: fn(&Work<'_>) -> Result<String>,
}

/// When a table of its own wants a job next.
pub type Wanted = fn(&mut Db, UtcTime) -> Result<Option<UtcTime>>;

/// Every kind, registered by the roof.
pub struct Kinds(pub Vec<Kind>);

/// A job at work.
pub struct Work<'a> {
    pub service: &'a Service,
    kind: &'a Kind,
    row: RefCell<JobRow>,
    stop: &'a AtomicBool,
}

impl Work<'_> {
    /// To what it is done.
    pub fn key(&self) -> String {
        self.row.borrow().key.clone()
    }

    /// Whether the process stops, so that nothing should be begun any more.
    pub fn stops(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Says how far it has come, and keeps the job. Errors: unavailable when the process stops, or the lease
    /// has ended meanwhile; then somebody else has begun.
    pub fn progress(&self, done: i64, todo: i64) -> Result<()> {
        if self.stops() {
            return Err(Error::Unavailable("the process stops".into()));
        }
        let lease = self.service.now().plus(Duration::seconds(self.kind.lease));
        self.service.store.write(|db| store::progress(db, &self.row.borrow(), done, todo, lease))?;
        self.row.borrow_mut().lease_until = Some(lease);
        Ok(())
    }
}

/// Stops the workers when dropped: a job that says how far it has come is put back, any other is done first.
pub struct Workers {
    stop: Arc<AtomicBool>,
    service: Arc<Service>,
    crew: Arc<Mutex<Vec<Worker>>>,
}

struct Worker {
    number: usize,
    thread: JoinHandle<()>,
    wait: Arc<Wait>,
}

/// Starts the workers. The error is one line for the operator.
pub fn start(service: &Arc<Service>) -> std::result::Result<Workers, String> {
    let stop = Arc::<AtomicBool>::default();
    let crew: std::io::Result<Vec<Worker>> = (1..=THREADS).map(|number| hire(service, number, &stop)).collect();
    let crew = Arc::new(Mutex::new(crew.map_err(|e| format!("no thread for jobs: {e}"))?));
    let (stopped, watched, for_service) = (stop.clone(), crew.clone(), service.clone());
    // Whoever waits for a database that does not answer is given up; the lease of what they did ends.
    let watch = move || {
        while !stopped.load(Ordering::Relaxed) {
            sleep(patience::LOOK);
            for worker in watched.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
                if worker.wait.give_up(STATEMENT)
                    && let Ok(next) = hire(&for_service, worker.number, &stopped)
                {
                    *worker = next;
                }
            }
        }
    };
    std::thread::Builder::new().name("watch-jobs".to_owned()).spawn(watch).map_err(|e| format!("no thread for jobs: {e}"))?;
    Ok(Workers { stop, service: service.clone(), crew })
}

/// Whether the worker of a number does a kind.
fn does(number: usize, kind: &Kind) -> bool {
    match number {
        1 => kind.wanted.is_some(),
        2 => !kind.long,
        _ => true,
    }
}

fn hire(service: &Arc<Service>, number: usize, stop: &Arc<AtomicBool>) -> std::io::Result<Worker> {
    let wait = Arc::<Wait>::default();
    let thread = {
        let (service, stop, wait) = (service.clone(), stop.clone(), wait.clone());
        let work = move || {
            let _here = wait.here();
            let mine = |kind: &Kind| does(number, kind);
            while !stop.load(Ordering::Relaxed) && !wait.given_up() {
                let rung = service.work_waits.rung();
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let pause = match catch_unwind(AssertUnwindSafe(|| run_until(&service, mine, &stop))) {
                    Ok(Ok(_)) => LOOK,
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "jobs could not be looked for; trying again");
                        TROUBLE
                    }
                    Err(_) => {
                        tracing::error!("a worker of jobs panicked; going on");
                        TROUBLE
                    }
                };
                if service.work_waits.wait(rung, pause) {
                    sleep(BREATH);
                }
            }
        };
        std::thread::Builder::new().name(format!("jobs-{number}")).spawn(work)?
    };
    Ok(Worker { number, thread, wait })
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.service.work_waits.ring();
        for worker in self.crew.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            while !worker.thread.is_finished() && !worker.wait.give_up(patience::LIMIT) {
                sleep(BREATH);
            }
            if worker.thread.is_finished() && worker.thread.join().is_err() {
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
    run_until(service, |_| true, &AtomicBool::new(false))
}

fn run_until(service: &Service, mine: impl Fn(&Kind) -> bool, stop: &AtomicBool) -> Result<usize> {
    let kinds: Vec<&Kind> = service.registered::<Kinds>()?.0.iter().filter(|kind| mine(kind)).collect();
    let mut attempts = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = service.now();
        // Looking needs no write lock; most looks find nothing.
        let Some((kind, key)) = service.store.read(|db| next(db, &kinds, now))? else { break };
        let lease = now.plus(Duration::seconds(kind.lease));
        let claimed = service.store.write(|db| {
            // Asked again, for somebody else may have done it since.
            if wanted(db, kind, now)?.is_some_and(|at| at <= now) {
                store::hasten(db, kind.name, now)?;
            }
            latest(kind, now).map_or(Ok(()), |latest| store::pull_in(db, kind.name, latest, now))?;
            store::claim(db, &(kind.name.to_owned(), key), kind.every, now, lease)
        })?;
        if let Some(row) = claimed {
            attempt(service, kind, row, stop)?;
            attempts += 1;
        }
    }
    Ok(attempts)
}

/// When its own table wants a job of a kind.
fn wanted(db: &mut Db, kind: &Kind, now: UtcTime) -> Result<Option<UtcTime>> {
    kind.wanted.map_or(Ok(None), |wanted| wanted(db, now))
}

/// Until when what recurs may wait: a day longer, and a clock was ahead when it was put off.
fn latest(kind: &Kind, now: UtcTime) -> Option<UtcTime> {
    kind.every.map(|every| now.plus(Duration::seconds(every) + Duration::days(1)))
}

/// What recurs and waits for longer than it ever does.
fn far<'k>(db: &mut Db, kinds: &[&'k Kind], now: UtcTime) -> Result<Option<&'k Kind>> {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let waits = store::waits(db, &names)?;
    let is_far = |kind: &&Kind| latest(kind, now).is_some_and(|latest| waits.iter().any(|(name, due)| name == kind.name && *due > latest));
    Ok(kinds.iter().copied().find(is_far))
}

/// What is to be done now: what is due, or wanted before its time.
fn next<'k>(db: &mut Db, kinds: &[&'k Kind], now: UtcTime) -> Result<Option<(&'k Kind, String)>> {
    for kind in kinds {
        if wanted(db, kind, now)?.is_some_and(|at| at <= now) && store::rests(db, kind.name)? {
            return Ok(Some((kind, String::new())));
        }
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let due = store::due(db, &names, now)?;
    if let Some((name, key)) = due {
        return Ok(kinds.iter().find(|kind| kind.name == name).map(|kind| (*kind, key)));
    }
    Ok(far(db, kinds, now)?.map(|kind| (kind, String::new())))
}

/// One attempt, from the claim to its record.
fn attempt(service: &Service, kind: &Kind, row: JobRow, stop: &AtomicBool) -> Result<()> {
    let work = Work { service, kind, row: RefCell::new(row), stop };
    let came = catch_unwind(AssertUnwindSafe(|| (kind.run)(&work))).unwrap_or_else(|_| Err(Error::internal("the job panicked")));
    let (row, now) = (work.row.into_inner(), service.now());
    if matches!(came, Err(Error::Unavailable(_))) && stop.load(Ordering::Relaxed) {
        return service.store.write(|db| store::release(db, &row, now)).map(|released| told(released, &row));
    }
    let failed = came.map_err(|error| {
        tracing::warn!(kind = row.kind, key = row.key, attempt = row.attempts, %error, "a job failed");
        (error.code().to_owned(), wait_after(WAITS, row.attempts, |bound| service.chance.below(bound)))
    });
    let recorded = insist(|| {
        service.store.write(|db| {
            let wanted = wanted(db, kind, now)?;
            let next = kind.every.map(|every| next_due(row.created_at, every, now)).into_iter().chain(wanted).min();
            let ended = match failed.clone() {
                Ok(outcome) => Ended::Done(outcome, next),
                Err((why, wait)) => Ended::Failed(why, wait, next),
            };
            store::finish(db, &row, &ended, now)
        })
    })?;
    told(recorded, &row);
    Ok(())
}

/// Records what must not be lost, again while the database is away for a moment.
pub fn insist<T>(mut record: impl FnMut() -> Result<T>) -> Result<T> {
    for pause in PAUSES {
        match record() {
            Err(error) => tracing::warn!(%error, "what has been done is not recorded yet; trying again"),
            recorded => return recorded,
        }
        sleep(pause);
    }
    record()
}

fn told(recorded: bool, row: &JobRow) {
    if !recorded {
        tracing::warn!(kind = row.kind, key = row.key, "the lease of a job ended while it was being done");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heavy_surveys_leave_a_worker_to_everybody_else() {
        let run = |_: &Work<'_>| Ok(String::new());
        let kind = |long: bool, wanted: bool| Kind { name: "x", every: None, lease: 1, wanted: wanted.then_some(|_, _| Ok(None)), long, run };
        let at_it = |kind: &Kind| (1..=THREADS).filter(|number| does(*number, kind)).count();
        assert_eq!((at_it(&kind(true, false)), at_it(&kind(false, false)), at_it(&kind(false, true))), (THREADS - 2, THREADS - 1, THREADS));
    }
}
