//! The rows of a CSV file as survey files and margins take them: text in UTF-8, and errors of their
//! kind.

use std::io::Read;

use super::error::EstimationError;
use crate::rows::{RowError, Rows};

/// Moves to the next row that is not blank; false at the end.
pub(super) fn advance(rows: &mut Rows<impl Read>) -> Result<bool, EstimationError> {
    rows.advance().map_err(|error| match error {
        RowError::Io(_) => EstimationError::File(error.to_string()),
        RowError::Endless | RowError::Unclosed => EstimationError::Line { line: rows.line(), problem: error.to_string() },
    })
}

/// The text of a cell without the blanks around it; `None` if it is no text.
pub(super) fn text_at(rows: &Rows<impl Read>, place: usize) -> Option<&str> {
    std::str::from_utf8(rows.cell(place)).ok()
}
