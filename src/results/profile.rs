//! A profile: one row per measure, with its uncertainty and where it came from. Pure.
//!
//! A measure without a value keeps its row and says why; coverage counts values, never how good
//! they are.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::framework::catalogue::{Catalogue, Measure, Source};
use crate::ground::ids::SurveyId;
use crate::ground::{MeasureCode, Text, UtcTime};
use crate::reviews::panel::PanelState;
use crate::surveys::estimates::NoEstimate;
use crate::surveys::survey::Mode;
use crate::words;

words! {
    /// What is known about a measure.
    pub enum ResultState {
        /// There is a value.
        Value = "value",
        /// Nothing was reported, answered or reviewed yet.
        Missing = "missing",
        /// What it comes from is not over yet; `because` says what.
        Awaited = "awaited",
        /// The city says that there is no such statistic.
        NotAvailable = "not_available",
        /// Too few respondents to show anything.
        Suppressed = "suppressed",
        /// Experts disagree and the case is open.
        OpenDisagreement = "open_disagreement",
        /// There may be a value; it is shown from a later stage of the results on.
        NotReleased = "not_released",
        /// A coefficient or estimate does not exist; `because` says why.
        Undefined = "undefined",
    }
}

/// Why there is no value: the word of the room that would have found one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Because {
    Estimate(NoEstimate),
    Panel(PanelState),
}

impl Because {
    pub fn word(self) -> &'static str {
        match self {
            Self::Estimate(why) => why.as_str(),
            Self::Panel(state) => state.as_str(),
        }
    }

    /// The key of its text.
    pub fn key(self) -> String {
        match self {
            Self::Estimate(why) => why.key(),
            Self::Panel(state) => format!("results-because-{}", state.as_str().replace('_', "-")),
        }
    }
}

impl FromStr for Because {
    type Err = String;

    /// No word of one room is a word of the other.
    fn from_str(word: &str) -> Result<Self, String> {
        word.parse().map(Self::Estimate).or_else(|_| word.parse().map(Self::Panel))
    }
}

/// The only survey of a measure does not count.
const NOT_RELIED_ON: Because = Because::Estimate(NoEstimate::NotReliedOn);

/// What a room found for one measure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Finding {
    pub value: Option<f64>,
    /// Ends of the 95 % interval (survey), or of the experts' range (review).
    pub bounds: Option<(f64, f64)>,
    /// Respondents, or ratings.
    pub n: Option<u64>,
    pub year: Option<i32>,
    /// Where it came from, in words or as an id.
    pub from: String,
    /// When it was computed, where that is not when it was assembled: a survey's estimates.
    pub as_of: Option<UtcTime>,
    /// Of a survey: how people came to answer it.
    pub mode: Option<Mode>,
    /// Whether a coordinator said that it counts.
    pub chosen: bool,
    /// Other surveys that count and have a value too.
    pub passed_over: u32,
    pub state: Option<ResultState>,
    pub because: Option<Because>,
}

impl Finding {
    /// The survey that it is an estimate of.
    pub fn survey(&self) -> Option<SurveyId> {
        self.from.parse().ok()
    }

    /// Whether it is none because a survey does not count.
    pub fn is_not_relied_on(&self) -> bool {
        self.because == Some(NOT_RELIED_ON)
    }

    /// Leaves nothing of what a survey said that takes answers again.
    pub fn awaits(&mut self) {
        let from = std::mem::take(&mut self.from);
        let because = Some(Because::Estimate(NoEstimate::NotClosed));
        let (mode, chosen) = (self.mode, self.chosen);
        *self = Self { from, mode, chosen, state: Some(ResultState::Awaited), because, ..Self::default() };
    }
}

/// A participation's value on one measure.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ResultRow {
    pub measure: MeasureCode,
    pub feature: String,
    pub area: String,
    pub label: Text,
    pub unit: String,
    pub source: Source,
    pub state: ResultState,
    pub value: Option<f64>,
    /// Lower and upper end: a 95 % interval for surveys, the range of ratings for reviews.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Respondents for surveys, ratings for reviews.
    pub n: Option<u64>,
    pub year: Option<i32>,
    /// The statistic's own source, the survey's id, or the submission's id.
    pub from: String,
    /// When a survey's estimates were computed.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub as_of: Option<UtcTime>,
    /// How people came to answer the survey: `open_link` is whoever wanted to.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// Whether a coordinator said that the survey counts; one by open link does not by itself.
    #[serde(default)]
    pub chosen: bool,
    /// How many other surveys of the city count and have a value too. One with a sample stands before an open link, a
    /// newer one before an older one.
    #[serde(default)]
    pub passed_over: u32,
    /// Why there is no value: a word, e.g. `nobody`, `unrated`.
    #[schema(value_type = Option<String>)]
    pub because: Option<Because>,
    /// The same in the caller's language.
    pub because_text: Option<String>,
}

