//! One row of the survey sheet: its cells, and whether they go with its type.
//! Rule to keep: a filled cell that has no meaning for its row is an error.

use super::sheet::{Row, Sheet, excerpt};
use super::sheet_error::Faults;
use super::{Choice, Kind, Preset, Question, SheetCode, Text};
use crate::expression::{Day, Expression, Moment, Value};

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

    pub(super) fn slip(&mut self, key: &str, code: SheetCode, message: impl Into<String>) {
        let column = self.sheet.column(key, self.default_language);
        self.faults.slip(self.sheet.name, self.row.number, &column, code, message);
    }

    /// What is taken and not used.
    pub(super) fn note(&mut self, key: &str, message: impl Into<String>) {
        let column = self.sheet.column(key, self.default_language);
        self.faults.note(self.sheet.name, self.row.number, &column, SheetCode::NotUsed, message);
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
    } else if cell.starts_with("${last-saved#") && cell.ends_with('}') {
        // On a phone, the answer before; here nobody has answered before.
        place.note("default", "nothing is kept from answer to answer; the question begins empty");
        None
    } else if is_computed(cell) {
        place.expression("default").map(Preset::Computed)
    } else {
        Some(Preset::Literal(cell.to_owned()))
    }
}

/// Whether a default is computed: it refers to a question, calls a function or is nothing but a call. `Paris
/// (France)` is text.
fn is_computed(cell: &str) -> bool {
    let calls = |(at, _): (usize, &str)| {
        let name = cell[..at].rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | ':' | '_'))).next().unwrap_or_default();
        let whole = cell.ends_with(')') && name.len() == at && name.starts_with(|c: char| c.is_ascii_lowercase());
        whole || cell.ends_with(')') && Expression::knows(name)
    };
    cell.contains("${") || cell.match_indices('(').any(calls)
}

pub(super) fn is_no(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "" | "no" | "false" | "false()" | "0")
}

pub(super) fn is_yes(cell: &str) -> bool {
    matches!(cell.to_lowercase().as_str(), "yes" | "true" | "true()" | "1")
}

/// Appearances of a date that ask for less of it.
const MONTH_YEAR: &str = "month-year";
const YEAR: &str = "year";

/// Appearances that ask for something else than the question would: a page that did not know them would ask for
/// another answer. The others only say how it looks.
const OTHER_QUESTION: [&str; 18] = [
    MONTH_YEAR,
    YEAR,
    "ethiopian",
    "coptic",
    "islamic",
    "bikram-sambat",
    "myanmar",
    "persian",
    "buddhist",
    "signature",
    "draw",
    "annotate",
    "image-map",
    "bearing",
    "map",
    "masked",
    "rating",
    "counter",
];

/// Refuses a default that can be no answer, and an appearance that asks for something else.
pub(super) fn check_words(question: &Question, choices: Option<&Vec<Choice>>, place: &mut Place<'_, '_>) {
    if let Some(Preset::Literal(text)) = &question.default {
        let known = |name: &str| choices.is_some_and(|choices| choices.iter().any(|choice| choice.name == name));
        let why = match &question.kind {
            Kind::SelectOne { .. } if !known(text) => Some("is no choice of the list"),
            Kind::SelectMultiple { .. } | Kind::Rank { .. } if !text.split_whitespace().all(known) => Some("has what is no choice of the list"),
            Kind::Integer if text.parse::<i32>().is_err() => Some("is no whole number"),
            Kind::Decimal if text.parse::<f64>().ok().is_none_or(|number| !number.is_finite()) => Some("is no number"),
            range @ Kind::Range { .. } if text.parse().ok().and_then(|number| range.point_at(number)).is_none() => Some("is no point of the range"),
            Kind::Date if Day::parse(text).is_none() => Some("is no date such as 2026-12-31"),
            Kind::Time if Value::from(text.as_str()).to_time().is_none() => Some("is no time such as 14:30"),
            Kind::DateTime if !text.contains('T') || Moment::parse(text).is_none() => Some("is no date with a time such as 2026-12-31T14:30"),
            _ => None,
        };
        if let Some(why) = why.filter(|_| choices.is_some() || question.kind.list().is_none()) {
            place.add("default", SheetCode::InvalidValue, format!("\"{}\" {why}", excerpt(text)));
        }
    }
    let timed = matches!(question.kind, Kind::Time | Kind::DateTime);
    if timed && question.default.as_ref().is_some_and(Preset::uses_clock) {
        place.note("default", "which time it is where somebody answers is not known; the question begins empty");
    }
    for word in &question.appearance {
        let fetches = ["search(", "ex:", "printer:"].iter().any(|begin| word.starts_with(begin));
        // A range is asked as a scale whatever it looks like.
        let scale = word == "rating" && matches!(question.kind, Kind::Range { .. });
        let part = matches!(word.as_str(), MONTH_YEAR | YEAR) && matches!(question.kind, Kind::Date);
        if fetches || OTHER_QUESTION.contains(&word.as_str()) && !scale && !part {
            place.add("appearance", SheetCode::InvalidValue, format!("the appearance \"{}\" is not supported", excerpt(word)));
        }
    }
}

/// Refuses columns that mean nothing for the kind of question, and missing ones.
pub(super) fn check_fit(question: &Question, place: &mut Place<'_, '_>) {
    if question.is_visible() && question.label.exact(place.default_language).is_none() && !place.sheet.refused.contains("label") {
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
