//! Migrations: embedded, one folder per database, the same names in both.
//!
//! A database that a newer Stoa has migrated is never opened by an older one.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::db::{Db, Store};
use crate::ground::Error;
use crate::on_each;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Why an older binary does not touch a newer database.
pub(super) const NEWER: &str = "the database was made by a newer Stoa than this one; install the newer version or restore a backup";
/// Number of the advisory lock that PostgreSQL processes take while they migrate.
const LOCK: i64 = 0x0053_746f_6120_6d69;

/// Applies what is pending and returns the names applied.
///
/// Errors: one line; a database newer than this binary is refused untouched.
pub fn migrate(store: &Store) -> Result<Vec<String>, String> {
    let done = store.read(|db| {
        // Of several processes that start on one database, one migrates and the others wait.
        turn(db, &format!("SET lock_timeout = 0; SELECT pg_advisory_lock({LOCK}); SET lock_timeout = '3s'"))?;
        let applied = apply(db);
        turn(db, &format!("SELECT pg_advisory_unlock({LOCK})"))?;
        applied
    });
    done.map_err(|e| match e {
        Error::Unavailable(why) if why == NEWER => why,
        other => other.to_string(),
    })
}

/// PostgreSQL only: SQLite has one process, and a lock of its own.
fn turn(db: &mut Db, sql: &str) -> crate::ground::Result<()> {
    if let Db::Postgres(c) = db {
        c.batch_execute(sql)?;
    }
    Ok(())
}

fn apply(db: &mut Db) -> crate::ground::Result<Vec<String>> {
    if let Some(version) = unknown(&applied(db)?) {
        tracing::error!(%version, "the database has a migration that this binary does not know");
        return Err(Error::Unavailable(NEWER.to_owned()));
    }
    let source = if matches!(db, Db::Sqlite(_)) { SQLITE } else { POSTGRES };
    on_each!(db, c => c.run_pending_migrations(source).map(|v| v.iter().map(ToString::to_string).collect()))
        .map_err(|e| Error::internal(format!("migration failed: {e}")))
}

/// Versions of the migrations that the database has had.
fn applied(db: &mut Db) -> crate::ground::Result<Vec<String>> {
    let wrap = |e: Box<dyn std::error::Error + Send + Sync>| Error::internal(format!("migrations: {e}"));
    on_each!(db, c => c.applied_migrations().map(|v| v.iter().map(ToString::to_string).collect())).map_err(wrap)
}

/// One of these versions that this binary has no migration for.
pub(super) fn unknown(versions: &[String]) -> Option<&String> {
    let known = names();
    versions.iter().find(|version| !known.iter().any(|name| name.starts_with(version.as_str())))
}

/// Until the transaction ends, nobody else migrates this database.
pub(super) fn alone(db: &mut Db) -> Result<(), String> {
    turn(db, &format!("SELECT pg_advisory_xact_lock({LOCK})")).map_err(|e| e.to_string())
}

/// Applies those of the pending migrations that are wanted by their version, inside the caller's transaction.
pub(super) fn run(db: &mut Db, wanted: impl Fn(&str) -> bool) -> Result<(), String> {
    fn on<C, B>(c: &mut C, source: EmbeddedMigrations, wanted: impl Fn(&str) -> bool) -> diesel::migration::Result<()>
    where
        C: MigrationHarness<B>,
        B: diesel::backend::Backend,
        EmbeddedMigrations: MigrationSource<B>,
    {
        let pending = c.pending_migrations(source)?;
        let wanted = pending.iter().filter(|migration| wanted(&migration.name().version().to_string()));
        wanted.map(|migration| c.run_migration(migration)).collect::<diesel::migration::Result<Vec<_>>>().map(drop)
    }
    let ran = match db {
        Db::Sqlite(c) => on(c, SQLITE, wanted),
        Db::Postgres(c) => on(c, POSTGRES, wanted),
    };
    ran.map_err(|e| format!("migration failed: {e}"))
}

/// Names of the migrations this binary knows, oldest first.
pub fn names() -> Vec<String> {
    let of: Vec<Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>> =
        MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE).unwrap_or_default();
    let mut names: Vec<String> = of.iter().map(|m| m.name().to_string()).collect();
    names.sort();
    names
}
