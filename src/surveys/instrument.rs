//! Instruments: versioned questionnaires together with the measures that they feed. Pure.
//!
//! What is stored is the questionnaire's own JSON form. Rule to keep: a published version never
//! changes, and equal content has an equal hash.

use std::collections::HashSet;

use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result};
use crate::words;
use forms::questionnaire::measures::{self, MeasureRule};
use forms::questionnaire::{self, Compiled, Import, Kind, Options, Questionnaire, Rows, SheetCode, SheetError};
use forms::table::Table;
use forms::workbook::{self, Unreadable, Workbook};
use serde::{Deserialize, Serialize};

/// The tag of a questionnaire that names no language, and of answers in one that is not kept.
pub const NO_LANGUAGE: &str = "und";

words! {
    pub enum InstrumentState {
        /// Can still be replaced; nobody can be asked with it.
        Draft = "draft",
        /// Never changes again.
        Published = "published",
        /// Published, and no longer offered: surveys that use it go on, no other one is issued with it.
        Retired = "retired",
    }
}

/// A questionnaire as it comes in.
#[derive(Debug, Clone)]
pub enum Source {
    /// The file of a spreadsheet, or Stoa's own JSON.
    File(Vec<u8>),
    /// Sheets as CSV.
    Sheets(Sheets),
}

/// The sheets of an XLSForm and of the measures, as CSV.
#[derive(Debug, Clone, Default)]
pub struct Sheets {
    pub survey: Vec<u8>,
    pub choices: Option<Vec<u8>>,
    pub settings: Option<Vec<u8>>,
    pub measures: Option<Vec<u8>>,
}

/// A questionnaire as Stoa's own JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Whole {
    pub questionnaire: Questionnaire,
    #[serde(default)]
    pub measures: Vec<MeasureRule>,
}

/// What the author of a questionnaire should know: what was left out on request, what is not used, what was guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SheetNote {
    pub sheet: String,
    /// As a spreadsheet counts.
    pub row: usize,
    pub column: String,
    /// `left_out`, `not_used`, `guessed_encoding`, `unknown_measure` of what is in no framework here, or `differs` where
    /// phones and other web forms answer otherwise.
    pub code: String,
    /// In English.
    pub message: String,
}

impl From<SheetError> for SheetNote {
    fn from(e: SheetError) -> Self {
        Self { sheet: e.sheet.to_owned(), row: e.row, column: e.column, code: code(e.code), message: e.message }
    }
}

/// An instrument's content as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Title by language, as JSON.
    pub title: String,
    pub questionnaire: String,
    pub measures: String,
    pub content_hash: String,
    pub notes: Vec<SheetNote>,
}

/// Reads what came; the errors of all sheets come together, by sheet, row and column. `leave_out`: without what no
/// page asks.
pub fn read(source: &Source, leave_out: bool) -> std::result::Result<Content, Vec<SheetError>> {
    let (workbook, sent) = match source {
        Source::File(bytes) if bytes.trim_ascii_start().starts_with(b"{") => of_json(bytes).map(|(workbook, sent)| (workbook, Some(sent)))?,
        Source::File(bytes) if workbook::is_workbook(bytes) => (Workbook::read(bytes).map_err(|why| vec![unreadable(why)])?, None),
        // A file of text is a survey sheet, of which a short form needs no more.
        Source::File(bytes) if !bytes.contains(&0) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => {
            (Workbook::of_csv(bytes, None, None, None), None)
        }
        Source::File(_) => return Err(vec![unreadable(Unreadable::NotAWorkbook)]),
        Source::Sheets(sheets) => {
            let [choices, settings, measures] = [&sheets.choices, &sheets.settings, &sheets.measures].map(Option::as_deref);
            (Workbook::of_csv(&sheets.survey, choices, settings, measures), None)
        }
    };
    let (compiled, rules, notes) = taken(&workbook, leave_out)?;
    let questionnaire = compiled.questionnaire();
    // How what is computed is kept was no matter of the sheets before.
    if let Some(sent) = sent.filter(|sent| Questionnaire { typed: questionnaire.typed, ..sent.clone() } != *questionnaire) {
        let differs = sent.questions.iter().zip(&questionnaire.questions).find(|(sent, read)| sent != read);
        let at = differs.map(|(sent, _)| format!(", first at \"{}\"", sent.name)).unwrap_or_default();
        return Err(vec![no_json(format!(
            "as sheets this would be another questionnaire{at}: sections in one piece, pages and lists as Stoa writes them"
        ))]);
    }
    Ok(content(questionnaire, &rules, notes))
}

/// What a workbook asks and measures, and what its author should know.
fn taken(workbook: &Workbook, leave_out: bool) -> std::result::Result<(Compiled, Vec<MeasureRule>, Vec<SheetError>), Vec<SheetError>> {
    let Import { questionnaire, measures, notes } = questionnaire::import(workbook, Options { leave_out })?;
    // What is imported compiles: that was tried.
    let compiled = Compiled::new(questionnaire).map_err(|_| Vec::new())?;
    Ok((compiled, measures, notes))
}

/// The content that an import of a questionnaire's own workbook gives. What was lived with once is lived with.
pub fn again(questionnaire: &Questionnaire, rules: &[MeasureRule]) -> std::result::Result<Content, Vec<SheetError>> {
    let extent = check_extent(questionnaire).map_err(|why| vec![no_json(why)]);
    extent
        .and_then(|()| taken(&of_sheets(questionnaire, rules), true))
        .map(|(compiled, rules, notes)| content(compiled.questionnaire(), &rules, notes))
}

