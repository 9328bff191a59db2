//! What is wrong in a sheet, and where.
//!
//! Rule to keep: all errors of all sheets are collected, so that an author corrects
//! a questionnaire in one round. The code is stable; the message is English and says
//! what was found.

use std::fmt;

use serde::Serialize;

/// One error in one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetError {
    /// `survey`, `choices`, `settings` or `measures`.
    pub sheet: &'static str,
    /// The row as a spreadsheet counts it; the header is row 1.
    pub row: usize,
    /// The column's header as it is in the sheet, or as it should be if it is not.
    pub column: String,
    pub code: SheetCode,
    pub message: String,
}

/// The kinds of errors, stable for interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetCode {
    NotUtf8,
    TooLarge,
    MissingColumn,
    UnknownColumn,
    DuplicateColumn,
    LanguageWithoutTag,
    CellWithoutHeader,
    OpenQuote,
    ExtraRow,
    MissingType,
    UnknownType,
    MissingName,
    InvalidName,
    DuplicateName,
    MissingLabel,
    MissingCalculation,
    MissingList,
    UnknownList,
    DuplicateChoice,
    SpaceInChoice,
    UnbalancedGroup,
    InvalidExpression,
    UnknownReference,
    CircularReference,
    NotForThisType,
    InvalidParameter,
    InvalidValue,
    NoQuestions,
    UnknownQuestion,
    UnknownStatistic,
    UnknownChoice,
    DuplicateMeasure,
}

impl fmt::Display for SheetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, row {}, column {}: {}", self.sheet, self.row, self.column, self.message)
    }
}

impl std::error::Error for SheetError {}

/// Errors collected while reading.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<SheetError>);

impl Faults {
    pub(super) fn add(&mut self, sheet: &'static str, row: usize, column: &str, code: SheetCode, message: impl Into<String>) {
        self.0.push(SheetError { sheet, row, column: column.to_owned(), code, message: message.into() });
    }

    /// Whether a sheet could not be read at all; whatever else seems to be wrong comes of that.
    pub(super) fn is_unreadable(&self) -> bool {
        self.0.iter().any(|error| error.code == SheetCode::OpenQuote)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The errors by sheet, in the order survey, choices, settings, and by row.
    pub(super) fn sorted(mut self) -> Vec<SheetError> {
        let place = |sheet: &str| match sheet {
            "survey" => 0,
            "choices" => 1,
            "settings" => 2,
            _ => 3,
        };
        self.0.sort_by_key(|error| (place(error.sheet), error.row));
        self.0
    }
}
