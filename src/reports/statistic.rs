//! One official statistic as typed or sent: reading numbers in any digits, ranges, completeness. Pure.
//!
//! A draft may be partial; a submission needs value, year and source, or "not available". A number
//! that could be read in two ways is asked about, never guessed.

use serde::Deserialize;

use crate::ground::digits;
use crate::ground::error::Checks;
use crate::ground::limits::{Limit, Limits};
use crate::ground::{FieldError, Result};

/// The earliest year a value may be from.
pub const FIRST_YEAR: i32 = 1990;
const SOURCE_CHARACTERS: usize = 300;

/// A statistic as sent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticInput {
    /// In the measure's unit.
    #[serde(default)]
    pub value: Option<f64>,
    /// The year that the value is about.
    #[serde(default)]
    pub year: Option<i32>,
    /// Who published it, or why it is not available.
    #[serde(default)]
    pub source: String,
    /// The city has no such value; then there is none to give.
    #[serde(default)]
    pub not_available: bool,
}

impl StatisticInput {
    pub const LIMITS: Limits = &[("source", Limit::Optional(SOURCE_CHARACTERS))];
}

impl StatisticInput {
    /// What keeps it from being submitted, if anything.
    pub fn lacks(&self) -> Option<&'static str> {
        if self.not_available {
            None
        } else if self.value.is_none() {
            Some("statistic_missing")
        } else if self.year.is_none() {
            Some("year_missing")
        } else if self.source.is_empty() {
            Some("source_missing")
        } else {
            None
        }
    }

    pub fn is_empty(&self) -> bool {
        self.value.is_none() && self.year.is_none() && self.source.is_empty() && !self.not_available
    }

    /// Checks ranges; `last_year` is the latest that a value may be from. Fields are called `value`,
    /// `year`, `source`, each followed by `suffix`.
    pub fn checked(self, unit: &str, last_year: i32, suffix: &str) -> Result<Self> {
        let mut checks = Checks::new();
        let (value, year) = (format!("value{suffix}"), format!("year{suffix}"));
        let (least, most) = range(unit);
        if let Some(number) = self.value {
            if !number.is_finite() || number < least || number > most {
                let most = if most < 1e9 { most.to_string() } else { "1000000000".to_owned() };
                checks.push(FieldError::new(&value, "out_of_range").with("min", least).with("max", most));
            }
            checks.require(!self.not_available, &value, "value_and_not_available");
        }
        if let Some(typed) = self.year
            && !(FIRST_YEAR..=last_year).contains(&typed)
        {
            checks.push(FieldError::new(&year, "out_of_range").with("min", FIRST_YEAR).with("max", last_year));
        }
        let source = checks.optional_text(&format!("source{suffix}"), &self.source, SOURCE_CHARACTERS, false);
        checks.done()?;
        Ok(Self { source, ..self })
    }
}

/// Smallest and largest value of a unit.
fn range(unit: &str) -> (f64, f64) {
    match unit {
        "percent" => (0.0, 100.0),
        "per_1000" => (0.0, 1000.0),
        "score_1_5" => (1.0, 5.0),
        "level_0_4" => (0.0, 4.0),
        _ => (0.0, 1e9),
    }
}

/// A statistic as typed into the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub value: String,
    pub year: String,
    pub source: String,
    pub not_available: bool,
}

impl Typed {
    /// Reads and checks what was typed; every wrong field is named as in `StatisticInput::checked`.
    pub fn read(&self, unit: &str, last_year: i32, suffix: &str) -> std::result::Result<StatisticInput, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut input = StatisticInput { source: self.source.clone(), not_available: self.not_available, ..StatisticInput::default() };
        match number(&self.value) {
            Ok(value) => input.value = value,
            Err(code) => errors.push(FieldError::new(format!("value{suffix}"), code)),
        }
        match number(&self.year) {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most four digits")]
            Ok(Some(year)) if year.fract() == 0.0 && year.abs() < 10_000.0 => input.year = Some(year as i32),
            Ok(None) => {}
            _ => errors.push(FieldError::new(format!("year{suffix}"), "not_an_integer")),
        }
        match input.checked(unit, last_year, suffix) {
            Ok(input) if errors.is_empty() => Ok(input),
            Ok(_) => Err(errors),
            Err(crate::ground::Error::Invalid(more)) => {
                errors.extend(more);
                Err(errors)
            }
            Err(_) => Err(errors),
        }
    }
}

