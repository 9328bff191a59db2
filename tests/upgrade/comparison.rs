//! What was there before and is not there any more. The tables of before are kept in a schema of
//! their own, `was`, so that the database itself compares every row and every column.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::Value;
use stoa::on_each;
use stoa::store::Db;

use super::baseline::Baseline;

/// Columns of before that a later migration has moved or rewritten on purpose: table, column (empty:
/// the whole table), and the test that shows that nothing of it is lost.
const MOVED: &[(&str, &str, &str)] = &[
    ("idempotency", "state", "upgrade.rs: a repeated request is answered as before; no key is reserved any more"),
    ("response", "id", "upgrade.rs: old receipts are found, and the same answers are not stored again"),
    ("response", "slot", "upgrade.rs: every answer is there as often as before"),
];

/// Copies the tables aside.
pub fn keep(db: &mut Db, folder: &Path, baseline: &Baseline) {
    if matches!(db, Db::Postgres(_)) {
        db.batch_execute("CREATE SCHEMA was").unwrap();
    }
    beside(db, folder);
    for table in &baseline.tables {
        db.batch_execute(&format!("CREATE TABLE was.{0} AS SELECT * FROM {0}", table.name)).unwrap();
    }
}

/// Makes what `keep` put aside known to this connection.
pub fn beside(db: &mut Db, folder: &Path) {
    if matches!(db, Db::Sqlite(_)) {
        db.batch_execute(&format!("ATTACH '{}' AS was", folder.join("was.db").display())).unwrap();
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// The tables of which something is gone, with how much.
pub fn lost(db: &mut Db, baseline: &Baseline) -> Vec<String> {
    let moved = |table: &str, column: &str| MOVED.iter().any(|m| (m.0, m.1) == (table, column));
    // Said in full: SQLite would look for a table that is gone in what was kept.
    let now = if matches!(db, Db::Sqlite(_)) { "main" } else { "public" };
    let tables = baseline.tables.iter().filter(|table| !moved(&table.name, ""));
    let compare = tables.filter_map(|table| {
        let columns: Vec<&str> = table.columns.iter().map(String::as_str).filter(|column| !moved(&table.name, column)).collect();
        let (name, columns) = (&table.name, columns.join(", "));
        // Of rows that are alike, how many there are counts, too.
        let counted = |of: &str| format!("SELECT {columns}, COUNT(*) AS times FROM {of}.{name} GROUP BY {columns}");
        let sql = format!("SELECT COUNT(*) AS rows FROM ({} EXCEPT {}) AS gone", counted("was"), counted(now));
        // In a savepoint: on PostgreSQL an error would end the transaction around it.
        let counted: QueryResult<Count> = db.transaction(|db| on_each!(db, c => diesel::sql_query(&sql).get_result(c)));
        match counted {
            Ok(Count { rows: 0 }) => None,
            Ok(Count { rows }) => Some(format!("{name}: {rows} rows are gone or changed")),
            Err(e) => Some(format!("{name}: cannot be compared ({e}); if a migration moved it, say so in MOVED")),
        }
    });
    compare.collect()
}

/// How much coarser a number of a survey is shown today than before: shares in whole per cent.
fn as_shown(before: &Value) -> f64 {
    match (before["kind"].as_str(), before["source"].as_str()) {
        (Some("proportion"), _) => 0.01,
        (Some("mean"), _) => 0.1,
        (_, Some("survey")) => 1.0,
        _ => 0.0,
    }
}

/// Where a number of before is not the same today. Words may change, and fields may be added.
pub fn other_numbers(before: &Value, now: &Value) -> Vec<String> {
    fn walk(path: &str, before: &Value, now: &Value, coarse: f64, into: &mut Vec<String>) {
        let coarse = if before["n"].is_u64() { as_shown(before) } else { coarse };
        match before {
            // Withheld since: open links need more respondents than before.
            Value::Object(map) if map.get("n").and_then(Value::as_u64).is_some_and(|n| coarse > 0.0 && n < 50) && now["n"].is_null() => {}
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(&format!("{path}/{key}"), value, &now[key], coarse, into)),
            Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| walk(&format!("{path}/{at}"), value, &now[at], coarse, into)),
            Value::Number(_) if before != now => {
                let near = before.as_f64().zip(now.as_f64()).is_some_and(|(before, now)| (before - now).abs() <= coarse);
                // Respondents who do not count are counted in whole steps since.
                let steps = before.as_u64().zip(now.as_u64()).is_some_and(|(before, now)| (before..before + 10).contains(&now));
                if path.ends_with("/n") && coarse > 0.0 && steps {
                    return;
                }
                if before.is_u64() || !near {
                    into.push(format!("{path}: {before} became {now}"));
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", before, now, 0.0, &mut found);
    found
}
