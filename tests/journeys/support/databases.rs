//! A fresh, migrated database for every test: a template is migrated once per test binary and then
//! copied, which takes milliseconds.

use std::path::Path;
use std::sync::OnceLock;

use stoa::store::{Store, migrate};

use super::app::Backend;
use super::postgres;

/// A database that nobody else uses; removed when dropped.
pub struct Database {
    url: String,
    /// Its name in the cluster, for PostgreSQL.
    postgres: Option<String>,
}

impl Database {
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.postgres {
            postgres::drop_database(name);
        }
    }
}

/// A fresh database; a SQLite file goes into `folder`. `None` only for PostgreSQL when it is
/// switched off by hand.
pub fn fresh(backend: Backend, folder: &Path) -> Option<Database> {
    match backend {
        Backend::Sqlite => {
            let file = folder.join("stoa.db");
            std::fs::write(&file, sqlite_template()).expect("the database file can be written");
            Some(Database { url: format!("sqlite://{}", file.display()), postgres: None })
        }
        Backend::Postgres => {
            let (name, url) = postgres::create_database()?;
            Some(Database { url, postgres: Some(name) })
        }
    }
}

/// An empty database without any table, as `fresh` otherwise.
pub fn bare(backend: Backend, folder: &Path) -> Option<Database> {
    match backend {
        Backend::Sqlite => Some(Database { url: format!("sqlite://{}", folder.join("stoa.db").display()), postgres: None }),
        Backend::Postgres => {
            let (name, url) = postgres::create_bare_database()?;
            Some(Database { url, postgres: Some(name) })
        }
    }
}

/// The bytes of a migrated SQLite database.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for the template");
        let file = folder.path().join("template.db");
        let url = format!("sqlite://{}", file.display());
        let store = Store::open(&url, 1).expect("SQLite is built in");
        migrate::migrate(&store).expect("the migrations apply");
        // Everything out of the write-ahead log and into the one file that is copied.
        store
            .read(|db| Ok(diesel::connection::SimpleConnection::batch_execute(db, "PRAGMA wal_checkpoint(TRUNCATE)")?))
            .expect("the log can be emptied");
        drop(store);
        std::fs::read(&file).expect("the template can be read")
    })
}
