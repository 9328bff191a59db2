//! `Country`: a country by its ISO 3166-1 code of two letters, one that is really assigned.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

use super::given::Readable;

/// The codes that ISO 3166-1 has assigned, as of 2026.
const ASSIGNED: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ \
    NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A code such as `JO`, in capitals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "JO")]
pub struct Country(SmolStr);

impl Country {
    /// For codes that the code itself names.
    pub const fn of(code: &'static str) -> Self {
        Self(SmolStr::new_static(code))
    }

    /// For codes that were stored: the rule of their time let them in.
    pub fn from_stored(code: impl AsRef<str>) -> Self {
        Self(SmolStr::new(code))
    }

    /// Every assigned country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        ASSIGNED.split_whitespace().map(Self::of)
    }
}

impl Readable for Country {
    const WRONG: &'static str = "bad_country";
}

impl FromStr for Country {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        let code = code.to_ascii_uppercase();
        let assigned = code.len() == 2 && ASSIGNED.split_whitespace().any(|known| known == code);
        if assigned { Ok(Self::from_stored(code)) } else { Err(format!("{code:?} is not a country; it should be a code of ISO 3166 like JO")) }
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Country {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_that_is_assigned_is_a_country() {
        assert_eq!("jo".parse::<Country>().unwrap().to_string(), "JO");
        for wrong in ["", "ZZ", "XA", "UK", "EU", "SU", "Jordan", "J", "J O", "ＪＯ"] {
            assert!(wrong.parse::<Country>().is_err(), "{wrong:?}");
        }
        assert_eq!(Country::all().count(), 249);
    }
}
