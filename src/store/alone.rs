//! One connection for work on the whole database: everything at one moment, or everything in one transaction. It
//! takes no connection from those who answer requests, and may last: no limit of time that they have holds here.

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::result::Error as SqlError;

use super::Db;

/// Reads everything as it is at one moment, whatever others write meanwhile. Nothing is changed.
pub(super) fn snapshot<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T, String>) -> Result<T, String> {
    begin(db, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let outcome = work(db);
    // There is nothing to undo; a connection that is gone has ended it, too.
    let _ = <Db as Connection>::TransactionManager::rollback_transaction(db);
    outcome
}

/// Runs `work` in one transaction: all of it is there when this returns `Ok`, nothing of it on `Err`.
pub(super) fn whole<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T, String>) -> Result<T, String> {
    begin(db, "BEGIN IMMEDIATE", "BEGIN")?;
    match work(db) {
        Ok(value) => {
            <Db as Connection>::TransactionManager::commit_transaction(db).map_err(|e| said(&e))?;
            Ok(value)
        }
        Err(why) => {
            let _ = <Db as Connection>::TransactionManager::rollback_transaction(db);
            Err(why)
        }
    }
}

fn begin(db: &mut Db, sqlite: &str, postgres: &str) -> Result<(), String> {
    let begun = match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite),
        Db::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres).and_then(|()| {
            c.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        }),
    };
    begun.map_err(|e| said(&e))
}

/// What the database said, in one line.
pub(super) fn said(error: &SqlError) -> String {
    format!("the database says: {}", error.to_string().lines().collect::<Vec<_>>().join("; "))
}
