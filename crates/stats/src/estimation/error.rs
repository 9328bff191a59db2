//! What estimation refuses, each as one clear sentence. A value that merely does not exist is not
//! an error: it is an absent number with a reason in the `Estimate`.
//!
//! The rule to keep: whatever was read from a file names its line and its column.

/// Why no estimates were made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EstimationError {
    /// A cell of a file. Lines count from 1, the header being the first.
    #[error("line {line}, column \"{column}\": {problem}")]
    Cell { line: u64, column: String, problem: String },
    /// A whole line of a file.
    #[error("line {line}: {problem}")]
    Line { line: u64, problem: String },
    /// The file as a whole, or its header.
    #[error("{0}")]
    File(String),
    /// A value of a column given in memory; rows count from 0.
    #[error("row {row} of {column}: {problem}")]
    Row { row: usize, column: String, problem: String },
    #[error("{column} has {found} rows where the design has {expected}")]
    Length { column: String, found: usize, expected: usize },
    #[error("all weights are zero: nobody stands for anybody")]
    AllWeightsZero,
    #[error(
        "stratum \"{stratum}\" has a single PSU, so its variance cannot be estimated; choose \
         certainty, adjust or average, or join it with a similar stratum"
    )]
    LonelyPsu { stratum: String },
    #[error("stratum \"{stratum}\" has {psus} PSUs in the sample but a population of {population}")]
    PopulationBelowSample { stratum: String, psus: u64, population: f64 },
    #[error(
        "the finite population correction of stratum \"{fraction}\" is a fraction and that of \
         stratum \"{size}\" a population size; give all as one or all as the other"
    )]
    MixedFpc { fraction: String, size: String },
    #[error("stratum \"{stratum}\" has a sampling fraction of 0, so no weights follow from it")]
    NoWeightFromFpc { stratum: String },
    #[error("margin \"{variable}\", level \"{level}\": {problem}")]
    Margin { variable: String, level: String, problem: String },
    #[error(
        "the margins contradict each other: \"{first}\" adds up to {first_total} and \
         \"{second}\" to {second_total}"
    )]
    ContradictoryMargins { first: String, first_total: f64, second: String, second_total: f64 },
    #[error(
        "no weights satisfy the margins together: after {rounds} rounds of raking, level \
         \"{level}\" of \"{variable}\" is at {achieved} instead of {target}; some combination of \
         levels that the targets need has no respondents"
    )]
    InfeasibleMargins { rounds: u32, variable: String, level: String, achieved: f64, target: f64 },
}

impl EstimationError {
    pub(super) fn cell(line: u64, column: &str, problem: impl Into<String>) -> Self {
        Self::Cell { line, column: column.to_owned(), problem: problem.into() }
    }

    pub(super) fn row(row: usize, column: &str, problem: impl Into<String>) -> Self {
        Self::Row { row, column: column.to_owned(), problem: problem.into() }
    }
}
