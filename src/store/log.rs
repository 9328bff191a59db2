//! Waiting for the disk on SQLite: what was committed is on disk once the write-ahead log was synced.
//!
//! SQLite would do that inside each commit, and whoever wants to write next would wait as well. Here
//! they write meanwhile, and all who wait at the same time share one sync. The rule to keep: nobody is
//! told of success before `on_disk` returned, and after one failed sync nobody is again, for the
//! system may have dropped what it could not write.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ground::{Error, Result};

/// The write-ahead log of one database.
pub(super) struct Log {
    database: PathBuf,
    file: PathBuf,
    committed: AtomicU64,
    /// The last commit that is known to be on disk.
    synced: Mutex<u64>,
    failed: AtomicBool,
}

impl Log {
    /// The log of a database that exists.
    pub(super) fn of(database: &Path) -> std::io::Result<Self> {
        // SQLite follows links before it names the log.
        let database = database.canonicalize()?;
        let mut file = database.clone().into_os_string();
        file.push("-wal");
        Ok(Self { database, file: file.into(), committed: AtomicU64::default(), synced: Mutex::default(), failed: AtomicBool::default() })
    }

    /// Counts a commit, before the next one begins. Returns its number.
    pub(super) fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Waits until a commit is on disk.
    pub(super) fn on_disk(&self, commit: u64) -> Result<()> {
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        self.check()?;
        if *synced < commit {
            let until = self.committed.load(Ordering::Acquire);
            self.sync().map_err(|error| {
                tracing::error!(%error, "the disk did not confirm a write; nothing more is written before a restart");
                self.failed.store(true, Ordering::Release);
                failed()
            })?;
            *synced = until;
        }
        Ok(())
    }

    fn sync(&self) -> std::io::Result<()> {
        // By its name each time: whoever closes the last connection moves the log into the database.
        let file = match File::open(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => File::open(&self.database)?,
            other => other?,
        };
        file.sync_data()
    }

    /// An error once a sync has failed.
    pub(super) fn check(&self) -> Result<()> {
        if self.failed.load(Ordering::Acquire) { Err(failed()) } else { Ok(()) }
    }
}

fn failed() -> Error {
    Error::Unavailable("the disk did not confirm a write; look after the disk and restart Stoa".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failed_sync_nobody_hears_of_success() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stoa.db");
        std::fs::write(&file, b"").unwrap();
        let log = Log::of(&file).unwrap();
        assert_eq!((log.committed(), log.committed()), (1, 2));
        log.on_disk(1).expect("the database is there");
        std::fs::remove_file(&file).unwrap();
        log.on_disk(2).expect("one sync was for both");
        let third = log.committed();
        assert!(log.on_disk(third).is_err());
        std::fs::write(&file, b"").unwrap();
        assert!(log.on_disk(third).is_err() && log.on_disk(1).is_err() && log.check().is_err());
    }
}
