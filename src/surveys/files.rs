//! A questionnaire as files of a form: for pages and programs alike.

use super::instrument::{Sheets, Source};
use crate::ground::{Error, FieldError, Result};

/// What a form says and brings: a workbook, which stands for all sheets, or the sheets.
///
/// # Errors
/// Fields and files that the form does not have; both a workbook and sheets.
pub fn instrument_files(fields: &[(String, String)], files: Vec<(String, Vec<u8>)>) -> Result<(Source, bool)> {
    let (mut errors, mut sheets, mut workbook, mut leave_out) = (Vec::new(), Sheets::default(), None, false);
    for (name, value) in fields {
        match (name.as_str(), value.as_str()) {
            ("name" | "version_label", _) => {}
            ("leave_out", "" | "no" | "false") => leave_out = false,
            ("leave_out", "yes" | "true" | "on") => leave_out = true,
            ("leave_out", _) => errors.push(FieldError::new("leave_out", "unknown_choice")),
            _ => errors.push(FieldError::new(name.clone(), "unknown_field")),
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
    Ok((source, leave_out))
}
