//! SQL of accounts that are erased: first every way in, later name and address. The row stays, so that what the
//! person did for others stays somebody's.

use diesel::prelude::*;

use super::PersonRow;
use crate::ground::ids::PersonId;
use crate::ground::{Email, Language, Result, UtcTime, Zone};
use crate::people::account::UNNAMED;
use crate::people::identity::PersonState;
use crate::store::Db;
use crate::store::db::changed;
use crate::store::schema::{capability, passkey, person, recovery_code, refresh_token, role_grant, second_step, service_token, session};

/// Closes an account for good, without anything that opens it. Errors: stale.
pub fn person_close(db: &mut Db, row: &PersonRow, expected: i32, now: UtcTime) -> Result<()> {
    let rows = diesel::update(person::table.find(&row.id))
        .filter(person::version.eq(expected))
        .filter(person::erased_at.is_null())
        .set((
            person::state.eq(PersonState::Disabled),
            person::password_hash.eq(None::<String>),
            person::erased_at.eq(Some(now)),
            person::version.eq(expected.saturating_add(1)),
        ))
        .execute(db)?;
    changed(rows, row.version)
}

/// Deletes sessions, tokens, passkeys, codes, steps, links and roles of somebody.
pub fn ways_delete(db: &mut Db, id: &PersonId) -> Result<()> {
    diesel::delete(session::table.filter(session::person_id.eq(id))).execute(db)?;
    diesel::delete(refresh_token::table.filter(refresh_token::person_id.eq(id))).execute(db)?;
    diesel::delete(service_token::table.filter(service_token::person_id.eq(id))).execute(db)?;
    diesel::delete(passkey::table.filter(passkey::person_id.eq(id))).execute(db)?;
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(id))).execute(db)?;
    diesel::delete(second_step::table.filter(second_step::person_id.eq(id))).execute(db)?;
    let links = capability::person_id.eq(id).or(capability::subject_id.eq(id.as_str()).and(capability::person_id.is_null()));
    diesel::delete(capability::table.filter(links)).execute(db)?;
    diesel::delete(role_grant::table.filter(role_grant::person_id.eq(id))).execute(db)?;
    Ok(())
}

/// Takes name, address, language and clock of an account that was closed. The address left says nothing and is no
/// address; it is there because each account has another one.
pub fn person_unname(db: &mut Db, id: &PersonId) -> Result<()> {
    diesel::update(person::table.find(id).filter(person::erased_at.is_not_null()))
        .set((
            person::name.eq(""),
            person::email.eq(Email::from_stored(format!("{id}@{UNNAMED}"))),
            person::language.eq(Language::ENGLISH),
            person::time_zone.eq(Zone::UTC),
            person::version.eq(person::version + 1),
        ))
        .execute(db)?;
    Ok(())
}
