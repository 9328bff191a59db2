//! Sheets of an .xls workbook, as spreadsheets wrote them until 2007.
//!
//! The reader of such files holds every sheet as a rectangle as soon as the file is opened. So the records are walked
//! before, and a file whose rectangles would be too large is refused. What was walked is all that the reader is given:
//! one stream in a file of its own, with each sheet where one begins and nowhere else.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use calamine::{Data, ExcelDateTime, Reader, Xls};

use super::{Table, Wrong, number};
use crate::workbook::Unreadable;

/// Cells that the rectangles of all sheets may have together.
const MAXIMUM_CELLS: u64 = 4_000_000;
/// Characters that all cells may have together of the texts which cells share: the reader copies them for each.
const MAXIMUM_SHARED: u64 = 16 << 20;
/// Beginnings of globals and sheets, by the versions of the format.
const BEGINS: [u16; 4] = [0x0009, 0x0209, 0x0409, 0x0809];
const ENDS: u16 = 0x000a;

pub(crate) type Book = Xls<Cursor<Vec<u8>>>;

/// Opens a workbook whose size is good.
pub(crate) fn open(bytes: &[u8]) -> Result<Book, Unreadable> {
    let (name, stream) = stream(bytes)?;
    measure(&stream)?;
    let alone = alone(name, &stream).map_err(|_| Unreadable::Damaged)?;
    Xls::new(Cursor::new(alone)).map_err(|error| match error {
        calamine::XlsError::Password => Unreadable::Protected,
        _ => Unreadable::Damaged,
    })
}

/// The workbook's stream, with its name.
fn stream(bytes: &[u8]) -> Result<(&'static str, Vec<u8>), Unreadable> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| Unreadable::Damaged)?;
    // A protected .xlsx is such a file, too.
    if file.is_stream("/EncryptedPackage") {
        return Err(Unreadable::Protected);
    }
    let name = ["/Workbook", "/WORKBOOK", "/Book", "/BOOK"].into_iter().find(|name| file.is_stream(name)).ok_or(Unreadable::NotAWorkbook)?;
    let mut stream = Vec::new();
    file.open_stream(name).and_then(|mut stream_of| stream_of.read_to_end(&mut stream)).map_err(|_| Unreadable::Damaged)?;
    Ok((name, stream))
}

