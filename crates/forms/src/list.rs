//! A plain list with a line of headers: the first filled sheet of a workbook, or a CSV file. Not here: what its
//! columns mean.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::table::{Stop, Table, Wrong, csv, xls, xlsx};
use crate::workbook::{Unreadable, is_workbook};

/// A list as it was typed.
#[derive(Debug, Default)]
pub struct List {
    /// The first filled row.
    pub headers: Vec<String>,
    pub rows: Vec<ListRow>,
    /// Cells that cannot be used: row as a spreadsheet counts, and column from 0.
    pub wrong: Vec<(usize, usize)>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct ListRow {
    /// As a spreadsheet counts: from 1.
    pub number: usize,
    /// Without outer blanks; as many as were filled, which may be fewer than there are headers.
    pub cells: Vec<String>,
}

/// Why there is no list in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoList {
    Unreadable(Unreadable),
    /// No row is filled.
    Empty,
    /// It goes on below that row, or beyond the last column that is read.
    TooLong(usize),
    /// A quotation mark that nothing closes begins in that row.
    OpenQuote(usize),
}

/// Reads the bytes of an .xlsx, .xls or CSV file; of no more than one file's limits, whatever it is.
///
/// # Errors
/// Why there is no list in it.
pub fn read(bytes: &[u8]) -> Result<List, NoList> {
    let read = || if is_workbook(bytes) { first_sheet(bytes) } else { Ok(csv::read(bytes)) };
    let table = match bytes {
        _ if bytes.len() > crate::table::MAXIMUM_BYTES => Err(Unreadable::TooLarge),
        // A text of two-byte letters has a mark at its start; what else holds a zero is no text.
        _ if !is_workbook(bytes) && bytes.contains(&0) && !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff") => {
            Err(Unreadable::NotAWorkbook)
        }
        // The readers are others' code; whatever goes wrong in it, the file is what is wrong.
        _ => catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Unreadable::Damaged)),
    };
    of_table(&table.map_err(NoList::Unreadable)?)
}

fn first_sheet(bytes: &[u8]) -> Result<Table, Unreadable> {
    let filled = |table: &Table| !table.rows().is_empty() || table.stopped().is_some();
    if bytes.starts_with(b"PK") {
        let mut book = xlsx::open(bytes)?;
        let names = xlsx::names(&book);
        let mut sheets = names.iter().map(|name| xlsx::sheet(&mut book, name));
        sheets.find(|sheet| sheet.as_ref().map_or(true, filled)).unwrap_or_else(|| Ok(Table::default()))
    } else {
        let mut book = xls::open(bytes)?;
        let names = xls::names(&book);
        let mut sheets = names.iter().map(|name| xls::sheet(&mut book, name));
        sheets.find(|sheet| sheet.as_ref().map_or(true, filled)).unwrap_or_else(|| Ok(Table::default()))
    }
}

fn of_table(table: &Table) -> Result<List, NoList> {
    match table.stopped() {
        Some(Stop::OpenQuote(row)) => return Err(NoList::OpenQuote(row)),
        Some(Stop::Rows(row) | Stop::Columns(row) | Stop::Bytes(row)) => return Err(NoList::TooLong(row)),
        None => {}
    }
    let trimmed = |cells: &[String]| cells.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut rows = table.rows().iter().map(|row| ListRow { number: row.number, cells: trimmed(&row.cells) });
    let mut filled = rows.by_ref().filter(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let headers = filled.next().ok_or(NoList::Empty)?.cells;
    let wrong = table.wrong.iter().map(|(row, column, wrong)| match wrong {
        Wrong::Error(_) | Wrong::NotText => (*row, column.saturating_sub(1)),
    });
    Ok(List { headers, rows: filled.collect(), wrong: wrong.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_begins_with_its_first_filled_line_and_knows_the_rows_of_its_file() {
        let list = read("\n\n Name ;Address\nAmina; 1 Quay \n\nBo;\n".as_bytes()).unwrap();
        assert_eq!(list.headers, ["Name", "Address"]);
        let rows: Vec<(usize, Vec<&str>)> = list.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect();
        assert_eq!(rows[0], (4, vec!["Amina", "1 Quay"]));
        assert_eq!((rows[1].0, rows[1].1[0]), (6, "Bo"));
    }

    #[test]
    fn what_is_no_list_says_why() {
        assert_eq!(read(b"").unwrap_err(), NoList::Empty);
        assert_eq!(read(b"a\0b").unwrap_err(), NoList::Unreadable(Unreadable::NotAWorkbook));
        assert_eq!(read(b"PK\x03\x04 no archive").unwrap_err(), NoList::Unreadable(Unreadable::Damaged));
        assert_eq!(read(b"name\n\"open\nBo\n").unwrap_err(), NoList::OpenQuote(2));
        let long = "name\n".to_owned() + &"x\n".repeat(20_001);
        assert!(matches!(read(long.as_bytes()), Err(NoList::TooLong(_))));
    }
}
