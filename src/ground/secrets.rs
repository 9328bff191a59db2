//! Keys derived from the instance secret, and the tokens made with them.
//!
//! One 32-byte secret per instance; each purpose has its own HMAC-SHA-256 label, so that a token
//! made for one purpose never passes for another. Compare in constant time only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::receipt::{LETTER, code, push_hex};

/// The instance's key material.
#[derive(Clone)]
pub struct Secrets(Hmac<Sha256>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(masked)")
    }
}

impl Secrets {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Hmac::new_from_slice(&bytes).expect("HMAC takes a key of any length"))
    }

    /// Raw MAC of `message` for `purpose`.
    pub fn mac(&self, purpose: &str, message: &str) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// By which the secret is told from another one, and nothing else is learned of it.
    pub fn fingerprint(&self) -> String {
        let mut text = String::with_capacity(12);
        push_hex(&mut text, &self.mac("fingerprint", "")[..6]);
        text
    }

    /// A token for `message`, 43 URL-safe characters.
    pub fn token(&self, purpose: &str, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, message))
    }

    /// Whether `token` is the one for `message`, in constant time.
    pub fn matches(&self, purpose: &str, message: &str, token: &str) -> bool {
        self.token(purpose, message).as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// A token for `message` that is another one each time, 86 URL-safe characters: the same one on many pages,
    /// each compressed together with what somebody else has put there, would come out by their lengths.
    pub fn masked(&self, purpose: &str, message: &str, chance: &dyn super::chance::Chance) -> String {
        let (mut mask, mac) = ([0; 32], self.mac(purpose, message));
        chance.fill(&mut mask);
        let veiled: Vec<u8> = mac.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        URL_SAFE_NO_PAD.encode([&mask[..], &veiled].concat())
    }

    /// Whether `token` is one of those for `message`, in constant time.
    pub fn matches_masked(&self, purpose: &str, message: &str, token: &str) -> bool {
        let bytes = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        let Some((mask, veiled)) = bytes.split_at_checked(32) else { return false };
        let seen: Vec<u8> = veiled.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        veiled.len() == 32 && bool::from(self.mac(purpose, message).as_slice().ct_eq(&seen))
    }
}

impl Secrets {
    /// The token of a capability: made from its id, so that every mail carries the same link and
    /// the database keeps only the hash.
    pub fn capability(&self, id: &super::ids::CapabilityId) -> String {
        format!("cap_{}", self.token("capability", id.as_str()))
    }
}

impl Secrets {
    /// The code by which somebody answers a survey, e.g. `7KQ2M-X4D9A-TRX8F`: made from the survey and the invitation
    /// (`<survey>/<invitation>`), so that every letter carries the same one and the database keeps only the hash.
    pub fn invitation(&self, ids: &str) -> String {
        let mac = self.mac("invitation", ids);
        let bits = u128::from_be_bytes(mac[..16].try_into().expect("a MAC has 32 bytes"));
        code(bits >> (u128::BITS - INVITATION_LETTERS * LETTER), INVITATION_LETTERS)
    }
}

/// Letters of the code of an invitation: 75 bits.
pub const INVITATION_LETTERS: u32 = 15;

/// A random token, 43 URL-safe characters.
pub fn random_token(chance: &dyn super::chance::Chance) -> String {
    let mut bytes = [0; 32];
    chance.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::SystemChance;

    #[test]
    fn a_masked_token_is_another_one_each_time_and_good_for_its_message_alone() {
        let secrets = Secrets::new([7; 32]);
        let (one, two) = (secrets.masked("csrf", "somebody", &SystemChance), secrets.masked("csrf", "somebody", &SystemChance));
        assert_ne!(one[..43], two[..43]);
        assert_ne!(one[43..], two[43..], "no part of it comes again");
        assert!(secrets.matches_masked("csrf", "somebody", &one) && secrets.matches_masked("csrf", "somebody", &two));
        let mixed = one[..42].to_owned() + &two[42..];
        for wrong in ["", "é", &one[..85], &format!("{one}A"), &"A".repeat(86), &mixed, &secrets.masked("csrf", "another", &SystemChance)] {
            assert!(!secrets.matches_masked("csrf", "somebody", wrong), "{wrong}");
        }
        assert!(!secrets.matches_masked("visit", "somebody", &one));
    }
}
