//! Connections: SQLite or PostgreSQL by the URL's scheme, pooled, with durable transactions.
//!
//! Reads take any connection. Writes take the write lock of the database at once (`BEGIN IMMEDIATE`
//! on SQLite, where they also queue in this process, so that nobody meets "database is locked").

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, Pool, PoolError, PooledConnection};
use diesel::result::{DatabaseErrorKind, Error as SqlError};
use diesel::sqlite::SqliteConnection;

use super::alone;
use super::checkpoint::{self, Turn, Writer};
use super::health::{self, Counts, Health};
use super::log::Log;
use super::patience::{self, Noted, Presence};
use crate::ground::config::masked_url;
use crate::ground::gate::Gate;
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, Result};

/// A connection to either database; queries are written once for both.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs the same body on the concrete connection, for what the derived enum cannot express
/// (upserts and batch inserts).
#[macro_export]
macro_rules! on_each {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Postgres($c) => $body,
            $crate::store::Db::Sqlite($c) => $body,
        }
    };
}

/// Opens connections of the kind that the URL's scheme names, and never guesses.
#[derive(Debug, Clone)]
pub struct Manager {
    url: String,
    presence: Arc<Presence>,
}

/// What a connection to PostgreSQL is asked for beside its address: the first is how long it may take in all, in
/// seconds, the others notice a peer that is gone.
const PATIENCE: [(&str, &str); 6] = [
    ("connect_timeout", "4"),
    ("keepalives", "1"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "8000"),
];

impl Manager {
    pub(super) fn open(&self) -> std::result::Result<Db, diesel::ConnectionError> {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let mut c = SqliteConnection::establish(path)?;
            c.batch_execute(
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; \
                 PRAGMA wal_autocheckpoint = 32000;",
            )
            .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(Db::Sqlite(c))
        } else {
            let mut c = PgConnection::establish(&patient(&self.url))?;
            c.set_instrumentation(Noted(self.presence.clone()));
            c.batch_execute("SET TIME ZONE 'UTC'; SET synchronous_commit = on; SET lock_timeout = '3s'; SET statement_timeout = '60s';")
                .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(Db::Postgres(c))
        }
    }
}

/// The address with what is not said there about patience.
fn patient(url: &str) -> String {
    let Ok(mut full) = url::Url::parse(url) else { return url.to_owned() };
    let missing: Vec<_> = PATIENCE.iter().filter(|(name, _)| full.query_pairs().all(|(said, _)| said != *name)).collect();
    full.query_pairs_mut().extend_pairs(missing);
    full.into()
}

fn pool(manager: &Manager, connections: u32) -> std::result::Result<Pool<Manager>, PoolError> {
    let builder = Pool::builder().max_size(connections).min_idle(Some(1)).test_on_check_out(!manager.url.starts_with("sqlite://"));
    builder.connection_timeout(patience::LIMIT).build(manager.clone())
}

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<Db, Self::Error> {
        self.open().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, db: &mut Db) -> std::result::Result<(), Self::Error> {
        db.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || <Db as Connection>::TransactionManager::is_broken_transaction_manager(db)
    }
}

/// The database of this instance.
#[derive(Clone)]
pub struct Store {
    /// Another one after PostgreSQL did not answer for a while.
    pool: Arc<RwLock<Pool<Manager>>>,
    presence: Arc<Presence>,
    /// SQLite's only.
    pub(super) writer: Option<Arc<Writer>>,
    /// The last write failed because nothing can be stored: the disk is full, read-only or damaged.
    unwritable: Arc<AtomicBool>,
    pub(super) manager: Manager,
    /// Before what reads much of the database.
    pub(super) gate: Arc<Gate>,
    counts: Arc<Counts>,
}

