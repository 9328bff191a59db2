//! How a database is doing, for whoever watches it: sizes, connections, who waits, what was refused.
//!
//! What cannot be known is `None`, never 0.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Db;

/// What this process has met with its database.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Threads that wait for a connection, or for their turn to write.
    waiting: AtomicU64,
    /// Writes that the database did not take, so that nothing of them was stored.
    refused: AtomicU64,
}

impl Counts {
    /// Counts somebody among those who wait, while they do.
    pub(super) fn wait<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let got = wait();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        got
    }

    /// Counts a write that the database did not take.
    pub(super) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// How a database is doing, for whoever watches it. What cannot be known is `None`.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    /// Bytes of SQLite's write-ahead log.
    pub log: Option<u64>,
    /// Bytes of the database.
    pub size: Option<u64>,
    /// Bytes that are free where SQLite's file lies.
    pub free: Option<u64>,
    /// Connections of the pool, and those that nobody uses now.
    pub connections: u32,
    pub idle: u32,
    /// Threads of this process that wait for a connection, or for their turn to write.
    pub waiting: u64,
    /// Writes that the database did not take, since the process began.
    pub refused: u64,
}

/// Bytes from which on a write-ahead log is grown: it should have been cut off long before.
const GROWN: u64 = 1 << 30;

impl Health {
    /// Whether the log has grown so much that somebody should look who reads for so long.
    pub fn has_grown_log(&self) -> bool {
        self.log.is_some_and(|bytes| bytes >= GROWN)
    }
}

/// How large a database of PostgreSQL is; `None` where it does not say.
pub(super) fn size(db: &mut Db) -> Option<u64> {
    let size = diesel::select(diesel::dsl::sql::<BigInt>("pg_database_size(current_database())"));
    size.get_result::<i64>(db).ok().and_then(|bytes| u64::try_from(bytes).ok())
}
