//! The settings sheet: one row of values under their names.
//! All of them may be missing. Not here: what the default language is if none is named.

use super::header::language_tag;
use super::sheet::Sheet;
use super::sheet_error::Faults;
use super::survey_row::is_yes;
use super::{SheetCode, Text};
use crate::expression::Expression;
use crate::table::Table;

/// What the settings sheet may have. Whether choices may be there twice is seen from the choices themselves.
const KNOWN: [&str; 7] = ["form_title", "form_id", "version", "default_language", "instance_name", "style", "allow_choice_duplicates"];

/// What the settings sheet says.
pub(super) struct Settings {
    pub title: Vec<(Option<String>, String)>,
    pub form_id: String,
    pub version: String,
    /// Tag of the default language, if one is named.
    pub default_language: Option<String>,
    pub instance_name: Option<Expression>,
    pub style: String,
    /// Whether choices of a list may share a name.
    pub twins: bool,
}

impl Settings {
    pub(super) fn read(table: Option<&Table>, faults: &mut Faults) -> Self {
        let mut settings = Self {
            title: Vec::new(),
            form_id: String::new(),
            version: String::new(),
            default_language: None,
            instance_name: None,
            style: String::new(),
            twins: false,
        };
        let mut sheet = Sheet::of("settings", table, &["form_title"], faults);
        for (synonym, key) in [("id_string", "form_id"), ("title", "form_title"), ("set_form_id", "form_id"), ("set_form_title", "form_title")] {
            sheet.rename(synonym, key);
        }
        sheet.note_unknown(&KNOWN, faults);
        for extra in sheet.rows.iter().skip(1) {
            faults.add(sheet.name, extra.number, "", SheetCode::ExtraRow, "settings have one row");
        }
        let Some(row) = sheet.rows.first() else {
            return settings;
        };
        for (column, header) in sheet.headers.iter().enumerate() {
            if header.key == "form_title" && !row.at(column).is_empty() {
                settings.title.push((header.language.clone(), row.at(column).to_owned()));
            }
        }
        sheet.cell(row, "form_id").clone_into(&mut settings.form_id);
        sheet.cell(row, "version").clone_into(&mut settings.version);
        sheet.cell(row, "style").clone_into(&mut settings.style);
        settings.twins = is_yes(sheet.cell(row, "allow_choice_duplicates"));
        let language = sheet.cell(row, "default_language");
        if !language.is_empty() {
            settings.default_language = language_tag(language);
            if settings.default_language.is_none() {
                faults.add(
                    sheet.name,
                    row.number,
                    "default_language",
                    SheetCode::LanguageWithoutTag,
                    "write the language with its tag, such as \"Français (fr)\"",
                );
            }
        }
        let instance_name = sheet.cell(row, "instance_name");
        if !instance_name.is_empty() {
            match Expression::parse(instance_name) {
                Ok(expression) => settings.instance_name = Some(expression),
                // It names an answer on a phone, and none here.
                Err(error) => faults.note(sheet.name, row.number, "instance_name", SheetCode::NotUsed, error.to_string()),
            }
        }
        settings
    }

    /// The title, once the default language is known.
    pub(super) fn title(&self, default_language: &str) -> Text {
        let mut title = Text::default();
        for (language, text) in &self.title {
            title.set(language.as_deref().unwrap_or(default_language), text);
        }
        title
    }
}
