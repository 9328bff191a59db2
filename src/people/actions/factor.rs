//! One's own second factor: passkeys, recovery codes. Each change asks for the password once more and is told to
//! the owner by mail. An operator can take away somebody's whole second factor, who then has lost it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use webauthn_rs::prelude::Passkey;

use super::confirm::{self, answered};
use super::entrance::{Recognised, verify_own};
use super::own::notify;
use super::own_row;
use crate::ground::config::SecondFactor;
use crate::ground::error::Checks;
use crate::ground::ids::{PasskeyId, PersonId};
use crate::ground::problems::ALREADY_EXISTS;
use crate::ground::{Error, FieldError, Result};
use crate::people::call::{Call, Permit};
use crate::people::identity::Target;
use crate::people::messages::Noticed;
use crate::people::passkeys::{self, Relying};
use crate::people::policy::UseCase;
use crate::people::problems::{LAST_PASSKEY, OWN_SECOND_FACTOR, PASSKEYS_IMPOSSIBLE, STEP_ENDED};
use crate::people::second::{self, MOST_PASSKEYS, NAME_MAX, Purpose};
use crate::people::sessions;
use crate::people::store::{self, PasskeyRow, PersonRow};
use crate::people::throttle::Origin;
use crate::people::views::{PasskeyView, SecondFactorView};
use crate::store::Db;

/// This instance as devices know it. Errors: conflict where browsers have no passkeys at its address.
pub(super) fn relying(call: &Call<'_>) -> Result<Relying> {
    Relying::on(&call.service.config.base_url()).ok_or(Error::Conflict(PASSKEYS_IMPOSSIBLE))
}

/// Passkeys as they were kept.
pub(super) fn known(rows: &[PasskeyRow]) -> Result<Vec<Passkey>> {
    let one = |row: &PasskeyRow| passkeys::read(&row.credential).ok_or_else(|| Error::internal(format!("passkey {} cannot be read", row.id)));
    rows.iter().map(one).collect()
}

/// What a device calls a passkey, as the store keeps it.
pub(super) fn as_text(credential_id: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(credential_id)
}

pub(super) fn name(typed: &str) -> Result<String> {
    let mut checks = Checks::new();
    let name = checks.text("name", typed, NAME_MAX, false);
    checks.done()?;
    Ok(name)
}

/// Ends every way in that showed no second factor: all sessions but one, and the tokens of programs.
pub(super) fn end_ways(call: &Call<'_>, db: &mut Db, person: &PersonId, keep: Option<&str>) -> Result<()> {
    sessions::end_all(db, person, keep)?;
    store::steps_delete(db, person)?;
    store::service_tokens_revoke_person(db, person, call.now)?;
    store::refresh_revoke_person(db, person, call.now).map(drop)
}

/// Keeps a new passkey and tells its owner. Errors: a field's, where it is known already or there are too many.
pub(super) fn insert_passkey(call: &Call<'_>, db: &mut Db, person: &PersonRow, name: &str, new: &Passkey) -> Result<PasskeyId> {
    if store::passkeys_of(db, &person.id)?.len() >= MOST_PASSKEYS {
        return Err(Error::Invalid(vec![FieldError::new("passkey", "too_many_passkeys").with("max", MOST_PASSKEYS)]));
    }
    let id = PasskeyId::new(&*call.service.clock, &*call.service.chance);
    let row = PasskeyRow {
        id: id.clone(),
        person_id: person.id.clone(),
        name: name.to_owned(),
        credential_id: as_text(new.cred_id()),
        credential: passkeys::written(new)?,
        created_at: call.now,
        last_used_on: None,
    };
    store::passkey_insert(db, &row).map_err(|e| match e {
        Error::Conflict(ALREADY_EXISTS) => Error::field("passkey", "passkey_known"),
        other => other,
    })?;
    notify(call, db, person, Noticed::PasskeyAdded, name)?;
    Ok(id)
}

/// New codes in place of all before.
fn codes(call: &Call<'_>, db: &mut Db, person: &PersonId) -> Result<Vec<String>> {
    let codes = second::new_codes(&*call.service.chance);
    let hashes: Vec<String> = codes.iter().filter_map(|code| second::code_hash(person, code)).collect();
    store::recovery_codes_replace(db, person, &hashes, call.now)?;
    Ok(codes)
}

