//! `MeasureCode`: a measure of a framework by its code, as the framework's catalogue writes it.
//!
//! One rule for files, paths and forms. Whether a framework has the measure, only its catalogue knows.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

/// A code such as `9.1.a`: letters, digits and dots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "9.1.a")]
pub struct MeasureCode(SmolStr);

impl MeasureCode {
    /// Code of the error at a cell that holds something else.
    pub const WRONG: &'static str = "bad_code";

    /// For codes that were stored: the rule of their time let them in.
    pub fn from_stored(code: impl AsRef<str>) -> Self {
        Self(SmolStr::new(code))
    }
}

impl FromStr for MeasureCode {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        if forms::code::is_code(code) {
            Ok(Self::from_stored(code))
        } else {
            Err(format!("{code:?} is not the code of a measure; it should be like 9.1.a"))
        }
    }
}

impl<'de> Deserialize<'de> for MeasureCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for MeasureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for MeasureCode {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for MeasureCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A measure or none, for `#[serde(with)]`: none is the empty text.
pub mod or_none {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::MeasureCode;

    pub fn serialize<S: Serializer>(code: &Option<MeasureCode>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(code.as_deref().unwrap_or_default())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MeasureCode>, D::Error> {
        let code = String::deserialize(deserializer)?;
        if code.is_empty() { Ok(None) } else { code.parse().map(Some).map_err(serde::de::Error::custom) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_short_and_has_letters_digits_and_dots_only() {
        for good in ["9.1.a", "1", "EU5", "x", "12345678901234567890"] {
            assert_eq!(good.parse::<MeasureCode>().unwrap().to_string(), good);
        }
        for wrong in ["", " 9.1.a", "9/1", "9-1", "٩.١", "é", "123456789012345678901"] {
            assert!(wrong.parse::<MeasureCode>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_code_is_written_as_its_text_and_none_as_the_empty_one() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Kept {
            #[serde(with = "or_none")]
            measure: Option<MeasureCode>,
            others: Vec<MeasureCode>,
        }
        let kept = |code: Option<&str>| Kept { measure: code.map(MeasureCode::from_stored), others: vec![MeasureCode::from_stored("2.1.a")] };
        for (value, text) in
            [(kept(Some("9.1.a")), r#"{"measure":"9.1.a","others":["2.1.a"]}"#), (kept(None), r#"{"measure":"","others":["2.1.a"]}"#)]
        {
            assert_eq!(serde_json::to_string(&value).unwrap(), text);
            assert_eq!(serde_json::from_str::<Kept>(text).unwrap(), value);
        }
        assert!(serde_json::from_str::<Kept>(r#"{"measure":"a b","others":[]}"#).is_err());
    }
}
