//! Language tags: one rule for the whole service. BCP 47, canonical, and of a language that CLDR
//! knows, so that a word like "German" is refused where it is typed.

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
