//! `Text`: a sentence in several languages, with a fallback that never shows an empty line.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::Language;

/// Language → text. On the wire a JSON object, e.g. `{"en": "Literacy", "ar": "…"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = std::collections::HashMap<String, String>)]
pub struct Text(pub BTreeMap<Language, String>);

impl Text {
    /// A text in English.
    pub fn english(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(Language::ENGLISH, text.into())]))
    }

    /// The same text, and another language's.
    #[must_use]
    pub fn and(mut self, language: Language, text: impl Into<String>) -> Self {
        self.set(language, text);
        self
    }

    /// The text in `language`, else in its main language, else English, else whatever there is.
    pub fn get(&self, language: &Language) -> &str {
        [language, language.main(), "en"]
            .iter()
            .find_map(|l| self.0.get(*l).filter(|t| !t.is_empty()))
            .or_else(|| self.0.values().find(|t| !t.is_empty()))
            .map_or("", String::as_str)
    }

    pub fn set(&mut self, language: Language, text: impl Into<String>) {
        self.0.insert(language, text.into());
    }

    pub fn is_empty(&self) -> bool {
        self.0.values().all(|t| t.trim().is_empty())
    }
}

/// Tags are taken as they are, for a text that was stored; whoever takes one from people checks them.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(Self(texts.into_iter().map(|(tag, text)| (Language::from_stored(tag), text)).collect()))
    }
}

/// The languages that some texts are written in, English first.
pub fn languages<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Vec<&'a str> {
    let mut all: Vec<&str> = texts.into_iter().flat_map(|text| text.0.keys()).map(|language| &**language).collect();
    all.sort_unstable_by_key(|tag| (*tag != "en", *tag));
    all.dedup();
    all
}
