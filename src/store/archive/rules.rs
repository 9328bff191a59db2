//! What must hold between the rows of an instance beyond what the database itself keeps: hashes, and references that
//! it does not check. Each room says its own (`RULES` in its store); rows are looked at one by one as they pass,
//! out of a database or out of an archive.

use std::collections::{HashMap, HashSet};

use diesel::result::Error as SqlError;
use sha2::{Digest, Sha256};

use super::format::Cell;
use super::tables::Table;
use crate::ground::UtcTime;
use crate::ground::receipt::push_hex;
use crate::store::Db;
use crate::store::alone::said;
use crate::store::audit::{AuditEntry, Chain};

/// Rows are called by their first column.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// `hash` is the SHA-256 of these columns, with a line break between them.
    Hashed { table: &'static str, of: &'static [&'static str], hash: &'static str },
    /// The bytes of every row of a table are in another one, which comes after it, and have its hash. Of those that
    /// were `removed` they may be gone.
    Kept { table: &'static str, hash: &'static str, removed: &'static str, bytes_in: &'static str, bytes: &'static str },
    /// Every row refers to one of another table, whichever comes first. The others are few.
    Refers { table: &'static str, by: &'static str, to: &'static str },
    /// Every row is one to the room that owns the table: its words are those that the room knows, its identifiers and
    /// addresses are some. Made by `typed!`; it asks the database, which reads each row as the room does.
    Typed { table: &'static str, read: fn(&mut Db) -> Result<(), SqlError> },
}

/// The rule that every row of a table of `schema.rs` is one of a type.
#[macro_export]
macro_rules! typed {
    ($table:ident, $row:ty) => {
        $crate::store::archive::Rule::Typed {
            table: stringify!($table),
            read: |db| {
                use diesel::prelude::*;
                use $crate::store::schema::$table::table;
                // Row after row; none is kept.
                match db {
                    $crate::store::Db::Sqlite(c) => table
                        .select(<$row>::as_select())
                        .load_iter::<$row, diesel::connection::DefaultLoadingMode>(c)
                        .and_then(|mut rows| rows.try_for_each(|row| row.map(drop))),
                    $crate::store::Db::Postgres(c) => table
                        .select(<$row>::as_select())
                        .load_iter::<$row, diesel::pg::PgRowByRowLoadingMode>(c)
                        .and_then(|mut rows| rows.try_for_each(|row| row.map(drop))),
                }
            },
        }
    };
}

/// What of a database is not as its rooms read it, a line for each table: the first row that is not.
pub(super) fn untyped(db: &mut Db, rules: &[Rule]) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in rules {
        if let Rule::Typed { table, read } = rule {
            wrong.extend(read(db).err().map(|e| format!("{table}: {}", said(&e))));
        }
    }
    wrong
}

/// Whether bytes may be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum May {
    BeGone,
    Not,
}

/// Of the few things that are referred to, so many may come after those that do.
const MOST_AWAITED: usize = 100_000;

/// What one rule has seen.
#[derive(Default)]
struct Seen {
    /// Rows that do not hold, and the first of them.
    wrong: u64,
    first: String,
    /// What other rows are held against: a hash for each row, or only that it is there.
    hashes: HashMap<String, (String, May)>,
    there: HashSet<String>,
    /// How many rows refer to what was not there yet.
    awaited: HashMap<String, u64>,
    /// Of the last reference, so that a million rows of one survey ask once.
    last: String,
}

impl Seen {
    fn wrong(&mut self, row: &str) {
        self.wrong += 1;
        if self.wrong == 1 {
            row.clone_into(&mut self.first);
        }
    }
}

/// Looks at rows as they pass.
pub struct Inspection<'r> {
    rules: &'r [Rule],
    seen: Vec<Seen>,
    chain: Chain,
    /// The number of the first entry of the audit that does not hold.
    broken: Option<i64>,
    head: Option<(i64, String)>,
}

impl<'r> Inspection<'r> {
    pub fn new(rules: &'r [Rule]) -> Self {
        Self { rules, seen: rules.iter().map(|_| Seen::default()).collect(), chain: Chain::default(), broken: None, head: None }
    }

    /// Looks at one row.
    pub fn row(&mut self, table: &Table, row: &[Cell]) {
        let name = table.name.as_str();
        for (rule, seen) in self.rules.iter().zip(&mut self.seen) {
            look(*rule, seen, table, row);
        }
        if name == "audit_entry" && self.broken.is_none() {
            if !entry(table, row).is_some_and(|entry| self.chain.takes(&entry)) {
                self.broken = Some(self.chain.entries() + 1);
            }
        } else if name == "audit_head" {
            self.head = whole(table, row, "seq").zip(text(table, row, "hash").map(str::to_owned));
        }
    }