/// The sheets that a questionnaire could have come from.
fn of_sheets(questionnaire: &Questionnaire, rules: &[MeasureRule]) -> Workbook {
    let sheets = questionnaire::write(questionnaire);
    let filled = |rows: &Rows| (rows.len() > 1).then(|| Table::of_rows(rows));
    Workbook {
        survey: Table::of_rows(&sheets.survey),
        choices: filled(&sheets.choices),
        settings: filled(&sheets.settings),
        measures: filled(&measures::rows(rules)),
        ..Workbook::default()
    }
}

fn no_json(why: String) -> SheetError {
    SheetError { sheet: "workbook", row: 1, column: String::new(), code: SheetCode::NotAWorkbook, message: why }
}

/// Stoa's own JSON as the sheets that it could have come from, so that one set of rules judges both.
fn of_json(bytes: &[u8]) -> std::result::Result<(Workbook, Questionnaire), Vec<SheetError>> {
    let wrong = |why: String| vec![no_json(why)];
    let whole: Whole = serde_json::from_slice(bytes).map_err(|e| wrong(format!("this is no questionnaire as JSON: {e}")))?;
    check_extent(&whole.questionnaire).map_err(&wrong)?;
    let compiled =
        Compiled::new(whole.questionnaire).map_err(|errors| wrong(errors.into_iter().map(|e| e.message).take(5).collect::<Vec<_>>().join("; ")))?;
    Ok((of_sheets(compiled.questionnaire(), &whole.measures), compiled.into_questionnaire()))
}

/// Sheets are rectangles: what is a little JSON may be a large one.
fn check_extent(questionnaire: &Questionnaire) -> std::result::Result<(), String> {
    const MOST_LANGUAGES: usize = 100;
    const MOST_COLUMNS: usize = 150;
    let columns: HashSet<&String> = questionnaire.choice_lists.values().flatten().flat_map(|choice| choice.columns.keys()).collect();
    if questionnaire.languages.len() > MOST_LANGUAGES {
        return Err(format!("more than {MOST_LANGUAGES} languages"));
    }
    if columns.len() > MOST_COLUMNS { Err(format!("choices have more than {MOST_COLUMNS} columns")) } else { Ok(()) }
}

fn unreadable(why: Unreadable) -> SheetError {
    let (code, message) = match why {
        Unreadable::NotAWorkbook => (SheetCode::NotAWorkbook, "this is no .xlsx or .xls file, no CSV and no JSON of a questionnaire"),
        Unreadable::Damaged => (SheetCode::Damaged, "the file is damaged: open it in a spreadsheet and save it again"),
        Unreadable::Protected => (SheetCode::Protected, "the file asks for a password: save it without one"),
        Unreadable::TooLarge => (SheetCode::TooLarge, "the file holds more than any questionnaire does"),
        Unreadable::NoSurvey => (SheetCode::MissingSheet, "the workbook has no sheet called survey"),
    };
    SheetError { sheet: "workbook", row: 1, column: String::new(), code, message: message.to_owned() }
}

fn code(code: SheetCode) -> String {
    serde_json::to_value(code).ok().and_then(|c| c.as_str().map(str::to_owned)).unwrap_or_default()
}

fn content(questionnaire: &Questionnaire, rules: &[MeasureRule], notes: Vec<SheetError>) -> Content {
    let json = |value: serde_json::Result<String>| value.expect("plain data with text keys is always JSON");
    let title = json(serde_json::to_string(&questionnaire.title));
    let questionnaire = json(serde_json::to_string(questionnaire));
    let measures = json(serde_json::to_string(rules));
    let content_hash = sha256_hex([questionnaire.as_bytes(), b"\n", measures.as_bytes()].concat().as_slice());
    Content { title, questionnaire, measures, content_hash, notes: notes.into_iter().map(SheetNote::from).collect() }
}

/// A stored questionnaire, ready for use.
pub fn compile(questionnaire: &str) -> Result<Compiled> {
    let questionnaire: Questionnaire = serde_json::from_str(questionnaire).map_err(|e| Error::internal(format!("stored questionnaire: {e}")))?;
    Compiled::new(questionnaire).map_err(|errors| Error::internal(format!("stored questionnaire: {errors:?}")))
}

/// Stored measures.
pub fn rules(measures: &str) -> Result<Vec<MeasureRule>> {
    serde_json::from_str(measures).map_err(|e| Error::internal(format!("stored measures: {e}")))
}

/// Errors of sheets as errors of fields: the field is `sheet:row:column`.
pub fn field_errors(errors: Vec<SheetError>) -> Error {
    let field = |e: SheetError| {
        FieldError::new(format!("{}:{}:{}", e.sheet, e.row, e.column), code(e.code))
            .with("sheet", e.sheet)
            .with("row", e.row)
            .with("column", e.column)
            .saying(e.message)
    };
    Error::Invalid(errors.into_iter().map(field).collect())
}
/// Ends of a question's numeric scale.
pub fn scale(compiled: &Compiled, position: usize) -> Option<(f64, f64)> {
    let questionnaire = compiled.questionnaire();
    let question = &questionnaire.questions[position];
    if let Kind::Range { start, end, .. } = question.kind {
        return Some((start, end));
    }
    let numbers = questionnaire.choices(question).iter().filter_map(|choice| choice.name.parse::<f64>().ok());
    numbers.fold(None, |ends, n| ends.map_or(Some((n, n)), |(low, high): (f64, f64)| Some((low.min(n), high.max(n)))))
}
