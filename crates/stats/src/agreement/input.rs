//! Reads ratings from CSV with the columns rater, subject and value, in any order.
//!
//! The text is streamed: what stays is each name once and twelve bytes a rating. The rule to keep:
//! whatever is refused is named with its line and column, counted from 1 as an editor does.

use std::io::Read;

use thiserror::Error;

use super::builder::RatingsBuilder;
use super::ratings::Ratings;
use super::refusal::Refusal;
use super::scale::Scale;
use crate::rows::{RowError, Rows};

/// Rows between two calls of the progress function.
const PROGRESS_EVERY: u64 = 1 << 16;

/// Why a file was refused.
#[derive(Debug, Error)]
pub enum InputError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// Nothing in it.
    #[error("line 1: the file is empty; it needs a header with rater, subject and value")]
    Empty,
    /// A header and nothing else.
    #[error("line 2: there are no ratings below the header")]
    HeaderOnly,
    /// A column is missing from the header.
    #[error("line 1: the column {0} is missing; the header needs rater, subject and value")]
    MissingColumn(&'static str),
    /// A column that means nothing here, or one that appears twice.
    #[error("line 1, column {column}: {name:?} is {problem}; the columns are rater, subject and value")]
    StrangeColumn {
        /// Position from 1.
        column: usize,
        /// The name found.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A row with more or fewer cells than the header.
    #[error("line {line}: the row has {found} cells, the header has 3")]
    RaggedRow {
        /// Line from 1.
        line: u64,
        /// Cells found.
        found: usize,
    },
    /// A row that never ends, for instance after an open quotation mark.
    #[error("line {line}: {problem}")]
    EndlessRow {
        /// Line from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
    /// A rating that was refused.
    #[error("line {line}, column {column} ({name}): {refusal}")]
    Refused {
        /// Line from 1.
        line: u64,
        /// Column from 1.
        column: usize,
        /// Name of the column.
        name: &'static str,
        /// Why.
        refusal: Refusal,
    },
}

/// Reads all ratings; `progress` hears from time to time how many bytes were read.
///
/// # Errors
/// The first thing that is wrong, with its line and column.
pub fn read_ratings(source: impl Read, scale: Scale, mut progress: impl FnMut(u64)) -> Result<Ratings, InputError> {
    let mut rows = Rows::new(source);
    if !advance(&mut rows)? {
        return Err(InputError::Empty);
    }
    let columns = Columns::of(&rows)?;
    let mut builder = RatingsBuilder::new(scale);
    let mut lines = Lines::default();
    let [rater, subject, value] = columns.places;
    let mut until_progress = PROGRESS_EVERY;
    while advance(&mut rows)? {
        let line = rows.line();
        if rows.len() != 3 {
            return Err(InputError::RaggedRow { line, found: rows.len() });
        }
        lines.note(builder.len(), line);
        builder.add(rows.cell(rater), rows.cell(subject), rows.cell(value)).map_err(|refusal| columns.refused(line, refusal))?;
        until_progress -= 1;
        if until_progress == 0 {
            until_progress = PROGRESS_EVERY;
            progress(rows.bytes_read());
        }
    }
    if builder.is_empty() {
        return Err(InputError::HeaderOnly);
    }
    builder.finish().map_err(|refusal| {
        let line = match &refusal {
            Refusal::RatedTwice { position, .. } => lines.line_of(*position),
            _ => 1,
        };
        columns.refused(line, refusal)
    })
}

fn advance(rows: &mut Rows<impl Read>) -> Result<bool, InputError> {
    rows.advance().map_err(|error| match error {
        RowError::Io(error) => InputError::Unreadable(error),
        RowError::Endless | RowError::Unclosed => InputError::EndlessRow { line: rows.line(), problem: error.to_string() },
    })
}

/// Where rater, subject and value stand.
struct Columns {
    places: [usize; 3],
}

impl Columns {
    fn of(header: &Rows<impl Read>) -> Result<Self, InputError> {
        let mut places = [None; 3];
        for column in 0..header.len() {
            let text = String::from_utf8_lossy(header.cell(column));
            let name = text.trim().to_lowercase();
            let strange = |problem| InputError::StrangeColumn { column: column + 1, name: name.clone(), problem };
            let place = match name.as_str() {
                "rater" => &mut places[0],
                "subject" => &mut places[1],
                "value" => &mut places[2],
                _ => return Err(strange("not known")),
            };
            if place.replace(column).is_some() {
                return Err(strange("there twice"));
            }
        }
        let found = |place: Option<usize>, name| place.ok_or(InputError::MissingColumn(name));
        Ok(Self { places: [found(places[0], "rater")?, found(places[1], "subject")?, found(places[2], "value")?] })
    }

    fn refused(&self, line: u64, refusal: Refusal) -> InputError {
        let (name, place) = match &refusal {
            Refusal::EmptyName("subject") => ("subject", self.places[1]),
            Refusal::EmptyName(_) | Refusal::RatedTwice { .. } => ("rater", self.places[0]),
            _ => ("value", self.places[2]),
        };
        InputError::Refused { line, column: place + 1, name, refusal }
    }
}

/// Line numbers of ratings, kept only where they do not simply count up.
#[derive(Default)]
struct Lines {
    /// (rating, line) where a new run begins.
    runs: Vec<(usize, u64)>,
}

impl Lines {
    fn note(&mut self, rating: usize, line: u64) {
        if self.runs.is_empty() || self.line_of(rating) != line {
            self.runs.push((rating, line));
        }
    }

    fn line_of(&self, rating: usize) -> u64 {
        // Looked up for the latest rating millions of times, for an earlier one once.
        let run = match self.runs.last() {
            Some(last) if last.0 <= rating => Some(last),
            _ => self.runs.iter().rev().find(|(first, _)| *first <= rating),
        };
        run.map_or(1, |(first, line)| line + (rating - first) as u64)
    }
}
