//! What a coefficient is: a value with its standard error and interval, or the reason why it does
//! not exist.
//!
//! The rule to keep: a number that reaches an `Estimate` is finite. There is no NaN and no
//! convenient 1.0 for 0/0.

use serde::{Serialize, Serializer, ser::SerializeMap};
use thiserror::Error;

use crate::distribution::student_t_quantile;

/// A coefficient, or why there is none.
pub type Outcome = Result<Estimate, Undefined>;

/// A defined coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The coefficient.
    pub value: f64,
    /// Its standard error; `None` where only an interval exists, or one subject alone.
    pub se: Option<f64>,
    /// Lower and upper end of the 95 % interval.
    pub ci95: Option<[f64; 2]>,
    /// Standard error and interval with the part that singly rated subjects add to Gwet's
    /// linearisation taken out; `None` where it is the same.
    pub corrected: Option<(f64, [f64; 2])>,
}

impl Estimate {
    /// A value without a standard error.
    pub fn bare(value: f64) -> Result<Self, Undefined> {
        if value.is_finite() { Ok(Self { value, se: None, ci95: None, corrected: None }) } else { Err(Undefined::TooCloseToTell) }
    }

    /// A value with a standard error and Student's interval with `subjects` − 1 degrees of freedom,
    /// the upper end cut at 1 (Gwet 2014).
    pub fn with_student_interval(value: f64, se: Option<f64>, subjects: f64) -> Outcome {
        let mut estimate = Self::bare(value)?;
        if let Some(se) = se.filter(|se| se.is_finite()) {
            estimate.se = Some(se);
            estimate.ci95 = student_interval(value, se, subjects);
        }
        Ok(estimate)
    }

    /// Adds an interval, if both of its ends exist.
    #[must_use]
    pub fn with_interval(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() {
            self.ci95 = Some([low, high]);
        }
        self
    }
}

/// value ± t·se with `subjects` − 1 degrees of freedom, cut at 1.
pub(super) fn student_interval(value: f64, se: f64, subjects: f64) -> Option<[f64; 2]> {
    let t = student_t_quantile(0.975, subjects - 1.0)?;
    // A value of 1 may be 1 − 2⁻⁵³ after rounding; the cut must not fall below the value.
    Some([value - t * se, (value + t * se).min(value.max(1.0))])
}

/// Why a coefficient does not exist for these ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Undefined {
    /// No subject has two ratings.
    #[error("no subject was rated by two raters")]
    NoPairs,
    /// Fewer than two raters.
    #[error("there is only one rater")]
    OneRater,
    /// All compared ratings are the same category.
    #[error("all ratings that can be compared are equal, so agreement cannot be told from chance")]
    NoVariation,
    /// The scale has one category.
    #[error("the scale has only one category")]
    OneCategory,
    /// Needs numbers.
    #[error("the categories are not numbers")]
    NotNumbers,
    /// The ratio metric is defined for values that are not negative.
    #[error("the ratio metric needs values that are not negative")]
    NegativeValues,
    /// Fewer than two subjects that everyone rated.
    #[error("fewer than two subjects were rated by every rater")]
    FewComplete,
    /// Averages of subjects do not differ at all.
    #[error("the subjects' means do not differ")]
    EqualMeans,
    /// An estimated variance below zero.
    #[error("the estimated variance of the subjects' averages is negative")]
    NegativeVariance,
    /// The differences drown in rounding.
    #[error("the differences between the values are too small to be told apart")]
    TooCloseToTell,
    /// Not two raters.
    #[error("the coefficient is for exactly two raters")]
    NotTwoRaters,
    /// One subject cannot be resampled.
    #[error("there is only one subject to resample")]
    OneSubject,
    /// A resampling method over too many patterns.
    #[error("there are too many different patterns of ratings to resample")]
    TooManyPatterns,
}

/// A coefficient with the key it is printed under: `{value, se, ci95}`, or
/// `{value: null, undefined: "…"}`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient(pub Outcome);

impl Serialize for Coefficient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.0 {
            Ok(estimate) => {
                map.serialize_entry("value", &estimate.value)?;
                map.serialize_entry("se", &estimate.se)?;
                map.serialize_entry("ci95", &estimate.ci95)?;
                if let Some((se, ci95)) = &estimate.corrected {
                    map.serialize_entry("se_corrected", se)?;
                    map.serialize_entry("ci95_corrected", ci95)?;
                }
            }
            Err(reason) => {
                map.serialize_entry("value", &None::<f64>)?;
                map.serialize_entry("undefined", &reason.to_string())?;
            }
        }
        map.end()
    }
}
