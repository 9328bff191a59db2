//! Identifiers: one type per thing, a prefix and a UUID v7 (v4 for responses, which carry no instant).
//!
//! Parsing checks prefix and shape, so a foreign or mistyped id is refused at the edge.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, Type};
use uuid::{Builder, Uuid};

use super::chance::Chance;
use super::clock::{Clock, UtcTime};

/// A UUID v7 from the given clock and chance, as 32 hex digits.
pub fn ordered(clock: &dyn Clock, chance: &dyn Chance) -> String {
    let mut bytes = [0; 10];
    chance.fill(&mut bytes);
    let millis = u64::try_from(clock.now().chrono().timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().simple().to_string()
}

/// A UUID v4 from the given chance, as 32 hex digits: says nothing about when it was made.
pub fn unordered(chance: &dyn Chance) -> String {
    let mut bytes = [0; 16];
    chance.fill(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid().simple().to_string()
}

/// How an id is documented: in the shape that parsing asks for.
pub fn id_schema(prefix: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^{prefix}_[0-9a-fA-F]{{32}}$"))).build()
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A new id, ordered by time.
            pub fn new(clock: &dyn Clock, chance: &dyn Chance) -> Self {
                Self(format!("{}_{}", $prefix, ordered(clock, chance)))
            }

            /// A new id that says nothing about time or order.
            pub fn unordered(chance: &dyn Chance) -> Self {
                Self(format!("{}_{}", $prefix, unordered(chance)))
            }

            /// Before every id that was made at that time or later, and after those of before.
            pub fn first_of(at: UtcTime) -> Self {
                let millis = u64::try_from(at.chrono().timestamp_millis()).unwrap_or(0);
                Self(format!("{}_{millis:012x}{:020}", $prefix, 0))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// For values that the database wrote, which were checked before.
            pub fn from_stored(stored: String) -> Self {
                Self(stored)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let ok = text.strip_prefix(concat!($prefix, "_"))
                    .is_some_and(|hex| hex.len() == 32 && Uuid::try_parse(hex).is_ok());
                if ok { Ok(Self(text.to_ascii_lowercase())) } else { Err(concat!("not an id beginning with ", $prefix, "_").to_owned()) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> { text.parse() }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self { id.0 }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> Cow<'static, str> { Cow::Borrowed(stringify!($name)) }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> { id_schema($prefix).into() }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str { &self.0 }
        }
    )+

        /// The type of each kind of id with its prefix, for documentation.
        pub const TYPES: &[(&str, &str)] = &[$((stringify!($name), $prefix)),+];

        /// Every prefix, for tests and documentation.
        pub const PREFIXES: &[&str] = &[$($prefix),+];
    };
}

ids! {
    PersonId = "per";
    GrantId = "grt";
    CapabilityId = "cap";
    FrameworkId = "frw";
    CityId = "cty";
    RoundId = "rnd";
    ParticipationId = "prt";
    InstrumentId = "ins";
    SurveyId = "srv";
    ExportId = "exp";
    InvitationId = "inv";
    ReportId = "rpt";
    EvidenceId = "evd";
    SubmissionId = "sub";
    RubricId = "rbr";
    PlanId = "pln";
    ReviewId = "rev";
    ConflictId = "cfl";
    DisagreementId = "dis";
    MessageId = "msg";
    ServiceTokenId = "svt";
    PasskeyId = "pky";
}
