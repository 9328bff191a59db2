//! The committer: many small writes in one durable transaction, each caller told its own outcome.
//!
//! One thread drains a bounded queue and commits what it finds, up to `MOST`, at once; another waits
//! for the disk meanwhile, and only then do the callers hear of success. When a batch fails or panics,
//! its items are tried one by one, so that one bad item never harms its neighbours. A full queue
//! refuses at once (`Unavailable`).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::patience::{LIMIT, LOOK, Wait};
use super::{Commit, Db, Store};
use crate::ground::often::Often;
use crate::ground::{Error, Result};

/// Items in one transaction at most.
const MOST: usize = 1000;
/// Items waiting at most.
const QUEUE: usize = 8192;
/// Batches that may wait for the disk beside the one that is being synced; the next sync is for all of
/// them. More would be smaller ones, and each costs as much as several items.
const AHEAD: usize = 1;

/// A kind of write that comes in large numbers.
pub trait Batch: Send + 'static {
    type Item: Send + 'static;
    type Outcome: Send + 'static;

    /// Writes all items inside the given transaction and returns one outcome per item, in order.
    fn write(&mut self, db: &mut Db, items: &[Self::Item]) -> Result<Vec<Result<Self::Outcome>>>;

    /// What was written last was not committed: whatever was noted down of it does not hold.
    fn undone(&mut self) {}
}

type Teller<B> = oneshot::Sender<Result<<B as Batch>::Outcome>>;
type Waiting<B> = (<B as Batch>::Item, Teller<B>);

/// The way into a committer; cheap to clone.
pub struct Committer<B: Batch> {
    queue: SyncSender<Waiting<B>>,
    /// Items in the queue.
    waiting: Arc<AtomicUsize>,
    /// How long a caller waits for its outcome, where the database may say nothing.
    limit: Option<Duration>,
}

impl<B: Batch> Clone for Committer<B> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), waiting: self.waiting.clone(), limit: self.limit }
    }
}

impl<B: Batch> Committer<B> {
    /// Starts its threads; they end when every `Committer` of them is gone. A thread that waits for a database
    /// that does not answer is given up, and another goes on with a batch of its own.
    pub fn start(name: &str, store: Store, batch: impl Fn() -> B + Send + 'static) -> Result<Self> {
        let (queue, items) = sync_channel(QUEUE);
        let (written, to_answer) = sync_channel(AHEAD);
        let limit = (!store.is_sqlite()).then_some(LIMIT + LOOK);
        let thread = |what: &str| std::thread::Builder::new().name(format!("{what}-{name}"));
        let (items, commits) = (Arc::new(Mutex::new(items)), format!("commit-{name}"));
        let waiting = Arc::<AtomicUsize>::default();
        let counted = waiting.clone();
        let commit = move || {
            let (batch, store, items, written, wait) = (batch(), store.clone(), items.clone(), written.clone(), Arc::<Wait>::default());
            let (mine, counted) = (wait.clone(), counted.clone());
            let run = move || {
                let _here = mine.here();
                run(&store, batch, (&items, &counted), &written, &mine);
            };
            std::thread::Builder::new().name(commits.clone()).spawn(run).map(|thread| (thread, wait))
        };
        let mut at_work = commit().map_err(|e| Error::internal(format!("no thread for the committer: {e}")))?;
        let watch = move || {
            while !at_work.0.is_finished() {
                std::thread::sleep(LOOK);
                if at_work.1.give_up(LIMIT)
                    && let Ok(next) = commit()
                {
                    at_work = next;
                }
            }
        };
        let started = thread("watch").spawn(watch).and_then(|_| thread("answer").spawn(move || answer(&to_answer)));
        started.map_err(|e| Error::internal(format!("no thread for the committer: {e}")))?;
        Ok(Self { queue, waiting, limit })
    }

    /// How many items wait to be written.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Hands over one item; resolves after it is on disk, or with the reason why not.
    pub async fn commit(&self, item: B::Item) -> Result<B::Outcome> {
        let (tell, told) = oneshot::channel();
        // Before it can be taken out again.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.queue.try_send((item, tell)).map_err(|e| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            Error::Unavailable(match e {
                TrySendError::Full(_) => "the write queue is full".to_owned(),
                TrySendError::Disconnected(_) => "the committer has stopped".to_owned(),
            })
        })?;
        let told = match self.limit {
            None => told.await,
            Some(limit) => match tokio::time::timeout(limit, told).await {
                Ok(told) => told,
                Err(_) => return Err(Error::Unavailable("the database has not confirmed the write".to_owned())),
            },
        };
        told.unwrap_or_else(|_| Err(Error::Unavailable("the committer has stopped".to_owned())))
    }
}

