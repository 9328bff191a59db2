//! A sheet as rows of cells under canonical headers.
//!
//! Here live cells by column and the row numbers of the spreadsheet. Not here: the file that they came in
//! ([`crate::table`]), and what a cell means.

use std::collections::HashSet;

use super::header::{Header, split_header};
use super::sheet_error::Faults;
use super::{SheetCode, Text};
use crate::cells::bare;
use crate::table::{MAXIMUM_BYTES, MAXIMUM_CELL, MAXIMUM_COLUMNS, MAXIMUM_ROWS, Stop, Table, TableRow, Wrong};

pub(super) struct Sheet {
    pub name: &'static str,
    pub headers: Vec<Header>,
    pub rows: Vec<Row>,
    /// Keys of columns that were refused for their language: what they hold is not missing.
    pub refused: HashSet<String>,
}

pub(super) struct Row {
    /// As a spreadsheet counts: the header is row 1.
    pub number: usize,
    cells: Vec<String>,
}

impl Sheet {
    /// Takes the cells of a sheet; the first filled row is the header. Only `translated` keys may carry a language.
    pub(super) fn of(name: &'static str, table: Option<&Table>, translated: &[&str], faults: &mut Faults) -> Self {
        let mut sheet = Self { name, headers: Vec::new(), rows: Vec::new(), refused: HashSet::new() };
        let Some(table) = table else { return sheet };
        let mut rows = table.rows().iter().filter(|row| row.cells.iter().any(|cell| !plain(cell).is_empty()));
        if let Some(header) = rows.next() {
            sheet.read_headers(header, translated, faults);
        }
        for row in rows {
            sheet.read_row(row, faults);
        }
        sheet.empty_what_is_not_available(faults);
        sheet.wrong(table, faults);
        if let Some(encoding) = table.encoding {
            faults.note(name, 1, "", SheetCode::GuessedEncoding, format!("the file is not UTF-8; it was read as {encoding}"));
        }
        sheet
    }

    /// Programs for statistics write NA where nothing is. A row that has no type is told by it: no type is called so.
    fn empty_what_is_not_available(&mut self, faults: &mut Faults) {
        let missing = |cell: &str| cell == "NA";
        let Some(of_type) = self.headers.iter().position(|header| header.key == "type") else { return };
        let Some(row) = self.rows.iter().find(|row| missing(row.at(of_type))).map(|row| row.number) else { return };
        let header = self.headers[of_type].written.clone();
        faults.note(self.name, row, &header, SheetCode::NotUsed, "cells that say NA are taken as empty, here and in all rows");
        for row in &mut self.rows {
            row.cells.iter_mut().filter(|cell| missing(cell)).for_each(String::clear);
        }
        self.rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    }

    /// What the file itself says is wrong.
    fn wrong(&self, table: &Table, faults: &mut Faults) {
        match table.stopped() {
            None => {}
            Some(Stop::Rows(row)) => faults.add(self.name, row, "", SheetCode::TooLarge, format!("more than {MAXIMUM_ROWS} rows")),
            Some(Stop::Columns(row)) => faults.add(self.name, row, "", SheetCode::TooLarge, format!("more than {MAXIMUM_COLUMNS} columns")),
            Some(Stop::Bytes(row)) => {
                faults.add(self.name, row, "", SheetCode::TooLarge, format!("the sheet is larger than {} MB", MAXIMUM_BYTES >> 20));
            }
            Some(Stop::OpenQuote(row)) => {
                faults.add(self.name, row, "", SheetCode::OpenQuote, "a cell that begins with \" here has no \" at its end");
            }
        }
        for (row, column, wrong) in &table.wrong {
            let header = self.headers.get(column - 1).map_or("", |header| &header.written);
            match wrong {
                Wrong::NotText => faults.add(self.name, *row, header, SheetCode::NotUtf8, "this cell is not text"),
                Wrong::Error(shown) => {
                    let message = format!("the spreadsheet shows the error {} here", excerpt(shown));
                    faults.add(self.name, *row, header, SheetCode::CellError, message);
                }
            }
        }
    }

    fn read_headers(&mut self, row: &TableRow, translated: &[&str], faults: &mut Faults) {
        let mut seen = HashSet::new();
        for cell in &row.cells {
            let written = plain(cell).to_owned();
            let (key, language) = match split_header(&written) {
                Ok(split) => split,
                Err((key, message)) => {
                    faults.add(self.name, row.number, &written, SheetCode::LanguageWithoutTag, message);
                    self.refused.insert(key);
                    (String::new(), None)
                }
            };
            if language.is_some() && !translated.contains(&key.as_str()) {
                faults.add(self.name, row.number, &written, SheetCode::UnknownColumn, format!("the column \"{key}\" has no translations"));
            } else if !key.is_empty() && !seen.insert((key.clone(), language.clone())) {
                faults.add(self.name, row.number, &written, SheetCode::DuplicateColumn, "this column is there twice");
            }
            self.headers.push(Header { written, key, language });
        }
    }

