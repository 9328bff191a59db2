//! A questionnaire as one file: an .xlsx or .xls workbook, or its sheets as CSV files; and as an .xlsx again.
//!
//! Here is found which sheet is which. Not here: what the sheets say; see [`crate::questionnaire::import`].

mod written;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use written::to_xlsx;

use crate::table::{Table, csv, xls, xlsx};

/// The sheets of an XLSForm, and that of measures.
#[derive(Debug, Default)]
pub struct Workbook {
    pub survey: Table,
    pub choices: Option<Table>,
    /// Lists for `select_one_external`, which are choices like others.
    pub external_choices: Option<Table>,
    pub settings: Option<Table>,
    pub measures: Option<Table>,
    /// Names of filled sheets that no questionnaire has, such as an analyst's own.
    pub others: Vec<String>,
}

/// Why a file cannot be read as a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not a file of a spreadsheet.
    NotAWorkbook,
    /// The file's structure is broken.
    Damaged,
    /// It asks for a password.
    Protected,
    /// It would take too much to read.
    TooLarge,
    /// It has no sheet `survey`.
    NoSurvey,
}

impl Workbook {
    /// Reads the bytes of an .xlsx or .xls file. By its limits it takes some 200 MB at most, whatever the file is.
    ///
    /// # Errors
    /// Why the file cannot be read.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        // The readers are others' code; whatever goes wrong in it, the file is what is wrong.
        let read = || if is_zip(bytes) { Self::of_xlsx(bytes) } else { Self::of_xls(bytes) };
        match bytes {
            _ if bytes.len() > crate::table::MAXIMUM_BYTES => Err(Unreadable::TooLarge),
            _ if is_zip(bytes) || is_compound(bytes) => catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Unreadable::Damaged)),
            _ => Err(Unreadable::NotAWorkbook),
        }
    }

    /// The sheets as CSV files. Empty files are sheets that are not there.
    #[must_use]
    pub fn of_csv(survey: &[u8], choices: Option<&[u8]>, settings: Option<&[u8]>, measures: Option<&[u8]>) -> Self {
        let sheet = |bytes: Option<&[u8]>| bytes.map(csv::read);
        Self { survey: csv::read(survey), choices: sheet(choices), settings: sheet(settings), measures: sheet(measures), ..Self::default() }
    }

    fn of_xlsx(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut book = xlsx::open(bytes)?;
        Self::gather(&xlsx::names(&book), |name| xlsx::sheet(&mut book, name))
    }

    fn of_xls(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut book = xls::open(bytes)?;
        Self::gather(&xls::names(&book), |name| xls::sheet(&mut book, name))
    }

    fn gather(names: &[String], mut sheet: impl FnMut(&str) -> Result<Table, Unreadable>) -> Result<Self, Unreadable> {
        let mut book = Self::default();
        let mut found = false;
        for name in names {
            let place = match name.trim().to_lowercase().as_str() {
                "survey" => {
                    book.survey = sheet(name)?;
                    found = true;
                    continue;
                }
                "choices" => &mut book.choices,
                "external_choices" => &mut book.external_choices,
                "settings" => &mut book.settings,
                "measures" => &mut book.measures,
                _ => {
                    book.others.push(name.clone());
                    continue;
                }
            };
            *place = Some(sheet(name)?);
        }
        if found { Ok(book) } else { Err(Unreadable::NoSurvey) }
    }
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
}

/// Whether the bytes are a workbook by how they begin, rather than text.
#[must_use]
pub fn is_workbook(bytes: &[u8]) -> bool {
    is_zip(bytes) || is_compound(bytes)
}