/// What happened to a batch, and whom to tell once it is on disk.
struct Written<B: Batch> {
    outcomes: Result<Vec<Result<B::Outcome>>>,
    tell: Vec<Teller<B>>,
    commits: Vec<Commit>,
}

/// What is to be written, and how much of it there is.
type Queue<'a, B> = (&'a Mutex<Receiver<Waiting<B>>>, &'a AtomicUsize);

fn run<B: Batch>(store: &Store, mut batch: B, (queue, waiting): Queue<'_, B>, written: &SyncSender<Written<B>>, wait: &Wait) {
    while !wait.given_up() {
        let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(first) = queue.recv() else { return };
        let (mut items, mut tell) = (Vec::with_capacity(MOST), Vec::with_capacity(MOST));
        items.push(first.0);
        tell.push(first.1);
        // Those that came meanwhile; nobody waits for more of them.
        while items.len() < MOST
            && let Ok((item, teller)) = queue.try_recv()
        {
            items.push(item);
            tell.push(teller);
        }
        drop(queue);
        waiting.fetch_sub(items.len(), Ordering::Relaxed);
        let mut commits = Vec::with_capacity(1);
        let outcomes = commit_all(store, &mut batch, &items, &mut commits);
        if written.send(Written { outcomes, tell, commits }).is_err() {
            return;
        }
    }
}

static SAID: LazyLock<Often> = LazyLock::new(Often::default);

/// Waits for the disk and tells the callers.
fn answer<B: Batch>(written: &Receiver<Written<B>>) {
    while let Ok(Written { outcomes, tell, commits }) = written.recv() {
        let outcomes = outcomes.and_then(|outcomes| commits.iter().try_for_each(Commit::on_disk).map(|()| outcomes));
        match outcomes {
            Ok(outcomes) => {
                for (teller, outcome) in tell.into_iter().zip(outcomes) {
                    // A caller that has hung up no longer waits for its answer.
                    let _ = teller.send(outcome);
                }
            }
            Err(error) => {
                // A full disk would be filled with lines about it.
                if let Some(times) = SAID.due(&error.to_string(), Instant::now()) {
                    tracing::error!(%error, items = tell.len(), times, "a batch was not committed");
                }
                for teller in tell {
                    let _ = teller.send(Err(Error::Unavailable("the database did not confirm the write".to_owned())));
                }
            }
        }
    }
}

fn commit_all<B: Batch>(store: &Store, batch: &mut B, items: &[B::Item], commits: &mut Vec<Commit>) -> Result<Vec<Result<B::Outcome>>> {
    let mut commit = |batch: &mut B, items: &[B::Item]| {
        let written = caught(|| store.commit(|db| exact(batch.write(db, items)?, items.len())));
        let (outcomes, commit) = written.inspect_err(|_| batch.undone())?;
        commits.push(commit);
        Ok(outcomes)
    };
    let together = commit(batch, items);
    // A database that is away stays away for each of them, and each would wait for it.
    if matches!(together, Ok(_) | Err(Error::Unavailable(_))) || items.len() == 1 {
        return together;
    }
    let mut alone = |item| commit(batch, std::slice::from_ref(item))?.pop().unwrap_or_else(missing);
    Ok(items.iter().map(&mut alone).collect())
}

/// A panic while writing is an error like any other: its transaction has been rolled back.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    outcome.unwrap_or_else(|_| Err(Error::internal("the committer met a bug while writing")))
}

/// A batch that answers for fewer or more items than it was given is a bug; better no commit.
fn exact<T>(outcomes: Vec<Result<T>>, items: usize) -> Result<Vec<Result<T>>> {
    if outcomes.len() == items { Ok(outcomes) } else { Err(Error::internal("a batch gave a wrong number of outcomes")) }
}

fn missing<T>() -> Result<T> {
    Err(Error::internal("a batch gave no outcome"))
}
