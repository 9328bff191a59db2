//! An expert: what somebody can judge, in which languages, and how much at a time. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::{FieldError, Result};

/// An expert as assignments see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    pub person_id: PersonId,
    /// Language tags in which they can read a report.
    pub languages: Vec<String>,
    /// Two-letter codes of countries they live in or are citizens of.
    pub countries: Vec<String>,
    /// Codes of areas they know; none means all alike.
    pub areas: Vec<String>,
    /// Most reviews in one round.
    pub load_max: i32,
    pub affiliation: String,
}

/// What is said about an expert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertInput {
    pub languages: Vec<String>,
    pub countries: Vec<String>,
    #[serde(default)]
    pub areas: Vec<String>,
    pub load_max: i32,
    #[serde(default)]
    pub affiliation: String,
}

/// Most reviews that one expert can be asked to take in a round.
pub const LOAD_MOST: i32 = 200;

impl ExpertInput {
    /// The input, normalised and checked against the areas of a catalogue (if there is one yet).
    pub fn checked(mut self, catalogue: Option<&Catalogue>) -> Result<Self> {
        let mut checks = Checks::new();
        let tidy = |list: &[String], f: fn(&str) -> String| -> Vec<String> {
            let set: BTreeSet<String> = list.iter().map(|s| f(s.trim())).filter(|s| !s.is_empty()).collect();
            set.into_iter().collect()
        };
        self.languages = tidy(&self.languages, str::to_lowercase);
        self.countries = tidy(&self.countries, str::to_uppercase);
        self.areas = tidy(&self.areas, str::to_owned);
        checks.require(!self.languages.is_empty(), "languages", "required");
        checks.require(self.languages.len() <= 20 && self.languages.iter().all(|l| is_language(l)), "languages", "unknown_language");
        checks.require(!self.countries.is_empty(), "countries", "required");
        checks.require(self.countries.len() <= 20 && self.countries.iter().all(|c| is_country(c)), "countries", "bad_country");
        let known = |code: &String| catalogue.is_none_or(|c| c.areas.iter().any(|a| a.code == *code));
        checks.require(self.areas.len() <= 100 && self.areas.iter().all(known), "areas", "unknown_choice");
        if !(0..=LOAD_MOST).contains(&self.load_max) {
            checks.push(FieldError::new("load_max", "out_of_range").with("min", 0).with("max", LOAD_MOST));
        }
        self.affiliation = checks.optional_text("affiliation", &self.affiliation, 200, false);
        checks.done()?;
        Ok(self)
    }
}

/// Whether a text looks like a language tag: `en`, `pt-br`, `zh-hant`.
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let main = parts.next().unwrap_or("");
    (2..=3).contains(&main.len())
        && main.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether a text looks like an ISO 3166 two-letter code.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// The main language of a tag: `pt` of `pt-br`.
pub fn main_language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

impl Expert {
    /// Whether they read a language; regional variants count as one.
    pub fn reads(&self, language: &str) -> bool {
        let wanted = main_language(language).to_lowercase();
        self.languages.iter().any(|l| main_language(l) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_about_an_expert_is_tidied_and_every_wrong_part_is_named() {
        let good = ExpertInput {
            languages: vec![" EN".into(), "ar".into(), "en".into()],
            countries: vec!["jo ".into()],
            areas: vec![],
            load_max: 3,
            affiliation: String::new(),
        };
        let checked = good.clone().checked(None).unwrap();
        assert_eq!((checked.languages, checked.countries), (vec!["ar".to_owned(), "en".to_owned()], vec!["JO".to_owned()]));
        let bad = ExpertInput { languages: vec!["english!".into()], countries: vec!["Jordan".into()], load_max: -1, ..good };
        let crate::ground::Error::Invalid(fields) = bad.checked(None).unwrap_err() else { panic!("not invalid") };
        assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["languages", "countries", "load_max"]);
    }

    #[test]
    fn regional_variants_are_one_language() {
        let expert = Expert {
            person_id: PersonId::from_stored("per_x".into()),
            languages: vec!["pt-br".into()],
            countries: vec![],
            areas: vec![],
            load_max: 1,
            affiliation: String::new(),
        };
        assert!(expert.reads("pt") && expert.reads("pt-PT") && !expert.reads("es"));
    }
}
