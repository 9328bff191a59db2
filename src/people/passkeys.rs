//! Passkeys, by `webauthn-rs`: what is asked of a device, and whether its answer is the right one. Pure: what is
//! remembered of a question is handed out as text and handed in again with the answer; the store keeps it.
//!
//! A device must have made sure who holds it (user verification), and answers for this instance's address only.

use serde::Serialize;
use serde::de::DeserializeOwned;
use webauthn_rs::prelude::{AuthenticationResult, Passkey, Url, Uuid, Webauthn, WebauthnBuilder};

use crate::ground::ids::PersonId;
use crate::ground::{Email, Error, Result};

/// What is asked of a device, for the page's script, and what is remembered of it. Both are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub asked: String,
    pub state: String,
}

/// This instance, as devices know it.
pub struct Relying(Webauthn);

impl Relying {
    /// `None` where browsers have no passkeys: at a number in place of a name, or without https elsewhere than on
    /// one's own machine.
    pub fn on(base_url: &str) -> Option<Self> {
        let origin = Url::parse(base_url).ok()?;
        let name = origin.domain()?.to_owned();
        let guarded = origin.scheme() == "https" || name == "localhost" || name.ends_with(".localhost");
        let built = WebauthnBuilder::new(&name, &origin).ok()?.rp_name("Stoa").build().ok()?;
        guarded.then_some(Self(built))
    }

    /// Asks a device for a new passkey; those that are known are not made twice.
    pub fn ask_new(&self, person: &PersonId, email: &Email, name: &str, known: &[Passkey]) -> Result<Question> {
        let (_, hex) = person.as_str().split_once('_').unwrap_or_default();
        let id = Uuid::try_parse(hex).map_err(Error::internal)?;
        let exclude = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
        let (asked, state) = self.0.start_passkey_registration(id, email.as_str(), name, Some(exclude)).map_err(Error::internal)?;
        Ok(Question { asked: written(&asked)?, state: written(&state)? })
    }

    /// The new passkey, if the answer is one to this question.
    pub fn new_passkey(&self, state: &str, answer: &str) -> Option<Passkey> {
        self.0.finish_passkey_registration(&read(answer)?, &read(state)?).ok()
    }

    /// Asks for an answer by one of these.
    pub fn ask(&self, known: &[Passkey]) -> Result<Question> {
        let (asked, state) = self.0.start_passkey_authentication(known).map_err(Error::internal)?;
        Ok(Question { asked: written(&asked)?, state: written(&state)? })
    }

    /// What the device says, if its answer is the right one. A counter that did not move on is refused.
    pub fn answered(&self, state: &str, answer: &str) -> Option<AuthenticationResult> {
        self.0.finish_passkey_authentication(&read(answer)?, &read(state)?).ok().filter(AuthenticationResult::user_verified)
    }
}

/// The passkey after an answer by it; `None` where another answer, or a copy of the device, was faster.
pub fn moved_on(mut passkey: Passkey, answer: &AuthenticationResult) -> Option<Passkey> {
    let changed = passkey.update_credential(answer)?;
    (changed || answer.counter() == 0).then_some(passkey)
}

/// As the store keeps it.
pub fn written(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// What was written before, or by a browser; `None` where it is no such thing.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::Relying;

    #[test]
    fn passkeys_need_a_name_and_https_or_ones_own_machine() {
        for good in ["https://stoa.example.org", "https://stoa.example.org:8443", "http://localhost:8080"] {
            assert!(Relying::on(good).is_some(), "{good}");
        }
        for bad in ["http://127.0.0.1:8080", "https://192.0.2.1", "http://stoa.example.org", "http://[::1]:8080", ""] {
            assert!(Relying::on(bad).is_none(), "{bad}");
        }
    }
}
