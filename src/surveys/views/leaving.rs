//! Answers on their way out, as both faces take and show them. Pure.

use serde::{Deserialize, Serialize};

use super::SurveyView;
use crate::ground::ids::{ExportId, SurveyId};
use crate::ground::problems::Code;
use crate::ground::{Given, Language, Text, UtcTime};
use crate::surveys::export::{ExportFormat, ExportState};
use crate::web::paging::Listing;
use crate::words;
use forms::export::Made;
use forms::expression::Day;

words! {
    /// Kinds of codebooks.
    pub enum CodebookFormat {
        Csv = "csv",
        /// DDI-Codebook 2.5.
        Ddi = "ddi",
    }
}

/// Which file of a survey's responses.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportInput {
    pub format: ExportFormat,
    /// Of the labels: one of the questionnaire's; the closest to yours if absent.
    #[serde(default)]
    #[schema(value_type = Option<Language>)]
    pub language: Given<Language>,
    /// Whether what people wrote in their own words is in it. It may name people.
    #[serde(default)]
    pub own_words: bool,
}

/// A file of responses, for who asked for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExportView {
    pub id: ExportId,
    pub survey_id: SurveyId,
    pub format: ExportFormat,
    pub language: Language,
    pub own_words: bool,
    pub state: ExportState,
    /// Whether it waits for the night in which the last day's responses lose their order.
    pub waits_for_night: bool,
    /// Steps done, of how many; 0 of 0 before the first.
    pub done: i64,
    pub todo: i64,
    /// Rows of answers.
    pub responses: i64,
    /// Size of the file, once it is ready.
    pub bytes: i64,
    pub file_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// When it goes.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: UtcTime,
    pub version: i32,
}

/// What people wrote to one question.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TextView {
    pub text: String,
    /// How often exactly this was written.
    pub times: u64,
}

/// A question that people answer in their own words.
pub struct Asked {
    pub name: String,
    pub label: Text,
    pub chosen: bool,
}

/// A page of what people wrote.
pub struct Texts {
    pub view: SurveyView,
    pub questions: Vec<Asked>,
    /// Texts that fit what is looked for, of all.
    pub found: u64,
    pub all: u64,
    pub list: Listing<TextView>,
}

/// A language of a questionnaire.
pub struct LanguageOffered {
    pub language: Language,
    pub chosen: bool,
}

/// What somebody may take of a survey.
pub struct AnswersOut {
    pub view: SurveyView,
    /// Why its answers could not leave even if it were closed for good now.
    pub waits_for: Option<Code>,
    pub languages: Vec<LanguageOffered>,
    /// Whether people answer some question in their own words.
    pub own_words: bool,
    pub exports: Vec<ExportView>,
    /// Fewer responses never leave.
    pub limit: u64,
}

/// The words that stand in files, in their language, in which `text` gives Stoa's own.
pub fn words_of(text: impl Fn(&str) -> String, title: String, day: Day, second: u32) -> Made {
    Made {
        day,
        second,
        title,
        not_asked: text("surveys-export-not-asked"),
        not_answered: text("surveys-export-not-answered"),
        chosen: text("surveys-export-chosen"),
        not_chosen: text("surveys-export-not-chosen"),
    }
}