impl Store {
    /// Connects; does not migrate. The error is one line for the operator.
    pub fn open(url: &str, connections: u32) -> std::result::Result<Self, String> {
        let presence = Arc::<Presence>::default();
        let manager = Manager { url: url.to_owned(), presence: presence.clone() };
        // One plain attempt first: the pool would retry for its whole timeout and hide the reason.
        drop(connect(url)?);
        let files = manager.clone();
        let pool = pool(&manager, connections).map_err(|e| format!("cannot open the database {}: {e}", masked_url(url)))?;
        let pool = Arc::new(RwLock::new(pool));
        let open = move || files.open().map_err(|e| Error::Unavailable(first_line(&e)));
        let writer = match url.strip_prefix("sqlite://") {
            None => {
                let renewed = |manager: &Manager, connections| self::pool(manager, connections).ok();
                let started = patience::start(presence.clone(), manager.clone(), Arc::downgrade(&pool), renewed);
                started.map_err(|e| format!("no thread for the presence of the database: {e}"))?;
                None
            }
            Some(path) => {
                let log = Log::of(std::path::Path::new(path)).map_err(|e| format!("cannot find the database {path}: {e}"))?;
                let writer = Arc::new(Writer::new(open, log));
                checkpoint::start(&writer).map_err(|e| format!("no thread for checkpoints: {e}"))?;
                Some(writer)
            }
        };
        Ok(Self { pool, presence, writer, unwritable: Arc::default(), manager, gate: Arc::new(alone::gate()), counts: Arc::default() })
    }

    pub fn is_sqlite(&self) -> bool {
        self.writer.is_some()
    }

    /// Errors: unavailable while the database is known not to answer.
    pub(super) fn answers(&self) -> Result<()> {
        if self.presence.is_away() { Err(Error::Unavailable(SILENT.to_owned())) } else { Ok(()) }
    }

    /// Waits until what has been read is on disk.
    pub(super) fn settled(&self) -> Result<()> {
        self.writer.as_ref().map_or(Ok(()), |writer| writer.log.settled())
    }

    fn connection(&self) -> Result<PooledConnection<Manager>> {
        self.answers()?;
        let pool = self.pool.read().unwrap_or_else(PoisonError::into_inner).clone();
        self.counts.wait(|| pool.get()).map_err(|e| {
            self.presence.doubt();
            Error::Unavailable(format!("no database connection: {e}"))
        })
    }

    /// On SQLite empties the write-ahead log, which keeps the order of what was written. PostgreSQL's is its own.
    pub fn empty_log(&self) -> Result<()> {
        self.writer.as_ref().map_or(Ok(()), |writer| writer.empty())
    }

    /// An error unless the database answers, once the disk has failed, and while nothing can be stored.
    pub fn check(&self) -> Result<()> {
        self.writer.as_ref().map_or(Ok(()), |writer| writer.log.check())?;
        if self.unwritable.load(Ordering::Relaxed) {
            self.write(super::instance::try_to_write)?;
        }
        self.read(|db| Ok(db.batch_execute("SELECT 1")?))
    }

    /// How it is doing. Asks the database only where its own connection is given, for what PostgreSQL alone knows.
    pub fn health(&self, db: Option<&mut Db>) -> Health {
        let pool = self.pool.read().unwrap_or_else(PoisonError::into_inner).state();
        let (size, free) = self.writer.as_ref().map_or((db.and_then(health::size), None), |writer| writer.log.room());
        Health {
            log: self.writer.as_ref().and_then(|writer| writer.log.bytes()),
            size,
            free,
            connections: pool.connections,
            idle: pool.idle_connections,
            waiting: self.counts.waiting(),
            refused: self.counts.refused(),
        }
    }

    /// Makes this process the only one that takes what many send, on SQLite, for as long as the claim is kept.
    /// Waits a while for one that is about to end. On PostgreSQL there may be several.
    pub fn claim(&self) -> Result<Claim> {
        self.writer.as_ref().map_or(Ok(Claim(None)), |writer| Ok(Claim(Some(writer.log.claim()?))))
    }

