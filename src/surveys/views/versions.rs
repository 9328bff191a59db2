//! Versions of instruments as both faces show them: another one begun, languages and what they lack. Pure.

use serde::{Deserialize, Serialize};

use super::InstrumentInput;
use crate::ground::Language;
use crate::ground::limits::{Limit, Limits};
use forms::questionnaire::{Completeness, Questionnaire, Wording, completeness};

/// A new version, begun from another one.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInput {
    /// The author's version; none of the same name may have it.
    pub version_label: String,
}

impl DraftInput {
    pub const LIMITS: Limits = &[("version_label", Limit::Text(InstrumentInput::LABEL_MAX))];
}

/// How much of a questionnaire there is in one of its languages.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LanguageView {
    pub language: Language,
    /// Whether it stands in where another one lacks a text.
    pub default: bool,
    /// Texts that are there: labels, hints, messages, choices and the title.
    pub there: usize,
    /// Texts that are there in some language.
    pub of: usize,
    pub lacks: Vec<LackView>,
}

/// A text that a language lacks.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LackView {
    /// Where it stands: `settings/form_title`, `survey/<name>/<column>` or `choices/<list>/<name>`.
    pub key: String,
    /// What stands in for it.
    pub instead: String,
}

/// How much there is in each language, the default one first.
pub fn languages(questionnaire: &Questionnaire) -> Vec<LanguageView> {
    let default = &questionnaire.default_language;
    let lack = |tag: &str, wording: &Wording<'_>| LackView { key: wording.key.clone(), instead: wording.text.get(tag, default).to_owned() };
    let view = |of: Completeness<'_>| LanguageView {
        language: Language::from_stored(of.language),
        default: of.language == default,
        there: of.there(),
        of: of.of,
        lacks: of.lacks.iter().map(|wording| lack(of.language, wording)).collect(),
    };
    completeness(questionnaire).into_iter().map(view).collect()
}