/// Codes for whoever has none left.
pub(super) fn first_codes(call: &Call<'_>, db: &mut Db, person: &PersonRow) -> Result<Option<Vec<String>>> {
    if store::recovery_codes_left(db, &person.id)? > 0 { Ok(None) } else { codes(call, db, &person.id).map(Some) }
}

/// Whether the account must have a second factor; by the roles it was given, also those that wait for one.
pub(super) fn must_have(call: &Call<'_>, db: &mut Db, person: &PersonId) -> Result<bool> {
    let required = call.service.config.people.second_factor == SecondFactor::Required;
    Ok(required && second::needed(store::grants_of(db, std::slice::from_ref(person))?.into_iter().map(|grant| grant.role)))
}

/// One's own passkeys and how many codes are left.
pub fn second_factor_read(call: &Call<'_>) -> Result<SecondFactorView> {
    call.allow(UseCase::second_factor_read)?.read(|db| {
        let person = own_row(call, db)?;
        let view = |row: PasskeyRow| PasskeyView { id: row.id, name: row.name, created_at: row.created_at, last_used_on: row.last_used_on };
        Ok(SecondFactorView {
            possible: relying(call).is_ok(),
            required: must_have(call, db, &person.id)?,
            passkeys: store::passkeys_of(db, &person.id)?.into_iter().map(view).collect(),
            codes_left: store::recovery_codes_left(db, &person.id)?,
        })
    })
}

/// The own account, with the password verified once more; to be asked again inside the transaction.
fn verified<'s>(permit: &'s Permit<'_>, call: &Call<'_>, password: &str, origin: &'s Origin) -> Result<Recognised<'s>> {
    let person = permit.read(|db| own_row(call, db))?;
    if password.is_empty() {
        return Err(Error::field("current_password", "required"));
    }
    verify_own(permit, &person, password, origin)
}

/// Begins adding a passkey: the token of the step, for the page that asks the device.
pub fn passkey_ask(call: &Call<'_>, typed: &str, password: &str, origin: &Origin) -> Result<String> {
    let permit = call.allow(UseCase::passkey_add)?;
    let name = name(typed)?;
    relying(call)?;
    let known = verified(&permit, call, password, origin)?;
    permit.write(|db| {
        known.still(db)?;
        confirm::begin(call, db, &known.row, Purpose::Add, &name)
    })
}

/// What the device is asked, of a step of one's own.
pub fn passkey_step(call: &Call<'_>, token: &str) -> Result<confirm::Step> {
    let permit = call.allow(UseCase::passkey_add)?;
    let person = permit.read(|db| own_row(call, db))?;
    let (step, of) = confirm::found(&permit, call, token, &[Purpose::Add])?;
    if of.id != person.id {
        return Err(Error::NotFound("step"));
    }
    Ok(confirm::Step { purpose: step.purpose, name: step.name, question: step.question, codes_left: 0 })
}

/// Adds the passkey that the device has made; recovery codes with the first one, which ends every session but
/// `keep`, and every token.
pub fn passkey_add(call: &Call<'_>, token: &str, passkey: &str, keep: Option<&str>) -> Result<Option<Vec<String>>> {
    let permit = call.allow(UseCase::passkey_add)?;
    let person = permit.read(|db| own_row(call, db))?;
    let (step, of) = confirm::found(&permit, call, token, &[Purpose::Add])?;
    if of.id != person.id {
        return Err(Error::NotFound("step"));
    }
    if passkey.is_empty() {
        return Err(Error::field("passkey", "passkey_needs_script"));
    }
    answered(&permit, call, &step, &person, || {
        let new = relying(call)?.new_passkey(&step.state, passkey).ok_or_else(|| Error::field("passkey", "passkey_refused"))?;
        permit.write(|db| {
            if store::step_delete(db, &step.id)? == 0 {
                return Err(Error::Unauthenticated(STEP_ENDED));
            }
            if store::passkeys_of(db, &person.id)?.is_empty() {
                end_ways(call, db, &person.id, keep)?;
            }
            let id = insert_passkey(call, db, &person, &step.name, &new)?;
            permit.audit(db, &id, &json!({"person": person.id}))?;
            first_codes(call, db, &person)
        })
    })
}

