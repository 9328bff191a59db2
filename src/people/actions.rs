//! The use cases of people, one function each: `entrance` (signing in and out, tokens, passwords),
//! `own` (one's own account), `programs` (service tokens), `directory` (accounts of others), `erasing`
//! (taking one away), `grants`, `setup` (the first one).
//!
//! Passwords are hashed outside of transactions: hashing takes time that writers do not have.

mod confirm;
mod directory;
mod entrance;
mod erasing;
mod factor;
mod grants;
mod own;
mod programs;
mod setup;

pub use self::confirm::{Asked, Browser, Entered, Step, session_confirm, session_set_up, session_step};
pub use self::directory::{
    Invited, Outcome, PersonInvite, PersonUpdate, invite_errors, person_ensure, person_invite, person_invite_again, person_list, person_read,
    person_update,
};
pub use self::entrance::{
    Opens, PasswordLink, SignIn, SignedIn, TokenRefresh, password_link, password_reset_request, password_set, session_end, session_end_everywhere,
    session_start, token_issue, token_refresh, token_revoke,
};
pub use self::erasing::{Leaves, Leaving, WhatStays, name_of, person_erase, person_erase_by, person_leaving, shown_name};
pub use self::factor::{
    passkey_add, passkey_ask, passkey_name, passkey_remove, passkey_step, recovery_code_make, second_factor_read, second_factor_reset,
    second_factor_reset_of, second_factor_there,
};
pub use self::grants::{GrantAdded, RoleMove, RoleMoves, grant_add, grant_ensure, grant_remove, scopes_to_grant};
pub use self::own::{AccountUpdate, account_read, account_update};
pub use self::programs::{
    ServiceTokenInput, program_scopes, programs_may, programs_named, service_token_issue, service_token_list, service_token_revoke,
};
pub use self::setup::{SetupStart, invite_link, person_from_terminal, setup_code, setup_open, setup_start};
pub use super::store::recipient;

use std::collections::{BTreeMap, HashMap};

use super::call::{Call, Private};
use super::identity::{PersonState, ScopeKind, Target};
use super::passwords::{self, Gate, Queue};
use super::store::{self, GrantRow, PersonRow, Scope};
use super::views::{AuditVerification, GrantView, PersonView};
use crate::ground::ids::PersonId;
use crate::ground::problems::UNAUTHENTICATED;
use crate::ground::{Error, FieldError, Language, Result, UtcTime, Zone};
use crate::people::policy::{self, UseCase};
use crate::store::Db;
use crate::store::audit::{self, AuditEntry};
use crate::web::paging::{Listing, PageAt, filled};

/// What a scope is called, in the caller's language.
fn scope_name(call: &Call<'_>, scope: &Scope) -> String {
    scope.name.get(&call.language).to_owned()
}

/// Those of people's grants that the caller may know, with their scopes: all of one's own; of others, those in the
/// caller's own scopes.
fn grants_shown(call: &Call<'_>, db: &mut Db, people: &[PersonId]) -> Result<(Vec<GrantRow>, BTreeMap<String, Scope>)> {
    let mut grants = store::grants_of(db, people)?;
    let scopes = store::scopes::scopes_of_grants(call.service, db, &grants)?;
    let target = |g: &GrantRow| scopes.get(&g.scope_id).map_or_else(Target::instance, |scope| scope.target.clone());
    grants.retain(|g| policy::owns(&call.caller, &g.person_id) || call.may(UseCase::person_list, &target(g)));
    Ok((grants, scopes))
}

