//! Taking an archive: every table as it is at one moment, row by row, in the order of its key. That order matters
//! beyond taste: where rows lie in PostgreSQL's files tells which came first, and an archive shall not tell it.

use std::io::{Seek, Write};

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Watch;
use super::file::{Head, Manifest, Writer};
use super::format::Cell;
use super::inspect;
use super::rows::Given;
use super::tables::Table;
use crate::ground::UtcTime;
use crate::on_each;
use crate::store::alone::{said, snapshot};
use crate::store::schema::tables;
use crate::store::{Db, instance};

/// Rows between two words to the watch.
const WORD: u64 = 1_000;

/// Writes all that the database holds at this moment. `key` gives the instance's secret, if it shall be in, when it
/// hears the fingerprint of the one that the database needs.
pub fn take<W: Write + Seek>(
    db: &mut Db,
    into: W,
    made_at: UtcTime,
    key: impl FnOnce(Option<&str>) -> Result<Option<[u8; 32]>, String>,
    watch: &mut dyn Watch,
) -> Result<(W, Manifest), String> {
    snapshot(db, |db| {
        let migrations = inspect::current(db)?;
        let secret = instance::fingerprint(db).map_err(|e| e.to_string())?;
        let key = key(secret.as_deref())?;
        let mut writer = Writer::new(into);
        each_table(db, watch, |db, table, order, watch| {
            writer.table(table.clone())?;
            each_row(db, table, order, watch, |row| writer.row(&row))
        })?;
        let database = if matches!(db, Db::Sqlite(_)) { "sqlite" } else { "postgresql" };
        let (stoa, database) = (env!("CARGO_PKG_VERSION").to_owned(), database.to_owned());
        writer.finish(Head { stoa, made_at, database, migrations, secret, with_key: false }, key)
    })
}

/// Goes through all tables, with the columns of the key of each.
pub fn each_table(
    db: &mut Db,
    watch: &mut dyn Watch,
    mut work: impl FnMut(&mut Db, &Table, &[String], &mut dyn Watch) -> Result<(), String>,
) -> Result<(), String> {
    let (tables, mut there) = (tables(), inspect::tables(db)?);
    if watch.looks() {
        let counted: Result<Vec<u64>, String> = tables.iter().map(|table| count(db, &table.name)).collect();
        watch.expects(counted?.into_iter().sum());
    }
    for table in &tables {
        let Some(layout) = there.remove(&table.name) else { return Err(format!("the database has no table {}", table.name)) };
        watch.table(&table.name);
        work(db, table, &layout.key, watch)?;
    }
    Ok(())
}

fn count(db: &mut Db, table: &str) -> Result<u64, String> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let sql = format!("SELECT count(*) AS rows FROM \"{table}\"");
    let counted: Count = on_each!(db, c => diesel::sql_query(&sql).get_result(c)).map_err(|e| format!("{table}: {}", said(&e)))?;
    Ok(counted.rows.try_into().unwrap_or_default())
}

/// Reads a table row by row, in the order of its key.
pub fn each_row(
    db: &mut Db,
    table: &Table,
    order: &[String],
    watch: &mut dyn Watch,
    mut work: impl FnMut(Vec<Cell>) -> Result<(), String>,
) -> Result<(), String> {
    let list = |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let (columns, order) = (list(&mut table.columns.iter().map(|column| &column.name)), list(&mut order.iter()));
    let sql = format!("SELECT {columns} FROM \"{}\" ORDER BY {order}", table.name);
    let wrong = |what: String| format!("{}: {what}", table.name);
    let mut read = 0;
    let mut row = |given: QueryResult<Given>| {
        work(given.map_err(|e| wrong(said(&e)))?.of(&table.columns).map_err(wrong)?)?;
        read += 1;
        if read % WORD == 0 {
            watch.rows(WORD);
        }
        Ok(())
    };
    // Both give row after row, and keep none.
    let outcome: Result<(), String> = match db {
        Db::Sqlite(c) => {
            let rows = diesel::sql_query(sql).load_iter::<Given, DefaultLoadingMode>(c).map_err(|e| wrong(said(&e)))?;
            rows.into_iter().try_for_each(&mut row)
        }
        Db::Postgres(c) => {
            let rows = diesel::sql_query(sql).load_iter::<Given, PgRowByRowLoadingMode>(c).map_err(|e| wrong(said(&e)))?;
            rows.into_iter().try_for_each(&mut row)
        }
    };
    outcome?;
    watch.rows(read % WORD);
    Ok(())
}
