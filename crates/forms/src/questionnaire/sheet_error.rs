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
    /// `survey`, `choices`, `external_choices`, `settings` or `measures`; `workbook` for a file that is none.
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
    MissingLevels,
    UnknownChoice,
    DuplicateMeasure,
    /// The spreadsheet shows an error in the cell.
    CellError,
    /// What no page of Stoa asks: sections that repeat, files of any kind, places.
    Repeats,
    Media,
    Geo,
    /// The file: none of a spreadsheet, broken, with a password, or without a survey sheet.
    NotAWorkbook,
    Damaged,
    Protected,
    MissingSheet,
    /// Notes. What was left out on request.
    LeftOut,
    /// Taken, and not used.
    NotUsed,
    /// Other engines answer it otherwise.
    Differs,
    /// The text was read in an encoding that had to be guessed.
    GuessedEncoding,
}

impl fmt::Display for SheetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, row {}, column {}: {}", self.sheet, self.row, self.column, self.message)
    }
}

impl std::error::Error for SheetError {}

/// Errors collected while reading.
#[derive(Debug, Default)]
pub(super) struct Faults {
    errors: Vec<SheetError>,
    /// What an author should know and nothing stands in the way for.
    notes: Vec<SheetError>,
    /// Slips that can be lived with: errors, unless what can be taken is asked for.
    slips: Vec<SheetError>,
}

impl Faults {
    pub(super) fn add(&mut self, sheet: &'static str, row: usize, column: &str, code: SheetCode, message: impl Into<String>) {
        self.errors.push(SheetError { sheet, row, column: column.to_owned(), code, message: message.into() });
    }

    pub(super) fn note(&mut self, sheet: &'static str, row: usize, column: &str, code: SheetCode, message: impl Into<String>) {
        self.notes.push(SheetError { sheet, row, column: column.to_owned(), code, message: message.into() });
    }

    /// A slip, with what becomes of the row where it is lived with.
    pub(super) fn slip(&mut self, sheet: &'static str, row: usize, column: &str, code: SheetCode, message: impl Into<String>) {
        self.slips.push(SheetError { sheet, row, column: column.to_owned(), code, message: message.into() });
    }

    /// Lives with the slips, or does not. Where something else must be left out first they are not told: that comes
    /// when it is asked for.
    pub(super) fn judge_slips(&mut self, lenient: bool, beyond: bool) {
        let slips = std::mem::take(&mut self.slips);
        if lenient {
            self.notes.extend(slips.into_iter().map(|slip| SheetError { code: SheetCode::NotUsed, ..slip }));
        } else if !beyond {
            self.errors.extend(slips);
        }
    }

    /// The notes, in the order of sheets and rows.
    pub(super) fn take_notes(&mut self) -> Vec<SheetError> {
        sorted(std::mem::take(&mut self.notes))
    }

    /// Whether a sheet could not be read at all; whatever else seems to be wrong comes of that.
    pub(super) fn is_unreadable(&self) -> bool {
        self.errors.iter().any(|error| error.code == SheetCode::OpenQuote)
    }

    pub(super) fn count(&self) -> usize {
        self.errors.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The errors by sheet, in the order survey, choices, settings, and by row.
    pub(super) fn sorted(self) -> Vec<SheetError> {
        sorted(self.errors)
    }
}

fn sorted(mut errors: Vec<SheetError>) -> Vec<SheetError> {
    let place = |sheet: &str| match sheet {
        "survey" => 0,
        "choices" => 1,
        "external_choices" => 2,
        "settings" => 3,
        _ => 4,
    };
    errors.sort_by_key(|error| (place(error.sheet), error.row));
    errors
}