    /// What does not hold, a line each.
    pub fn end(self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (rule, mut seen) in self.rules.iter().zip(self.seen) {
            seen.awaited.retain(|to, _| !seen.there.contains(to));
            seen.wrong += seen.awaited.values().sum::<u64>();
            if let Some(first) = seen.awaited.keys().min().filter(|_| seen.first.is_empty()) {
                seen.first.clone_from(first);
            }
            let and_more = if seen.wrong > 1 { format!(" and {} more", seen.wrong - 1) } else { String::new() };
            let first = seen.first;
            match rule {
                _ if seen.wrong == 0 => {}
                Rule::Hashed { table, hash, .. } => wrong.push(format!("{table} {first}{and_more}: not what {hash} says")),
                Rule::Kept { bytes_in, hash, .. } => wrong.push(format!("{bytes_in} {first}{and_more}: not what {hash} says")),
                Rule::Typed { .. } => {}
                Rule::Refers { table, to, .. } => wrong.push(format!("{table}: refers to {to} {first}{and_more}, which is not there")),
            }
            if let Rule::Kept { table, bytes_in, .. } = rule {
                let gone = seen.hashes.iter().filter(|(_, (_, may))| *may == May::Not).map(|(row, _)| row);
                wrong.extend(gone.min().map(|first| format!("{table} {first}: its bytes are not in {bytes_in}")));
            }
        }
        let ends = self.head.is_some_and(|(seq, hash)| self.chain.ends_at(seq, &hash));
        if let Some(seq) = self.broken.or((!ends).then_some(self.chain.entries() + 1)) {
            wrong.push(format!("the audit chain is broken: entry {seq} is missing or was changed"));
        }
        wrong
    }
}

fn look(rule: Rule, seen: &mut Seen, in_table: &Table, row: &[Cell]) {
    let name = in_table.name.as_str();
    let called = || in_table.columns.first().and_then(|first| text(in_table, row, &first.name)).unwrap_or_default();
    match rule {
        Rule::Hashed { table, of, hash } if table == name => {
            let mut sha = Sha256::new();
            for (at, column) in of.iter().enumerate() {
                sha.update(if at > 0 { "\n" } else { "" });
                sha.update(text(in_table, row, column).unwrap_or_default());
            }
            if text(in_table, row, hash) != Some(&hex(sha)) {
                seen.wrong(called());
            }
        }
        Rule::Kept { table, hash, removed, .. } if table == name => {
            let may = if matches!(cell(in_table, row, removed), Some(Cell::Null)) { May::Not } else { May::BeGone };
            seen.hashes.insert(called().to_owned(), (text(in_table, row, hash).unwrap_or_default().to_owned(), may));
        }
        Rule::Kept { bytes_in, bytes, .. } if bytes_in == name => {
            let Some(Cell::Bytes(bytes)) = cell(in_table, row, bytes) else { return seen.wrong(called()) };
            if seen.hashes.remove(called()).map(|(hash, _)| hash) != Some(hex(Sha256::new().chain_update(bytes))) {
                seen.wrong(called());
            }
        }
        Rule::Refers { to, .. } if to == name => {
            seen.there.insert(called().to_owned());
        }
        Rule::Refers { table, by, .. } if table == name => {
            let to = text(in_table, row, by).unwrap_or_default();
            if to == seen.last {
                return;
            }
            if seen.there.contains(to) {
                to.clone_into(&mut seen.last);
            } else if let Some(rows) = seen.awaited.get_mut(to) {
                *rows += 1;
            } else if seen.awaited.len() < MOST_AWAITED {
                seen.awaited.insert(to.to_owned(), 1);
            } else {
                seen.wrong(to);
            }
        }
        _ => {}
    }
}

fn hex(sha: Sha256) -> String {
    let mut text = String::with_capacity(64);
    push_hex(&mut text, &sha.finalize());
    text
}

fn cell<'a>(table: &Table, row: &'a [Cell], column: &str) -> Option<&'a Cell> {
    row.get(table.columns.iter().position(|c| c.name == column)?)
}

fn text<'a>(table: &Table, row: &'a [Cell], column: &str) -> Option<&'a str> {
    if let Some(Cell::Text(text)) = cell(table, row, column) { Some(text) } else { None }
}

fn whole(table: &Table, row: &[Cell], column: &str) -> Option<i64> {
    if let Some(Cell::Whole(number)) = cell(table, row, column) { Some(*number) } else { None }
}

fn entry(table: &Table, row: &[Cell]) -> Option<AuditEntry> {
    let of = |column: &str| text(table, row, column).map(str::to_owned);
    let at = if let Some(Cell::Moment(at)) = cell(table, row, "at") { UtcTime::from_naive(*at) } else { return None };
    Some(AuditEntry {
        seq: whole(table, row, "seq")?,
        at,
        actor: of("actor")?,
        verb: of("verb")?,
        object: of("object")?,
        detail: of("detail")?,
        previous_hash: of("previous_hash")?,
        hash: of("hash")?,
    })
}
