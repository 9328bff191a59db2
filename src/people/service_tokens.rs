//! Service tokens: by which a program speaks for a person, as a program, until its day is over or it is revoked.
//!
//! Only the hash is kept. What the program may do is worked out at every call from what its person may do then.

use super::identity::Caller;
use super::program::Program;
use super::store::{self, ServiceTokenRow};
use crate::ground::receipt::sha256_hex;
use crate::ground::secrets::random_token;
use crate::ground::{Error, Result};
use crate::people::problems::{SERVICE_TOKEN_ENDED, TOKEN_INVALID};
use crate::service::Service;
use crate::store::Db;

/// What every service token begins with, so that those who search files for secrets know one.
pub const PREFIX: &str = "stoa_";

/// A new token, and the hash that is kept of it.
pub fn new(service: &Service) -> (String, String) {
    let token = format!("{PREFIX}{}", random_token(&*service.chance));
    let hash = sha256_hex(token.as_bytes());
    (token, hash)
}

/// A person as their program: with what is left of their grants in its scope.
pub fn speaking(service: &Service, db: &mut Db, person: Caller, program: Program) -> Result<Caller> {
    let place = match &program.scope {
        None => None,
        Some((kind, id)) => store::scopes::scopes(service, db, std::iter::once((*kind, id.as_str())))?.remove(id),
    };
    Ok(program.speaking_for(person, place.map(|scope| scope.target).as_ref()))
}

/// Which program asks, in whose name. Errors: `token_invalid`, also where the account is not active;
/// `service_token_ended`.
pub fn caller(service: &Service, token: &str) -> Result<Caller> {
    let now = service.now();
    let found = service.store.read(|db| {
        let Some(row) = store::service_token_by_hash(db, &sha256_hex(token.as_bytes()))? else { return Ok(None) };
        let Some(person) = store::caller_of_person(service, db, &row.person_id)? else { return Ok(None) };
        let caller = speaking(service, db, person, row.program()?)?;
        Ok(Some((row, caller)))
    })?;
    let (row, caller) = found.ok_or(Error::Unauthenticated(TOKEN_INVALID))?;
    if row.has_ended(now) {
        return Err(Error::Unauthenticated(SERVICE_TOKEN_ENDED));
    }
    used(service, &row);
    Ok(caller)
}

/// Keeps the day of the use, once a day.
fn used(service: &Service, row: &ServiceTokenRow) {
    let today = service.now().date();
    if row.last_used_on.is_none_or(|on| on < today)
        && let Err(error) = service.store.write(|db| store::service_token_used(db, &row.id, today))
    {
        // The request goes on; the next one tries again.
        tracing::warn!(%error, "the last use of a service token was not kept");
    }
}
