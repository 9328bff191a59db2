//! Checking an archive without a database: every part is unpacked, counted, hashed and read, and the chain of the
//! audit in it is walked.

use std::io::{Read, Seek};

use super::Watch;
use super::file::{Part, Reader};
use super::format::Cell;
use crate::ground::UtcTime;
use crate::store::audit::{AuditEntry, Chain};

/// Gives what is wrong, a line each.
pub fn check<R: Read + Seek>(archive: &mut Reader<R>, watch: &mut dyn Watch) -> Vec<String> {
    let manifest = archive.manifest().clone();
    watch.expects(manifest.tables.iter().map(|part| part.rows).sum());
    let mut wrong = Vec::new();
    let (mut chain, mut broken, mut head) = (Chain::default(), None, None);
    for part in &manifest.tables {
        watch.table(&part.name);
        let read = each_row(archive, part, watch, |row| match part.name.as_str() {
            "audit_entry" if broken.is_none() => {
                let entry = entry(part, row);
                if entry.is_none_or(|entry| !chain.takes(&entry)) {
                    broken = Some(chain.entries() + 1);
                }
            }
            "audit_head" => head = cell(part, &row, "seq").and_then(whole).zip(cell(part, &row, "hash").and_then(text)),
            _ => {}
        });
        wrong.extend(read.err());
    }
    if broken.is_none() && !head.is_some_and(|(seq, hash)| chain.ends_at(seq, &hash)) {
        broken = Some(chain.entries() + 1);
    }
    // Where the part itself is damaged, that is said.
    if wrong.is_empty() {
        wrong.extend(broken.map(|seq| format!("the audit chain is broken: entry {seq} is missing or was changed")));
        wrong.extend(archive.key().err());
    }
    wrong
}

fn each_row<R: Read + Seek>(archive: &mut Reader<R>, part: &Part, watch: &mut dyn Watch, mut work: impl FnMut(Vec<Cell>)) -> Result<(), String> {
    let mut rows = archive.rows(part)?;
    while let Some(row) = rows.next()? {
        work(row);
        watch.rows(1);
    }
    Ok(())
}

fn cell(part: &Part, row: &[Cell], column: &str) -> Option<Cell> {
    row.get(part.columns.iter().position(|c| c.name == column)?).cloned()
}

fn text(cell: Cell) -> Option<String> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

fn whole(cell: Cell) -> Option<i64> {
    if let Cell::Whole(number) = cell { Some(number) } else { None }
}

fn entry(part: &Part, row: Vec<Cell>) -> Option<AuditEntry> {
    let of = |column: &str| cell(part, &row, column);
    let at = if let Some(Cell::Moment(at)) = of("at") { UtcTime::from_naive(at) } else { return None };
    Some(AuditEntry {
        seq: of("seq").and_then(whole)?,
        at,
        actor: of("actor").and_then(text)?,
        verb: of("verb").and_then(text)?,
        object: of("object").and_then(text)?,
        detail: of("detail").and_then(text)?,
        previous_hash: of("previous_hash").and_then(text)?,
        hash: of("hash").and_then(text)?,
    })
}
