//! Countries, languages and time zones by name in the reader's language: to show, and to choose from.
//!
//! The names are texts like all others (`config/locales/<language>/names.ftl`, from CLDR). What has no
//! name there stands for itself.

use std::collections::BTreeMap;

use fluent_bundle::FluentArgs;

use super::texts::{self, FALLBACK, Texts, nearest};
use crate::ground::{Country, Language, Zone};

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

/// What a page gives to `{{choices …}}` for a list that has hundreds of lines, in place of the lines.
pub const COUNTRIES: &str = "countries";
/// Languages that have a name; the API takes others too.
pub const LANGUAGES: &str = "languages";
/// Time zones: places, and UTC.
pub const ZONES: &str = "zones";

/// Lists to choose from in every language, by name: code and name of each line. Made once.
pub struct Lists(BTreeMap<(&'static str, Language), Vec<(String, String)>>);

impl Lists {
    pub fn of(texts: &Texts) -> Self {
        let mut lists = BTreeMap::new();
        let zones: Vec<(String, String)> = Zone::names().into_iter().map(|zone| (zone.to_owned(), zone.replace('_', " "))).collect();
        for (reader, _) in texts::LANGUAGES {
            let by_name = |kind: &str, codes: &mut dyn Iterator<Item = String>| {
                let mut lines: Vec<(String, String)> = codes.map(|code| (name(texts, reader, kind, &code), code)).collect();
                lines.sort();
                lines.into_iter().map(|(name, code)| (code, name)).collect::<Vec<_>>()
            };
            lists.insert((COUNTRIES, reader.clone()), by_name("country", &mut Country::all().map(|c| c.as_ref().to_owned())));
            let tags = Texts::keys(&FALLBACK).into_iter().filter_map(|key| key.strip_prefix("language-").map(str::to_owned));
            lists.insert((LANGUAGES, reader.clone()), by_name("language", &mut tags.into_iter()));
            lists.insert((ZONES, reader.clone()), zones.clone());
        }
        Self(lists)
    }

    /// The lines of a list; what was chosen is among them, though it may have no name.
    pub fn lines<'a>(&'a self, list: &str, reader: &Language, chosen: &'a str) -> Vec<(&'a str, &'a str)> {
        let reader = nearest(reader);
        let lines = self.0.iter().find(|((of, language), _)| *of == list && *language == reader).map_or(&[][..], |(_, lines)| lines);
        let mut lines: Vec<(&str, &str)> = lines.iter().map(|(code, name)| (code.as_str(), name.as_str())).collect();
        if !chosen.is_empty() && !lines.iter().any(|(code, _)| *code == chosen) {
            lines.push((chosen, chosen));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_and_every_language_to_choose_is_one() {
        let texts = Texts::load().unwrap();
        let lists = Lists::of(&texts);
        for reader in ["en", "ar"].map(Language::of) {
            let countries = lists.lines(COUNTRIES, &reader, "");
            assert_eq!(countries.len(), Country::all().count());
            assert!(countries.iter().all(|(code, name)| code != name), "{reader}");
        }
        let shown = lists.lines(LANGUAGES, &Language::of("ar"), "de-AT");
        for (tag, _) in &shown {
            assert_eq!(tag.parse::<Language>().map(|l| l.to_string()).as_deref(), Ok(*tag));
        }
        let name = |of: &str| shown.iter().find(|(code, _)| *code == of).map(|(_, name)| *name);
        assert_eq!((name("de"), name("de-AT")), (Some("الألمانية"), Some("de-AT")));
    }
}