    /// Runs queries that change nothing. What they gave is on disk when this returns.
    pub fn read<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let value = work(&mut *self.connection()?)?;
        self.settled()?;
        Ok(value)
    }

    /// Runs `work` in one durable transaction: when this returns `Ok`, it is on disk; on `Err`,
    /// nothing of it is, unless the disk itself failed.
    pub fn write<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let (value, commit) = self.commit(work)?;
        commit.on_disk()?;
        Ok(value)
    }

    /// Runs `work` in one transaction that others see when this returns `Ok`. The next writer need not
    /// wait for the disk; who asked for this must, by [`Commit::on_disk`].
    pub fn commit<T>(&self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<(T, Commit)> {
        let mut open = self.begin()?;
        let value = open.step(work)?;
        Ok((value, open.commit()?))
    }

    /// Begins a transaction that goes on over several steps. On SQLite nobody else writes until it ends.
    pub fn begin(&self) -> Result<Open> {
        let on = match &self.writer {
            None => On::Pooled(self.connection().inspect_err(|error| self.heard(error))?),
            Some(writer) => {
                let mut turn = self.counts.wait(|| writer.turn());
                writer.log.check()?;
                if turn.db.is_none() {
                    turn.db = Some(writer.open()?);
                }
                On::Turn(turn)
            }
        };
        let mut open = Open { store: self.clone(), on };
        open.step(|db| {
            Ok(match db {
                Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
                Db::Postgres(_) => <Db as Connection>::TransactionManager::begin_transaction(db),
            }?)
        })?;
        Ok(open)
    }

    /// Remembers what an error says of the disk.
    fn heard(&self, error: &Error) {
        if matches!(error, Error::Unavailable(_) | Error::Internal(_)) {
            self.counts.refuse();
        }
        if let Error::Unavailable(why) = error
            && says(why, STORAGE)
        {
            self.unwritable.store(true, Ordering::Relaxed);
        }
        if let Some(writer) = self.writer.as_ref().filter(|_| disk_failed(error)) {
            writer.log.fail(error);
        }
    }
}

/// A transaction that goes on. Dropped before its commit, it is undone.
pub struct Open {
    store: Store,
    on: On,
}

enum On {
    Pooled(PooledConnection<Manager>),
    /// The one connection for writing, for as long as it is one's turn.
    Turn(Turn),
}

impl Open {
    fn db(&mut self) -> &mut Db {
        match &mut self.on {
            On::Pooled(db) => db,
            On::Turn(turn) => turn.db.as_mut().expect("the turn began with a connection"),
        }
    }

    /// Runs `work` in the transaction, unless the thread was given up meanwhile. After an error nothing more may be done in it, unless `work` undid
    /// what failed ([`Db::attempt`]).
    pub fn step<T>(&mut self, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
        let outcome = if patience::abandoned() { Err(Error::Unavailable(SILENT.to_owned())) } else { work(self.db()) };
        outcome.inspect_err(|error| self.store.heard(error))
    }

    /// Others see it when this returns `Ok`; on `Err` nothing of it has happened.
    pub fn commit(mut self) -> Result<Commit> {
        self.step(|db| Ok(<Db as Connection>::TransactionManager::commit_transaction(db)?))?;
        self.store.unwritable.store(false, Ordering::Relaxed);
        Ok(Commit(match &self.on {
            On::Pooled(_) => None,
            On::Turn(turn) => Some((turn.writer.clone(), turn.writer.committed())),
        }))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let db = self.db();
        let status = <Db as Connection>::TransactionManager::transaction_manager_status_mut(db);
        if !matches!(status.transaction_depth(), Ok(None)) {
            // Where the database has rolled back by itself (a full disk), this fails, and the connection is given up.
            let _ = <Db as Connection>::TransactionManager::rollback_transaction(db);
        }
        let broken = <Db as Connection>::TransactionManager::is_broken_transaction_manager(db);
        if let On::Turn(turn) = &mut self.on
            && broken
        {
            turn.db = None;
        }
    }
}

