//! A system file of SPSS (`.sav`), which R, Stata, Python and PSPP read too: in UTF-8, its numbers packed to a byte
//! where they are small, written row by row behind a dictionary (`sav/dictionary.rs`).
//!
//! The format is as PSPP documents it ("System File Format"). Numbers are little-endian; what was not asked and not
//! answered are missing values of the user's, with labels.

mod dictionary;

use std::io::{self, Write};

use super::cell::Cell;
use super::layout::{Holds, Layout, Variable, codes};
use super::shape::{Missing, Shapes};
use crate::expression::Day;

/// Days from the first of SPSS's calendar, 1582-10-14, to 1970-01-01.
const TO_1970: f64 = 141_428.0;
/// Longest text of a single record; longer ones lie in several, of which each holds as many bytes.
const PIECE: usize = 255;
/// By so many bytes counts each piece but the last in the width of the whole.
const COUNTED: usize = 252;
/// Longest text of a variable.
const LONGEST: usize = 32_767;

/// Words of the file's language.
#[derive(Clone, Debug)]
pub struct Made {
    /// When the file is made.
    pub day: Day,
    /// Seconds since midnight.
    pub second: u32,
    /// What the file is called within itself.
    pub title: String,
    pub not_asked: String,
    pub not_answered: String,
    pub chosen: String,
    pub not_chosen: String,
}

/// How a variable lies in each row.
#[derive(Debug)]
enum Column {
    Number { missing: Missing, codes: Vec<i64> },
    Text { width: usize },
}

impl Column {
    fn of(layout: &Layout<'_>, variable: &Variable, shapes: &Shapes, at: usize) -> Self {
        let shape = shapes.0[at];
        if matches!(variable.holds, Holds::Text | Holds::Joined) || variable.holds == Holds::Computed && shape.text {
            return Self::Text { width: shape.longest.clamp(1, LONGEST) };
        }
        let codes = if variable.holds == Holds::Choice { codes(layout.choices(variable)).collect() } else { Vec::new() };
        Self::Number { missing: Missing::below(shape.lowest), codes }
    }

    /// Widths of the records in which it lies; 0 for a number.
    fn records(&self) -> Vec<usize> {
        match *self {
            Self::Number { .. } => vec![0],
            Self::Text { width } if width <= PIECE => vec![width],
            Self::Text { width } => {
                let pieces = width.div_ceil(COUNTED);
                let mut records = vec![PIECE; pieces];
                records[pieces - 1] = width - (pieces - 1) * COUNTED;
                records
            }
        }
    }
}

/// Eights of bytes in which a record lies.
fn eights(width: usize) -> usize {
    width.div_ceil(8).max(1)
}

/// A system file on its way.
pub struct Sav<W: Write> {
    out: W,
    columns: Vec<Column>,
    /// What each of the next eight is, and those that are no byte of their own.
    codes: Vec<u8>,
    whole: Vec<u8>,
    text: Vec<u8>,
}

impl<W: Write> Sav<W> {
    /// `shapes` have looked at every row that will come; of these there are `rows`.
    pub fn begin(mut out: W, layout: &Layout<'_>, shapes: &Shapes, rows: u64, made: &Made) -> io::Result<Self> {
        let columns: Vec<Column> = layout.variables.iter().enumerate().map(|(at, variable)| Column::of(layout, variable, shapes, at)).collect();
        out.write_all(&dictionary::written(layout, &columns, rows, made))?;
        Ok(Self { out, columns, codes: Vec::with_capacity(8), whole: Vec::with_capacity(64), text: Vec::new() })
    }

    pub fn row(&mut self, layout: &Layout<'_>, row: &[Cell<'_>]) -> io::Result<()> {
        for (at, cell) in row.iter().enumerate() {
            match &self.columns[at] {
                Column::Number { missing, codes } => {
                    let value = match cell {
                        Cell::NotAsked => missing.not_asked as f64,
                        Cell::Number(number) => *number,
                        Cell::Day(day) => (f64::from(day.count()) + TO_1970) * 86_400.0,
                        Cell::Time(time) => f64::from(time.on(Day::FIRST).second),
                        Cell::Moment(moment) => {
                            let midnight = (f64::from(moment.day.count()) + TO_1970) * 86_400.0;
                            midnight + f64::from(moment.second)
                        }
                        Cell::Choice(choice) => codes[*choice] as f64,
                        Cell::NotAnswered | Cell::Text(_) => missing.not_answered as f64,
                    };
                    self.number(value)?;
                }
                Column::Text { width } => {
                    let width = *width;
                    let number;
                    let text = match cell {
                        Cell::NotAsked => layout.not_asked,
                        Cell::Text(text) => text,
                        Cell::Number(value) => {
                            number = value.to_string();
                            &number
                        }
                        _ => "",
                    };
                    self.words(cut(text, width), at)?;
                }
            }
        }
        Ok(())
    }

    fn number(&mut self, value: f64) -> io::Result<()> {
        if value.fract() == 0.0 && (-99.0..=151.0).contains(&value) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and between 1 and 251")]
            return self.code((value + 100.0) as u8, &[]);
        }
        self.code(253, &value.to_le_bytes())
    }

    fn words(&mut self, text: &str, at: usize) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.text);
        let mut rest = text.as_bytes();
        for width in self.columns[at].records() {
            let (piece, after) = rest.split_at(rest.len().min(width));
            bytes.clear();
            bytes.extend_from_slice(piece);
            bytes.resize(eights(width) * 8, b' ');
            for eight in bytes.chunks_exact(8) {
                if eight == b"        " { self.code(254, &[])? } else { self.code(253, eight)? }
            }
            rest = after;
        }
        self.text = bytes;
        Ok(())
    }

    fn code(&mut self, code: u8, whole: &[u8]) -> io::Result<()> {
        self.codes.push(code);
        self.whole.extend_from_slice(whole);
        if self.codes.len() == 8 {
            self.out.write_all(&self.codes)?;
            self.out.write_all(&self.whole)?;
            self.codes.clear();
            self.whole.clear();
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<W> {
        if !self.codes.is_empty() {
            self.codes.resize(8, 0);
            self.out.write_all(&self.codes)?;
            self.out.write_all(&self.whole)?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

/// As much of a text as so many bytes hold.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
