//! `Email`: an address that mail can reach, in the one form in which it is stored and compared.
//!
//! Lower case, the domain as ASCII (IDNA). Refused: names that only look like others (invisible and
//! bidirectional characters, letters beyond ASCII before the @), and address literals.

use std::fmt;
use std::str::FromStr;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use serde::{Deserialize, Deserializer, Serialize};

use super::given::Readable;

/// Longest address that mail can carry (RFC 5321).
const LONGEST: usize = 254;

/// An address such as `amina@example.org`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "amina@example.org")]
pub struct Email(String);

impl Email {
    /// For addresses that were stored: the rule of their time let them in. Domains were once kept as
    /// they were typed.
    pub fn from_stored(address: String) -> Self {
        if address.is_ascii() { Self(address) } else { address.parse().unwrap_or(Self(address)) }
    }

    /// An address that is looked for, as somebody typed it: what could not be one is nobody's.
    pub fn looked_up(typed: &str) -> Self {
        typed.trim().parse().unwrap_or_else(|_| Self(typed.trim().to_lowercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the @; all of it where there is none.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(_, domain)| domain)
    }

    /// How it may have been stored: with its domain in ASCII, or as people write it.
    pub fn spellings(&self) -> Vec<Self> {
        let written = self.0.rsplit_once('@').map(|(local, domain)| format!("{local}@{}", idna::domain_to_unicode(domain).0));
        let other = written.filter(|other| *other != self.0).map(Self);
        std::iter::once(self.clone()).chain(other).collect()
    }
}

impl Readable for Email {
    const WRONG: &'static str = "bad_email";
}

impl FromStr for Email {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let wrong = || "not an e-mail address like amina@example.org".to_owned();
        let (local, domain) = typed.rsplit_once('@').ok_or_else(wrong)?;
        // IDNA would drop them, and two addresses that look the same would be one.
        let invisible = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        if !local.bytes().all(|b| b.is_ascii_graphic()) || domain.chars().any(|c| invisible.contains(c)) {
            return Err(wrong());
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| wrong())?;
        let named = domain.split('.').next_back().is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()));
        let address = format!("{}@{domain}", local.to_ascii_lowercase());
        if named && address.len() <= LONGEST && address.parse::<lettre::Address>().is_ok() { Ok(Self(address)) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form_and_must_be_one() {
        let good = [
            ("Amina@Example.ORG", "amina@example.org"),
            ("a.b+c@mail.example.org", "a.b+c@mail.example.org"),
            ("amina@Münster.example", "amina@xn--mnster-3ya.example"),
            ("amina@مثال.example", "amina@xn--mgbh0fb.example"),
        ];
        for (typed, kept) in good {
            assert_eq!(typed.parse::<Email>().unwrap().as_str(), kept);
        }
        let bad = [
            "",
            "amina",
            "amina@",
            "@example.org",
            "a b@example.org",
            "a@b@example.org",
            "a\u{0}@example.org",
            "a@exa mple.org",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@[IPv6:::1]",
            "amina\u{200b}@example.org",
            "amina@exam\u{200b}ple.org",
            "amina@example\u{202e}.org",
            "am\u{202e}ina@example.org",
            "аmina@example.org",
            "amina@example..org",
            "amina@-example.org",
            "amina@exam_ple.org",
            "amina@exam\u{ad}ple.org",
        ];
        for typed in bad {
            assert!(typed.parse::<Email>().is_err(), "{typed:?}");
        }
        let spellings = |typed: &str| typed.parse::<Email>().unwrap().spellings().iter().map(Email::to_string).collect::<Vec<_>>();
        assert_eq!(spellings("Amina@Münster.example"), ["amina@xn--mnster-3ya.example", "amina@münster.example"]);
        assert_eq!(spellings("amina@example.org"), ["amina@example.org"]);
        assert!(format!("{}@example.org", "a".repeat(64)).parse::<Email>().is_ok());
        assert!(format!("a@{}.org", ["a"; 130].join(".")).parse::<Email>().is_err());
    }
}