/// Accounts as the caller may see them.
fn views(call: &Call<'_>, db: &mut Db, rows: Vec<PersonRow>) -> Result<Vec<PersonView>> {
    let ids: Vec<PersonId> = rows.iter().map(|r| r.id.clone()).collect();
    let (grants, scopes) = grants_shown(call, db, &ids)?;
    let view = |g: &GrantRow| GrantView {
        id: g.id.clone(),
        role: g.role,
        scope_kind: g.scope_kind,
        scope_id: g.scope_id.clone(),
        scope_name: match g.scope_kind {
            ScopeKind::Instance => String::new(),
            _ => scopes.get(&g.scope_id).map_or_else(|| g.scope_id.clone(), |s| scope_name(call, s)),
        },
        created_at: g.created_at,
    };
    let came = came_in(call, db, &ids)?;
    let one = |row: PersonRow| {
        let there: Vec<&GrantRow> = grants.iter().filter(|g| g.person_id == row.id).collect();
        let row = if sees(call, &row, &there, &came) { row } else { unmet(row, &there) };
        PersonView {
            grants: there.into_iter().map(view).collect(),
            name: shown_name(call, &row),
            id: row.id,
            email: row.email,
            language: row.language,
            time_zone: row.time_zone,
            state: row.state,
            version: row.version,
            created_at: row.created_at,
            erased_at: row.erased_at,
        }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// What whoever comes in does.
const COMING_IN: &[UseCase] =
    &[UseCase::session_start, UseCase::session_confirm, UseCase::session_set_up, UseCase::token_issue, UseCase::password_set];

/// Whether the caller sees an account as it is. Who runs some rounds sees those that have a role there; of one that
/// was there before, nothing until its person has come in since they were given it: else anybody's account could be
/// read, and looked for, by giving it a role.
fn sees(call: &Call<'_>, row: &PersonRow, shown: &[&GrantRow], came: &HashMap<String, UtcTime>) -> bool {
    let oneself = call.caller.person.as_ref() == Some(&row.id);
    let since = shown.iter().map(|g| g.created_at).min();
    let has_come = || since.zip(came.get(row.id.as_str())).is_some_and(|(since, came)| *came >= since);
    oneself || sees_all(call) || has_come()
}

/// Whether the caller sees every account of the instance.
fn sees_all(call: &Call<'_>) -> bool {
    call.may(UseCase::person_read, &Target::instance())
}

/// When each of some people came in last, as far as `sees` has to know.
fn came_in(call: &Call<'_>, db: &mut Db, people: &[PersonId]) -> Result<HashMap<String, UtcTime>> {
    if sees_all(call) {
        return Ok(HashMap::new());
    }
    let ids: Vec<&str> = people.iter().map(PersonId::as_str).collect();
    audit::last_done(db, &ids, COMING_IN)
}

/// As `sees`, of one account.
fn meets(call: &Call<'_>, db: &mut Db, row: &PersonRow) -> Result<bool> {
    let one = std::slice::from_ref(&row.id);
    let ((grants, _), came) = (grants_shown(call, db, one)?, came_in(call, db, one)?);
    Ok(sees(call, row, &grants.iter().collect::<Vec<_>>(), &came))
}

/// Somebody who was given a role and has not come in since, whether they had an account or not: their address.
fn unmet(row: PersonRow, shown: &[&GrantRow]) -> PersonRow {
    PersonRow {
        name: row.email.to_string(),
        language: Language::ENGLISH,
        time_zone: Zone::UTC,
        password_hash: None,
        state: PersonState::Invited,
        version: 1,
        erased_at: None,
        created_at: shown.iter().map(|g| g.created_at).min().unwrap_or(row.created_at),
        ..row
    }
}

fn view(call: &Call<'_>, db: &mut Db, row: PersonRow) -> Result<PersonView> {
    views(call, db, vec![row])?.pop().ok_or_else(|| Error::internal("one account gave no view"))
}

/// The signed-in person's account, which may still have been disabled a moment ago.
fn own_row(call: &Call<'_>, db: &mut Db) -> Result<PersonRow> {
    let id = call.caller.person.as_ref().ok_or(Error::Unauthenticated(UNAUTHENTICATED))?;
    let row = store::person(db, id)?;
    if row.state == PersonState::Active { Ok(row) } else { Err(Error::Unauthenticated(UNAUTHENTICATED)) }
}

/// The hash of a new password, with a fresh salt; `account` waits for it.
fn new_hash(call: &Call<'_>, account: &str, password: &str) -> Result<String> {
    let mut salt = [0; 16];
    call.service.chance.fill(&mut salt);
    let _place = call.service.registered::<Gate>()?.enter(Queue::Known, account)?;
    passwords::hash(salt, password)
}

/// The audit chain, newest first, perhaps only what is about one object. Of panels that are not for the caller, of
/// their own city for one, it tells on which day what was done, and neither by whom nor to what; asked about one
/// object, nothing. Nor does it give hashes to them: who was at work could be found by trying everybody.
pub fn audit_list(call: &Call<'_>, object: Option<&str>, at: &PageAt<i64>) -> Result<Listing<AuditEntry>> {
    let permit = call.allow(UseCase::audit_list)?;
    if object.is_some_and(|id| id.contains(char::is_control)) {
        return Err(Error::field("object", "control_characters"));
    }
    let private = call.service.registered::<Private>()?.0;
    permit.read(|db| {
        let private = private(call, db)?;
        let shown = |entry: AuditEntry| match &private {
            nothing if nothing.is_nothing() => entry.shown(),
            private if private.hides(&entry) => entry.withheld(),
            _ => entry.shown().unhashed(),
        };
        let Some(object) = object else {
            return Ok(Listing::of(audit::page(db, None, at.after, at.limit + 1)?, at, |e| e.seq.to_string()).map(shown));
        };
        if private.objects.contains(object) {
            return Ok(Listing { items: Vec::new(), next_cursor: None });
        }
        let rows = filled(
            at,
            |after, limit| Ok(audit::page(db, Some(object), after.copied(), limit)?.into_iter().map(|e| (e.seq, e)).collect()),
            |entry| !private.hides(entry),
        )?;
        Ok(Listing::of(rows, at, |e| e.seq.to_string()).map(shown))
    })
}

/// Whether the audit chain holds. Walks the whole chain, so it is only done when asked for.
pub fn audit_verify(call: &Call<'_>) -> Result<AuditVerification> {
    let outcome = call.allow(UseCase::audit_verify)?.read_apart(audit::verify)?;
    Ok(AuditVerification { holds: outcome.is_ok(), entries: outcome.ok(), broken_at: outcome.err() })
}

/// Puts the fields of an error under `outer`, e.g. `grants[0].role`.
fn under(outer: &str, error: Error) -> Error {
    match error {
        Error::Invalid(fields) => Error::Invalid(fields.into_iter().map(|f| FieldError { field: format!("{outer}.{}", f.field), ..f }).collect()),
        other => other,
    }
}

/// Names of the people among these ids, for the audit's readers.
pub fn people_named<'i>(call: &Call<'_>, ids: impl Iterator<Item = &'i str>) -> Result<BTreeMap<String, String>> {
    let permit = call.allow(UseCase::audit_list)?;
    let ids: Vec<PersonId> = ids.filter_map(|id| id.parse().ok()).collect();
    Ok(permit.read(|db| store::people_by_ids(db, &ids))?.into_iter().map(|row| (row.id.to_string(), shown_name(call, &row))).collect())
}
