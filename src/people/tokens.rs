//! Access tokens: JWTs (HS256, 15 minutes) that name a person and nothing else.
//!
//! Grants are read at every call, so that taking one away works at once.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::ground::ids::PersonId;
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;

/// How long an access token is good, in seconds.
pub const LIFETIME: i64 = 900;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: PersonId,
    iat: i64,
    exp: i64,
}

/// A new access token for a person.
pub fn issue(service: &Service, person: &PersonId, now: UtcTime) -> Result<String> {
    let claims = Claims { iss: "stoa".to_owned(), sub: person.clone(), iat: now.unix(), exp: now.unix() + LIFETIME };
    let key = EncodingKey::from_secret(&service.secrets.mac("jwt", ""));
    encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
}

/// The person of a token. Errors: `token_expired`, `token_invalid`.
pub fn verify(service: &Service, token: &str) -> Result<PersonId> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&["stoa"]);
    // Expiry is judged by the service's own clock, so that tests can stop it.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(&service.secrets.mac("jwt", ""));
    let claims = decode::<Claims>(token, &key, &rules).map_err(|_| Error::Unauthenticated("token_invalid"))?.claims;
    if claims.exp <= service.now().unix() { Err(Error::Unauthenticated("token_expired")) } else { Ok(claims.sub) }
}
