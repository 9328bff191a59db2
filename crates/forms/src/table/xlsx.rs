//! Sheets of an .xlsx workbook, cell by cell.
//!
//! Rule to keep: an archive is measured before it is read, for a small file can unpack to gigabytes, and a sheet
//! is never held as a rectangle, for one cell in its last corner would make that a large one.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{Table, Wrong, number};
use crate::workbook::Unreadable;

/// Bytes that all parts of an archive may have when they are unpacked.
const MAXIMUM_UNPACKED: u64 = 32 << 20;
/// Parts that an archive may have.
const MAXIMUM_PARTS: usize = 5_000;

pub(crate) type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Opens a workbook whose size is good.
pub(crate) fn open(bytes: &[u8]) -> Result<Book<'_>, Unreadable> {
    measure(bytes)?;
    Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))
}

fn unreadable(error: &XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Protected,
        _ => Unreadable::Damaged,
    }
}

/// Unpacks every part into nothing, and counts.
fn measure(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    if archive.len() > MAXIMUM_PARTS {
        return Err(Unreadable::TooLarge);
    }
    let mut left = MAXIMUM_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| Unreadable::Damaged)?;
        if part.encrypted() {
            return Err(Unreadable::Protected);
        }
        let mut content = Vec::new();
        let unpacked = part.take(left + 1).read_to_end(&mut content).map_err(|_| Unreadable::Damaged)?;
        left = left.checked_sub(unpacked as u64).ok_or(Unreadable::TooLarge)?;
        if !is_honest(&content) {
            return Err(Unreadable::Damaged);
        }
    }
    Ok(())
}

/// Whether a part announces no more than it has: the reader makes room for as many texts as are announced.
fn is_honest(content: &[u8]) -> bool {
    const ANNOUNCED: &[u8] = b"uniqueCount";
    // Letters of two bytes, as some parts have them, are searched without their empty halves.
    let narrow: Vec<u8>;
    let content = if content.iter().take(4).any(|byte| *byte == 0) || content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") {
        narrow = content.iter().copied().filter(|byte| *byte != 0).collect();
        narrow.as_slice()
    } else {
        content
    };
    let mut rest = content;
    while let Some(at) = rest.windows(ANNOUNCED.len()).position(|window| window == ANNOUNCED) {
        rest = &rest[at + ANNOUNCED.len()..];
        let digits = rest.iter().skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''));
        let number: String = digits.take_while(|byte| byte.is_ascii_digit()).take(20).map(|byte| char::from(*byte)).collect();
        if number.parse::<u64>().is_ok_and(|number| number > content.len() as u64) {
            return false;
        }
    }
    true
}

/// The names of all sheets.
pub(crate) fn names(book: &Book<'_>) -> Vec<String> {
    book.sheet_names()
}

/// One sheet.
pub(crate) fn sheet(book: &mut Book<'_>, name: &str) -> Result<Table, Unreadable> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| unreadable(&error))?;
    let mut table = Table::default();
    let mut last = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let (row, column) = cell.get_position();
        // Whoever wrote the file may have put rows in any order; no spreadsheet does.
        if (row, column) < last {
            return Err(Unreadable::Damaged);
        }
        last = (row, column);
        let (row, column) = (row as usize, column as usize);
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Int(value) => value.to_string(),
            DataRef::Float(value) => number(*value),
            DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            DataRef::DateTime(moment) => super::xls::moment(moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::Error(error) => {
                table.wrong.push((row + 1, column + 1, Wrong::Error(error.to_string())));
                continue;
            }
        };
        if !table.put(row, column, text) {
            break;
        }
    }
    Ok(table)
}