    fn read_row(&mut self, row: &TableRow, faults: &mut Faults) {
        let mut cells = Vec::with_capacity(self.headers.len());
        for (column, cell) in row.cells.iter().enumerate() {
            let header = self.headers.get(column).map_or("", |header| &header.written);
            let cell = plain(cell).to_owned();
            if cell.chars().count() > MAXIMUM_CELL {
                faults.add(self.name, row.number, header, SheetCode::TooLarge, format!("a cell of more than {MAXIMUM_CELL} characters"));
            }
            if header.is_empty() && !cell.is_empty() {
                let what = format!("\"{}\" stands in a column without a header", excerpt(&cell));
                faults.add(self.name, row.number, "", SheetCode::CellWithoutHeader, what);
            }
            if column < self.headers.len() {
                cells.push(cell);
            }
        }
        self.rows.push(Row { number: row.number, cells });
    }

    /// The cell under `key` without a language, empty if there is no such column.
    pub(super) fn cell<'a>(&self, row: &'a Row, key: &str) -> &'a str {
        self.headers.iter().position(|header| header.key == key && header.language.is_none()).map_or("", |column| row.at(column))
    }

    /// The texts under `key` in all languages; a column without a language counts as
    /// the default one.
    pub(super) fn text(&self, row: &Row, key: &str, default_language: &str) -> Text {
        let mut text = Text::default();
        for (column, header) in self.headers.iter().enumerate() {
            let cell = row.at(column);
            if header.key == key && !cell.is_empty() {
                text.set(header.language.as_deref().unwrap_or(default_language), cell);
            }
        }
        text
    }

    /// The header as written for `key`, or `key` itself; of translated columns the
    /// one in the default language.
    pub(super) fn column(&self, key: &str, default_language: &str) -> String {
        let of_key = || self.headers.iter().filter(|header| header.key == key);
        of_key()
            .find(|header| header.language.as_deref().is_none_or(|tag| tag == default_language))
            .or_else(|| of_key().next())
            .map_or_else(|| key.to_owned(), |header| header.written.clone())
    }

    /// Gives a column the key it goes by here, unless one has it already.
    pub(super) fn rename(&mut self, synonym: &str, key: &str) {
        if !self.headers.iter().any(|header| header.key == key) {
            for header in self.headers.iter_mut().filter(|header| header.key == synonym) {
                key.clone_into(&mut header.key);
            }
        }
    }

    /// Filled columns that are none of `known`, each with its first row that has something in it.
    pub(super) fn unknown<'a>(&'a self, known: &'a [&str]) -> impl Iterator<Item = (&'a Header, &'a Row)> {
        let unknown = self.headers.iter().enumerate().filter(|(_, header)| !header.key.is_empty() && !known.contains(&header.key.as_str()));
        unknown.filter_map(|(column, header)| Some((header, self.rows.iter().find(|row| !row.at(column).is_empty())?)))
    }

    /// Columns that are none of `known` are an author's own: taken, and not used.
    pub(super) fn note_unknown(&self, known: &[&str], faults: &mut Faults) {
        for (header, row) in self.unknown(known) {
            let like = known.iter().find(|key| is_like(&header.key, key));
            let meant = like.map(|key| format!("; perhaps \"{key}\" is meant")).unwrap_or_default();
            let message = format!("the column \"{}\" is not used{meant}", header.written);
            faults.note(self.name, row.number, &header.written, SheetCode::NotUsed, message);
        }
    }

    /// Columns that are none of `known` and have something in them are errors.
    pub(super) fn refuse_unknown(&self, known: &[&str], faults: &mut Faults) {
        for (header, row) in self.unknown(known) {
            let message = format!("the column \"{}\" is not supported", header.written);
            faults.add(self.name, row.number, &header.written, SheetCode::UnknownColumn, message);
        }
    }
}

impl Row {
    pub(super) fn at(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Whether a header is another one with a slip of the pen: a letter too much, too few, another one, or two exchanged.
pub(super) fn is_like(typed: &str, known: &str) -> bool {
    let (typed, known): (Vec<char>, Vec<char>) = (typed.chars().collect(), known.chars().collect());
    if known.len() < 5 || typed == known || typed.len().abs_diff(known.len()) > 1 {
        return false;
    }
    let same = typed.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (typed, known) = (&typed[same..], &known[same..]);
    let rest = |of: &[char], from: usize| of.get(from..).unwrap_or_default().to_vec();
    rest(typed, 1) == rest(known, 1)
        || rest(typed, 1) == known
        || typed == rest(known, 1)
        || typed.len() > 1 && known.len() > 1 && typed[0] == known[1] && typed[1] == known[0] && rest(typed, 2) == rest(known, 2)
}

/// A cell without blanks around it and without its guard.
fn plain(cell: &str) -> &str {
    bare(cell.trim())
}

/// The first characters of a cell, for a message.
pub(super) fn excerpt(cell: &str) -> String {
    const SHOWN: usize = 60;
    if cell.chars().count() <= SHOWN { cell.to_owned() } else { cell.chars().take(SHOWN).chain(['…']).collect() }
}
