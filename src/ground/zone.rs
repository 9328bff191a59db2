//! `Zone`: a time zone by its IANA name, read once where it comes in.
//!
//! What does not name a zone is refused there; nothing falls back to UTC later on.

use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::given::Readable;

/// A time zone; as text its IANA name, e.g. `Asia/Amman`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, utoipa::ToSchema)]
#[schema(value_type = String, example = "Asia/Amman")]
pub struct Zone(Tz);

impl Zone {
    pub const UTC: Self = Self(Tz::UTC);

    /// For zones that the code itself names.
    pub const fn of(zone: Tz) -> Self {
        Self(zone)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub fn chrono(self) -> Tz {
        self.0
    }

    /// The names to choose from: UTC, then places, sorted; without abbreviations and old names.
    pub fn names() -> Vec<&'static str> {
        const PLACES: [&str; 10] =
            ["Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
        let mut names: Vec<&str> =
            chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|n| PLACES.iter().any(|p| n.starts_with(p))).collect();
        names.sort_unstable();
        names.insert(0, "UTC");
        names
    }
}

impl Readable for Zone {
    const WRONG: &'static str = "unknown_time_zone";
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        name.parse().map(Self).map_err(|_| format!("{name:?} is not a time zone; it should be a name like Europe/Berlin or UTC"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl AsRef<str> for Zone {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_a_name_that_is_known_and_never_something_near_it() {
        assert_eq!("Asia/Amman".parse::<Zone>().unwrap().to_string(), "Asia/Amman");
        for wrong in ["", "Mars/Olympus", "Europe", "CEST", "+02:00", " UTC"] {
            assert!(wrong.parse::<Zone>().is_err(), "{wrong:?}");
        }
        assert!(Zone::names().iter().all(|name| name.parse::<Zone>().is_ok()));
    }
}
