//! `Language`: a language by its tag, in the canonical form that `forms::tag` gives it.
//!
//! Direction comes from the script that CLDR finds likely for the tag, never from a list of our own.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use icu_locale::{Direction, LanguageIdentifier, LocaleDirectionality};
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

use super::given::Readable;

/// A language tag such as `en`, `pt-BR` or `az-Arab`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "pt-BR")]
pub struct Language(SmolStr);

impl Language {
    pub const ENGLISH: Self = Self::of("en");

    /// English, to be lent.
    pub fn english() -> &'static Self {
        static ENGLISH: Language = Language::ENGLISH;
        &ENGLISH
    }

    /// For tags that the code itself names.
    pub const fn of(tag: &'static str) -> Self {
        Self(SmolStr::new_static(tag))
    }

    /// For tags that were stored: the rule of their time let them in.
    pub fn from_stored(tag: impl AsRef<str>) -> Self {
        Self(SmolStr::new(tag))
    }

    /// The language without script, region and variant: `pt` of `pt-BR`.
    pub fn main(&self) -> &str {
        main(&self.0)
    }

    /// Writing direction: `rtl` or `ltr`.
    pub fn direction(&self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    pub fn is_rtl(&self) -> bool {
        let known = LanguageIdentifier::try_from_str(&self.0).ok();
        known.and_then(|id| LocaleDirectionality::new_extended().get(&id)) == Some(Direction::RightToLeft)
    }

    /// Of the offered languages the one that comes closest to what somebody wants: the same tag, else the main language
    /// itself, else one of the same main language.
    pub fn offered<'a>(offered: &'a [Self], wanted: &str) -> Option<&'a Self> {
        let same = |tag: &str| offered.iter().find(|language| language.eq_ignore_ascii_case(tag));
        let near = |tag: &str| offered.iter().find(|language| language.main().eq_ignore_ascii_case(main(tag)));
        same(wanted).or_else(|| same(main(wanted))).or_else(|| near(wanted)).or_else(|| {
            // Old and macro-language tags come closest under their present names.
            let present: Self = wanted.parse().ok()?;
            same(&present).or_else(|| same(present.main())).or_else(|| near(&present))
        })
    }

    /// The best of the offered languages for an Accept-Language header (RFC 9110), if it names any.
    pub fn preferred<'a>(offered: &'a [Self], accept: &str) -> Option<&'a Self> {
        let mut wanted: Vec<(&str, f32)> = accept
            .split(',')
            .filter_map(|part| {
                let (tag, weight) =
                    part.split_once(';').map_or((part, Some(1.0)), |(tag, q)| (tag, q.trim().strip_prefix("q=").and_then(|q| q.parse().ok())));
                let weight = weight.filter(|w| *w > 0.0)?;
                Some((tag.trim(), weight))
            })
            .collect();
        wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
        wanted.iter().find_map(|(tag, _)| Self::offered(offered, tag))
    }
}

/// English, which has every text of Stoa.
impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

fn main(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

impl Readable for Language {
    const WRONG: &'static str = "unknown_language";
}

impl FromStr for Language {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        let canonical = forms::tag::canonical(tag).map(|tag| Self(SmolStr::new(tag)));
        canonical.ok_or_else(|| format!("{tag:?} is not a language tag; it should be like en, pt-BR or zh-Hant"))
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for Language {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Language {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Language {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str) -> Option<String> {
        tag.parse::<Language>().ok().map(|l| l.to_string())
    }

    #[test]
    fn a_tag_is_read_in_its_canonical_form_and_a_word_is_refused() {
        let good = [
            ("en", "en"),
            ("EN", "en"),
            ("pt-br", "pt-BR"),
            ("pt_BR", "pt-BR"),
            ("zh-hant-hk", "zh-Hant-HK"),
            ("AZ-arab", "az-Arab"),
            ("iw", "he"),
            ("sr-latn", "sr-Latn"),
            ("ckb", "ckb"),
            ("es-419", "es-419"),
            ("ca-valencia", "ca-valencia"),
        ];
        for (typed, kept) in good {
            assert_eq!(read(typed).as_deref(), Some(kept), "{typed}");
        }
        for wrong in
            ["", "German", "english", "Deutsch", "e", "zz", "qq", "und", "mul", "en-", "en us", "عربي", "en-US-US", "x-private", "en\u{200b}"]
        {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_script_decides_in_which_direction_a_language_is_written() {
        let rtl = [
            "ar", "arc", "az-Arab", "bal", "bgn", "bqi", "ckb", "dv", "fa", "ff-Adlm", "glk", "ha-Arab", "haz", "he", "khw", "kk-Arab", "ks",
            "ku-Arab", "lrc", "man-Nkoo", "ms-Arab", "mzn", "nqo", "pa-Arab", "pa-PK", "pnb", "prs", "ps", "rhg", "sd", "skr", "syr", "ug", "ur",
            "uz-AF", "uz-Arab", "yi",
        ];
        for tag in rtl {
            assert_eq!(tag.parse::<Language>().unwrap().direction(), "rtl", "{tag}");
        }
        let ltr = [
            "am", "az", "de", "en", "es", "ff", "fr", "ha", "he-Latn", "hi", "ja", "kk", "ks-Deva", "ku", "ku-Latn", "mn", "ms", "pa", "ru",
            "sd-Deva", "so", "sw", "ti", "tr", "ur-Latn", "uz", "zh",
        ];
        for tag in ltr {
            assert_eq!(tag.parse::<Language>().unwrap().direction(), "ltr", "{tag}");
        }
        assert_eq!(Language::from_stored("German").direction(), "ltr");
    }

    #[test]
    fn the_browsers_order_decides_among_what_is_offered() {
        let languages = ["en", "ar", "pt-BR", "he"].map(Language::of);
        let preferred = |accept: &str| Language::preferred(&languages, accept).map(|l| l.to_string());
        assert_eq!(preferred("fr, ar-JO;q=0.8, en;q=0.5").as_deref(), Some("ar"));
        assert_eq!(preferred("en;q=0.1, pt;q=0.9").as_deref(), Some("pt-BR"));
        assert_eq!(preferred("iw, en;q=0.9").as_deref(), Some("he"));
        for none in ["fr, ar;q=0", "", "en;q=NaN", "*", ";;,,=", "de, en;v=1"] {
            assert_eq!(preferred(none), None, "{none}");
        }
        let portuguese = ["pt-BR", "pt"].map(Language::from_stored);
        assert_eq!(Language::offered(&portuguese, "pt-PT"), Some(&portuguese[1]), "not another country's, where the language itself is there");
        assert_eq!(Language::offered(&languages, "AR"), Some(&languages[1]));
    }
}
