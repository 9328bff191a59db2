//! Cookie sessions: a random token in the cookie, its hash in the table, twelve hours from the last
//! visit.
//!
//! A session is a way to find the caller, never a copy of rights: account and grants are read anew
//! at every call, so that disabling an account works at once.

use chrono::Duration;

use super::identity::{Caller, Proof};
use super::store::{self, SessionRow};
use crate::ground::ids::PersonId;
use crate::ground::receipt::sha256_hex;
use crate::ground::secrets::random_token;
use crate::ground::{Result, UtcTime};
use crate::service::Service;
use crate::store::Db;

/// A session ends this many hours after the last visit …
const IDLE_HOURS: i64 = 12;
/// … and this many days after signing in, whatever happens.
const LONGEST_DAYS: i64 = 30;
/// The end is moved at most this often, so that reading pages hardly writes.
const RENEW_MINUTES: i64 = 10;

/// Starts a session inside the caller's transaction; returns the token for the cookie.
pub fn start(service: &Service, db: &mut Db, person: &PersonId) -> Result<String> {
    let now = service.now();
    let token = random_token(&*service.chance);
    let row = SessionRow {
        id: sha256_hex(token.as_bytes()),
        person_id: person.clone(),
        created_at: now,
        seen_at: now,
        expires_at: now.plus(Duration::hours(IDLE_HOURS)),
    };
    store::session_insert(db, &row)?;
    Ok(token)
}

/// Who is behind a session cookie: nobody when it ended or the account is disabled. Moves the end
/// of the session when the last time is long enough ago.
pub fn caller(service: &Service, token: &str) -> Result<Caller> {
    let now = service.now();
    let found = service.store.read(|db| {
        let Some(session) = store::session(db, &sha256_hex(token.as_bytes()), now)? else { return Ok(None) };
        Ok(store::caller_of_person(service, db, &session.person_id)?.map(|caller| (session, caller)))
    })?;
    let Some((session, caller)) = found else { return Ok(Caller::anonymous()) };
    let renewed = renewal(&session, now);
    if let Some(until) = renewed
        && let Err(error) = service.store.write(|db| store::session_renew(db, &session, now, until))
    {
        // The visit goes on; the next one tries again.
        tracing::warn!(%error, "a session was not renewed");
    }
    Ok(Caller { proof: Some(Proof::Session(session.id)), ..caller })
}

/// The new end of a session, if it is due.
fn renewal(session: &SessionRow, now: UtcTime) -> Option<UtcTime> {
    let due = now.seconds_since(session.seen_at) >= RENEW_MINUTES * 60;
    due.then(|| now.plus(Duration::hours(IDLE_HOURS)).min(session.created_at.plus(Duration::days(LONGEST_DAYS))))
}

/// Ends one session.
pub fn end(db: &mut Db, token: &str) -> Result<bool> {
    Ok(store::session_delete(db, &sha256_hex(token.as_bytes()))? > 0)
}

/// Ends every session of a person, perhaps but the one of `keep`.
pub fn end_all(db: &mut Db, person: &PersonId, keep: Option<&str>) -> Result<usize> {
    let keep = keep.map(|token| sha256_hex(token.as_bytes()));
    store::sessions_delete(db, person, keep.as_deref())
}
