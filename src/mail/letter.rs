//! A letter: the typed context of one mail template, and whom it goes to. Pure.
//!
//! Links with capabilities are placeholders until the moment of sending, so that no secret lies in
//! the outbox.

use serde::{Deserialize, Serialize};

use crate::ground::ids::{CapabilityId, InvitationId, PersonId, SurveyId};
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

impl Recipient {
    /// Somebody without an account, who was invited to answer.
    pub fn without_account(name: &str, email: Email, language: &Language, time_zone: Zone) -> Self {
        let person = PersonId::from_stored(String::new());
        Self { person, name: name.to_owned(), email, language: language.clone(), time_zone }
    }
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
/// Opens the placeholder of an invitation's code.
pub const INVITED: &str = "[[inv:";
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

    /// A link to `path` + the code by which somebody answers a survey.
    pub fn invitation(path: &str, survey: &SurveyId, id: &InvitationId) -> Self {
        Self::invitation_then(path, survey, id, "")
    }

    /// The same, and on from there.
    pub fn invitation_then(path: &str, survey: &SurveyId, id: &InvitationId, then: &str) -> Self {
        Self { address: format!("{BASE}{path}{INVITED}{survey}/{id}{CLOSE}{then}") }
    }

    /// What a sample shows.
    pub fn sample(path: &str) -> Self {
        Self { address: format!("https://stoa.example.org{path}") }
    }
}
