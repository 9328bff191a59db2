//! Texts of a questionnaire in one language, as they are read and edited. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ground::Language;
use crate::surveys::wording::Words;
use forms::questionnaire::{Questionnaire, wordings};

/// All texts of a questionnaire in one of its languages, or in one that it has not got yet.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WordingsView {
    pub language: Language,
    pub default_language: Language,
    pub items: Vec<WordingView>,
}

/// One text.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WordingView {
    /// `settings/form_title`, `survey/<name>/<column>` or `choices/<list>/<name>`.
    pub key: String,
    /// In the default language.
    pub default: String,
    /// In this language, empty where it lacks.
    pub text: String,
    /// Whether some language has it, so that each should.
    pub wanted: bool,
}

impl WordingsView {
    pub fn of(questionnaire: &Questionnaire, language: Language) -> Self {
        let default = &questionnaire.default_language;
        let exact = |text: &forms::questionnaire::Text, tag: &str| text.exact(tag).unwrap_or_default().to_owned();
        let items = wordings(questionnaire)
            .into_iter()
            .map(|of| WordingView { default: exact(of.text, default), text: exact(of.text, &language), wanted: of.wanted, key: of.key })
            .collect();
        Self { default_language: Language::from_stored(default), language, items }
    }
}

/// Words for some texts of a draft; texts that are not named stay as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordingsInput {
    /// By key; empty words take a text away. With none, the language itself is added.
    pub texts: BTreeMap<String, String>,
}

impl WordingsInput {
    pub fn words(self) -> Vec<Words> {
        self.texts.into_iter().map(|(key, text)| Words { key, text, was: None }).collect()
    }
}
