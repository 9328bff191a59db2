//! What is asked of the data: a kind of quantity, the variable it is about, and the answers.
//!
//! The rule to keep: an item holds no results and no design.

use serde::Serialize;

use super::codes::{Codes, check_length};
use super::error::EstimationError;

/// A kind of quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Mean,
    Proportion,
    Total,
    Ratio,
}

impl Kind {
    /// The word used for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Proportion => "proportion",
            Self::Total => "total",
            Self::Ratio => "ratio",
        }
    }
}

/// One quantity to estimate.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    pub kind: Kind,
    /// The name it has in the results.
    pub variable: String,
    /// The one level wanted; `None` with categorical answers means every level.
    pub level: Option<String>,
    pub answers: Answers<'a>,
}

/// The answers of an item, one per row of the design; a missing answer is `None` or `MISSING`.
#[derive(Debug, Clone, Copy)]
pub enum Answers<'a> {
    Numbers(&'a [Option<f64>]),
    Pairs(&'a [Option<f64>], &'a [Option<f64>]),
    Levels(&'a Codes),
}

impl Answers<'_> {
    fn check(self, variable: &str, rows: usize) -> Result<(), EstimationError> {
        let finite = |column: &[Option<f64>]| {
            let bad = |y: &Option<f64>| y.is_some_and(|y| !y.is_finite());
            match column.iter().position(bad) {
                Some(row) => Err(EstimationError::row(row, variable, "is not a finite number")),
                None => Ok(()),
            }
        };
        match self {
            Self::Numbers(y) => {
                check_length(variable, y.len(), rows)?;
                finite(y)
            }
            Self::Pairs(y, x) => {
                check_length(variable, y.len(), rows)?;
                check_length(variable, x.len(), rows)?;
                finite(y)?;
                finite(x)
            }
            Self::Levels(codes) => codes.check_length(variable, rows),
        }
    }
}

impl<'a> Item<'a> {
    /// Refuses answers of another length than the design, numbers that are not finite, and shares
    /// of anything but zeros and ones.
    pub(super) fn check(&self, rows: usize) -> Result<(), EstimationError> {
        self.answers.check(&self.variable, rows)?;
        let (Kind::Proportion, Answers::Numbers(y)) = (self.kind, self.answers) else {
            return Ok(());
        };
        let neither = |y: &f64| *y != 0.0 && (*y - 1.0).abs() > 0.0;
        match y.iter().position(|y| y.as_ref().is_some_and(neither)) {
            Some(row) => {
                let problem = "is neither 0 nor 1, so there is no share of it";
                Err(EstimationError::row(row, &self.variable, problem))
            }
            None => Ok(()),
        }
    }

    fn new(kind: Kind, variable: &str, level: Option<&str>, answers: Answers<'a>) -> Self {
        Self { kind, variable: variable.to_owned(), level: level.map(str::to_owned), answers }
    }

    /// The mean of a numeric variable.
    pub fn mean(variable: &str, y: &'a [Option<f64>]) -> Self {
        Self::new(Kind::Mean, variable, None, Answers::Numbers(y))
    }

    /// The total of a numeric variable.
    pub fn total(variable: &str, y: &'a [Option<f64>]) -> Self {
        Self::new(Kind::Total, variable, None, Answers::Numbers(y))
    }

    /// The number of people in the population who would answer `level`, or each level.
    pub fn count(variable: &str, level: Option<&str>, answers: &'a Codes) -> Self {
        Self::new(Kind::Total, variable, level, Answers::Levels(answers))
    }

    /// The share of `level`, or of each level, among those who answered.
    pub fn proportion(variable: &str, level: Option<&str>, answers: &'a Codes) -> Self {
        Self::new(Kind::Proportion, variable, level, Answers::Levels(answers))
    }

    /// The share of ones in a column of zeros and ones.
    pub fn share(variable: &str, y: &'a [Option<f64>]) -> Self {
        Self::new(Kind::Proportion, variable, None, Answers::Numbers(y))
    }

    /// The ratio of two totals.
    pub fn ratio(variable: &str, y: &'a [Option<f64>], x: &'a [Option<f64>]) -> Self {
        Self::new(Kind::Ratio, variable, None, Answers::Pairs(y, x))
    }
}
