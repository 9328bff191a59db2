//! What the database says of itself: its tables with their keys, the migrations it has had, its references.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::on_each;
use crate::store::alone::said;
use crate::store::{Db, migrate};

/// Where diesel keeps which migrations were run.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// A table as the database has it.
#[derive(Debug, Default)]
pub struct Layout {
    pub columns: BTreeSet<String>,
    /// The columns of its primary key, in order.
    pub key: Vec<String>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    place: Option<i64>,
}

const SQLITE: &str = "SELECT m.name AS of, c.name AS name, nullif(c.pk, 0) AS place FROM sqlite_schema m \
     JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, place";
const POSTGRES: &str = "SELECT c.relname::text AS of, a.attname::text AS name, array_position(i.indkey::smallint[], a.attnum)::bigint AS place \
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::text::regnamespace ORDER BY c.relname, place";

/// All tables but that of the migrations.
pub fn tables(db: &mut Db) -> Result<BTreeMap<String, Layout>, String> {
    let mut tables: BTreeMap<String, Layout> = BTreeMap::new();
    for found in catalog(db)?.into_iter().filter(|found| found.of != MIGRATIONS) {
        let table = tables.entry(found.of).or_default();
        if found.place.is_some() {
            table.key.push(found.name.clone());
        }
        table.columns.insert(found.name);
    }
    Ok(tables)
}

fn catalog(db: &mut Db) -> Result<Vec<Found>, String> {
    let sql = if matches!(db, Db::Sqlite(_)) { SQLITE } else { POSTGRES };
    on_each!(db, c => diesel::sql_query(sql).load(c)).map_err(|e| said(&e))
}

/// Versions of the migrations that were run, oldest first. `None` where Stoa never was.
pub fn migrations(db: &mut Db) -> Result<Option<Vec<String>>, String> {
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = Text)]
        version: String,
    }
    if !catalog(db)?.iter().any(|found| found.of == MIGRATIONS) {
        return Ok(None);
    }
    let sql = format!("SELECT version FROM {MIGRATIONS} ORDER BY version");
    let versions: Vec<Version> = on_each!(db, c => diesel::sql_query(&sql).load(c)).map_err(|e| said(&e))?;
    Ok(Some(versions.into_iter().map(|row| row.version).collect()))
}

/// The migrations of a database that is as this binary knows it. Errors: there is none, it is older or newer.
pub fn current(db: &mut Db) -> Result<Vec<String>, String> {
    let Some(versions) = migrations(db)? else {
        return Err("the database holds nothing of Stoa".to_owned());
    };
    if migrate::unknown(&versions).is_some() {
        return Err(migrate::NEWER.to_owned());
    }
    match migrate::names().iter().find(|name| !versions.iter().any(|version| name.starts_with(version.as_str()))) {
        Some(missing) => Err(format!("the database was made by an older Stoa and has not had {missing}: use that version, or start this one once")),
        None => Ok(versions),
    }
}

/// A reference from one table to another.
#[derive(QueryableByName)]
pub struct Reference {
    #[diesel(sql_type = Text)]
    pub of: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub definition: String,
}

/// PostgreSQL's references. SQLite checks its own together.
pub fn references(c: &mut PgConnection) -> Result<Vec<Reference>, String> {
    let sql = "SELECT r.relname::text AS of, c.conname::text AS name, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c \
         JOIN pg_class r ON r.oid = c.conrelid WHERE c.contype = 'f' AND r.relnamespace = current_schema()::text::regnamespace ORDER BY 1, 2";
    diesel::sql_query(sql).load(c).map_err(|e| said(&e))
}

/// Rows of one table that refer to something that is not there.
#[derive(QueryableByName)]
struct Dangling {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

impl Dangling {
    fn say(&self) -> String {
        format!("{}: {} rows refer to a {} that is not there", self.of, self.rows, self.parent)
    }
}

/// What of SQLite's references does not hold.
pub fn dangling(c: &mut SqliteConnection) -> Result<Vec<String>, String> {
    let sql = "SELECT \"table\" AS of, parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY \"table\", parent ORDER BY 1, 2";
    let found: Vec<Dangling> = diesel::sql_query(sql).load(c).map_err(|e| said(&e))?;
    Ok(found.iter().map(Dangling::say).collect())
}

/// What of PostgreSQL's references does not hold. It keeps them, unless somebody with all rights told it not to.
pub fn orphans(c: &mut PgConnection) -> Result<Vec<String>, String> {
    #[derive(QueryableByName)]
    struct Question {
        #[diesel(sql_type = Text)]
        sql: String,
    }
    // For each reference the question how many rows have something in it that the other table lacks.
    let questions = "SELECT format('SELECT %L::text AS of, %L::text AS parent, count(*) AS rows FROM %s c WHERE %s AND NOT EXISTS (SELECT 1 FROM %s p WHERE %s)', \
         r.relname, q.relname, c.conrelid::regclass, k.filled, c.confrelid::regclass, k.same) AS sql \
         FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class q ON q.oid = c.confrelid CROSS JOIN LATERAL ( \
         SELECT string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') AS filled, string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND ') AS same \
         FROM unnest(c.conkey, c.confkey) AS pair(x, y) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = pair.x \
         JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = pair.y) k \
         WHERE c.contype = 'f' AND r.relnamespace = current_schema()::text::regnamespace ORDER BY r.relname, c.conname";
    let questions: Vec<Question> = diesel::sql_query(questions).load(c).map_err(|e| said(&e))?;
    let mut found = Vec::new();
    for question in questions {
        let dangling: Dangling = diesel::sql_query(question.sql).get_result(c).map_err(|e| said(&e))?;
        found.extend((dangling.rows > 0).then(|| dangling.say()));
    }
    Ok(found)
}
