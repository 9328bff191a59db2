//! Sheets of an .xls workbook, as spreadsheets wrote them until 2007.
//!
//! The reader of such files holds every sheet as a rectangle as soon as the file is opened. So the records are walked
//! before, and a file whose rectangles would be too large is refused.

use std::io::{Cursor, Read};

use calamine::{Data, ExcelDateTime, Reader, Xls};

use super::{Table, Wrong, number};
use crate::workbook::Unreadable;

/// Cells that the rectangles of all sheets may have together.
const MAXIMUM_CELLS: u64 = 4_000_000;

pub(crate) type Book<'a> = Xls<Cursor<&'a [u8]>>;

/// Opens a workbook whose size is good.
pub(crate) fn open(bytes: &[u8]) -> Result<Book<'_>, Unreadable> {
    measure(bytes)?;
    Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsError::Password => Unreadable::Protected,
        _ => Unreadable::Damaged,
    })
}

/// Walks the records of the workbook's stream.
fn measure(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    // A protected .xlsx is such a file, too.
    if file.is_stream("/EncryptedPackage") {
        return Err(Unreadable::Protected);
    }
    let name = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"].into_iter().find(|name| file.is_stream(name)).ok_or(Unreadable::NotAWorkbook)?;
    let mut stream = Vec::new();
    file.open_stream(name).and_then(|mut stream_of| stream_of.read_to_end(&mut stream)).map_err(|_| Unreadable::Damaged)?;
    let (mut all, mut sheet) = (0_u64, Extent::default());
    let mut rest = stream.as_slice();
    while let [kind_low, kind_high, low, high, after @ ..] = rest {
        let (kind, length) = (u16::from_le_bytes([*kind_low, *kind_high]), usize::from(u16::from_le_bytes([*low, *high])));
        let Some(record) = after.get(..length) else { break };
        rest = &after[length..];
        match kind {
            // A sheet begins.
            0x0009 | 0x0209 | 0x0409 | 0x0809 => {
                all = all.saturating_add(sheet.cells());
                sheet = Extent::default();
            }
            // How far the sheet says that it reaches: the reader makes room for all of it.
            0x0200 => sheet.announce(record)?,
            // The records of cells: row and column come first. Those of several cells end with the last column.
            0x0006 | 0x0002..=0x0005 | 0x0201 | 0x0203..=0x0206 | 0x027e | 0x00fd | 0x00d6 => sheet.reach(record, None),
            0x00bd | 0x00be => sheet.reach(record, record.len().checked_sub(2).and_then(|at| word(record, at))),
            _ => {}
        }
        if all.saturating_add(sheet.cells()) > MAXIMUM_CELLS {
            return Err(Unreadable::TooLarge);
        }
    }
    Ok(())
}

fn word(record: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes([*record.get(at)?, *record.get(at + 1)?]))
}

/// How far a sheet reaches.
#[derive(Default)]
struct Extent {
    rows: u64,
    columns: u64,
}

impl Extent {
    fn reach(&mut self, record: &[u8], last: Option<u16>) {
        let (Some(row), Some(column)) = (word(record, 0), word(record, 2)) else { return };
        self.rows = self.rows.max(u64::from(row) + 1);
        self.columns = self.columns.max(u64::from(last.unwrap_or(column).max(column)) + 1);
    }

    /// Rows and columns from the first to behind the last, in four or two bytes and in two.
    fn announce(&mut self, record: &[u8]) -> Result<(), Unreadable> {
        let long = |at: usize| Some(u64::from(word(record, at)?) | u64::from(word(record, at + 2)?) << 16);
        let short = |at: usize| word(record, at).map(u64::from);
        let (rows, columns) = match record.len() {
            14 | 16 => ((long(0), long(4)), (short(8), short(10))),
            _ => ((short(0), short(2)), (short(4), short(6))),
        };
        let ((Some(top), Some(bottom)), (Some(_), Some(right))) = (rows, columns) else { return Err(Unreadable::Damaged) };
        // An empty sheet reaches from nothing to nothing.
        if bottom > 0 && top >= bottom {
            return Err(Unreadable::Damaged);
        }
        self.rows = self.rows.max(bottom + 1);
        self.columns = self.columns.max(right + 1);
        Ok(())
    }

    fn cells(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// The names of all sheets.
pub(crate) fn names(book: &Book<'_>) -> Vec<String> {
    book.sheet_names()
}

/// One sheet.
pub(crate) fn sheet(book: &mut Book<'_>, name: &str) -> Result<Table, Unreadable> {
    let range = book.worksheet_range(name).map_err(|_| Unreadable::Damaged)?;
    let (top, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
    let mut table = Table::default();
    for (row, column, value) in range.used_cells() {
        let (row, column) = (top + row, left + column);
        let text = match value {
            Data::Empty => continue,
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
            Data::Int(value) => value.to_string(),
            Data::Float(value) => number(*value),
            Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Data::DateTime(at) => moment(at),
            Data::Error(error) => {
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

/// A date as 2026-12-31, with its time of day where it has one; a time of day alone as 14:30.
pub(crate) fn moment(at: &ExcelDateTime) -> String {
    if at.is_duration() {
        return number(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    if (0.0..1.0).contains(&at.as_f64()) {
        return if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
}
