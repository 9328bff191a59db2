//! The token of a visit, `@once`: random, with the day of the visit, signed for one survey.
//!
//! It stands in for a CSRF token, and makes a double click one response. What was sent with it is known again
//! until its day is over (`intake::NIGHT`); afterwards it sends nothing any more, so that a page that a
//! browser posts again days later is not another response.

use subtle::ConstantTimeEq;

use crate::ground::UtcTime;
use crate::ground::chance::Chance;
use crate::ground::secrets::{Secrets, random_token};
use crate::surveys::intake::{Issued, NIGHT};

/// Letters of the random part, and of the signature.
const LETTERS: usize = 22;

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    Good,
    /// Made here, on a day that is over.
    Old,
    /// Not made here, or for another survey.
    None,
}

fn signature(secrets: &Secrets, issued: &Issued, said: &str) -> String {
    secrets.token("survey", &format!("{}\n{said}", issued.id))[..LETTERS].to_owned()
}

/// A token for a visit that begins now.
pub fn token(secrets: &Secrets, chance: &dyn Chance, issued: &Issued, now: UtcTime) -> String {
    renewed(secrets, issued, &random_token(chance)[..LETTERS], now)
}

/// A token of today for a visit that began earlier; `random` is the random part of the one it had.
pub fn renewed(secrets: &Secrets, issued: &Issued, random: &str, now: UtcTime) -> String {
    let said = format!("{random}.{}", issued.day(now).format("%y%m%d"));
    format!("{said}.{}", signature(secrets, issued, &said))
}

/// The random part of a token.
pub fn random(token: &str) -> &str {
    token.split('.').next().unwrap_or_default()
}

/// What a token that came with a form is worth now.
pub fn worth(secrets: &Secrets, issued: &Issued, token: &str, now: UtcTime) -> Worth {
    let Some((said, mac)) = token.rsplit_once('.') else { return Worth::None };
    if random(said).len() != LETTERS || !bool::from(signature(secrets, issued, said).as_bytes().ct_eq(mac.as_bytes())) {
        return Worth::None;
    }
    // While its night goes on. One without a day is of a page that an older version made.
    let day = |at: UtcTime| issued.day(at).format("%y%m%d").to_string();
    match said.split('.').nth(1) {
        Some(made) if made == day(now) || made == day(now.minus(NIGHT)) => Worth::Good,
        _ => Worth::Old,
    }
}