/// One connection, made for its owner only where it makes a SQLite database. The error is one line for the operator.
pub(super) fn connect(url: &str) -> std::result::Result<Db, String> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        private(std::path::Path::new(path));
    }
    let manager = Manager { url: url.to_owned(), presence: Arc::default() };
    manager.open().map_err(|e| format!("cannot open the database {}: {}", masked_url(url), first_line(&e)))
}

/// Held by the one process that takes what many send.
pub struct Claim(#[expect(dead_code, reason = "it is the lock")] Option<std::fs::File>);

/// A committed transaction.
#[must_use = "before it is on disk, nobody may hear of success"]
pub struct Commit(Option<(Arc<Writer>, u64)>);

impl Commit {
    /// Waits until it is on disk.
    pub fn on_disk(&self) -> Result<()> {
        // PostgreSQL has waited in its commit.
        self.0.as_ref().map_or(Ok(()), |(writer, number)| writer.log.on_disk(*number))
    }
}

impl Db {
    /// Runs `work` so that its failure undoes only itself (a savepoint inside the transaction).
    ///
    /// # Errors
    /// Its own, also where the database has undone the whole transaction by itself (a full disk), so that there is
    /// no savepoint to go back to.
    pub fn attempt<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut own = None;
        let outcome = self.transaction::<T, Error, _>(|db| {
            work(db).map_err(|error| {
                own = Some(error);
                Error::internal("undone")
            })
        });
        own.map_or(outcome, Err)
    }
}

/// Whether SQLite could not write or sync; a full disk is no failure, for nothing was lost.
pub(super) fn disk_failed(error: &Error) -> bool {
    matches!(error, Error::Unavailable(text) | Error::Internal(text) if text.contains("disk I/O error"))
}

/// What the databases say when somebody else holds a lock for too long.
const LOCKED: &[&str] = &["database is locked", "deadlock detected", "lock timeout"];
const SILENT: &str = "the database does not answer";
/// What they say when nothing can be stored. Nothing was, so that the same may be sent again.
const STORAGE: &[&str] = &[
    "database or disk is full",
    "disk I/O error",
    "attempt to write a readonly database",
    "database disk image is malformed",
    "unable to open database file",
    "No space left on device",
    "could not extend file",
    "could not write",
    "read-only transaction",
];
/// What PostgreSQL says when it stops, starts or has lost the connection.
const AWAY: &[&str] = &["terminating connection", "the database system is", "server closed the connection", "no connection to the server"];

fn says(message: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| message.contains(sign))
}

/// Unique violations say "already exists", foreign keys "no such thing"; the rest is for the log.
impl From<SqlError> for Error {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::NotFound => Self::NotFound("record"),
            SqlError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Conflict(ALREADY_EXISTS),
            SqlError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::NotFound("referenced record"),
            SqlError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            SqlError::DatabaseError(DatabaseErrorKind::SerializationFailure, info) => Self::Unavailable(info.message().to_owned()),
            SqlError::DatabaseError(_, info) if [LOCKED, STORAGE, AWAY].iter().any(|signs| says(info.message(), signs)) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Internal(format!("database: {other}")),
        }
    }
}

/// The one row of a query, or "no such `what`".
pub fn found<T>(result: std::result::Result<T, SqlError>, what: &'static str) -> Result<T> {
    match result {
        Err(SqlError::NotFound) => Err(Error::NotFound(what)),
        other => other.map_err(Error::from),
    }
}

/// For conditional updates on a version: 1 row is success, 0 means somebody else was faster.
pub fn changed(rows: usize, current: i32) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Stale { current }) }
}

fn first_line(error: &diesel::ConnectionError) -> String {
    error.to_string().lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Makes the file of a new SQLite database readable by its owner only; SQLite gives its companions
/// the same rights. A file that cannot be made is left to SQLite to complain about.
fn private(path: &std::path::Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}
