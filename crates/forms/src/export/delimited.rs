//! Rows as CSV: choices by their names, days as `yyyy-mm-dd`, times as `hh:mm`, both with a `T`
//! between, nothing for what was not answered.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::cell::Cell;
use super::layout::Layout;

/// Signs that begin a formula somewhere, full-width ones too, and what some programs skip before one.
const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Text as a spreadsheet may have it: what would run gets an apostrophe before it. A number is no formula.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(BEGINS) && !text.parse::<f64>().is_ok_and(f64::is_finite);
    if runs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A CSV file on its way.
pub struct Delimited<W: Write> {
    out: csv::Writer<W>,
    number: String,
}

impl<W: Write> Delimited<W> {
    /// With the mark by which Excel knows UTF-8, and the names of the columns.
    pub fn begin(mut out: W, layout: &Layout<'_>) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
        out.write_record(layout.variables.iter().map(|variable| &variable.name)).map_err(io::Error::from)?;
        Ok(Self { out, number: String::new() })
    }

    pub fn row(&mut self, layout: &Layout<'_>, row: &[Cell<'_>]) -> io::Result<()> {
        for (variable, cell) in layout.variables.iter().zip(row) {
            self.number.clear();
            match cell {
                Cell::NotAsked => self.out.write_field(layout.not_asked),
                Cell::NotAnswered => self.out.write_field(""),
                Cell::Choice(at) => self.out.write_field(&*harmless(&layout.choices(variable)[*at].name)),
                Cell::Text(text) => self.out.write_field(&*harmless(text)),
                Cell::Number(number) => {
                    write!(self.number, "{number}").expect("a String takes every write");
                    self.out.write_field(&self.number)
                }
                Cell::Day(day) => {
                    write!(self.number, "{day}").expect("a String takes every write");
                    self.out.write_field(&self.number)
                }
                Cell::Time(time) => {
                    write!(self.number, "{time}").expect("a String takes every write");
                    self.out.write_field(&self.number)
                }
                Cell::Moment(moment) => self.out.write_field(moment.to_minute()),
            }
            .map_err(io::Error::from)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(io::Error::from)
    }

    pub fn end(self) -> io::Result<W> {
        self.out.into_inner().map_err(|error| error.into_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_gets_an_apostrophe_and_a_number_stays() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-inf"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "-1", "+2.5", "a = b", "نص", "'=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
