//! The choices sheet: lists of choices with their labels and filter columns.
//! Rule to keep: a name stands once in its list, and a list is never changed for one
//! question only; `or_other` makes a list of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::beyond::BeyondRows;
use super::kind::Beyond;
use super::sheet::{Row, Sheet, excerpt};
use super::sheet_error::Faults;
use super::{Choice, SheetCode, Text};

/// Characters a choice name may have.
const MAXIMUM_NAME: usize = 500;

/// The lists of the sheet, and the rows of their choices in the same order.
#[derive(Default)]
pub(super) struct ChoiceLists {
    pub lists: BTreeMap<String, Vec<Choice>>,
    pub rows: HashMap<String, Vec<usize>>,
    /// Header of the name column, for errors found later.
    pub name_column: String,
}

/// Whether a column shows pictures or plays sounds, of which a page has none.
pub(super) fn is_media(key: &str) -> bool {
    matches!(key, "image" | "audio" | "video" | "big_image") || key.starts_with("media::")
}

/// What a row has for filters: the cells under headers of the author's own.
fn columns(sheet: &Sheet, row: &Row) -> BTreeMap<String, String> {
    let own = |key: &str| !matches!(key, "" | "list_name" | "name" | "label") && !is_media(key);
    let filled = sheet.headers.iter().enumerate().filter(|(column, header)| own(&header.key) && !row.at(*column).is_empty());
    filled.map(|(column, header)| (header.written.clone(), row.at(column).to_owned())).collect()
}

impl ChoiceLists {
    /// Adds the lists of a sheet. One name may stand twice in a list where the settings say so (`twins`), for
    /// different filters.
    pub(super) fn add(&mut self, sheet: &Sheet, default_language: &str, twins: bool, beyond: &mut BeyondRows, faults: &mut Faults) {
        self.name_column = sheet.column("name", default_language);
        for (column, header) in sheet.headers.iter().enumerate().filter(|(_, header)| is_media(&header.key)) {
            for row in sheet.rows.iter().filter(|row| !row.at(column).is_empty()) {
                beyond.add(Beyond::Media, sheet.name, row.number, &header.written, row.at(column));
            }
        }
        for required in ["list_name", "name"] {
            if !sheet.rows.is_empty() && !sheet.headers.iter().any(|header| header.key == required) {
                faults.add(sheet.name, 1, required, SheetCode::MissingColumn, format!("the column \"{required}\" is missing"));
                return;
            }
        }
        let mut names: HashSet<(&str, &str)> = HashSet::new();
        let mut filtered: HashSet<(&str, &str, BTreeMap<String, String>)> = HashSet::new();
        // Of those that are there twice for the same filters, by list.
        let mut twice: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut dropped: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for row in &sheet.rows {
            let (list, name) = (sheet.cell(row, "list_name"), sheet.cell(row, "name"));
            if list.is_empty() {
                faults.add(sheet.name, row.number, &sheet.column("list_name", ""), SheetCode::MissingList, "this choice belongs to no list");
                continue;
            }
            if name.is_empty() {
                faults.add(sheet.name, row.number, &self.name_column, SheetCode::MissingName, "this choice has no name");
                continue;
            }
            if name.chars().count() > MAXIMUM_NAME || name.chars().any(char::is_control) {
                let message = format!("\"{}\" is not a name for a choice", excerpt(name));
                faults.add(sheet.name, row.number, &self.name_column, SheetCode::InvalidName, message);
                continue;
            }
            let choice = Choice { name: name.to_owned(), label: sheet.text(row, "label", default_language), columns: columns(sheet, row) };
            let choices = self.lists.entry(list.to_owned()).or_default();
            let same = !filtered.insert((list, name, choice.columns.clone()));
            if !names.insert((list, name)) {
                if !twins {
                    twice.entry(list.to_owned()).or_default().push((row.number, excerpt(name)));
                } else if same {
                    dropped.entry(list.to_owned()).or_default().push((row.number, excerpt(name)));
                }
                if same || !twins {
                    continue;
                }
            }
            let mut choice = choice;
            if choice.label.exact(default_language).is_none() && !sheet.refused.contains("label") {
                let column = sheet.column("label", default_language);
                let instead = if choice.label.is_empty() { "; its name stands for it" } else { "; that of another language stands for it" };
                let message = format!("\"{}\" has no label in the default language{instead}", excerpt(name));
                faults.slip(sheet.name, row.number, &column, SheetCode::MissingLabel, message);
                if choice.label.is_empty() {
                    choice.label.set(default_language, name);
                }
            }
            choices.push(choice);
            self.rows.entry(list.to_owned()).or_default().push(row.number);
        }
        for (list, rows) in twice {
            let others: Vec<String> = rows.iter().skip(1).take(8).map(|(row, _)| row.to_string()).collect();
            let more = if rows.len() > 9 { format!(" and {} more", rows.len() - 9) } else { String::new() };
            let others = if others.is_empty() { String::new() } else { format!("; so have rows {}{more} others", others.join(", ")) };
            let message = format!("the list \"{list}\" has \"{}\" twice; the first one counts{others}", rows[0].1);
            faults.slip(sheet.name, rows[0].0, &self.name_column, SheetCode::DuplicateChoice, message);
        }
        for (list, rows) in dropped {
            let more = if rows.len() == 1 { String::new() } else { format!(" and {} others", rows.len() - 1) };
            let message = format!("the list \"{list}\" has \"{}\"{more} twice, for the same filters; the first of each is offered", rows[0].1);
            faults.note(sheet.name, rows[0].0, &self.name_column, SheetCode::NotUsed, message);
        }
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
