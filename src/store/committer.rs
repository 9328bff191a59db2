//! The committer: many small writes in one durable transaction, each caller told its own outcome.
//!
//! One thread drains a bounded queue and commits what it finds, up to `MOST`, at once; a caller
//! hears of success only after the commit. When a batch fails or panics, its items are tried one by
//! one, so that one bad item never harms its neighbours. A full queue refuses at once (`Unavailable`).

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::{Db, Store};
use crate::ground::{Error, Result};

/// Items in one transaction at most.
const MOST: usize = 1000;
/// Items waiting at most.
const QUEUE: usize = 8192;

/// A kind of write that comes in large numbers.
pub trait Batch: Send + 'static {
    type Item: Send + 'static;
    type Outcome: Send + 'static;

    /// Sees the items of a batch once, before they are written, however often that is tried.
    fn begin(&mut self, _items: &mut [Self::Item]) {}

    /// Writes all items inside the given transaction and returns one outcome per item, in order.
    fn write(&mut self, db: &mut Db, items: &[Self::Item]) -> Result<Vec<Result<Self::Outcome>>>;
}

type Waiting<B> = (<B as Batch>::Item, oneshot::Sender<Result<<B as Batch>::Outcome>>);

/// The way into a committer; cheap to clone.
pub struct Committer<B: Batch> {
    queue: SyncSender<Waiting<B>>,
}

impl<B: Batch> Clone for Committer<B> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<B: Batch> Committer<B> {
    /// Starts the writer thread; it ends when every `Committer` of it is gone.
    pub fn start(name: &str, store: Store, batch: B) -> Result<Self> {
        let (queue, items) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name(format!("commit-{name}"))
            .spawn(move || run(&store, batch, &items))
            .map_err(|e| Error::internal(format!("no thread for the committer: {e}")))?;
        Ok(Self { queue })
    }

    /// Hands over one item; resolves after it is on disk, or with the reason why not.
    pub async fn commit(&self, item: B::Item) -> Result<B::Outcome> {
        let (tell, told) = oneshot::channel();
        self.queue.try_send((item, tell)).map_err(|e| match e {
            TrySendError::Full(_) => Error::Unavailable("the write queue is full".to_owned()),
            TrySendError::Disconnected(_) => Error::Unavailable("the committer has stopped".to_owned()),
        })?;
        told.await.unwrap_or_else(|_| Err(Error::Unavailable("the committer has stopped".to_owned())))
    }
}

fn run<B: Batch>(store: &Store, mut batch: B, queue: &Receiver<Waiting<B>>) {
    while let Ok(first) = queue.recv() {
        let (mut items, mut tell) = (Vec::with_capacity(MOST), Vec::with_capacity(MOST));
        items.push(first.0);
        tell.push(first.1);
        // Those that came during the last commit; nobody waits for more of them.
        while items.len() < MOST
            && let Ok((item, teller)) = queue.try_recv()
        {
            items.push(item);
            tell.push(teller);
        }
        batch.begin(&mut items);
        match commit_all(store, &mut batch, &items) {
            Ok(outcomes) => {
                for (teller, outcome) in tell.into_iter().zip(outcomes) {
                    // A caller that has hung up no longer waits for its answer.
                    let _ = teller.send(outcome);
                }
            }
            Err(error) => {
                tracing::error!(%error, items = items.len(), "a batch was not committed");
                for teller in tell {
                    let _ = teller.send(Err(Error::Unavailable("the database did not confirm the write".to_owned())));
                }
            }
        }
    }
}

fn commit_all<B: Batch>(store: &Store, batch: &mut B, items: &[B::Item]) -> Result<Vec<Result<B::Outcome>>> {
    let together = caught(|| store.write(|db| exact(batch.write(db, items)?, items.len())));
    // A database that is away stays away for each of them, and each would wait for it.
    if matches!(together, Ok(_) | Err(Error::Unavailable(_))) || items.len() == 1 {
        return together;
    }
    let mut alone = |item| caught(|| store.write(|db| exact(batch.write(db, std::slice::from_ref(item))?, 1)?.pop().unwrap_or_else(missing)));
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
