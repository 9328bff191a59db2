//! What ratings are refused for. Where it happened (line, column) is added by whoever reads a file.
//!
//! The rule to keep: a refusal is about the input; a coefficient that does not exist for good input
//! is `Undefined`, not a refusal.

use thiserror::Error;

/// Why a rating, or the whole set, was refused.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refusal {
    /// No value in the cell.
    #[error("the value is empty; leave a missing rating out")]
    EmptyValue,
    /// No name in the cell.
    #[error("the {0} is empty")]
    EmptyName(&'static str),
    /// NaN or an infinity.
    #[error("{0} is not a finite number")]
    NotFinite(String),
    /// A label on a scale of numbers.
    #[error("{0:?} is not a number")]
    NotANumber(String),
    /// Zero or less on a ratio scale.
    #[error("{0} is not positive, as a ratio scale needs")]
    NotPositive(f64),
    /// Not one of the declared categories.
    #[error("{0:?} is not on the declared scale")]
    OutsideScale(String),
    /// A label on an ordinal scale without declared categories.
    #[error("{0:?} has no place in an order; declare the categories from lowest to highest")]
    OrderUnknown(String),
    /// The same rater twice on one subject.
    #[error("rater {rater:?} has already rated subject {subject:?}")]
    RatedTwice {
        /// Who rated.
        rater: String,
        /// What was rated.
        subject: String,
        /// Position of the second rating in the order they were added, from 0.
        position: usize,
    },
    /// Nothing to work with.
    #[error("there are no ratings")]
    NoRatings,
    /// A declared scale without categories.
    #[error("the scale has no categories")]
    NoCategories,
    /// The same category declared twice.
    #[error("the category {0:?} is declared twice")]
    CategoryTwice(String),
    /// More than four billion ratings.
    #[error("there are more ratings than can be counted")]
    TooMany,
}
