//! A categorical column: one small number per row and the labels behind the numbers, so that a
//! million rows of strata, clusters or answers cost four bytes each.
//!
//! The rule to keep: a code is either `MISSING` or an index into the labels.

use super::error::EstimationError;
use super::register::Register;

/// The code of a row without an answer.
pub const MISSING: u32 = u32::MAX;

/// A categorical column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    codes: Vec<u32>,
    labels: Vec<String>,
}

impl Codes {
    /// Takes codes that are already made; each must be `MISSING` or an index into `labels`.
    /// Labels without a row are levels that nobody chose.
    pub fn new(codes: Vec<u32>, labels: Vec<String>) -> Result<Self, EstimationError> {
        let bad = |code: &u32| *code != MISSING && *code as usize >= labels.len();
        if let Some(row) = codes.iter().position(bad) {
            let problem = format!("code {} has no label", codes[row]);
            return Err(EstimationError::row(row, "codes", problem));
        }
        Ok(Self { codes, labels })
    }

    pub(super) fn from_parts(codes: Vec<u32>, labels: Vec<String>) -> Self {
        Self { codes, labels }
    }

    /// Makes codes of labels in the order in which they first occur; `None` is missing.
    pub fn from_labels<S: AsRef<str>>(labels: impl IntoIterator<Item = Option<S>>) -> Self {
        let mut register = Register::default();
        let codes = labels.into_iter().map(|label| label.map_or(MISSING, |label| register.code(label.as_ref()))).collect();
        register.into_codes(codes)
    }

    /// The code of every row.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// What each code stands for.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(super) fn check_length(&self, column: &str, rows: usize) -> Result<(), EstimationError> {
        check_length(column, self.codes.len(), rows)
    }
}

pub(super) fn check_length(column: &str, found: usize, expected: usize) -> Result<(), EstimationError> {
    if found == expected {
        return Ok(());
    }
    Err(EstimationError::Length { column: column.to_owned(), found, expected })
}

/// The codes in the order of their labels: as numbers where all labels are numbers, else as text.
pub(super) fn order_of(labels: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok()).collect();
    match numbers {
        Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b])),
        None => order.sort_by(|a, b| labels[*a].cmp(&labels[*b])),
    }
    order
}
