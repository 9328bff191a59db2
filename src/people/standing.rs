//! Whether somebody still stands as they did when they asked: by the same session, token or link, with the same roles.
//!
//! Asked inside of each transaction that writes, after the audit's head was locked. So what ends ways in (signing out
//! everywhere, a new password, a closed account, a role taken away) ends also what is on its way with them.

use super::identity::{Caller, Proof};
use super::{service_tokens, store};
use crate::ground::problems::{CONFLICT, UNAUTHENTICATED};
use crate::ground::{Error, Result, UtcTime};
use crate::service::Service;
use crate::store::Db;

/// Errors: unauthenticated where what they came by has ended meanwhile; not found for a link; a conflict where a role
/// has gone, for whoever comes again hears what they may do now.
pub fn confirm(service: &Service, db: &mut Db, caller: &Caller, now: UtcTime) -> Result<()> {
    if let Some(held) = &caller.capability {
        return if store::capability_lives(db, &held.id, now)? { Ok(()) } else { Err(Error::NotFound("link")) };
    }
    let Some(person) = &caller.person else { return Ok(()) };
    let lives = match (&caller.program, &caller.proof) {
        (Some(program), _) => !store::service_token(db, &program.id)?.has_ended(now),
        (None, Some(Proof::Session(hash))) => store::session(db, hash, now)?.is_some(),
        (None, Some(Proof::Family(family))) => store::refresh_family_lives(db, person, family)?,
        (None, None) => true,
    };
    let same = if lives { store::caller_of_person(service, db, person)? } else { None };
    let same = same.ok_or(Error::Unauthenticated(UNAUTHENTICATED))?;
    let same = match &caller.program {
        Some(program) => service_tokens::speaking(service, db, same, program.clone())?,
        None => same,
    };
    // Somebody may have been given more meanwhile, also by what they do here.
    if caller.grants.iter().all(|grant| same.grants.contains(grant)) { Ok(()) } else { Err(Error::Conflict(CONFLICT)) }
}
