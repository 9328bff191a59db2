//! A questionnaire that comes in: as sheets of a request, or as files of a form, for pages and programs alike. Pure.

use super::instrument::{Sheets, Source};
use super::views::InstrumentInput;
use crate::ground::{Error, FieldError, Result};

/// A questionnaire to import, with its name and version.
#[derive(Debug, Clone)]
pub struct InstrumentImport {
    pub name: String,
    pub version_label: String,
    pub source: Source,
    /// Without what no page asks: repeats, media, places on a map.
    pub leave_out: bool,
}

impl From<InstrumentInput> for InstrumentImport {
    fn from(input: InstrumentInput) -> Self {
        let sheet = |text: Option<String>| text.filter(|text| !text.trim().is_empty()).map(String::into_bytes);
        let survey = sheet(Some(input.survey_csv)).unwrap_or_default();
        let (choices, settings, measures) = (sheet(input.choices_csv), sheet(input.settings_csv), sheet(input.measures_csv));
        let source = Source::Sheets(Sheets { survey, choices, settings, measures });
        Self { name: input.name, version_label: input.version_label, source, leave_out: input.leave_out }
    }
}

/// What a form says and brings: a workbook, which stands for all sheets, or the sheets.
///
/// # Errors
/// Fields and files that the form does not have; both a workbook and sheets.
pub fn instrument_files(fields: &[(String, String)], files: Vec<(String, Vec<u8>)>) -> Result<InstrumentImport> {
    let (mut errors, mut sheets, mut workbook, mut leave_out) = (Vec::new(), Sheets::default(), None, false);
    let (mut name, mut version_label) = (String::new(), String::new());
    for (field, value) in fields {
        match (field.as_str(), value.as_str()) {
            ("name", _) => name.clone_from(value),
            ("version_label", _) => version_label.clone_from(value),
            ("leave_out", "" | "no" | "false") => leave_out = false,
            ("leave_out", "yes" | "true" | "on") => leave_out = true,
            ("leave_out", _) => errors.push(FieldError::new("leave_out", "unknown_choice")),
            _ => errors.push(FieldError::new(field.clone(), "unknown_field")),
        }
    }
    for (field, bytes) in files.into_iter().filter(|(_, bytes)| !bytes.is_empty()) {
        match field.as_str() {
            "workbook" => workbook = Some(bytes),
            "survey_csv" => sheets.survey = bytes,
            "choices_csv" => sheets.choices = Some(bytes),
            "settings_csv" => sheets.settings = Some(bytes),
            "measures_csv" => sheets.measures = Some(bytes),
            _ => errors.push(FieldError::new(field, "unknown_field")),
        }
    }
    let any_sheet = !sheets.survey.is_empty() || sheets.choices.is_some() || sheets.settings.is_some() || sheets.measures.is_some();
    if workbook.is_some() && any_sheet {
        errors.push(FieldError::new("workbook", "workbook_and_sheets"));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let source = match workbook {
        None if any_sheet => Source::Sheets(sheets),
        file => Source::File(file.unwrap_or_default()),
    };
    Ok(InstrumentImport { name, version_label, source, leave_out })
}
