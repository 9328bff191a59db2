//! Checkpoints of SQLite beside the writers: what was committed moves from the write-ahead log into
//! the database file while further commits go on.
//!
//! Without this, the commit that happens to fill the log would do it, and everybody behind it would
//! wait. Durability does not depend on it: see `log.rs`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::ThreadId;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::Db;
use super::db::disk_failed;
use super::log::Log;
use crate::ground::Result;
use crate::ground::gate::waits;

/// How often it is looked whether there is something to move.
const TICK: Duration = Duration::from_secs(1);
/// Pages in the log from which on writers wait for the last few to be moved, so that the log begins
/// anew; otherwise it would grow for as long as nobody pauses. 64 MiB.
const LONG: i32 = 16_000;
/// Bytes from which on a log is cut off once all of it was moved: whoever read for long has let it grow, and
/// SQLite would keep the size. Far more than writers need, or the file would be made anew for them each time.
const LARGE: u64 = 256 << 20;
/// Ticks before it is tried again where a reader stood in the way, for writers wait meanwhile.
const REST: u32 = 10;
/// Milliseconds that readers may take to leave a log that is to be cut off.
const LEAVING: u32 = 100;

/// The one writer of a SQLite database: who writes, queues here for its connection, without busy
/// waiting. It is opened at the first write, and again when one left it in an unknown state.
pub(super) struct Writer {
    open: Box<dyn Fn() -> Result<Db> + Send + Sync>,
    whose: Mutex<Whose>,
    given_back: Condvar,
    pub(super) log: Log,
    committed: AtomicBool,
}

impl Writer {
    pub(super) fn new(open: impl Fn() -> Result<Db> + Send + Sync + 'static, log: Log) -> Self {
        Self { open: Box::new(open), whose: Mutex::new(Whose::Nobodys(None)), given_back: Condvar::new(), log, committed: AtomicBool::default() }
    }

    /// A connection for writing. It leaves the waiting for the disk to [`Log`].
    pub(super) fn open(&self) -> Result<Db> {
        let mut db = (self.open)()?;
        // Reading once opens the log.
        db.batch_execute("PRAGMA synchronous = NORMAL; SELECT count(*) FROM sqlite_schema")?;
        self.log.open()?;
        Ok(db)
    }

    /// Empties the log of what was moved, so that nothing of it stays in the order in which it came. Where
    /// somebody reads for long it stays until the next time.
    pub(super) fn empty(self: &Arc<Self>) -> Result<()> {
        self.log.check()?;
        let _turn = self.turn();
        let mut db = (self.open)()?;
        db.batch_execute("PRAGMA busy_timeout = 200")?;
        let _: Checkpointed = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut db)?;
        Ok(())
    }

    /// Waits for one's turn.
    pub(super) fn turn(self: &Arc<Self>) -> Turn {
        let me = std::thread::current().id();
        let mut whose = self.whose.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match std::mem::replace(&mut *whose, Whose::Theirs(me)) {
                Whose::Nobodys(db) => return Turn { writer: self.clone(), db },
                Whose::Theirs(thread) => {
                    *whose = Whose::Theirs(thread);
                    assert_ne!(thread, me, "whoever has the turn waits for it: a write inside a write");
                    // Those who read are not to wait for those who write.
                    waits();
                    whose = self.given_back.wait(whose).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Says that there is something to move, and to wait for. Returns the number of the commit.
    pub(super) fn committed(&self) -> u64 {
        self.committed.store(true, Ordering::Relaxed);
        self.log.committed()
    }
}

/// Whose turn it is.
enum Whose {
    /// With the connection, once there is one.
    Nobodys(Option<Db>),
    Theirs(ThreadId),
}

/// One's turn to write, until it is dropped.
pub(super) struct Turn {
    pub(super) writer: Arc<Writer>,
    /// The connection that is handed on. Whoever is in doubt about it takes it out.
    pub(super) db: Option<Db>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.writer.whose.lock().unwrap_or_else(PoisonError::into_inner) = Whose::Nobodys(self.db.take());
        self.writer.given_back.notify_one();
    }
}

/// Starts the thread that checkpoints; it ends when the writer is gone. It has a connection only while
/// there is something to move: one kept open would keep the log when the process ends.
pub(super) fn start(writer: &Arc<Writer>) -> std::io::Result<()> {
    let writer = Arc::downgrade(writer);
    std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || run(&writer)).map(drop)
}