/// Removes a passkey, with the last one the codes too; its name. Errors: conflict where the account must have one.
pub fn passkey_remove(call: &Call<'_>, id: &PasskeyId, password: &str, origin: &Origin) -> Result<String> {
    let permit = call.allow(UseCase::passkey_remove)?;
    let known = verified(&permit, call, password, origin)?;
    let person = &known.row;
    permit.write(|db| {
        known.still(db)?;
        let row = store::passkey_of(db, &person.id, id)?;
        // First the entry, which makes writers queue; then count.
        permit.audit(db, id, &json!({"person": person.id}))?;
        store::passkey_delete(db, id)?;
        if store::passkeys_of(db, &person.id)?.is_empty() {
            if must_have(call, db, &person.id)? {
                return Err(Error::Conflict(LAST_PASSKEY));
            }
            store::second_factor_delete(db, &person.id)?;
        }
        store::steps_delete(db, &person.id)?;
        notify(call, db, person, Noticed::PasskeyRemoved, &row.name)?;
        Ok(row.name)
    })
}

/// The name of one of one's own passkeys.
pub fn passkey_name(call: &Call<'_>, id: &PasskeyId) -> Result<String> {
    call.allow(UseCase::passkey_remove)?.read(|db| {
        let person = own_row(call, db)?;
        Ok(store::passkey_of(db, &person.id, id)?.name)
    })
}

/// New recovery codes, shown this once; those before end.
pub fn recovery_code_make(call: &Call<'_>, password: &str, origin: &Origin) -> Result<Vec<String>> {
    let permit = call.allow(UseCase::recovery_code_make)?;
    let known = verified(&permit, call, password, origin)?;
    let person = &known.row;
    permit.write(|db| {
        known.still(db)?;
        if store::passkeys_of(db, &person.id)?.is_empty() {
            return Err(Error::field("current_password", "passkey_first"));
        }
        permit.audit(db, &person.id, &json!({}))?;
        notify(call, db, person, Noticed::RecoveryCodesMade, "")?;
        codes(call, db, &person.id)
    })
}

/// Whether somebody has a second factor: for whoever may take it away.
pub fn second_factor_there(call: &Call<'_>, id: &PersonId) -> Result<bool> {
    let permit = call.find(UseCase::second_factor_reset, |db| Ok((store::person(db, id)?, Target::owned_by(id))))?;
    permit.read(|db| Ok(!store::passkeys_of(db, &permit.id)?.is_empty()))
}

/// Takes somebody's passkeys and codes away, who has lost them: from then on the password is enough, or the next
/// sign-in asks for a new passkey. Whatever was signed in with them ends, programs' tokens too. How many passkeys
/// they had.
pub fn second_factor_reset(call: &Call<'_>, id: &PersonId) -> Result<usize> {
    let permit = call.find(UseCase::second_factor_reset, |db| Ok((store::person(db, id)?, Target::owned_by(id))))?;
    // Whoever is signed in removes their own with the password, and not the last one where there must be one.
    if call.caller.person.as_ref() == Some(id) {
        return Err(Error::Conflict(OWN_SECOND_FACTOR));
    }
    permit.write(|db| {
        let had = store::second_factor_delete(db, id)?;
        end_ways(call, db, id, None)?;
        permit.audit(db, id, &json!({"passkeys": had}))?;
        if had > 0 {
            notify(call, db, &permit, Noticed::SecondFactorReset, "")?;
        }
        Ok(had)
    })
}

/// The same by the address of an account, for the command line. Errors: not found.
pub fn second_factor_reset_of(call: &Call<'_>, email: &crate::ground::Email) -> Result<(String, usize)> {
    let permit = call.allow(UseCase::second_factor_reset)?;
    let person = permit.read(|db| store::person_by_email(db, email))?.ok_or(Error::NotFound("account"))?;
    Ok((person.name, second_factor_reset(call, &person.id)?))
}
