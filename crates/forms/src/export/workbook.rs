//! Rows as a workbook (`.xlsx`): one sheet of answers, whose rows go to a file without a name as they come, and one
//! that says what its columns hold.

use std::io::{self, Seek, Write};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook as Book, XlsxError};

use super::cell::Cell;
use super::delimited::harmless;
use super::layout::Layout;
use super::sav::Made;
use crate::expression::Day;

/// Rows of answers that a sheet holds below its head.
pub const MOST_ROWS: u64 = 1_048_575;
pub const MOST_COLUMNS: usize = 16_384;
/// Characters of a cell.
const MOST_TEXT: usize = 32_767;
/// Days from the first that workbooks count, 1899-12-30, to 1970-01-01; before March 1900 they count another way.
const TO_1970: i32 = 25_569;
const FIRST: i32 = 61;

fn failed(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

/// A workbook on its way.
pub struct Workbook {
    book: Book,
    day: Format,
    time: Format,
    moment: Format,
    next: u32,
}

impl Workbook {
    /// Rows wait in `folder` until the end, in a file that no name leads to.
    pub fn begin(layout: &Layout<'_>, folder: &Path, made: &Made) -> io::Result<Self> {
        let mut book = Book::new();
        book.set_tempdir(folder).map_err(failed)?;
        let (year, month, day) = made.day.date();
        let created = u16::try_from(year).ok().zip(u8::try_from(month).ok()).zip(u8::try_from(day).ok());
        let created = created.and_then(|((year, month), day)| ExcelDateTime::from_ymd(year, month, day).ok());
        let properties = DocProperties::new().set_title(&made.title);
        book.set_properties(&created.iter().fold(properties, |properties, at| properties.set_creation_datetime(at)));
        let sheet = book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name("responses").map_err(failed)?;
        for (column, variable) in (0..).zip(&layout.variables) {
            sheet.write_string(0, column, &variable.name).map_err(failed)?;
        }
        let formats = ["yyyy-mm-dd", "hh:mm", "yyyy-mm-dd hh:mm"];
        let [day, time, moment] = formats.map(|format| Format::new().set_num_format(format));
        Ok(Self { book, day, time, moment, next: 1 })
    }

    pub fn row(&mut self, layout: &Layout<'_>, row: &[Cell<'_>]) -> io::Result<()> {
        let sheet = self.book.worksheet_from_index(0).map_err(failed)?;
        for (column, (variable, cell)) in (0..).zip(layout.variables.iter().zip(row)) {
            match cell {
                Cell::NotAnswered => continue,
                Cell::NotAsked => sheet.write_string(self.next, column, layout.not_asked),
                Cell::Number(number) => sheet.write_number(self.next, column, *number),
                Cell::Day(day) => match serial(*day) {
                    Some(number) => sheet.write_number_with_format(self.next, column, number, &self.day),
                    None => sheet.write_string(self.next, column, day.to_string()),
                },
                Cell::Time(time) => {
                    let part = time.on(Day::FIRST).to_number();
                    sheet.write_number_with_format(self.next, column, part, &self.time)
                }
                Cell::Moment(moment) => match serial(moment.day) {
                    Some(number) => {
                        let number = number + f64::from(moment.second) / 86_400.0;
                        sheet.write_number_with_format(self.next, column, number, &self.moment)
                    }
                    None => sheet.write_string(self.next, column, moment.to_minute()),
                },
                Cell::Choice(at) => sheet.write_string(self.next, column, &*harmless(&layout.choices(variable)[*at].name)),
                Cell::Text(text) => sheet.write_string(self.next, column, shortened(&harmless(text))),
            }
            .map_err(failed)?;
        }
        self.next += 1;
        Ok(())
    }

    /// With the codebook's rows on a sheet of their own.
    pub fn end<W: Write + Seek + Send>(mut self, codebook: &[Vec<String>], out: W) -> io::Result<()> {
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name("codebook").map_err(failed)?;
        for (at, row) in (0..).zip(codebook.iter().take(1_048_576)) {
            for (column, text) in (0..).zip(row) {
                sheet.write_string(at, column, shortened(&harmless(text))).map_err(failed)?;
            }
        }
        self.book.save_to_writer(out).map_err(failed)
    }
}

/// The number of a day, where workbooks have one that all programs read alike.
fn serial(day: Day) -> Option<f64> {
    Some(day.count() + TO_1970).filter(|number| *number >= FIRST).map(f64::from)
}

fn shortened(text: &str) -> &str {
    // Bytes are never fewer than characters, nor fewer than what the workbook counts.
    if text.len() <= MOST_TEXT { text } else { &text[..text.floor_char_boundary(MOST_TEXT)] }
}