fn run(writer: &Weak<Writer>) {
    let mut rest = 0;
    loop {
        std::thread::sleep(TICK);
        let Some(writer) = writer.upgrade() else { return };
        rest = tick(&writer, LARGE, rest);
    }
}

/// Moves what was committed since the last tick, and cuts off a log of more than `large` bytes unless it is to rest
/// for some more ticks; how many from now on.
fn tick(writer: &Arc<Writer>, large: u64, rest: u32) -> u32 {
    let rest = rest.saturating_sub(1);
    let grown = rest == 0 && writer.log.bytes().is_some_and(|bytes| bytes > large);
    // What a failed disk did not confirm must not reach the database.
    if !(writer.committed.swap(false, Ordering::Relaxed) || grown) || writer.log.check().is_err() {
        return rest;
    }
    match (writer.open)().and_then(|mut db| move_log(&mut db, writer, grown)) {
        Ok(false) if grown => REST,
        Ok(_) => rest,
        Err(error) => {
            if disk_failed(&error) {
                writer.log.fail(&error);
            }
            // The log stays longer; the tick after the next commit tries again.
            tracing::warn!(%error, "the write-ahead log could not be moved into the database");
            REST
        }
    }
}

#[derive(QueryableByName)]
struct Checkpointed {
    /// 1 where somebody stood in the way.
    #[diesel(sql_type = Integer)]
    busy: i32,
    /// Pages in the log, moved or not, and those that were moved.
    #[diesel(sql_type = Integer)]
    log: i32,
    #[diesel(sql_type = Integer, column_name = checkpointed)]
    moved: i32,
}

/// Whether the log was cut off.
fn move_log(db: &mut Db, writer: &Arc<Writer>, grown: bool) -> Result<bool> {
    let there = checkpoint(db)?;
    if there.log >= LONG {
        let _turn = writer.turn();
        checkpoint(db)?;
    }
    // Whoever reads for long would only keep the writers waiting.
    if !grown || there.log - there.moved > LONG {
        return Ok(false);
    }
    let _turn = writer.turn();
    let there = checkpoint(db)?;
    if there.moved < there.log {
        return Ok(false);
    }
    db.batch_execute(&format!("PRAGMA busy_timeout = {LEAVING}"))?;
    let cut: Checkpointed = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(db)?;
    Ok(cut.busy == 0)
}

/// Moves what no reader or writer stands in the way of.
fn checkpoint(db: &mut Db) -> Result<Checkpointed> {
    Ok(diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(db)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// Writes as much as that many MiB into the log.
    fn write(store: &Store, mebibytes: usize) {
        let fill = format!("INSERT INTO filled SELECT randomblob(1048576) FROM json_each('[{}]')", vec!["0"; mebibytes].join(","));
        store.write(|db| Ok(db.batch_execute(&fill)?)).unwrap();
    }

    #[test]
    fn a_log_that_a_reader_let_grow_is_cut_off_once_the_reader_has_gone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}", folder.path().join("stoa.db").display()), 2).unwrap();
        let writer = store.writer.clone().unwrap();
        let bytes = || writer.log.bytes().unwrap();
        let large = 1 << 20;
        store.write(|db| Ok(db.batch_execute("CREATE TABLE filled (bytes BLOB)")?)).unwrap();
        store
            .read(|db| {
                db.batch_execute("BEGIN; SELECT count(*) FROM filled")?;
                write(&store, 4);
                let grown = bytes();
                assert!(grown > 4 << 20, "{grown}");
                assert_eq!(tick(&writer, large, 0), REST, "a reader stands in the way");
                assert_eq!(tick(&writer, large, REST), REST - 1, "the writers are left in peace for a while");
                assert_eq!(bytes(), grown);
                Ok(db.batch_execute("COMMIT")?)
            })
            .unwrap();
        // Nobody writes any more.
        assert_eq!((tick(&writer, large, 1), bytes()), (0, 0));
        let count = store.read(|db| Ok(diesel::sql_query("SELECT count(*) AS n FROM filled").get_result::<Count>(db)?.n)).unwrap();
        assert_eq!(count, 4);
        write(&store, 1);
        assert!(bytes() > large, "and it goes on");
        assert_eq!((tick(&writer, 64 * large, 0), bytes() > large), (0, true), "one of ordinary size stays");
    }

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Integer)]
        n: i32,
    }
}
