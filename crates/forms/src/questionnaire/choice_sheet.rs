//! The choices sheet: lists of choices with their labels and filter columns.
//! Rule to keep: a name stands once in its list, and a list is never changed for one
//! question only; `or_other` makes a list of its own.

use std::collections::{BTreeMap, HashMap};

use super::sheet::{Sheet, excerpt};
use super::sheet_error::Faults;
use super::{Choice, SheetCode, Text};

/// Characters a choice name may have.
const MAXIMUM_NAME: usize = 100;

/// The lists of the sheet, and the rows of their choices in the same order.
#[derive(Default)]
pub(super) struct ChoiceLists {
    pub lists: BTreeMap<String, Vec<Choice>>,
    pub rows: HashMap<String, Vec<usize>>,
    /// Header of the name column, for errors found later.
    pub name_column: String,
}

/// Columns that show pictures or play sounds; refused, since a page has none.
const MEDIA: [&str; 4] = ["image", "audio", "video", "big_image"];

impl ChoiceLists {
    pub(super) fn read(sheet: &Sheet, default_language: &str, faults: &mut Faults) -> Self {
        let mut read = Self { name_column: sheet.column("name", default_language), ..Self::default() };
        let media: Vec<&str> =
            sheet.headers.iter().map(|header| header.key.as_str()).filter(|key| !MEDIA.contains(key) && !key.contains("::")).collect();
        sheet.refuse_unknown(&media, faults);
        for required in ["list_name", "name"] {
            if !sheet.rows.is_empty() && !sheet.headers.iter().any(|header| header.key == required) {
                faults.add(sheet.name, 1, required, SheetCode::MissingColumn, format!("the column \"{required}\" is missing"));
                return read;
            }
        }
        for row in &sheet.rows {
            let (list, name) = (sheet.cell(row, "list_name"), sheet.cell(row, "name"));
            if list.is_empty() {
                faults.add(sheet.name, row.number, &sheet.column("list_name", ""), SheetCode::MissingList, "this choice belongs to no list");
                continue;
            }
            if name.is_empty() {
                faults.add(sheet.name, row.number, &read.name_column, SheetCode::MissingName, "this choice has no name");
                continue;
            }
            if name.chars().count() > MAXIMUM_NAME || name.chars().any(char::is_control) {
                faults.add(
                    sheet.name,
                    row.number,
                    &read.name_column,
                    SheetCode::InvalidName,
                    format!("\"{}\" is not a name for a choice", excerpt(name)),
                );
                continue;
            }
            let choices = read.lists.entry(list.to_owned()).or_default();
            if choices.iter().any(|choice| choice.name == name) {
                faults.add(
                    sheet.name,
                    row.number,
                    &read.name_column,
                    SheetCode::DuplicateChoice,
                    format!("the list \"{list}\" has \"{}\" twice", excerpt(name)),
                );
                continue;
            }
            let label = sheet.text(row, "label", default_language);
            if label.exact(default_language).is_none() && !sheet.refused.contains("label") {
                faults.add(
                    sheet.name,
                    row.number,
                    &sheet.column("label", default_language),
                    SheetCode::MissingLabel,
                    format!("\"{}\" has no label in the default language", excerpt(name)),
                );
            }
            let mut columns = BTreeMap::new();
            for (column, header) in sheet.headers.iter().enumerate() {
                let key = header.key.as_str();
                if !matches!(key, "" | "list_name" | "name" | "label") && !row.at(column).is_empty() {
                    columns.insert(header.written.clone(), row.at(column).to_owned());
                }
            }
            choices.push(Choice { name: name.to_owned(), label, columns });
            read.rows.entry(list.to_owned()).or_default().push(row.number);
        }
        read
    }

    /// Adds the list that `or_other` makes of `list`: the same choices and `other`.
    /// Returns its name, which no sheet can write because it contains a space.
    pub(super) fn with_other(&mut self, list: &str, languages: &[String]) -> Option<String> {
        let mut choices = self.lists.get(list)?.clone();
        if !choices.iter().any(|choice| choice.name == "other") {
            let mut label = Text::default();
            for language in languages {
                label.set(language, other_words(language).0);
            }
            choices.push(Choice { name: "other".to_owned(), label, columns: BTreeMap::new() });
        }
        let name = format!("{list} or_other");
        self.lists.insert(name.clone(), choices);
        Some(name)
    }
}

/// The words for the choice and for the question behind it. The sheets do not give
/// them, so they are part of the format.
pub(super) fn other_words(language: &str) -> (&'static str, &'static str) {
    match language.split('-').next().unwrap_or_default() {
        "ar" => ("أخرى", "يرجى التحديد"),
        "es" => ("Otro", "Especifique"),
        "fr" => ("Autre", "Précisez"),
        "ru" => ("Другое", "Уточните"),
        "zh" => ("其他", "请说明"),
        _ => ("Other", "Please specify"),
    }
}
