//! The questionnaire: what is asked, in which order, under which conditions.
//!
//! Here live its types and their stable JSON form, which is what a published
//! instrument stores and hashes; [`parse`] reads it from the sheets of an XLSForm.
//! Not here: answers. Rule to keep: what the sheets say is taken over or refused by
//! row and column, never dropped.

mod beyond;
mod choice_sheet;
mod compiled;
mod cost;
mod difference;
mod differing;
mod hanging;
mod header;
mod kind;
pub mod measures;
mod names;
mod order;
mod page;
mod rows;
mod settings_sheet;
mod sheet;
mod sheet_error;
mod sorts;
mod survey_row;
mod survey_sheet;
mod text;
mod wording;
mod write;
mod xlsform;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::expression::{Expression, Value};

pub use compiled::{CompileError, Compiled, Part};
pub use difference::{CellChange, ChangeKind, Difference, ItemChange, What, difference};
pub use differing::{Differing, differences};
pub use kind::{Kind, Metadata};
pub use page::Page;
pub use sheet_error::{SheetCode, SheetError};
pub(crate) use sorts::sorts;
pub use text::{Piece, Text, pieces};
pub use wording::{Completeness, MAXIMUM_WORDING, Wording, WordingFault, completeness, reword, wordings};
pub use write::{Rows, Written, write};
pub use xlsform::{Import, Options, import, parse};

/// A questionnaire as its author wrote it. Questions and groups are in the order of
/// the survey sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// `form_id` of the settings, empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub form_id: String,
    /// The author's version, empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// `form_title`, by language.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub title: Text,
    /// Tag of the language that stands in where a translation is missing; `und` if
    /// the sheets name no language at all.
    pub default_language: String,
    /// Tags of all languages, the default one first.
    pub languages: Vec<String>,
    /// `instance_name` of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<Expression>,
    /// `style` of the settings.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub style: String,
    /// Whether what is computed keeps its kind; in what was published before it is text to all other expressions.
    /// Said where something is computed at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub typed: bool,
    pub questions: Vec<Question>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    pub pages: Vec<Page>,
    /// Choices by the name of their list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub choice_lists: BTreeMap<String, Vec<Choice>>,
}

/// One row of the survey sheet that is not a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    #[serde(flatten)]
    pub kind: Kind,
    /// Position in [`Questionnaire::groups`] of the innermost group around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub label: Text,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub hint: Text,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub guidance_hint: Text,
    /// `true()` for a plain `yes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<Expression>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub required_message: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Expression>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub constraint_message: Text,
    /// For `calculate`, `hidden` and read-only questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<Expression>,
    /// The answer a fresh page starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Preset>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// Words of the appearance column, lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
    /// Which choices are offered; bare names are columns of the choices sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice_filter: Option<Expression>,
}

/// What a question starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Text as it would be typed.
    Literal(String),
    /// Evaluated when the page is first shown.
    Computed(Expression),
}

impl Preset {
    /// Whether it is computed from the day or the time.
    pub fn uses_clock(&self) -> bool {
        matches!(self, Self::Computed(expression) if expression.uses_clock())
    }
}

/// A `begin_group` … `end_group` pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    /// Position in [`Questionnaire::groups`] of the group around it; always smaller
    /// than its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appearance: Vec<String>,
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    pub name: String,
    pub label: Text,
    /// Further columns of the choices sheet, for choice filters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

impl Questionnaire {
    /// The choices of a question in the order of their list; none if it has no list.
    pub fn choices(&self, question: &Question) -> &[Choice] {
        question.kind.list().and_then(|list| self.choice_lists.get(list)).map_or(&[], Vec::as_slice)
    }
}

/// How much of a day is asked for; what is not asked is the first of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    Day,
    Month,
    Year,
}

impl Question {
    /// How much of a day it asks for, by the appearances that ODK Collect has for that.
    pub fn day_part(&self) -> DayPart {
        match self.kind {
            Kind::Date if self.looks("year") => DayPart::Year,
            Kind::Date if self.looks("month-year") => DayPart::Month,
            _ => DayPart::Day,
        }
    }

    /// A value as it is kept: a moment without seconds, where it is an answer.
    pub(crate) fn kept<'a>(&self, value: Value<'a>) -> Cow<'a, str> {
        match (&self.kind, value) {
            (Kind::DateTime, Value::Moment(moment)) => Cow::Owned(moment.to_minute()),
            (_, value) => value.into_text(),
        }
    }

    /// A value as people read it: a day and its time apart, and of a day no more than was asked.
    pub(crate) fn said<'a>(&self, value: Value<'a>) -> Cow<'a, str> {
        let kept = self.kept(value.borrowed());
        let of_day = |length: usize| kept.get(..length).unwrap_or(&kept).to_owned();
        match (&value, self.day_part()) {
            (Value::Day(_), DayPart::Month) => Cow::Owned(of_day(7)),
            (Value::Day(_), DayPart::Year) => Cow::Owned(of_day(4)),
            (Value::Moment(_), _) if matches!(self.kind, Kind::DateTime) => Cow::Owned(kept.replace('T', " ")),
            _ => value.into_text(),
        }
    }

    /// Whether a respondent sees it: everything but calculated, hidden and metadata
    /// rows.
    pub fn is_visible(&self) -> bool {
        !matches!(self.kind, Kind::Calculate | Kind::Hidden | Kind::Metadata { .. })
    }

    /// Whether its value comes from an expression and never from a respondent.
    pub fn is_computed(&self) -> bool {
        self.calculation.is_some()
    }

    /// Whether its value comes from an expression, be it a default that nobody can change.
    pub fn is_given(&self) -> bool {
        let fixed = self.read_only || matches!(self.kind, Kind::Hidden);
        self.is_computed() || fixed && matches!(self.default, Some(Preset::Computed(_)))
    }

    /// Whether the appearance column has `word`.
    pub fn looks(&self, word: &str) -> bool {
        self.appearance.iter().any(|known| known == word)
    }
}

impl Group {
    /// Whether the appearance column has `word`.
    pub fn looks(&self, word: &str) -> bool {
        self.appearance.iter().any(|known| known == word)
    }
}
