//! Texts for people: Fluent files under `config/locales/<language>/`, built into the binary.
//!
//! A text missing in a language falls back to English; one missing there shows its key, and a test
//! fails. Keys begin with their room: `surveys-thanks-title`.

use std::collections::BTreeMap;
use std::fmt::Write;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;

use crate::ground::Language;

#[derive(RustEmbed)]
#[folder = "config/locales/"]
#[include = "*.ftl"]
struct Locales;

/// Languages that Stoa speaks, with their own names, in the order they are offered.
pub const LANGUAGES: &[(Language, &str)] = &[(Language::ENGLISH, "English"), (Language::of("ar"), "العربية")];

/// The language that has every text.
pub const FALLBACK: Language = Language::ENGLISH;

/// The best of Stoa's languages for a wanted one.
pub fn nearest(wanted: &Language) -> Language {
    LANGUAGES.iter().map(|(tag, _)| tag).find(|tag| *tag == wanted || ***tag == *wanted.main()).cloned().unwrap_or(FALLBACK)
}

/// The texts of one language; `isolating` puts every argument between Unicode isolates.
pub fn bundle(tag: &Language, isolating: bool) -> Result<FluentBundle<FluentResource>, String> {
    let id: unic_langid::LanguageIdentifier = tag.parse().map_err(|e| format!("{tag}: {e}"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(isolating);
    for path in Locales::iter().filter(|p| p.split('/').next() == Some(tag.as_ref())) {
        let file = Locales::get(&path).ok_or_else(|| format!("{path}: not embedded"))?;
        let source = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
        let resource = FluentResource::try_new(source).map_err(|(_, e)| format!("{path}: {e:?}"))?;
        bundle.add_resource(resource).map_err(|e| format!("{path}: {e:?}"))?;
    }
    Ok(bundle)
}

/// All texts of all languages.
pub struct Texts {
    bundles: BTreeMap<Language, FluentBundle<FluentResource>>,
}

impl Texts {
    /// Reads the built-in files; the error names file and what is wrong.
    pub fn load() -> Result<Self, String> {
        let mut bundles = BTreeMap::new();
        for (tag, _) in LANGUAGES {
            bundles.insert(tag.clone(), bundle(tag, false)?);
        }
        Ok(Self { bundles })
    }

    /// The text of `key`, or `None` where neither the language nor English has it.
    pub fn find(&self, language: &Language, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        [nearest(language), FALLBACK].iter().find_map(|tag| {
            let bundle = self.bundles.get(tag)?;
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
            if !errors.is_empty() {
                tracing::warn!(key, ?errors, "a text lacks an argument");
            }
            Some(text)
        })
    }

    /// The text of `key`; the key itself where there is none.
    pub fn get(&self, language: &Language, key: &str) -> String {
        self.with(language, key, &[])
    }

    /// The text of `key` with string arguments.
    pub fn with(&self, language: &Language, key: &str, args: &[(&str, &str)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set((*name).to_owned(), argument(value));
        }
        self.find(language, key, &fluent).unwrap_or_else(|| {
            tracing::warn!(key, "no such text");
            key.to_owned()
        })
    }

    /// The sentence for a field error: its own message, or the text of its code.
    pub fn field_error(&self, language: &Language, error: &crate::ground::FieldError) -> String {
        if let Some(message) = &error.message {
            return message.clone();
        }
        let args: Vec<(&str, &str)> = error.params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.with(language, &format!("error-{}", error.code.replace('_', "-")), &args)
    }

    /// The sentence for what is wrong as a whole.
    pub fn problem(&self, language: &Language, error: &crate::ground::Error) -> String {
        let key = format!("error-{}", error.code().replace('_', "-"));
        match error {
            crate::ground::Error::TooMany { retry_after } => self.with(language, &key, &[("minutes", &retry_after.div_ceil(60).to_string())]),
            _ => self.get(language, &key),
        }
    }

    /// Keys of one language, for the test that compares languages.
    pub fn keys(language: &Language) -> Vec<String> {
        let mut keys = Vec::new();
        for path in Locales::iter().filter(|p| p.split('/').next() == Some(language.as_ref())) {
            let Some(file) = Locales::get(&path) else { continue };
            for line in String::from_utf8_lossy(&file.data).lines() {
                if let Some((key, _)) = line.split_once('=')
                    && line.starts_with(|c: char| c.is_ascii_alphabetic())
                {
                    keys.push(key.trim().to_owned());
                }
            }
        }
        keys.sort();
        keys
    }
}

/// Numbers select plural forms; everything else is text.
pub fn argument(value: &str) -> FluentValue<'static> {
    let plain = value.parse::<f64>().is_ok_and(f64::is_finite) && (!value.starts_with('0') || value == "0");
    match value.parse::<f64>() {
        Ok(number) if plain => FluentValue::from(number),
        _ => FluentValue::from(value.to_owned()),
    }
}

/// A number as it was given: as many decimals as it has, six at most.
pub fn as_given(value: f64) -> String {
    number(value, decimals(&[value]))
}

/// How many decimals some numbers have that stand beside each other: those of the one with the most, six at
/// most.
pub fn decimals(values: &[f64]) -> usize {
    let of = |value: &f64| value.to_string().split_once('.').map_or(0, |(_, rest)| rest.len());
    values.iter().map(of).max().unwrap_or(0).min(6)
}

/// Key and number of a file's size, e.g. `web-size-mb` and 1.2.
pub fn size(bytes: i32) -> (&'static str, String) {
    let bytes = f64::from(bytes);
    if bytes < 1_048_576.0 {
        ("web-size-kb", format!("{:.0}", (bytes / 1024.0).ceil()))
    } else {
        ("web-size-mb", format!("{:.1}", bytes / 1_048_576.0))
    }
}

/// A number for people: thin grouping, no exponent.
pub fn number(value: f64, digits: usize) -> String {
    let fixed = format!("{:.digits$}", value.abs());
    let (whole, rest) = fixed.split_once('.').map_or((fixed.as_str(), None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    if value < 0.0 && fixed.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        write!(out, ".{rest}").expect("a String takes every write");
    }
    out
}