/// A file with one stream and nothing else.
fn alone(name: &str, stream: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::with_capacity(stream.len() + 8_192)))?;
    file.create_stream(name)?.write_all(stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Walks the records of the workbook's stream.
fn measure(stream: &[u8]) -> Result<(), Unreadable> {
    let (mut all, mut sheet) = (0_u64, Extent::default());
    // Where something begins that lies in nothing else, and where the workbook says that its sheets do.
    let (mut begins, mut said, mut depth) = (BTreeSet::new(), BTreeSet::new(), 0_usize);
    // The texts that cells share are those of the globals, which the reader leaves at the first end, wherever cells lie.
    let (mut shared, mut copies, mut globals) = (Vec::new(), Vec::new(), true);
    let mut rest = stream;
    while let [kind_low, kind_high, low, high, after @ ..] = rest {
        let (kind, length) = (u16::from_le_bytes([*kind_low, *kind_high]), usize::from(u16::from_le_bytes([*low, *high])));
        let Some(record) = after.get(..length) else { break };
        let place = stream.len() - rest.len();
        rest = &after[length..];
        if kind == 0x00fd {
            copies.extend(word(record, 6).zip(word(record, 8)).map(|(low, high)| usize::from(low) | usize::from(high) << 16));
        }
        match kind {
            // A sheet, or within one a chart, of which the reader passes by what it has; here it counts for the sheet.
            _ if BEGINS.contains(&kind) => {
                if depth == 0 {
                    begins.insert(place);
                    all = all.saturating_add(sheet.cells());
                    sheet = Extent::default();
                }
                depth += 1;
            }
            ENDS => {
                depth = depth.saturating_sub(1);
                globals = false;
            }
            0x0085 => {
                let at = word(record, 0).zip(word(record, 2)).ok_or(Unreadable::Damaged)?;
                // Twice, it would be read twice.
                if !said.insert(usize::from(at.0) | usize::from(at.1) << 16) {
                    return Err(Unreadable::Damaged);
                }
            }
            0x00fc if globals => shared = lengths(record, rest),
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
    let copied = copies.iter().fold(0_u64, |copied, at| copied.saturating_add(shared.get(*at).copied().unwrap_or(0)));
    if copied > MAXIMUM_SHARED {
        return Err(Unreadable::TooLarge);
    }
    if said.is_subset(&begins) { Ok(()) } else { Err(Unreadable::Damaged) }
}

/// How many characters each of the shared texts has. They go on in records of continuation, where characters begin with
/// how wide they are.
fn lengths(record: &[u8], mut rest: &[u8]) -> Vec<u64> {
    let mut pieces = vec![record];
    while let [0x3c, 0x00, low, high, after @ ..] = rest {
        let Some(piece) = after.get(..usize::from(u16::from_le_bytes([*low, *high]))) else { break };
        pieces.push(piece);
        rest = &after[piece.len()..];
    }
    let mut texts = Pieces { all: pieces, piece: 0, at: 8 };
    let mut lengths = Vec::new();
    while let Some(length) = texts.text() {
        lengths.push(length);
    }
    lengths
}

struct Pieces<'b> {
    all: Vec<&'b [u8]>,
    piece: usize,
    at: usize,
}

impl Pieces<'_> {
    fn left(&self) -> usize {
        self.all.get(self.piece).map_or(0, |piece| piece.len().saturating_sub(self.at))
    }

    /// The next bytes as a number, wherever they lie.
    fn number(&mut self, bytes: u32) -> Option<u64> {
        let mut number = 0;
        for place in 0..bytes {
            while self.left() == 0 {
                (self.piece, self.at) = (self.piece + 1, 0);
                self.all.get(self.piece)?;
            }
            number |= u64::from(self.all[self.piece][self.at]) << (8 * place);
            self.at += 1;
        }
        Some(number)
    }

    fn pass(&mut self, mut bytes: u64) -> Option<()> {
        while bytes > 0 {
            let some = bytes.min(self.left() as u64);
            self.at += usize::try_from(some).ok()?;
            bytes -= some;
            if bytes > 0 {
                (self.piece, self.at) = (self.piece + 1, 0);
                self.all.get(self.piece)?;
            }
        }
        Some(())
    }

    /// Passes one text; its length.
    fn text(&mut self) -> Option<u64> {
        let (length, flags) = (self.number(2)?, self.number(1)?);
        let runs = if flags & 8 > 0 { self.number(2)? } else { 0 };
        let more = if flags & 4 > 0 { self.number(4)? } else { 0 };
        let (mut left, mut wide) = (length, flags & 1 > 0);
        while left > 0 {
            if self.left() == 0 {
                (self.piece, self.at) = (self.piece + 1, 0);
                wide = self.number(1)? & 1 > 0;
            }
            let width = if wide { 2 } else { 1 };
            let some = left.min((self.left() as u64).div_ceil(width));
            self.pass((some * width).min(self.left() as u64))?;
            left -= some;
        }
        self.pass(4 * runs + more)?;
        Some(length)
    }
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
        let ((Some(top), Some(bottom)), (Some(left), Some(right))) = (rows, columns) else { return Err(Unreadable::Damaged) };
        // An empty sheet reaches from nothing to nothing. The reader takes a left beyond the right for the first column.
        if bottom > 0 && top >= bottom || right > 0 && left == right {
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
pub(crate) fn names(book: &Book) -> Vec<String> {
    book.sheet_names()
}

/// One sheet.
pub(crate) fn sheet(book: &mut Book, name: &str) -> Result<Table, Unreadable> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    }

    fn begin(of: u16) -> Vec<u8> {
        record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &of.to_le_bytes(), &[0; 12]].concat())
    }

    fn cell(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &1.5_f64.to_le_bytes()].concat())
    }

    /// The rows up to a last one, and all columns.
    fn reaches(rows: u32) -> Vec<u8> {
        record(0x0200, &[&0_u32.to_le_bytes()[..], &rows.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat())
    }

    /// A workbook whose sheets all lie where the first one does, or in a record that nobody knows.
    fn book(names: &[&str], hidden: bool, sheet: &[Vec<u8>]) -> Vec<u8> {
        let named = |at: u32, name: &str| {
            let head = [&at.to_le_bytes()[..], &[0, 0, u8::try_from(name.len()).unwrap(), 0]].concat();
            record(0x0085, &[&head, name.as_bytes()].concat())
        };
        let head: usize = begin(5).len() + names.iter().map(|name| named(0, name).len()).sum::<usize>() + 4;
        let at = u32::try_from(if hidden { head + 4 } else { head }).unwrap();
        let sheet = [begin(0x10), sheet.concat(), record(ENDS, &[])].concat();
        let globals = [begin(5), names.iter().flat_map(|name| named(at, name)).collect(), record(ENDS, &[])].concat();
        let rest = if hidden { record(0x1234, &sheet) } else { sheet };
        alone("/Workbook", &[globals, rest, record(ENDS, &[])].concat()).unwrap()
    }

    #[test]
    fn what_is_measured_is_what_is_read() {
        let read = |bytes: &[u8]| open(bytes).map(|mut book| (names(&book), sheet(&mut book, "survey").unwrap().rows().len()));
        assert_eq!(read(&book(&["survey"], false, &[reaches(2), cell(0, 0), cell(1, 2)])).unwrap(), (vec!["survey".to_owned()], 2));
        let refused = |bytes: &[u8]| open(bytes).err();
        let far = [cell(0, 0), cell(u16::MAX, 255)];
        assert_eq!(refused(&book(&["survey"], false, &far)), Some(Unreadable::TooLarge));
        assert_eq!(refused(&book(&["survey"], true, &far)), Some(Unreadable::Damaged), "in a record that nobody knows");
        assert_eq!(refused(&book(&["survey"], true, &[reaches(u32::MAX - 15)])), Some(Unreadable::Damaged));
        assert_eq!(refused(&book(&["survey"], false, &[reaches(u32::MAX - 15)])), Some(Unreadable::TooLarge));
        assert_eq!(refused(&book(&["survey", "twice"], false, &[cell(0, 0)])), Some(Unreadable::Damaged), "read as often as it is named");
        let around_a_chart = [cell(u16::MAX, 0), begin(0x20), record(ENDS, &[]), cell(0, 255)];
        assert_eq!(refused(&book(&["survey"], false, &around_a_chart)), Some(Unreadable::TooLarge));
    }

    #[test]
    fn a_text_that_many_cells_share_is_counted_for_each() {
        let text = |length: u16| [&length.to_le_bytes()[..], &[0], &vec![b'x'; usize::from(length)]].concat();
        let rich = [
            &3_u16.to_le_bytes()[..],
            &[0x0d],
            &1_u16.to_le_bytes(),
            &5_u32.to_le_bytes(),
            "abc".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(),
            &[0; 4 + 5],
        ]
        .concat();
        let head = [&[0; 8][..], &rich, &text(7)].concat();
        // A text that goes on in the next record, there in wide characters.
        let first = [&head[..], &60_000_u16.to_le_bytes(), &[0], &[b'y'; 1_000]].concat();
        let second = [&[1][..], &vec![b'z'; 2 * 59_000][..]].concat();
        let rest = [record(0x003c, &second[..60_001]), record(0x003c, &[&[1][..], &second[60_001..], &text(2)].concat())].concat();
        assert_eq!(lengths(&first, &rest), [3, 7, 60_000, 2]);
        let one = record(0x00fc, &[&[0; 8][..], &text(8_000)].concat());
        let cell = record(0x00fd, &[0; 10]);
        let many = |count: usize| [begin(5), one.clone(), cell.repeat(count)].concat();
        assert!(measure(&many(2_000)).is_ok());
        assert_eq!(measure(&many(3_000)).err(), Some(Unreadable::TooLarge));
        // Wherever the cells lie, and whatever other texts lie there.
        let small = record(0x00fc, &[&[0; 8][..], &text(1)].concat());
        let (end, before) = (record(ENDS, &[]), [begin(5), cell.repeat(3_000), one.clone()].concat());
        assert_eq!(measure(&before).err(), Some(Unreadable::TooLarge));
        let after = [begin(5), one, end, begin(0x10), small, cell.repeat(3_000)].concat();
        assert_eq!(measure(&after).err(), Some(Unreadable::TooLarge));
    }

    #[test]
    fn a_workbook_within_a_folder_of_the_file_is_not_read_instead() {
        let good = stream(&book(&["survey"], false, &[cell(0, 0)])).unwrap().1;
        let large = stream(&book(&["survey"], true, &[reaches(u32::MAX - 15)])).unwrap().1;
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
        file.create_storage("/A").unwrap();
        file.create_stream("/A/Workbook").unwrap().write_all(&large).unwrap();
        file.create_stream("/Workbook").unwrap().write_all(&good).unwrap();
        file.flush().unwrap();
        assert_eq!(names(&open(&file.into_inner().into_inner()).unwrap()), ["survey"]);
    }
}
