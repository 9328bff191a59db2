//! One row of the survey sheet: its cells, and whether they go with its type.
//! Rule to keep: a filled cell that has no meaning for its row is an error.

use super::sheet::{Row, Sheet};
use super::sheet_error::Faults;
use super::{Kind, Preset, Question, SheetCode, Text};
use crate::expression::Expression;

/// A row together with where errors in it go.
pub(super) struct Place<'a, 'b> {
    pub sheet: &'a Sheet,
    pub row: &'a Row,
    pub default_language: &'a str,
    pub faults: &'b mut Faults,
}

impl<'a> Place<'a, '_> {
    pub(super) fn cell(&self, key: &str) -> &'a str {
        self.sheet.cell(self.row, key)
    }

    pub(super) fn text(&self, key: &str) -> Text {
        self.sheet.text(self.row, key, self.default_language)
    }

    pub(super) fn add(&mut self, key: &str, code: SheetCode, message: impl Into<String>) {
        let column = self.sheet.column(key, self.default_language);
        self.faults.add(self.sheet.name, self.row.number, &column, code, message);
    }

    pub(super) fn expression(&mut self, key: &str) -> Option<Expression> {
        let cell = self.cell(key);
        if cell.is_empty() {
            return None;
        }
        match Expression::parse(cell) {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.add(key, SheetCode::InvalidExpression, error.to_string());
                None
            }
        }
    }

    pub(super) fn appearance(&self) -> Vec<String> {
        let words = self.cell("appearance").split_whitespace();
        words.map(str::to_lowercase).collect()
    }
}

pub(super) fn preset(place: &mut Place<'_, '_>) -> Option<Preset> {
    let cell = place.cell("default");
    if cell.is_empty() {
        None
    } else if cell.contains("${") || cell.ends_with(')') {
        place.expression("default").map(Preset::Computed)
    } else {
        Some(Preset::Literal(cell.to_owned()))
    }
}

/// Refuses columns that mean nothing for the kind of question, and missing ones.
pub(super) fn check_fit(question: &Question, place: &mut Place<'_, '_>) {
    if question.is_visible() && question.label.exact(place.default_language).is_none() {
        place.add("label", SheetCode::MissingLabel, format!("\"{}\" has no label in the default language", question.name));
    }
    if matches!(question.kind, Kind::Calculate) && place.cell("calculation").is_empty() {
        place.add("calculation", SheetCode::MissingCalculation, format!("\"{}\" calculates nothing", question.name));
    }
    let answered = question.is_visible() && !matches!(question.kind, Kind::Note);
    let may_compute = matches!(question.kind, Kind::Calculate | Kind::Hidden) || question.read_only && answered;
    let may_start = answered || matches!(question.kind, Kind::Hidden);
    for (filled, allowed, column) in [
        (question.required.is_some(), answered && !question.is_computed(), "required"),
        (question.constraint.is_some(), answered && !question.is_computed(), "constraint"),
        (question.calculation.is_some(), may_compute, "calculation"),
        (question.default.is_some(), may_start && !question.is_computed(), "default"),
        (question.choice_filter.is_some(), question.kind.list().is_some(), "choice_filter"),
    ] {
        if filled && !allowed {
            place.add(column, SheetCode::NotForThisType, format!("\"{column}\" has no meaning for this question"));
        }
    }
}
