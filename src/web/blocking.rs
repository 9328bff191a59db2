//! Work on the blocking pool, for every handler: a panic is our mistake, logged with the request's
//! id; only a server that is stopping says that repeating is safe.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::{HttpRequest, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::in_flight::household;
use crate::ground::gate::before_waiting;
use crate::ground::{Error, Result};
use crate::store::patience::{LIMIT, LOOK, Wait};

/// Works that run at once, of whatever kind: each thread that has ever worked keeps most of a megabyte, so that hundreds
/// who hang up in the same moment would take hundreds of them. The others wait. What waits at a gate, or for its turn to
/// write, has no place here, for gates know who goes first, and who reads need not wait for those who write; what waits
/// for a database that does not answer is given up after a while, and its place with it.
static WORKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(48)));

/// Short looks into the database that run at once. The pool has fewer connections than that anyway; and each thread
/// that has ever looked keeps most of a megabyte.
static LOOKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(16)));

/// Checks of responses to questionnaires that ask much of one answer: one at a time, so that whatever an author wrote,
/// the others are served.
static HEAVY: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Runs a short look into the database off the event loop: who asks, and what they heard before. Errors: as
/// `blocking`; unavailable where it did not get its turn in time.
pub async fn looking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    in_turn(&LOOKS, "too many ask at once", work).await
}

/// Such works of one address, and of all to one thing, that wait or are done at once.
const HEAVY_OF_ONE: usize = 3;
const HEAVY_OF_ALL: usize = 8;

/// How many of such wait or are done, by what asks for them: nobody, and no survey, has the whole queue.
static ASKED: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// One of such works; its place is given back when it is dropped.
struct Asked(Vec<String>);

impl Asked {
    /// `None` where one of those who ask has as many as they may.
    fn of(whose: Vec<(String, usize)>) -> Option<Self> {
        let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        if whose.iter().any(|(who, most)| asked.get(who).is_some_and(|now| now >= most)) {
            return None;
        }
        let whose: Vec<String> = whose.into_iter().map(|(who, _)| who).collect();
        for who in &whose {
            *asked.entry(who.clone()).or_default() += 1;
        }
        Some(Self(whose))
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
        for who in &self.0 {
            let left = asked.get_mut(who).map_or(0, |now| {
                *now -= 1;
                *now
            });
            if left == 0 {
                asked.remove(who);
            }
        }
    }
}

/// Runs what may take long off the event loop; of one address, where it is known, and of what is answered (`of`) no more
/// than so many at once. Errors: as `blocking`; unavailable where too many wait already.
pub async fn heavy<T: Send + 'static>(request: &HttpRequest, of: &str, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    const FULL: &str = "too many answers to this questionnaire at once";
    // Many may share an address of a private network.
    let from = household(request).filter(|from| from.is_public).map(|from| (from.address, HEAVY_OF_ONE));
    let whose = from.into_iter().chain([(of.to_owned(), HEAVY_OF_ALL)]).collect();
    let Some(place) = Asked::of(whose) else { return Err(Error::Unavailable(FULL.to_owned())) };
    in_turn(&HEAVY, FULL, move || {
        let _place = place;
        work()
    })
    .await
}

/// The turn ends with the work, not with whoever hangs up meanwhile.
async fn in_turn<T: Send + 'static>(turns: &Arc<Semaphore>, full: &str, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = match tokio::time::timeout(LIMIT, turns.clone().acquire_owned()).await {
        Ok(Ok(turn)) => turn,
        _ => return Err(Error::Unavailable(full.to_owned())),
    };
    blocking(move || {
        let _turn = turn;
        work()
    })
    .await
}

/// The place of a work, until it is done or given up.
struct Place(Mutex<Option<OwnedSemaphorePermit>>);

impl Place {
    /// Errors: unavailable where there is none for twice as long as anybody has one for nothing.
    async fn of(works: &Arc<Semaphore>) -> Result<Self> {
        match tokio::time::timeout(2 * LIMIT, works.clone().acquire_owned()).await {
            Ok(Ok(place)) => Ok(Self(Mutex::new(Some(place)))),
            Ok(Err(_)) => Err(Error::Unavailable("stopping".to_owned())),
            Err(_) => Err(Error::Unavailable("too much is asked at once".to_owned())),
        }
    }

