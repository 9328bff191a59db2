//! Erasing an account: at once every way in, every role and what is said about the person; name and address once
//! the last mail, which says so, has gone out.
//!
//! What others rely on stays and is nobody's any more: ratings, submissions, entries of the audit. It cannot be
//! undone, so whoever does it types the address of the account.

use serde_json::json;

use super::directory::{found, keep_an_operator};
use super::grants::account_moves;
use super::view;
use crate::ground::ids::PersonId;
use crate::ground::problems::CONFLICT;
use crate::ground::{Email, Error, Result};
use crate::jobs;
use crate::mail::store::{self as outbox, About, forgetting};
use crate::people::account::erased_number;
use crate::people::call::Call;
use crate::people::jobs::ERASURE_KIND;
use crate::people::messages::AccountErased;
use crate::people::policy::UseCase;
use crate::people::problems::ACCOUNT_ERASED;
use crate::people::store::erasing::{person_close, ways_delete};
use crate::people::store::{self, PersonRow, recipient};
use crate::people::views::PersonView;
use crate::store::{Db, idempotency};

/// What rooms above do when somebody goes, inside the transaction that erases the account: open work is given back,
/// what is said about the person is deleted. Gives how much open work that was. Registered by the roof.
pub struct Leaves(pub fn(&Call<'_>, &mut Db, &PersonId) -> Result<usize>);

/// How much of somebody's work is open, and how much stays, as far as the caller may know; registered by the roof.
pub struct Leaving(pub fn(&Call<'_>, &mut Db, &PersonId) -> Result<WhatStays>);

/// What the page says before an account is erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct WhatStays {
    /// Open reviews, which are withdrawn.
    pub open: usize,
    /// Submitted reviews, which stay without a name.
    pub submitted: usize,
}

/// What erasing would withdraw and leave. Errors: as `person_erase`.
pub fn person_leaving(call: &Call<'_>, id: &PersonId) -> Result<WhatStays> {
    let permit = found(call, UseCase::person_erase, id)?;
    let leaving = call.service.registered::<Leaving>()?.0;
    permit.read(|db| leaving(call, db, id))
}

/// Erases an account. `typed` is its address, typed by whoever does it; programs send the version instead. Errors:
/// stale, a field's, conflict where nobody would run the instance or it was erased before.
pub fn person_erase(call: &Call<'_>, id: &PersonId, version: i32, typed: Option<&str>) -> Result<PersonView> {
    let permit = found(call, UseCase::person_erase, id)?;
    let leaves = call.service.registered::<Leaves>()?.0;
    permit.write(|db| {
        let row = store::person(db, id)?;
        if row.erased_at.is_some() {
            return Err(Error::Conflict(ACCOUNT_ERASED));
        }
        if typed.is_some_and(|typed| Email::looked_up(typed) != row.email) {
            return Err(Error::field("confirm", "not_the_address"));
        }
        // The entry comes first: it makes writers queue, so that two operators cannot erase each other.
        permit.audit(db, id, &json!({}))?;
        account_moves(call, db, id, false)?;
        person_close(db, &row, version, call.now)?;
        keep_an_operator(db, Some(&row))?;
        ways_delete(db, id)?;
        leaves(call, db, id)?;
        idempotency::forget(db, id.as_str())?;
        forgetting::forget_person(db, id.as_str())?;
        say_goodbye(call, db, &row)?;
        jobs::store::put(db, ERASURE_KIND, id.as_str(), call.now, call.now)?;
        let row = store::person(db, id)?;
        view(call, db, row)
    })
}

/// The last mail to somebody.
fn say_goodbye(call: &Call<'_>, db: &mut Db, row: &PersonRow) -> Result<()> {
    let about = About { kind: "person", id: row.id.as_str(), round: None };
    let letter = AccountErased { at: call.now.local(row.time_zone), time_zone: row.time_zone };
    outbox::put(db, call.service, &recipient(row), about, &letter).map(drop)
}

/// What somebody is called, in the caller's language: their name, or that they are no longer here.
pub fn shown_name(call: &Call<'_>, row: &PersonRow) -> String {
    if row.name.is_empty() && row.erased_at.is_some() { nameless(call, &row.id) } else { row.name.clone() }
}

/// The same by the id of an account. Errors: not found.
pub fn name_of(call: &Call<'_>, db: &mut Db, id: &PersonId) -> Result<String> {
    Ok(shown_name(call, &store::person(db, id)?))
}

/// What somebody without a name is called, in the caller's language.
fn nameless(call: &Call<'_>, id: &PersonId) -> String {
    let number = erased_number(id);
    call.service.pages.texts().with(&call.language, "people-erased-name", &[("number", number.as_str())])
}

/// The account of an address, for the command line. Errors: not found, and as `person_erase`.
pub fn person_erase_by(call: &Call<'_>, email: &Email) -> Result<PersonView> {
    let permit = call.allow(UseCase::person_erase)?;
    let row = permit.read(|db| store::person_by_email(db, email))?.ok_or(Error::NotFound("account"))?;
    person_erase(call, &row.id, row.version, Some(email.as_str())).map_err(|e| match e {
        Error::Stale { .. } => Error::Conflict(CONFLICT),
        other => other,
    })
}
