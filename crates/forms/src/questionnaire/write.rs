//! A questionnaire as the sheets that it can be read from again.
//!
//! Rule to keep: whatever `parse` takes over, this gives back. What was left empty has no column.

use super::kind::Kind;
use super::survey_sheet::COLUMNS;
use super::{Preset, Question, Questionnaire, Text};
use crate::expression::Expression;

/// Rows of cells, the header first.
pub type Rows = Vec<Vec<String>>;

/// The three sheets of an XLSForm.
pub struct Written {
    pub survey: Rows,
    pub choices: Rows,
    pub settings: Rows,
}

/// The columns that stay although nothing is in them.
const KEPT: [&str; 6] = ["type", "list_name", "name", "label", "form_title", "default_language"];

/// Writes the sheets.
pub fn write(questionnaire: &Questionnaire) -> Written {
    let sheets = Writer { default: &questionnaire.default_language, languages: &questionnaire.languages };
    Written { survey: survey(sheets, questionnaire), choices: choices(sheets, questionnaire), settings: settings(sheets, questionnaire) }
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    default: &'a str,
    languages: &'a [String],
}

impl<'a> Writer<'a> {
    fn sheet(self, plain: &[&'a str], translated: &[&'a str]) -> Sheet<'a> {
        let mut columns: Vec<(&str, Option<&str>)> = Vec::new();
        for key in plain {
            if translated.contains(key) {
                columns.extend(self.languages.iter().map(|tag| (*key, Some(tag.as_str()))));
            } else {
                columns.push((*key, None));
            }
        }
        let header = |(key, tag): &(&str, Option<&str>)| match tag {
            // Sheets that name no language at all.
            Some("und") if self.default == "und" => (*key).to_owned(),
            Some(tag) => format!("{key}::{tag}"),
            None => (*key).to_owned(),
        };
        let rows = vec![columns.iter().map(header).collect()];
        Sheet { columns, rows }
    }
}

/// A sheet that grows row by row.
struct Sheet<'a> {
    /// Key and language.
    columns: Vec<(&'a str, Option<&'a str>)>,
    rows: Rows,
}

impl Sheet<'_> {
    fn push(&mut self, cells: &[(&str, &str)], texts: &[(&str, &Text)]) {
        let cell = |(key, tag): &(&str, Option<&str>)| match tag {
            None => cells.iter().find(|(of, _)| of == key).map_or("", |(_, cell)| *cell),
            Some(tag) => texts.iter().find(|(of, _)| of == key).and_then(|(_, text)| text.exact(tag)).unwrap_or_default(),
        };
        let row = self.columns.iter().map(|column| cell(column).to_owned()).collect();
        self.rows.push(row);
    }

    fn finish(self) -> Rows {
        let filled = |at: usize| self.rows.iter().skip(1).any(|row| !row[at].is_empty());
        let kept: Vec<bool> = self.columns.iter().enumerate().map(|(at, (key, _))| KEPT.contains(key) || filled(at)).collect();
        let narrow = |row: Vec<String>| row.into_iter().zip(&kept).filter_map(|(cell, kept)| kept.then_some(cell)).collect();
        self.rows.into_iter().map(narrow).collect()
    }
}

fn source(expression: Option<&Expression>) -> &str {
    expression.map_or("", Expression::source)
}

fn settings(sheets: Writer<'_>, q: &Questionnaire) -> Rows {
    let mut sheet = sheets.sheet(&["form_title", "form_id", "version", "default_language", "instance_name", "style"], &["form_title"]);
    sheet.push(
        &[
            ("form_id", &q.form_id),
            ("version", &q.version),
            // Sheets that name no language have no default either.
            ("default_language", if q.default_language == "und" { "" } else { &q.default_language }),
            ("instance_name", source(q.instance_name.as_ref())),
            ("style", &q.style),
        ],
        &[("form_title", &q.title)],
    );
    sheet.finish()
}

fn choices(sheets: Writer<'_>, q: &Questionnaire) -> Rows {
    // A list that `or_other` made is made again.
    let made = |name: &String| name.strip_suffix(" or_other").is_some_and(|list| q.choice_lists.contains_key(list));
    let lists = || q.choice_lists.iter().filter(|(name, _)| !made(name));
    let mut keys = vec!["list_name", "name", "label"];
    for column in lists().flat_map(|(_, choices)| choices).flat_map(|choice| choice.columns.keys()) {
        if !keys.contains(&column.as_str()) {
            keys.push(column);
        }
    }
    let mut sheet = sheets.sheet(&keys, &["label"]);
    for (list, choices) in lists() {
        for choice in choices {
            let mut cells = vec![("list_name", list.as_str()), ("name", choice.name.as_str())];
            cells.extend(choice.columns.iter().map(|(column, cell)| (column.as_str(), cell.as_str())));
            sheet.push(&cells, &[("label", &choice.label)]);
        }
    }
    sheet.finish()
}

