//! `Text`: a sentence in several languages, with a fallback that never shows an empty line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Language tag → text. On the wire a JSON object, e.g. `{"en": "Literacy", "ar": "…"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::HashMap<String, String>)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    pub fn of(language: &str, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language.to_owned(), text.into())]))
    }

    /// The text in `language`, else in its main language, else English, else whatever there is.
    pub fn get(&self, language: &str) -> &str {
        let main = language.split('-').next().unwrap_or(language);
        [language, main, "en"]
            .iter()
            .find_map(|l| self.0.get(*l).filter(|t| !t.is_empty()))
            .or_else(|| self.0.values().find(|t| !t.is_empty()))
            .map_or("", String::as_str)
    }

    pub fn set(&mut self, language: &str, text: impl Into<String>) {
        self.0.insert(language.to_owned(), text.into());
    }

    pub fn is_empty(&self) -> bool {
        self.0.values().all(|t| t.trim().is_empty())
    }
}

/// Writing direction of a language tag: `rtl` or `ltr`. Decided by the tag, never by the text.
pub fn direction(language: &str) -> &'static str {
    let main = language.split('-').next().unwrap_or(language);
    if ["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"].contains(&main) { "rtl" } else { "ltr" }
}
