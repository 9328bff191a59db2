//! Archives: all that a database holds in one file that belongs to neither database, so that it is a backup and
//! the way from one to the other.
//!
//! `format.rs` says how a row is written, `tables.rs` which tables there are, `file.rs` what the file is. Whoever
//! takes one (`taking.rs`) reads one moment while others go on writing; whoever restores one (`restoring.rs`)
//! does it in one transaction; whoever checks one, or a database
//! (`checking.rs`), holds its rows against the rules of the rooms (`rules.rs`). Every error is one line for the operator.

pub mod checking;
pub mod file;
pub mod format;
mod inspect;
pub mod restoring;
mod rows;
pub mod rules;
pub mod tables;
pub mod taking;

use crate::store::{Db, db};

pub use checking::{check, check_database};
pub use file::{Manifest, Reader, Writer};
pub use restoring::{Rows, restore};
pub use rules::Rule;
pub use taking::take;

/// Hears how far the work is.
pub trait Watch {
    /// So many rows will come, if the question was worth it.
    fn expects(&mut self, rows: u64);
    /// Whether anybody looks, so that rows are worth counting beforehand.
    fn looks(&self) -> bool;
    fn table(&mut self, name: &str);
    fn rows(&mut self, more: u64);
}

/// Nobody looks.
impl Watch for () {
    fn expects(&mut self, _: u64) {}
    fn looks(&self) -> bool {
        false
    }
    fn table(&mut self, _: &str) {}
    fn rows(&mut self, _: u64) {}
}

/// A database that must be there.
pub fn open(url: &str) -> Result<Db, String> {
    match url.strip_prefix("sqlite://") {
        Some(path) if !std::path::Path::new(path).is_file() => Err(format!("there is no database {path}")),
        _ => db::connect(url),
    }
}

/// A database that may be made; on SQLite, whether its file was.
pub fn open_or_make(url: &str) -> Result<(Db, bool), String> {
    let there = url.strip_prefix("sqlite://").is_none_or(|path| std::path::Path::new(path).exists());
    Ok((db::connect(url)?, !there))
}
