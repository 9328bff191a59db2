//! Where the parts of a questionnaire stand in the survey sheet.
//!
//! Needed only while the sheets are read: an error that concerns the whole (a
//! reference to nothing, a circle) is traced back to its row. Not part of the
//! stored questionnaire, whose hash must not change with an empty line.

use std::collections::HashSet;

/// Row numbers, in the order of the questionnaire's lists.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub questions: Vec<usize>,
    pub groups: Vec<usize>,
    /// Names in rows that were refused: a reference to one of them is not an error
    /// of its own.
    pub refused: HashSet<String>,
    /// Names that several rows had: a reference to one of them would mean all.
    pub ambiguous: HashSet<String>,
    /// Names in rows that ask what no page asks.
    pub left_out: HashSet<String>,
}
