//! Waiting for the disk on SQLite: what was committed is on disk once the write-ahead log was synced.
//!
//! SQLite would do that inside each commit, and whoever wants to write next would wait as well. Here
//! they write meanwhile, and all who wait at the same time share one sync. The rule to keep: nobody
//! hears of success, or sees what was committed, before it is on disk; and after one failed sync
//! nobody does again, for the system may have dropped what it could not write.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::ground::{Error, Result};

/// How often, and how long, one process waits for another to give up its claim.
const CLAIM_TRIES: u32 = 20;
const CLAIM_WAIT: Duration = Duration::from_millis(100);

/// The write-ahead log of one database.
pub(super) struct Log {
    path: PathBuf,
    /// The file of the database itself.
    database: PathBuf,
    /// What the one process locks that takes what many send.
    claim: PathBuf,
    /// Commits so far, and how many of them are known to be on disk.
    committed: AtomicU64,
    synced: AtomicU64,
    failed: AtomicBool,
    /// Kept open: a file that is opened after a failure may not hear of it. Whoever syncs holds it.
    file: Mutex<Option<File>>,
}

impl Log {
    /// The log of a database that exists.
    pub(super) fn of(database: &Path) -> std::io::Result<Self> {
        // SQLite follows links before it names the log.
        let database = database.canonicalize()?.into_os_string();
        let beside = |end: &str| {
            let mut path = database.clone();
            path.push(end);
            PathBuf::from(path)
        };
        Ok(Self {
            path: beside("-wal"),
            database: database.clone().into(),
            claim: beside("-claim"),
            committed: AtomicU64::default(),
            synced: AtomicU64::default(),
            failed: AtomicBool::default(),
            file: Mutex::default(),
        })
    }

    /// How large the log is; `None` where nobody can tell.
    pub(super) fn bytes(&self) -> Option<u64> {
        std::fs::metadata(&self.path).map(|file| file.len()).ok()
    }

    /// How large the file of the database is, and how much is free where it lies.
    pub(super) fn room(&self) -> (Option<u64>, Option<u64>) {
        let free = rustix::fs::statvfs(&self.database).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        (std::fs::metadata(&self.database).map(|file| file.len()).ok(), free.ok())
    }

    /// Opens the file. To be called while a connection has it open, before the first commit.
    pub(super) fn open(&self) -> Result<()> {
        let file = OpenOptions::new().write(true).open(&self.path);
        let file = file.map_err(|error| Error::Unavailable(format!("the write-ahead log cannot be opened: {error}")))?;
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(())
    }

    /// Locks the database against other processes that would claim it. The lock ends with the file, or the process.
    pub(super) fn claim(&self) -> Result<File> {
        let path = &self.claim;
        let unavailable = |error: &dyn std::fmt::Display| Error::Unavailable(format!("{} cannot be locked: {error}", path.display()));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|e| unavailable(&e))?;
        for _ in 0..CLAIM_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(CLAIM_WAIT),
                Err(TryLockError::Error(error)) => return Err(unavailable(&error)),
            }
        }
        Err(Error::Unavailable(format!("another process of Stoa serves this database ({} is locked)", path.display())))
    }

    /// Counts a commit, before the next one begins. Returns its number.
    pub(super) fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Waits until everything that was committed so far is on disk.
    pub(super) fn settled(&self) -> Result<()> {
        self.on_disk(self.committed.load(Ordering::Acquire))
    }

    /// Waits until a commit is on disk.
    pub(super) fn on_disk(&self, commit: u64) -> Result<()> {
        if self.synced.load(Ordering::Acquire) >= commit {
            return Ok(());
        }
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        self.check()?;
        if self.synced.load(Ordering::Acquire) < commit {
            let until = self.committed.load(Ordering::Acquire);
            if let Err(error) = file.as_ref().map_or_else(|| Err(std::io::ErrorKind::NotFound.into()), sync) {
                self.fail(&error);
                return self.check();
            }
            self.synced.store(until, Ordering::Release);
        }
        Ok(())
    }

    /// From now on nothing is confirmed.
    pub(super) fn fail(&self, error: &dyn std::fmt::Display) {
        tracing::error!(%error, "the disk did not confirm a write; nothing more is written before a restart");
        self.failed.store(true, Ordering::Release);
    }

    /// An error once the disk has failed.
    pub(super) fn check(&self) -> Result<()> {
        let failed = || Error::Unavailable("the disk did not confirm a write; look after the disk and restart Stoa".to_owned());
        if self.failed.load(Ordering::Acquire) { Err(failed()) } else { Ok(()) }
    }
}

fn sync(file: &File) -> std::io::Result<()> {
    // SQLite would go on writing into a file that somebody removed, and nobody could open it again.
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) == 0 {
        return Err(std::io::Error::other("the write-ahead log was removed"));
    }
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_failed_sync_nobody_hears_of_success() {
        let folder = tempfile::tempdir().unwrap();
        let [database, file] = ["stoa.db", "stoa.db-wal"].map(|name| folder.path().join(name));
        std::fs::write(&database, b"").unwrap();
        let log = Log::of(&database).unwrap();
        assert!(log.open().is_err(), "there is none");
        std::fs::write(&file, b"").unwrap();
        log.open().unwrap();
        log.settled().unwrap();
        assert_eq!((log.committed(), log.committed()), (1, 2));
        log.on_disk(1).unwrap();
        std::fs::remove_file(&file).unwrap();
        log.settled().expect("one sync was for both");
        let third = log.committed();
        assert!(log.on_disk(third).is_err());
        std::fs::write(&file, b"").unwrap();
        assert!(log.on_disk(third).is_err() && log.settled().is_err() && log.check().is_err());
    }
}
