//! Checking an archive or a database: every row is read, and held against the rules of the rooms. Gives what is
//! wrong, a line each.

use std::io::{Read, Seek};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::file::{Manifest, Part, Reader};
use super::inspect::{current, dangling, orphans};
use super::restoring::{Rows, restore};
use super::rules::{Inspection, Rule, untyped};
use super::tables::Table;
use super::taking::{each_row, each_table};
use super::{Watch, file};
use crate::store::alone::{said, snapshot};
use crate::store::schema::tables;
use crate::store::{Db, migrate};

/// Every part of an archive is unpacked, counted, hashed and read. One in which nothing is wrong is restored, too,
/// into a database that goes away at once: what is whole can be restored.
pub fn check<R: Read + Seek>(archive: &mut Reader<R>, rules: &[Rule], watch: &mut dyn Watch) -> Vec<String> {
    let manifest = archive.manifest().clone();
    watch.expects(manifest.tables.iter().map(|part| part.rows).sum());
    let (mut wrong, mut inspection) = (as_today(&manifest), Inspection::new(rules));
    for part in &manifest.tables {
        watch.table(&part.name);
        wrong.extend(check_part(archive, part, &mut inspection, watch).err());
    }
    // Where a part is damaged, that is said, and not what is missing of it.
    if wrong.is_empty() {
        wrong = inspection.end();
        wrong.extend(archive.key().err());
    }
    if wrong.is_empty() {
        wrong.extend(passing().and_then(|mut db| restore(&mut db, archive, rules, Rows::Known, &mut (), |_| Ok(()))).err());
    }
    wrong
}

/// A database in a file without a name, in the folder that SQLite takes for what passes.
fn passing() -> Result<Db, String> {
    let mut c = SqliteConnection::establish("").map_err(|e| format!("no room to try whether it can be restored: {e}"))?;
    c.batch_execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF").map_err(|e| said(&e))?;
    Ok(Db::Sqlite(c))
}

/// What an archive of this version lacks or has otherwise: each table, with what each column holds. Those of
/// other versions tell when they are restored.
pub(super) fn as_today(manifest: &Manifest) -> Vec<String> {
    let has = |name: &str| manifest.head.migrations.iter().any(|version| name.starts_with(version.as_str()));
    if migrate::unknown(&manifest.head.migrations).is_some() || !migrate::names().iter().all(|name| has(name)) {
        return Vec::new();
    }
    let wrong = |table: Table| match manifest.tables.iter().find(|part| part.name == table.name) {
        None => Some(format!("the archive is damaged in manifest.json: the table {} is missing", table.name)),
        Some(part) if part.columns != table.columns => {
            Some(format!("the archive is damaged in manifest.json: the columns of {} are not those of its version", table.name))
        }
        Some(_) => None,
    };
    tables().into_iter().filter_map(wrong).collect()
}

fn check_part<R: Read + Seek>(archive: &mut Reader<R>, part: &Part, inspection: &mut Inspection<'_>, watch: &mut dyn Watch) -> Result<(), String> {
    let table = Table { name: part.name.clone(), columns: part.columns.clone() };
    let mut rows: file::Rows<'_, R> = archive.rows(part)?;
    while let Some(row) = rows.next_row()? {
        inspection.row(&table, &row);
        watch.rows(1);
    }
    Ok(())
}

/// Every row of every table as it is at one moment, what refers to it, and on SQLite its file. `Err` where there is
/// nothing to check: no database of Stoa, an older or a newer one.
pub fn check_database(db: &mut Db, rules: &[Rule], watch: &mut dyn Watch) -> Result<Vec<String>, String> {
    snapshot(db, |db| {
        current(db)?;
        let (mut wrong, mut inspection) = (Vec::new(), Inspection::new(rules));
        each_table(db, watch, |db, table, order, watch| {
            let looked = each_row(db, table, order, watch, |row| {
                inspection.row(table, &row);
                Ok(())
            });
            wrong.extend(looked.err());
            Ok(())
        })?;
        if wrong.is_empty() {
            wrong = inspection.end();
            wrong.extend(untyped(db, rules));
        }
        let said_by_database = match db {
            Db::Sqlite(c) => integrity(c).and_then(|mut wrong| {
                wrong.extend(dangling(c)?);
                Ok(wrong)
            }),
            Db::Postgres(c) => orphans(c),
        };
        wrong.extend(said_by_database.unwrap_or_else(|why| vec![why]));
        Ok(wrong)
    })
}

/// What SQLite finds in its own file.
fn integrity(c: &mut SqliteConnection) -> Result<Vec<String>, String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }
    let lines: Vec<Line> = diesel::sql_query("PRAGMA integrity_check").load(c).map_err(|e| said(&e))?;
    Ok(lines.into_iter().map(|line| line.integrity_check).filter(|line| line != "ok").map(|line| format!("SQLite: {line}")).collect())
}
