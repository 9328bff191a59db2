//! A sheet as rows of cells under canonical headers, read from CSV bytes.
//!
//! Here live cells by column and the row numbers of the spreadsheet. Not here: what a cell means.

use std::collections::HashSet;

use csv::{ByteRecord, ReaderBuilder};

use super::header::{Header, split_header};
use super::sheet_error::Faults;
use super::{SheetCode, Text};
use crate::cells::bare;

/// Rows a sheet may have.
const MAXIMUM_ROWS: usize = 5_000;
/// Characters a cell may have: what a spreadsheet cell can hold.
const MAXIMUM_CELL: usize = 32_767;
/// Bytes a sheet may have.
const MAXIMUM_BYTES: usize = 16 << 20;

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
    /// Reads CSV bytes. Only `translated` keys may carry a language.
    pub(super) fn read(name: &'static str, bytes: &[u8], translated: &[&str], faults: &mut Faults) -> Self {
        let mut sheet = Self { name, headers: Vec::new(), rows: Vec::new(), refused: HashSet::new() };
        if bytes.len() > MAXIMUM_BYTES {
            faults.add(name, 1, "", SheetCode::TooLarge, format!("the sheet is larger than {} MB", MAXIMUM_BYTES >> 20));
            return sheet;
        }
        let bytes = plain_line_ends(bytes);
        if let Some(row) = open_quote(&bytes, delimiter(&bytes)) {
            faults.add(name, row, "", SheetCode::OpenQuote, "a cell that begins with \" here has no \" at its end");
            return sheet;
        }
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(&bytes)).from_reader(bytes.as_slice());
        let mut record = ByteRecord::new();
        // The reader skips empty lines; a spreadsheet counts them.
        let mut number = 0;
        loop {
            let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            // Reading from memory cannot fail and differing lengths are allowed.
            if !reader.read_byte_record(&mut record).unwrap_or(false) {
                break;
            }
            let skipped = bytes[start.min(bytes.len())..].iter().take_while(|&&byte| byte == b'\n').count();
            number += skipped + 1;
            if number > MAXIMUM_ROWS {
                faults.add(name, number, "", SheetCode::TooLarge, format!("more than {MAXIMUM_ROWS} rows"));
                break;
            }
            if sheet.headers.is_empty() {
                sheet.read_headers(&record, number, translated, faults);
            } else {
                sheet.read_row(&record, number, faults);
            }
        }
        sheet
    }

    fn read_headers(&mut self, record: &ByteRecord, number: usize, translated: &[&str], faults: &mut Faults) {
        let mut seen = HashSet::new();
        for cell in record {
            let written = bare(self.decode(cell, number, "", faults).trim()).to_owned();
            let (key, language) = match split_header(&written) {
                Ok(split) => split,
                Err((key, message)) => {
                    faults.add(self.name, number, &written, SheetCode::LanguageWithoutTag, message);
                    self.refused.insert(key);
                    (String::new(), None)
                }
            };
            if language.is_some() && !translated.contains(&key.as_str()) {
                faults.add(self.name, number, &written, SheetCode::UnknownColumn, format!("the column \"{key}\" has no translations"));
            } else if !key.is_empty() && !seen.insert((key.clone(), language.clone())) {
                faults.add(self.name, number, &written, SheetCode::DuplicateColumn, "this column is there twice");
            }
            self.headers.push(Header { written, key, language });
        }
    }

    fn read_row(&mut self, record: &ByteRecord, number: usize, faults: &mut Faults) {
        let mut cells = Vec::with_capacity(self.headers.len());
        for (column, cell) in record.iter().enumerate() {
            let header = self.headers.get(column).map_or("", |header| &header.written);
            let cell = bare(self.decode(cell, number, header, faults).trim()).to_owned();
            if cell.chars().count() > MAXIMUM_CELL {
                faults.add(self.name, number, header, SheetCode::TooLarge, format!("a cell of more than {MAXIMUM_CELL} characters"));
            }
            if header.is_empty() && !cell.is_empty() {
                let what = format!("\"{}\" stands in a column without a header", excerpt(&cell));
                faults.add(self.name, number, "", SheetCode::CellWithoutHeader, what);
            }
            if column < self.headers.len() {
                cells.push(cell);
            }
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.rows.push(Row { number, cells });
        }
    }

    fn decode(&self, cell: &[u8], row: usize, column: &str, faults: &mut Faults) -> String {
        if let Ok(text) = std::str::from_utf8(cell) {
            text.to_owned()
        } else {
            faults.add(self.name, row, column, SheetCode::NotUtf8, "this cell is not UTF-8 text");
            String::from_utf8_lossy(cell).into_owned()
        }
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

    /// Columns that are none of `known` and have something in them are errors.
    pub(super) fn refuse_unknown(&self, known: &[&str], faults: &mut Faults) {
        for (column, header) in self.headers.iter().enumerate() {
            if header.key.is_empty() || known.contains(&header.key.as_str()) {
                continue;
            }
            if let Some(row) = self.rows.iter().find(|row| !row.at(column).is_empty()) {
                faults.add(
                    self.name,
                    row.number,
                    &header.written,
                    SheetCode::UnknownColumn,
                    format!("the column \"{}\" is not supported", header.written),
                );
            }
        }
    }
}

impl Row {
    pub(super) fn at(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// The first characters of a cell, for a message.
pub(super) fn excerpt(cell: &str) -> String {
    const SHOWN: usize = 60;
    if cell.chars().count() <= SHOWN { cell.to_owned() } else { cell.chars().take(SHOWN).chain(['…']).collect() }
}

/// Removes a byte order mark and makes every line end a single line feed.
fn plain_line_ends(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut plain = Vec::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
            b'\r' => plain.push(b'\n'),
            _ => plain.push(byte),
        }
    }
    plain
}

/// The row of a cell that begins with a quotation mark and has none at its end: whatever follows would be a part
/// of it. As the reader, marks inside a cell without one at its beginning are taken as they are.
fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (mut row, mut opened, mut begins) = (1, None, true);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, opened) {
            (b'"', Some(_)) if rest.peek() == Some(&b'"') => drop(rest.next()),
            (b'"', Some(_)) => opened = None,
            (b'"', None) if begins => opened = Some(row),
            _ => {}
        }
        begins = opened.is_none() && (byte == delimiter || byte == b'\n');
        row += usize::from(byte == b'\n');
    }
    opened
}

/// Spreadsheets of many countries write semicolons into their CSV.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|&byte| byte == b'\n').find(|line| !line.is_empty());
    let has = |wanted: u8| header.is_some_and(|line| line.contains(&wanted));
    [b';', b'\t'].into_iter().find(|&candidate| !has(b',') && has(candidate)).unwrap_or(b',')
}