/// Reads a number as people write it: digits of every script, groups of three,
/// comma or point, a per cent sign behind. Empty is no number.
///
/// Errors: `not_a_number`; `ambiguous_number` for `1,234`, which is one thousand or one point two.
pub fn number(text: &str) -> std::result::Result<Option<f64>, &'static str> {
    let mut plain = String::new();
    for c in digits::ascii(text).trim().trim_end_matches(['%', '٪']).trim_end().chars() {
        match c {
            '0'..='9' | '.' | ',' => plain.push(c),
            '٫' => plain.push('.'),
            '٬' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {}
            '-' | '−' if plain.is_empty() => plain.push('-'),
            _ => return Err("not_a_number"),
        }
    }
    if plain.is_empty() {
        return if text.trim().is_empty() { Ok(None) } else { Err("not_a_number") };
    }
    let (commas, points) = (plain.matches(',').count(), plain.matches('.').count());
    let groups_hold = |text: &str, mark: char| {
        let mut parts = text.trim_start_matches('-').split(mark);
        let first = parts.next().unwrap_or("");
        (1..=3).contains(&first.len()) && parts.all(|p| p.len() == 3)
    };
    let plain = match (commas, points) {
        (0, 0 | 1) => plain,
        (0, _) if groups_hold(&plain, '.') => plain.replace('.', ""),
        (1, 0) => {
            let (whole, rest) = plain.split_once(',').unwrap_or((&plain, ""));
            if rest.len() == 3 && groups_hold(&plain, ',') && whole.trim_start_matches('-') != "0" {
                return Err("ambiguous_number");
            }
            plain.replace(',', ".")
        }
        (_, 0) if groups_hold(&plain, ',') => plain.replace(',', ""),
        _ => {
            // Both marks: the last one is the decimal mark, the other one groups.
            let decimal = plain.rfind([',', '.']).unwrap_or(0);
            let (whole, rest) = plain.split_at(decimal);
            let mark = if rest.starts_with(',') { '.' } else { ',' };
            if whole.contains(&rest[..1]) || !groups_hold(whole, mark) {
                return Err("not_a_number");
            }
            format!("{}.{}", whole.replace(mark, ""), &rest[1..])
        }
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite()).map(Some).ok_or("not_a_number")
}

/// A stored value as it is put back into the field.
pub fn shown(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("12.5", 12.5),
            ("12,5", 12.5),
            ("١٢٫٥", 12.5),
            ("۱۲٫۵ ٪", 12.5),
            ("0,125", 0.125),
            ("1 234", 1234.0),
            ("1\u{202f}234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("١٬٢٣٤", 1234.0),
            ("−3", -3.0),
            ("98 %", 98.0),
            ("१२.५", 12.5),
            ("１２", 12.0),
            ("1.234", 1.234),
        ] {
            assert_eq!(number(text), Ok(Some(value)), "{text}");
        }
        assert_eq!(number("  "), Ok(None));
        assert_eq!(number("1,234"), Err("ambiguous_number"));
        for text in ["about 5", "1,2,3", "1.2.3", "1e5", "%", "NaN", "-", "5-", "1,23.4,5", "."] {
            assert_eq!(number(text), Err("not_a_number"), "{text}");
        }
    }

    #[test]
    fn a_draft_may_be_partial_but_a_submission_may_not() {
        let mut statistic = StatisticInput { value: Some(50.0), ..StatisticInput::default() };
        assert_eq!(statistic.lacks(), Some("year_missing"));
        statistic.year = Some(2024);
        assert_eq!(statistic.lacks(), Some("source_missing"));
        statistic.source = "Statistics office".to_owned();
        assert_eq!(statistic.lacks(), None);
        assert_eq!(StatisticInput { not_available: true, ..StatisticInput::default() }.lacks(), None);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let typed = Typed { value: "120".into(), year: "1812".into(), source: "\u{7}".into(), not_available: false };
        let errors = typed.read("percent", 2026, "-1.1.a").unwrap_err();
        let seen: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(seen, [("value-1.1.a", "out_of_range"), ("year-1.1.a", "out_of_range"), ("source-1.1.a", "control_characters")]);
        let typed = Typed { value: "about half".into(), year: "2024.5".into(), ..Typed::default() };
        assert_eq!(typed.read("percent", 2026, "").unwrap_err().len(), 2);
        let both = Typed { value: "5".into(), not_available: true, ..Typed::default() };
        assert_eq!(both.read("percent", 2026, "").unwrap_err()[0].code, "value_and_not_available");
    }
}
