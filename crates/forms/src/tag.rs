//! Language tags: one rule for the whole service. BCP 47, canonical, and of a language that CLDR
//! knows, so that a word like "German" is refused where it is typed.

use std::collections::HashMap;
use std::sync::OnceLock;

use icu_locale::{LanguageIdentifier, Locale, LocaleCanonicalizer, LocaleExpander};

/// Longest tag that is kept.
const LONGEST: usize = 35;

/// A tag such as `pt_br` in its canonical form, `pt-BR`; nothing of what is no language.
pub fn canonical(tag: &str) -> Option<String> {
    if tag.len() > LONGEST {
        return None;
    }
    let mut locale = Locale::from(LanguageIdentifier::try_from_str(&tag.replace('_', "-")).ok()?);
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    let mut likely = LanguageIdentifier::from(locale.id.language);
    LocaleExpander::new_extended().maximize(&mut likely);
    // Whatever is a language is written somehow, somewhere.
    (!locale.id.language.is_unknown() && likely.script.is_some()).then(|| locale.id.to_string())
}

/// What forms call languages that have other names in ISO 639.
const ALIASES: [(&str, &str); 25] = [
    ("pashto", "ps"),
    ("tigirigna", "ti"),
    ("tigrigna", "ti"),
    ("oromiffa", "om"),
    ("oromifa", "om"),
    ("afaan oromo", "om"),
    ("afan oromo", "om"),
    ("kiswahili", "sw"),
    ("farsi", "fa"),
    ("pushto", "ps"),
    ("pashtu", "ps"),
    ("sorani", "ckb"),
    ("kurmanji", "kmr"),
    ("mandarin", "zh"),
    ("simplified chinese", "zh-Hans"),
    ("traditional chinese", "zh-Hant"),
    ("bahasa", "id"),
    ("bahasa indonesia", "id"),
    ("castilian", "es"),
    ("castellano", "es"),
    ("brazilian portuguese", "pt-BR"),
    ("bangla", "bn"),
    ("kinyarwanda", "rw"),
    ("kirundi", "rn"),
    ("creole", "ht"),
];

/// The tag of the language that is called so in English or by those who speak it: `French`, `français`.
pub fn called(name: &str) -> Option<String> {
    static NAMES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let wanted = name.trim().to_lowercase();
    let names = NAMES.get_or_init(|| {
        let mut names = HashMap::new();
        for language in isolang::languages() {
            let code = language.to_639_1().unwrap_or(language.to_639_3());
            // ISO 639-3 says `Modern Greek (1453-)` and `Swahili (macrolanguage)`.
            let english = language.to_name().split(" (").next().unwrap_or_default().to_lowercase();
            let own = language.to_autonym().map(str::to_lowercase);
            let known = english.strip_prefix("modern ").unwrap_or(&english).to_owned();
            for name in own.into_iter().chain([known]).filter(|name| name.chars().nth(1).is_some()) {
                // Of several called alike, the one that most people mean has two letters.
                let kept = names.entry(name).or_insert(code);
                if kept.len() > code.len() {
                    *kept = code;
                }
            }
        }
        names
    });
    let alias = ALIASES.iter().find(|(name, _)| *name == wanted).map(|(_, code)| *code);
    alias.or_else(|| names.get(&wanted).copied()).and_then(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_names() {
        let names = [
            ("English", "en"),
            ("French", "fr"),
            ("Français", "fr"),
            ("español", "es"),
            ("العربية", "ar"),
            ("Amharic", "am"),
            ("Tigrinya", "ti"),
            ("Oromo", "om"),
            ("Igbo", "ig"),
            ("Dari", "prs"),
            ("Swahili", "sw"),
            ("Greek", "el"),
            ("中文", "zh"),
        ];
        for (name, tag) in names {
            assert_eq!(called(name).as_deref(), canonical(tag).as_deref(), "{name}");
        }
        for name in ["Klingon", "", "x", "hint"] {
            assert_eq!(called(name), None, "{name}");
        }
    }
}