    /// For somebody else, whatever becomes of the thread.
    fn leave(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Runs `work` off the event loop. Errors: those of `work`; internal where it panicked; unavailable
/// where the pool is gone because the server stops.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    // What the work had in its hands is dropped with it; the store gives a broken connection up.
    let wait = Arc::<Wait>::default();
    let place = Arc::new(Place::of(&WORKS).await?);
    let (mine, kept) = (wait.clone(), place.clone());
    let noted = move || {
        let _here = mine.here();
        // It ends with the work, not with whoever hangs up meanwhile.
        let _kept = kept.clone();
        let _gives = before_waiting(move || kept.leave());
        catch_unwind(AssertUnwindSafe(work))
    };
    let mut done = std::pin::pin!(web::block(noted));
    let done = loop {
        match tokio::time::timeout(LOOK, &mut done).await {
            Ok(done) => break done,
            // The thread stores nothing more (`Open::step`), unless its commit was on the way already.
            Err(_) if wait.give_up(LIMIT) => {
                place.leave();
                return Err(Error::Unavailable("the database does not answer".to_owned()));
            }
            Err(_) => {}
        }
    };
    match done {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(Error::Internal(format!("the action panicked: {}", said(&*panic)))),
        Err(_) => Err(Error::Unavailable("stopping".to_owned())),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_panic_is_an_internal_error_and_never_says_that_repeating_is_safe() {
        let outcome: Result<()> = blocking(|| panic!("{} too many", 1)).await;
        assert!(matches!(outcome, Err(Error::Internal(why)) if why.contains("1 too many")));
    }

    #[test]
    fn nobody_has_the_whole_queue() {
        let of = |who: &str| Asked::of(vec![(who.to_owned(), 2), ("survey".to_owned(), 3)]);
        let (one, two) = (of("one"), of("one"));
        assert!(two.is_some() && of("one").is_none(), "one address");
        let other = of("another");
        assert!(other.is_some() && of("a third").is_none(), "one survey");
        drop((one, two, other));
        assert!(ASKED.lock().unwrap().is_empty());
    }

    #[actix_web::test]
    async fn hundreds_who_hang_up_in_one_moment_take_no_hundreds_of_threads() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let works = (0..400).map(|_| {
            let (now, most) = (now.clone(), most.clone());
            blocking(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::park_timeout(std::time::Duration::from_millis(5));
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            })
        });
        assert!(futures_util::future::join_all(works).await.into_iter().all(|done| done.is_ok()));
        let most = most.load(Ordering::SeqCst);
        assert!((2..=48).contains(&most), "{most}");
    }

    #[actix_web::test]
    async fn whoever_waits_at_a_gate_is_in_nobodys_way() {
        let gate = Arc::new(crate::ground::gate::Gate::new("a test", 1, 100, 100));
        let inside = gate.clone();
        let (begun, begins) = std::sync::mpsc::channel();
        let (ends, end) = std::sync::mpsc::channel::<()>();
        let holds = std::thread::spawn(move || {
            let _place = inside.enter("first", LIMIT).unwrap();
            begun.send(()).unwrap();
            end.recv().unwrap();
        });
        begins.recv().unwrap();
        let wait = |n: usize| {
            let gate = gate.clone();
            actix_web::rt::spawn(blocking(move || gate.enter(&n.to_string(), 10 * LIMIT).map(drop)))
        };
        let waiting: Vec<_> = (0..60).map(wait).collect();
        // As many as may work at once wait, and then some; others are served meanwhile.
        for _ in 0..3 {
            let served = tokio::time::timeout(LIMIT, blocking(|| Ok(7))).await;
            assert_eq!(served.expect("nobody stands in the way").unwrap(), 7);
        }
        ends.send(()).unwrap();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        holds.join().unwrap();
    }

    #[actix_web::test]
    async fn whoever_hangs_up_keeps_their_turn_until_the_work_is_done() {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let turns = Arc::new(Semaphore::new(1));
        let gone = in_turn(&turns, "full", move || wait.recv().map_err(Error::internal));
        assert!(tokio::time::timeout(std::time::Duration::from_millis(50), gone).await.is_err(), "hung up");
        assert_eq!(turns.available_permits(), 0, "the thread goes on");
        go.send(()).unwrap();
        assert_eq!(in_turn(&turns, "full", || Ok(7)).await.unwrap(), 7);
    }
}
