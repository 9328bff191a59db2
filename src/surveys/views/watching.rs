//! What is shown of how a survey comes in, and of what its responses look like. Pure.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ground::ids::SurveyId;
use crate::ground::{Text, UtcTime};
use crate::surveys::estimates::NoEstimate;
use crate::surveys::watching::CensusPart;

/// Responses of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DayCount {
    #[schema(value_type = String, format = Date)]
    pub day: NaiveDate,
    pub responses: i64,
}

/// Responses of a part: in a language, of a stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PartCount {
    pub name: String,
    pub responses: i64,
}

/// How often a page was reached, over all days that are over.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PageCount {
    /// `begin`, who asks; the number of a page of questions, from 0; `check`, the answers to check; `sent`, the thanks.
    pub page: String,
    /// What a page of questions is called, by language; empty where it has no heading.
    pub title: Text,
    /// Rounded down; absent where not everybody sees the page, for who does is an answer.
    pub reached: Option<i64>,
}

/// How many left a question blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BlankCount {
    /// Name of the question.
    pub question: String,
    pub label: Text,
    /// How many were asked, in steps where not everybody was; absent where they are fewer than the limit.
    pub asked: Option<i64>,
    /// How many of them left it blank, rounded down.
    pub blank: Option<i64>,
}

/// How a survey comes in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WatchView {
    pub survey_id: SurveyId,
    /// Counts are multiples of it, but for parts of a closed survey that all have as many at least.
    pub step: u64,
    /// In all; as the survey says it.
    pub responses: i64,
    /// The day by whose end they were counted; absent before the first and once the survey has estimates.
    #[schema(value_type = Option<String>, format = Date)]
    pub counted_until: Option<NaiveDate>,
    pub days: Vec<DayCount>,
    /// In multiples of `languages_step`; of fewer, while it is open, none, and 0 once it has closed; exact where a closed survey has as many of each at least.
    pub languages: Vec<PartCount>,
    pub languages_step: u64,
    /// Those that are told apart and, under an empty name, all others together.
    pub strata: Vec<PartCount>,
    /// The last day of which pages are counted.
    #[schema(value_type = String, format = Date)]
    pub pages_until: NaiveDate,
    pub pages: Vec<PageCount>,
    /// Who left which question blank, once the survey has closed; absent before, and for whom estimates are not yet.
    pub blanks: Option<Vec<BlankCount>>,
}

/// A day on which far more answers came than on the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Burst {
    #[schema(value_type = String, format = Date)]
    pub day: NaiveDate,
    pub responses: i64,
}

/// How many of some responses; absent where they are fewer than the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SomeOf {
    /// Of a grid the name of its first question.
    pub name: String,
    /// What that question asks, by language.
    pub label: Text,
    pub of: Option<i64>,
    pub count: Option<i64>,
}

/// A part of the responses beside its share of the city.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BesideCensus {
    pub name: String,
    /// Share of the responses, in whole per cent; absent where they are fewer than the limit.
    pub responses: Option<f64>,
    /// Share of the people, in per cent, as it was typed.
    pub census: Option<f64>,
}

/// What the responses of a closed survey look like: nothing of it proves anything, and nobody was tracked for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct IntegrityView {
    pub survey_id: SurveyId,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub computed_at: Option<UtcTime>,
    /// Why there is nothing: the survey has not closed, or it is being computed.
    pub undefined: Option<NoEstimate>,
    pub step: u64,
    /// Figures of fewer responses are withheld.
    pub limit: u64,
    /// Days with three times the median of the others at least, and the limit more than it.
    pub bursts: Vec<Burst>,
    /// Responses with ten answers or more that are exactly those of another.
    pub same: Option<SomeOf>,
    /// Who gave one level throughout in a grid of five rows or more.
    pub levels: Vec<SomeOf>,
    pub languages: Vec<BesideCensus>,
    pub strata: Vec<BesideCensus>,
    /// Days on which answers came in crowds: beyond the first 200 of an address within an hour. Rounded down.
    pub crowds: Vec<DayCount>,
}

/// Shares that a census gives.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharesInput {
    pub part: CensusPart,
    /// A line for each: its tag or name, a comma, its share in per cent; takes the place of what was there. The others
    /// have the rest.
    pub shares_csv: String,
}

impl SharesInput {
    pub const CHARACTERS: usize = 10_000;
}
