//! Instruments: versioned questionnaires together with the measures that they feed. Pure.
//!
//! What is stored is the questionnaire's own JSON form. Rule to keep: a published version never
//! changes, and equal content has an equal hash.

use crate::ground::receipt::sha256_hex;
use crate::ground::{Error, FieldError, Result};
use crate::words;
use forms::questionnaire::measures::{self, MeasureRule};
use forms::questionnaire::{self, Compiled, Kind, Questionnaire, SheetError};

words! {
    pub enum InstrumentState {
        /// Can still be replaced; nobody can be asked with it.
        Draft = "draft",
        /// Never changes again.
        Published = "published",
    }
}

/// The sheets of an XLSForm and of the measures, as CSV.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sheets<'a> {
    pub survey: &'a [u8],
    pub choices: Option<&'a [u8]>,
    pub settings: Option<&'a [u8]>,
    pub measures: Option<&'a [u8]>,
}

/// An instrument's content as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Title by language, as JSON.
    pub title: String,
    pub questionnaire: String,
    pub measures: String,
    pub content_hash: String,
}

/// Reads the sheets; the errors of all of them come together, by sheet, row and column.
pub fn read(sheets: Sheets<'_>) -> std::result::Result<Content, Vec<SheetError>> {
    let questionnaire = questionnaire::parse(sheets.survey, sheets.choices, sheets.settings)?;
    // What parses compiles: `parse` has tried it.
    let compiled = Compiled::new(questionnaire).map_err(|_| Vec::new())?;
    let rules = sheets.measures.map_or(Ok(Vec::new()), |bytes| measures::parse(bytes, &compiled))?;
    Ok(content(compiled.questionnaire(), &rules))
}

fn content(questionnaire: &Questionnaire, rules: &[MeasureRule]) -> Content {
    let json = |value: serde_json::Result<String>| value.expect("plain data with text keys is always JSON");
    let title = json(serde_json::to_string(&questionnaire.title));
    let questionnaire = json(serde_json::to_string(questionnaire));
    let measures = json(serde_json::to_string(rules));
    let content_hash = sha256_hex([questionnaire.as_bytes(), b"\n", measures.as_bytes()].concat().as_slice());
    Content { title, questionnaire, measures, content_hash }
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
        let code = serde_json::to_value(e.code).ok().and_then(|c| c.as_str().map(str::to_owned)).unwrap_or_default();
        FieldError::new(format!("{}:{}:{}", e.sheet, e.row, e.column), code)
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
