//! Text in several languages.
//!
//! Languages are short tags (`fr`, `pt-BR`). An empty translation is no translation:
//! it is never stored, so that the default language shows through.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

/// A text by language tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(BTreeMap<String, String>);

impl Text {
    /// A text in one language.
    pub fn new(language: &str, text: &str) -> Self {
        let mut new = Self::default();
        new.set(language, text);
        new
    }

    /// The text in `language`; else in the plain form of that language (`pt` for
    /// `pt-BR`), else in `default`, else in whichever language there is, else empty.
    pub fn get(&self, language: &str, default: &str) -> &str {
        let plain = language.split('-').next().unwrap_or(language);
        self.0
            .get(language)
            .or_else(|| self.0.get(plain))
            .or_else(|| self.0.get(default))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// The text in exactly this language.
    pub fn exact(&self, language: &str) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    /// Puts the text of one language; blank text is left out.
    pub fn set(&mut self, language: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            self.0.remove(language);
        } else {
            self.0.insert(language.to_owned(), text.to_owned());
        }
    }

    /// Whether no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every language and its text, by tag.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// Names of the questions written into the text as `${name}`.
    pub fn references(&self) -> Vec<&str> {
        let mut known = HashSet::new();
        let all = self.0.values().flat_map(|text| pieces(text));
        all.filter_map(|piece| if let Piece::Reference(name) = piece { Some(name) } else { None }).filter(|name| known.insert(*name)).collect()
    }
}

/// A stretch of a text that may quote answers.
pub enum Piece<'a> {
    Plain(&'a str),
    Reference(&'a str),
}

/// Splits `text` at its `${name}` parts.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inner) = rest.strip_prefix("${") {
            let Some((name, after)) = inner.split_once('}') else {
                // Nothing behind here ends either, so that nobody looks again.
                return Some(Piece::Plain(std::mem::take(&mut rest)));
            };
            rest = after;
            return Some(Piece::Reference(name.trim()));
        }
        let end = rest.find("${").unwrap_or(rest.len());
        let (plain, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Plain(plain))
    })
}
