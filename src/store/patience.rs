//! Patience with PostgreSQL: nobody waits for it without a limit.
//!
//! libpq waits for an answer as long as its connection stands, also where the server is frozen. So a thread
//! notes since when it waits for a statement, and whoever waits for the thread gives it up after a while. From
//! then on the database is doubted: one thread tries a new connection, and while that fails everybody is refused
//! at once. A thread that was given up ends with its wait; too many of them end the process, for its supervisor.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection};
use diesel::r2d2::Pool;

use super::db::Manager;

/// How long a request may wait for one statement.
pub const LIMIT: Duration = Duration::from_secs(4);
/// How often it is looked whether somebody has waited for too long.
pub const LOOK: Duration = Duration::from_millis(250);
/// How long a new connection may take before the database counts as away.
const PROBE: Duration = Duration::from_secs(2);
/// Threads that were given up and still wait, at most.
const MOST: usize = 100;
static STUCK: AtomicUsize = AtomicUsize::new(0);

thread_local!(static MINE: RefCell<Option<Arc<Wait>>> = const { RefCell::new(None) });

/// Since when one thread has been waiting, and for which database.
#[derive(Default)]
pub struct Wait {
    since: Mutex<Option<(Instant, Arc<Presence>)>>,
    given_up: AtomicBool,
}

impl Wait {
    /// Notes here what the present thread waits for, until the guard is dropped.
    pub fn here(self: &Arc<Self>) -> Here {
        MINE.set(Some(self.clone()));
        Here(self.clone())
    }

    /// Gives the thread up if it has waited for longer than that. Whether it is given up.
    pub fn give_up(&self, limit: Duration) -> bool {
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((_, presence)) = since.as_ref().filter(|(since, _)| since.elapsed() >= limit) else { return self.given_up() };
        presence.hangs.store(true, Ordering::Relaxed);
        presence.doubt();
        if !self.given_up.swap(true, Ordering::Relaxed) && STUCK.fetch_add(1, Ordering::Relaxed) >= MOST {
            tracing::error!(threads = MOST, "too many threads wait for a database that does not answer; ending");
            std::process::exit(1);
        }
        true
    }

    pub fn given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    fn note(&self, presence: Option<&Arc<Presence>>) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = presence.map(|presence| (Instant::now(), presence.clone()));
    }
}

/// The thread on which it was made notes its waiting.
pub struct Here(Arc<Wait>);

impl Drop for Here {
    fn drop(&mut self) {
        MINE.set(None);
        self.0.note(None);
        if self.0.given_up() {
            STUCK.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether the present thread was given up: then nobody waits for what it does, and it must change nothing more.
pub(super) fn abandoned() -> bool {
    MINE.with_borrow(|mine| mine.as_ref().is_some_and(|wait| wait.given_up()))
}

/// Whether threads that were given up still wait, so that nobody should wait for them to end.
pub fn stuck() -> bool {
    STUCK.load(Ordering::Relaxed) > 0
}

/// Whether a database answers.
#[derive(Debug, Default)]
pub struct Presence {
    doubted: AtomicBool,
    /// Somebody waited for too long on a connection that there is: those of now may be frozen.
    hangs: AtomicBool,
    away: AtomicBool,
}

impl Presence {
    /// Nobody need try: it does not answer.
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Somebody could not connect.
    pub fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }
}

/// Notes when a connection's statements begin and end.
pub(super) struct Noted(pub(super) Arc<Presence>);

impl Instrumentation for Noted {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let begins = match event {
            InstrumentationEvent::StartQuery { .. } => Some(&self.0),
            InstrumentationEvent::FinishQuery { .. } => None,
            _ => return,
        };
        MINE.with_borrow(|mine| mine.iter().for_each(|wait| wait.note(begins)));
    }
}

/// Starts the thread that tries whether a doubted database answers, and then begins with new connections. It
/// ends when the pool is gone.
pub(super) fn start(
    presence: Arc<Presence>,
    manager: Manager,
    pool: Weak<RwLock<Pool<Manager>>>,
    renew: fn(&Manager, u32) -> Option<Pool<Manager>>,
) -> std::io::Result<()> {
    let look = move || {
        loop {
            std::thread::sleep(LOOK);
            let Some(pool) = pool.upgrade() else { return };
            if !presence.doubted.load(Ordering::Relaxed) {
                continue;
            }
            let was_away = presence.is_away();
            if !answers(&manager) || !again(&presence, &manager, &pool, renew) {
                presence.away.store(true, Ordering::Relaxed);
                if !was_away {
                    tracing::error!("the database does not answer; everybody is refused until it does");
                }
            } else if was_away {
                tracing::info!("the database answers again");
            }
        }
    };
    std::thread::Builder::new().name("presence".to_owned()).spawn(look).map(drop)
}

/// Goes on with a database that answers: with new connections, where those of before may wait for ever. A pool
/// that is merely busy stays, or there would be more and more of them. Whether that was possible.
fn again(presence: &Presence, manager: &Manager, pool: &RwLock<Pool<Manager>>, renew: fn(&Manager, u32) -> Option<Pool<Manager>>) -> bool {
    presence.doubted.store(false, Ordering::Relaxed);
    if presence.hangs.swap(false, Ordering::Relaxed) || presence.is_away() {
        let size = pool.read().unwrap_or_else(PoisonError::into_inner).max_size();
        let Some(fresh) = renew(manager, size) else {
            presence.hangs.store(true, Ordering::Relaxed);
            presence.doubt();
            return false;
        };
        *pool.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }
    presence.away.store(false, Ordering::Relaxed);
    true
}

/// Whether a new connection answers in time. One that does not is left to itself.
fn answers(manager: &Manager) -> bool {
    let (tell, told) = sync_channel(1);
    let (manager, wait) = (manager.clone(), Arc::<Wait>::default());
    let mine = wait.clone();
    let asked = std::thread::Builder::new().name("probe".to_owned()).spawn(move || {
        let _here = mine.here();
        let _ = tell.send(manager.open().is_ok_and(|mut db| db.batch_execute("SELECT 1").is_ok()));
    });
    let answers = asked.is_ok() && told.recv_timeout(PROBE).unwrap_or(false);
    if !answers {
        wait.give_up(Duration::ZERO);
    }
    answers
}
