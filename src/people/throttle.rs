//! Brakes on guessing: so many tries in a quarter of an hour per account and address, counted in the
//! database, so that several processes share them.
//!
//! The table keeps keyed hashes only: neither account nor address can be read from it.

use chrono::Duration;

use super::store;
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;

/// Length of a window, in seconds.
const WINDOW: i64 = 900;

/// What is being tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Signing in, by account and address.
    SignIn,
    /// Asking for a password link, by account.
    Reset,
    /// Taking over a fresh instance, by address.
    Setup,
}

impl Attempt {
    fn label(self) -> &'static str {
        match self {
            Self::SignIn => "attempt-sign-in",
            Self::Reset => "attempt-reset",
            Self::Setup => "attempt-setup",
        }
    }
}

fn subject(service: &Service, attempt: Attempt, who: &str, from: &str) -> String {
    service.secrets.token(attempt.label(), &format!("{who}\n{from}"))
}

/// Counts one try before it is made, inside a transaction of its own. Says how many seconds are left
/// to wait when there were more than `limit`.
pub fn count(service: &Service, db: &mut Db, attempt: Attempt, who: &str, from: &str, limit: i32) -> Result<Option<u32>> {
    let now = service.now();
    let (tries, since) = store::attempt_count(db, &subject(service, attempt, who, from), now, now.minus(Duration::seconds(WINDOW)))?;
    Ok((tries > limit).then(|| left(since, now)))
}

/// As `count`, committed at once; errors with "too many".
pub fn check(service: &Service, attempt: Attempt, who: &str, from: &str, limit: i32) -> Result<()> {
    match service.store.write(|db| count(service, db, attempt, who, from, limit))? {
        Some(retry_after) => Err(Error::TooMany { retry_after }),
        None => Ok(()),
    }
}

/// Forgets the tries after a success.
pub fn clear(service: &Service, db: &mut Db, attempt: Attempt, who: &str, from: &str) -> Result<()> {
    store::attempt_clear(db, &subject(service, attempt, who, from))
}

fn left(since: UtcTime, now: UtcTime) -> u32 {
    u32::try_from(since.plus(Duration::seconds(WINDOW)).seconds_since(now).clamp(1, WINDOW)).unwrap_or(1)
}
