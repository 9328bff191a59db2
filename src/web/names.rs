//! Countries, languages and time zones by name in the reader's language: to show, and to choose from.
//!
//! The names are texts like all others (`config/locales/<language>/names.ftl`, from CLDR). What has no
//! name there stands for itself.

use std::sync::LazyLock;

use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::texts::{FALLBACK, Texts};
use crate::ground::{Country, Language, Zone};

/// Tags of the languages that have a name.
static LANGUAGES: LazyLock<Vec<String>> =
    LazyLock::new(|| Texts::keys(&FALLBACK).iter().filter_map(|key| key.strip_prefix("language-").map(str::to_owned)).collect());

fn name(texts: &Texts, reader: &Language, kind: &str, code: &str) -> String {
    texts.find(reader, &format!("{kind}-{code}"), &FluentArgs::new()).unwrap_or_else(|| code.to_owned())
}

/// Names of countries, with commas between.
pub fn of_countries(texts: &Texts, reader: &Language, countries: &[Country]) -> String {
    countries.iter().map(|c| name(texts, reader, "country", c.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The name of a language.
pub fn of_language(texts: &Texts, reader: &Language, tag: &str) -> String {
    name(texts, reader, "language", tag)
}

/// Names of languages, with commas between.
pub fn of_languages(texts: &Texts, reader: &Language, languages: &[Language]) -> String {
    languages.iter().map(|l| name(texts, reader, "language", l)).collect::<Vec<_>>().join(", ")
}

/// Countries to choose from, by name.
pub fn countries(texts: &Texts, reader: &Language, chosen: &str) -> Value {
    let codes: Vec<Country> = Country::all().collect();
    options(texts, reader, "country", codes.iter().map(AsRef::as_ref), chosen)
}

/// Languages to choose from, by name; the API takes others too.
pub fn languages(texts: &Texts, reader: &Language, chosen: &str) -> Value {
    options(texts, reader, "language", LANGUAGES.iter().map(String::as_str), chosen)
}

/// Options by name; what was chosen is among them, though it may have none.
fn options<'a>(texts: &Texts, reader: &Language, kind: &str, codes: impl Iterator<Item = &'a str>, chosen: &'a str) -> Value {
    let mut options: Vec<(String, &str)> = codes.map(|code| (name(texts, reader, kind, code), code)).collect();
    if !chosen.is_empty() && !options.iter().any(|(_, code)| *code == chosen) {
        options.push((name(texts, reader, kind, chosen), chosen));
    }
    options.sort();
    options.iter().map(|(name, code)| json!({"value": code, "label": name})).collect()
}

/// Time zones to choose from: places, and UTC; the one of the form too, if it is another.
pub fn zones(values: &Value) -> Value {
    let chosen = values["time_zone"].as_str().unwrap_or_default();
    let mut names = Zone::names();
    if !chosen.is_empty() && !names.contains(&chosen) {
        names.push(chosen);
    }
    names.iter().map(|name| json!({"value": name, "label": name.replace('_', " ")})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_and_every_language_to_choose_is_one() {
        let texts = Texts::load().unwrap();
        for reader in ["en", "ar"].map(Language::of) {
            let named = |code: &Country| name(&texts, &reader, "country", code.as_ref()) != code.as_ref();
            assert!(Country::all().all(|code| named(&code)), "{reader}");
        }
        for tag in LANGUAGES.iter() {
            assert_eq!(tag.parse::<Language>().map(|l| l.to_string()).as_ref(), Ok(tag));
        }
        let shown = languages(&texts, &Language::of("ar"), "de-AT");
        let label = |value: &str| shown.as_array().unwrap().iter().find(|o| o["value"] == value).map(|o| o["label"].clone());
        assert_eq!((label("de"), label("de-AT")), (Some(json!("الألمانية")), Some(json!("de-AT"))));
    }
}