fn survey(sheets: Writer<'_>, q: &Questionnaire) -> Rows {
    let plain: Vec<&str> = COLUMNS.into_iter().filter(|column| !column.is_empty()).collect();
    let translated = ["label", "hint", "guidance_hint", "required_message", "constraint_message"];
    let mut walk = Walk { q, sheet: sheets.sheet(&plain, &translated), open: Vec::new(), next: 0 };
    let mut made = false;
    for question in &q.questions {
        // The question behind an `or_other` is made again with it.
        if !std::mem::take(&mut made) {
            walk.go_to(question.group);
            question_row(&mut walk.sheet, question);
            made = matches!(question.kind, Kind::SelectOne { or_other: true, .. } | Kind::SelectMultiple { or_other: true, .. });
        }
    }
    walk.go_to(q.groups.len().checked_sub(1));
    walk.go_to(None);
    walk.sheet.finish()
}

/// The way through the groups, from row to row.
struct Walk<'a> {
    q: &'a Questionnaire,
    sheet: Sheet<'a>,
    /// Open groups, outermost first.
    open: Vec<usize>,
    /// The first group that has not been opened.
    next: usize,
}

impl Walk<'_> {
    /// Opens and closes groups until `group` is the innermost one.
    fn go_to(&mut self, group: Option<usize>) {
        while group.is_some_and(|group| group >= self.next) {
            self.open_next();
        }
        while self.open.last().copied() != group && !self.open.is_empty() {
            self.close();
        }
    }

    /// Groups are numbered as they open, so the next one opens inside its parent.
    fn open_next(&mut self) {
        let group = &self.q.groups[self.next];
        while self.open.last().copied() != group.parent && !self.open.is_empty() {
            self.close();
        }
        let appearance = group.appearance.join(" ");
        let cells = [("type", "begin_group"), ("name", &group.name), ("relevant", source(group.relevant.as_ref())), ("appearance", &appearance)];
        self.sheet.push(&cells, &[("label", &group.label)]);
        self.open.push(self.next);
        self.next += 1;
    }

    /// Closes the innermost group; groups inside it in which nothing is asked come before.
    fn close(&mut self) {
        while let (Some(&inner), Some(pending)) = (self.open.last(), self.q.groups.get(self.next))
            && pending.parent == Some(inner)
        {
            self.open_next();
        }
        self.open.pop();
        self.sheet.push(&[("type", "end_group")], &[]);
    }
}

fn question_row(sheet: &mut Sheet<'_>, question: &Question) {
    let default = match &question.default {
        Some(Preset::Literal(text)) => text,
        Some(Preset::Computed(expression)) => expression.source(),
        None => "",
    };
    let parameters = match question.kind {
        Kind::Range { start, end, step } => format!("start={start} end={end} step={step}"),
        _ => String::new(),
    };
    sheet.push(
        &[
            ("type", &type_cell(&question.kind)),
            ("name", &question.name),
            ("required", source(question.required.as_ref())),
            ("relevant", source(question.relevant.as_ref())),
            ("constraint", source(question.constraint.as_ref())),
            ("calculation", source(question.calculation.as_ref())),
            ("default", default),
            ("read_only", if question.read_only { "yes" } else { "" }),
            ("appearance", &question.appearance.join(" ")),
            ("parameters", &parameters),
            ("choice_filter", source(question.choice_filter.as_ref())),
        ],
        &[
            ("label", &question.label),
            ("hint", &question.hint),
            ("guidance_hint", &question.guidance_hint),
            ("required_message", &question.required_message),
            ("constraint_message", &question.constraint_message),
        ],
    );
}

/// The name of a list that `or_other` made ends in that word, as the cell does.
fn type_cell(kind: &Kind) -> String {
    match kind {
        Kind::SelectOne { list, .. } | Kind::SelectMultiple { list, .. } | Kind::Rank { list } => format!("{} {list}", kind.word()),
        Kind::Metadata { collects } => collects.word().to_owned(),
        kind => kind.word().to_owned(),
    }
}
