//! An expert: what somebody can judge, in which languages, and how much at a time. Pure.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::framework::catalogue::Catalogue;
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::{Country, FieldError, Given, Language, Result};

/// An expert as assignments see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    pub person_id: PersonId,
    pub facts: Facts,
}

/// What is known about an expert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// In which they can read a report.
    pub languages: Vec<Language>,
    /// Where they live or are citizens.
    pub countries: Vec<Country>,
    /// Codes of areas they know; none means all alike.
    pub areas: Vec<String>,
    /// Most reviews in one round.
    pub load_max: i32,
    pub affiliation: String,
}

/// What is said about an expert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpertInput {
    #[schema(value_type = Vec<Language>)]
    pub languages: Vec<Given<Language>>,
    #[schema(value_type = Vec<Country>)]
    pub countries: Vec<Given<Country>>,
    #[serde(default)]
    pub areas: Vec<String>,
    pub load_max: i32,
    #[serde(default)]
    pub affiliation: String,
}

/// Most reviews that one expert can be asked to take in a round.
pub const LOAD_MOST: i32 = 200;

impl ExpertInput {
    /// What is said, checked against the areas of a catalogue (if there is one yet).
    pub fn checked(&self, catalogue: Option<&Catalogue>) -> Result<Facts> {
        let mut checks = Checks::new();
        let languages = checks.words("languages", &self.languages, 20);
        let countries = checks.words("countries", &self.countries, 20);
        let areas: BTreeSet<String> = self.areas.iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect();
        let known = |code: &String| catalogue.is_none_or(|c| c.areas.iter().any(|a| a.code == *code));
        checks.require(areas.len() <= 100 && areas.iter().all(known), "areas", "unknown_choice");
        if !(0..=LOAD_MOST).contains(&self.load_max) {
            checks.push(FieldError::new("load_max", "out_of_range").with("min", 0).with("max", LOAD_MOST));
        }
        let affiliation = checks.optional_text("affiliation", &self.affiliation, 200, false);
        let (languages, countries) = checks.complete(languages.zip(countries))?;
        Ok(Facts { languages, countries, areas: Vec::from_iter(areas), load_max: self.load_max, affiliation })
    }
}

impl Expert {
    /// Whether they read a language; regional variants count as one.
    pub fn reads(&self, language: &Language) -> bool {
        self.facts.languages.iter().any(|l| l.main().eq_ignore_ascii_case(language.main()))
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
        assert_eq!((checked.languages, checked.countries), (vec![Language::of("ar"), Language::ENGLISH], vec!["JO".parse().unwrap()]));
        let bad = ExpertInput { languages: vec!["English".into()], countries: vec!["Jordan".into()], load_max: -1, ..good };
        let crate::ground::Error::Invalid(fields) = bad.checked(None).unwrap_err() else { panic!("not invalid") };
        assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["languages", "countries", "load_max"]);
    }

    #[test]
    fn regional_variants_are_one_language() {
        let facts = Facts { languages: vec![Language::of("pt-BR")], ..Facts::default() };
        let expert = Expert { person_id: PersonId::from_stored("per_x".into()), facts };
        assert!(["pt", "pt-PT"].map(Language::of).iter().all(|l| expert.reads(l)) && !expert.reads(&Language::of("es")));
    }
}
