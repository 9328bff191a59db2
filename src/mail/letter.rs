//! A letter: the typed context of one mail template, and whom it goes to. Pure.
//!
//! Links with capabilities are placeholders until the moment of sending, so that no secret lies in
//! the outbox.

use serde::{Deserialize, Serialize};

use crate::ground::ids::{CapabilityId, PersonId};
use crate::ground::{Email, Language, Zone};

/// The context of `email_templates/<TEMPLATE>.hbs`, and the arguments of its sentences.
pub trait Letter: Serialize {
    /// Name of the template, e.g. `review_invitation`.
    const TEMPLATE: &'static str;

    /// A complete example, for previews and for the test that renders every template.
    fn sample() -> Self
    where
        Self: Sized;
}

/// Whom a letter goes to, in which language and by whose clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub person: PersonId,
    pub name: String,
    pub email: Email,
    pub language: Language,
    pub time_zone: Zone,
}

/// A link in a letter: a path of this instance, perhaps ending in a capability's token.
///
/// In the stored context it is an object of its own, `{"$link": "…"}`: only there are placeholders
/// resolved, so that nobody gets a token by typing a placeholder into a text that is mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    #[serde(rename = "$link")]
    address: String,
}

/// The one key of a link in a letter's context.
pub const LINK: &str = "$link";
/// Opens and closes the placeholder of a capability inside a link.
pub const OPEN: &str = "[[cap:";
pub const CLOSE: &str = "]]";
/// Stands for the instance's base address.
pub const BASE: &str = "[[base]]";

impl Link {
    /// A link to a path, e.g. `/reports`.
    pub fn to(path: &str) -> Self {
        Self { address: format!("{BASE}{path}") }
    }

    /// A link to `path` + token, e.g. `/review/` and the capability of that review.
    pub fn capability(path: &str, id: &CapabilityId) -> Self {
        Self { address: format!("{BASE}{path}{OPEN}{id}{CLOSE}") }
    }

    /// What a sample shows.
    pub fn sample(path: &str) -> Self {
        Self { address: format!("https://stoa.example.org{path}") }
    }
}
