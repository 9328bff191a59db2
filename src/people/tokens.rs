//! Tokens of the API: access tokens are JWTs (HS256, 15 minutes) that name a person and the family they
//! belong to; refresh tokens are random, stored as hashes and good for one use within 30 days.
//!
//! Grants and the family are read at every call, so that taking a role away, signing out everywhere or
//! another password works at once. A spent refresh token that comes back was stolen or lost: its whole
//! family ends, with the access tokens that came of it.

use chrono::Duration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::identity::{Caller, Proof};
use super::store::{self, RefreshRow};
use crate::ground::ids::{PersonId, unordered};
use crate::ground::receipt::sha256_hex;
use crate::ground::secrets::random_token;
use crate::ground::{Error, Result, UtcTime};
use crate::people::problems::{TOKEN_EXPIRED, TOKEN_INVALID};
use crate::service::Service;
use crate::store::Db;

/// How long an access token is good, in seconds.
pub const LIFETIME: i64 = 900;
/// How long a refresh token is good.
const REFRESH_DAYS: i64 = 30;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: PersonId,
    /// The family of refresh tokens that it came with; empty in those that were made before it was named.
    #[serde(default)]
    family: String,
    iat: i64,
    exp: i64,
}

/// A new access token for a person; good for as long as its family lives, and 15 minutes at most.
pub fn issue(service: &Service, person: &PersonId, family: &str, now: UtcTime) -> Result<String> {
    let (sub, family) = (person.clone(), family.to_owned());
    let claims = Claims { iss: "stoa".to_owned(), sub, family, iat: now.unix(), exp: now.unix() + LIFETIME };
    let key = EncodingKey::from_secret(&service.secrets.mac("jwt", ""));
    encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
}

/// Who is behind a token. Errors: `token_expired`; `token_invalid`, also where its family has ended or the
/// account is not active.
pub fn caller(service: &Service, token: &str) -> Result<Caller> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&["stoa"]);
    // Expiry is judged by the service's own clock, so that tests can stop it.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(&service.secrets.mac("jwt", ""));
    let claims = decode::<Claims>(token, &key, &rules).map_err(|_| Error::Unauthenticated(TOKEN_INVALID))?.claims;
    if claims.exp <= service.now().unix() {
        return Err(Error::Unauthenticated(TOKEN_EXPIRED));
    }
    let lives = |db: &mut Db| {
        if store::refresh_family_lives(db, &claims.sub, &claims.family)? { store::caller_of_person(service, db, &claims.sub) } else { Ok(None) }
    };
    let caller = service.store.read(lives)?.ok_or(Error::Unauthenticated(TOKEN_INVALID))?;
    Ok(Caller { proof: Some(Proof::Family(claims.family)), ..caller })
}

/// What became of a refresh token that was handed in.
#[derive(Debug, PartialEq, Eq)]
pub enum Spent {
    /// Good: its person, its family, and the token that follows it.
    Followed { person: PersonId, family: String, refresh_token: String },
    /// Spent before: the family has just been ended.
    Reused { person: PersonId },
    /// Unknown, expired or revoked.
    Refused,
}

/// A first refresh token, and the family that it begins.
pub fn refresh_start(service: &Service, db: &mut Db, person: &PersonId) -> Result<(String, String)> {
    let family = unordered(&*service.chance);
    Ok((refresh_insert(service, db, person, &family)?, family))
}

/// Whether it is a refresh token that somebody was given, good or not.
pub fn was_given(db: &mut Db, token: &str) -> Result<bool> {
    Ok(store::refresh(db, &sha256_hex(token.as_bytes()))?.is_some())
}

/// Spends a refresh token. The transaction must be committed also when the token was no good.
pub fn refresh_spend(service: &Service, db: &mut Db, token: &str) -> Result<Spent> {
    let now = service.now();
    let Some(row) = store::refresh(db, &sha256_hex(token.as_bytes()))? else { return Ok(Spent::Refused) };
    if row.expires_at <= now || !store::refresh_family_lives(db, &row.person_id, &row.family_id)? {
        return Ok(Spent::Refused);
    }
    // The database decides who is first.
    if store::refresh_mark_spent(db, &row.id, now)? == 0 {
        store::refresh_revoke_family(db, &row.family_id, now)?;
        return Ok(Spent::Reused { person: row.person_id });
    }
    if store::caller_of_person(service, db, &row.person_id)?.is_none() {
        store::refresh_revoke_family(db, &row.family_id, now)?;
        return Ok(Spent::Refused);
    }
    let refresh_token = refresh_insert(service, db, &row.person_id, &row.family_id)?;
    Ok(Spent::Followed { person: row.person_id, family: row.family_id, refresh_token })
}

/// Ends the family of a refresh token; whose it was, if it was one.
pub fn refresh_end(service: &Service, db: &mut Db, token: &str) -> Result<Option<PersonId>> {
    let Some(row) = store::refresh(db, &sha256_hex(token.as_bytes()))? else { return Ok(None) };
    store::refresh_revoke_family(db, &row.family_id, service.now())?;
    Ok(Some(row.person_id))
}

fn refresh_insert(service: &Service, db: &mut Db, person: &PersonId, family: &str) -> Result<String> {
    let now = service.now();
    let token = format!("rt_{}", random_token(&*service.chance));
    let row = RefreshRow {
        id: sha256_hex(token.as_bytes()),
        family_id: family.to_owned(),
        person_id: person.clone(),
        created_at: now,
        expires_at: now.plus(Duration::days(REFRESH_DAYS)),
        spent_at: None,
        revoked_at: None,
    };
    store::refresh_insert(db, &row)?;
    Ok(token)
}