impl ResultRow {
    /// Whether there is none because its survey does not count: that is no estimate, and no secret.
    pub fn is_not_relied_on(&self) -> bool {
        self.because == Some(NOT_RELIED_ON)
    }

    /// Leaves nothing of what was found, but that it is not for everybody yet.
    pub fn hold_back(&mut self) {
        let row = self;
        row.state = ResultState::NotReleased;
        (row.value, row.low, row.high, row.n, row.year, row.because, row.because_text) = (None, None, None, None, None, None, None);
        (row.as_of, row.mode, row.chosen, row.passed_over) = (None, None, false, 0);
        row.from.clear();
    }
}

/// One row per measure of the catalogue, in its order.
pub fn rows(catalogue: &Catalogue, find: impl Fn(&Measure) -> Option<Finding>) -> Vec<ResultRow> {
    let row = |m: &Measure| {
        let found = find(m).unwrap_or_default();
        let state = found.state.unwrap_or(if found.value.is_some() { ResultState::Value } else { ResultState::Missing });
        ResultRow {
            measure: m.code.clone(),
            feature: m.feature.clone(),
            area: m.area.clone(),
            label: m.label.clone(),
            unit: m.unit.clone(),
            source: m.source,
            state,
            value: found.value.filter(|_| state == ResultState::Value),
            low: found.bounds.map(|b| b.0).filter(|_| state == ResultState::Value),
            high: found.bounds.map(|b| b.1).filter(|_| state == ResultState::Value),
            n: found.n,
            year: found.year,
            from: found.from,
            as_of: found.as_of,
            mode: found.mode,
            chosen: found.chosen,
            passed_over: found.passed_over,
            because: found.because,
            because_text: None,
        }
    };
    catalogue.measures.iter().map(row).collect()
}

/// How many of an area's measures have a value, and how many there are.
pub fn known(rows: &[ResultRow], area: &str) -> (usize, usize) {
    let of_area = || rows.iter().filter(|r| r.area == area);
    (of_area().filter(|r| r.state == ResultState::Value).count(), of_area().count())
}

/// Share of an area's measures that have a value; nothing for an area without measures.
pub fn coverage(rows: &[ResultRow], area: &str) -> f64 {
    let (known, all) = known(rows, area);
    known as f64 / all.max(1) as f64
}

/// Ends of the scale on which a value is drawn; `None` where the unit has no natural scale.
pub fn scale(unit: &str) -> Option<(f64, f64)> {
    match unit {
        "percent" => Some((0.0, 100.0)),
        "score_1_5" => Some((1.0, 5.0)),
        "level_0_4" => Some((0.0, 4.0)),
        _ => None,
    }
}

/// Decimals that a unit is shown with.
pub fn digits(unit: &str) -> usize {
    match unit {
        "ppp_dollars" => 0,
        "score_1_5" | "level_0_4" | "ratio" => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::from_csv(include_bytes!("../../config/frameworks/key-features-2013.csv")).unwrap()
    }

    #[test]
    fn every_measure_has_a_row_and_an_unknown_one_says_so() {
        let rows = rows(&catalogue(), |_| None);
        assert_eq!(rows.len(), catalogue().measures.len());
        assert!(rows.iter().all(|r| r.state == ResultState::Missing && r.value.is_none()));
        assert_eq!(known(&rows, "1").0, 0);
        assert!(coverage(&rows, "1").abs() < f64::EPSILON && coverage(&rows, "99").abs() < f64::EPSILON);
    }

    #[test]
    fn a_suppressed_value_is_not_in_the_row() {
        let finding = Finding { value: Some(3.0), bounds: Some((1.0, 4.0)), state: Some(ResultState::Suppressed), ..Finding::default() };
        let rows = rows(&catalogue(), |_| Some(finding.clone()));
        assert!(rows.iter().all(|r| r.value.is_none() && r.low.is_none() && r.high.is_none()));
    }
}
