//! Restoring an archive into an empty database, in one transaction: the tables as they were at the version of the
//! archive, its rows, and then what this version does otherwise. Whatever is wrong, nothing is there afterwards.

use std::io::{Read, Seek};

use diesel::connection::SimpleConnection;

use super::checking::as_today;
use super::file::{Part, Reader};
use super::rules::{Inspection, Rule, untyped};
use super::tables::Table;
use super::{Watch, inspect, rows};
use crate::store::alone::{said, whole};
use crate::store::{Db, instance, migrate};

/// Rows, and their bytes, that are put in at once.
const STEP: usize = 1_000;
const STEP_BYTES: usize = 4 << 20;

/// How an archive is taken whose rows are not what their hashes, and each other, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// It is refused.
    Whole,
    /// It is restored as it is, and said what they are not.
    AsTheyAre,
    /// It was looked at before.
    Known,
}

/// Restores all that the archive holds. `finish` is the last in the transaction. Gives what its rows are not that they
/// shall be.
///
/// Errors: the database is not empty, the archive is newer than this binary or damaged, a row is none to its room, or
/// rows are not what they shall be.
pub fn restore<R: Read + Seek>(
    db: &mut Db,
    archive: &mut Reader<R>,
    rules: &[Rule],
    shall: Rows,
    watch: &mut dyn Watch,
    finish: impl FnOnce(&mut Db) -> Result<(), String>,
) -> Result<Vec<String>, String> {
    let manifest = archive.manifest().clone();
    if let Some(version) = migrate::unknown(&manifest.head.migrations) {
        return Err(format!(
            "the archive was made by a newer Stoa ({}, migration {version}) than this one; install that version",
            manifest.head.stoa
        ));
    }
    watch.expects(manifest.tables.iter().map(|part| part.rows).sum());
    let wrong = whole(db, |db| {
        migrate::alone(db)?;
        empty(db, &manifest.tables)?;
        migrate::run(db, |version| manifest.head.migrations.iter().any(|had| had == version))?;
        complete(db, &manifest.tables)?;
        if let Some(wrong) = as_today(&manifest).into_iter().next() {
            return Err(wrong);
        }
        let references = release(db)?;
        let mut inspection = (shall != Rows::Known).then(|| Inspection::new(rules));
        for part in &manifest.tables {
            watch.table(&part.name);
            load(db, archive, part, inspection.as_mut(), watch)?;
        }
        let wrong = inspection.map(Inspection::end).unwrap_or_default();
        if shall == Rows::Whole {
            held(&wrong)?;
        }
        bind(db, &references)?;
        migrate::run(db, |_| true)?;
        if let Some(wrong) = untyped(db, rules).into_iter().next() {
            return Err(wrong);
        }
        if instance::fingerprint(db).map_err(|e| e.to_string())? != manifest.head.secret {
            return Err("the archive is damaged in manifest.json: the fingerprint of the key is not that of its database".to_owned());
        }
        finish(db).map(|()| wrong)
    })?;
    // It is there all the same where these fail: the one file holds everything, and the planner knows the tables.
    let _ = match db {
        Db::Sqlite(c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        Db::Postgres(c) => c.batch_execute("ANALYZE"),
    };
    Ok(wrong)
}

/// Nothing was found wrong in the rows that passed.
fn held(wrong: &[String]) -> Result<(), String> {
    let Some(first) = wrong.first() else { return Ok(()) };
    let more = if wrong.len() > 1 { format!(", and {} more", wrong.len() - 1) } else { String::new() };
    Err(format!("the archive does not hold together: {first}{more}; `--as-it-is` restores it all the same"))
}

fn empty(db: &mut Db, parts: &[Part]) -> Result<(), String> {
    let there = inspect::tables(db)?;
    if inspect::migrations(db)?.is_some() || parts.iter().any(|part| there.contains_key(&part.name)) {
        return Err("the database is not empty, and nothing was touched: restore into a new one (another --data, or one made with createdb), or \
                    move this one away first"
            .to_owned());
    }
    Ok(())
}

/// The archive has every table of its version, with every column.
fn complete(db: &mut Db, parts: &[Part]) -> Result<(), String> {
    let mut there = inspect::tables(db)?;
    for part in parts {
        let columns = part.columns.iter().map(|column| column.name.clone()).collect();
        if there.remove(&part.name).is_none_or(|layout| layout.columns != columns) {
            return Err(format!("the archive is damaged in manifest.json: its version has no table {} with these columns", part.name));
        }
    }
    there.keys().next().map_or(Ok(()), |name| Err(format!("the archive is damaged in manifest.json: the table {name} is missing")))
}

/// Lets rows come in any order.
fn release(db: &mut Db) -> Result<Vec<inspect::Reference>, String> {
    match db {
        Db::Sqlite(c) => c.batch_execute("PRAGMA defer_foreign_keys = ON").map(|()| Vec::new()).map_err(|e| said(&e)),
        Db::Postgres(c) => {
            let references = inspect::references(c)?;
            for reference in &references {
                let sql = format!("ALTER TABLE \"{}\" DROP CONSTRAINT \"{}\"", reference.of, reference.name);
                c.batch_execute(&sql).map_err(|e| said(&e))?;
            }
            Ok(references)
        }
    }
}

/// Has every reference checked, and kept from now on.
fn bind(db: &mut Db, references: &[inspect::Reference]) -> Result<(), String> {
    match db {
        Db::Sqlite(c) => match inspect::dangling(c)?.first() {
            None => Ok(()),
            Some(what) => Err(format!("the archive does not hold together: {what}")),
        },
        Db::Postgres(c) => {
            for reference in references {
                let sql = format!("ALTER TABLE \"{}\" ADD CONSTRAINT \"{}\" {}", reference.of, reference.name, reference.definition);
                c.batch_execute(&sql).map_err(|e| format!("the archive does not hold together: {}: {}", reference.of, said(&e)))?;
            }
            Ok(())
        }
    }
}

fn load<R: Read + Seek>(
    db: &mut Db,
    archive: &mut Reader<R>,
    part: &Part,
    mut inspection: Option<&mut Inspection<'_>>,
    watch: &mut dyn Watch,
) -> Result<(), String> {
    let table = Table { name: part.name.clone(), columns: part.columns.clone() };
    let wrong = |e: diesel::result::Error| format!("{}: {}", table.name, said(&e));
    // A migration may have put something in.
    let clear = format!("DELETE FROM \"{}\"", table.name);
    db.batch_execute(&clear).map_err(wrong)?;
    let mut from = archive.rows(part)?;
    let (mut step, mut bytes) = (Vec::with_capacity(STEP), 0);
    while let Some(row) = from.next_row()? {
        if let Some(inspection) = &mut inspection {
            inspection.row(&table, &row);
        }
        bytes += row.iter().map(super::format::Cell::size).sum::<usize>();
        step.push(row);
        if step.len() >= STEP || bytes >= STEP_BYTES {
            rows::insert(db, &table, &step).map_err(wrong)?;
            watch.rows(step.len() as u64);
            step.clear();
            bytes = 0;
        }
    }
    rows::insert(db, &table, &step).map_err(wrong)?;
    watch.rows(step.len() as u64);
    Ok(())
}
