//! Accounts of others: listing, inviting, changing, disabling.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::entrance::send_link;
use super::grants::{GrantTarget, account_moves, give, to_give};
use super::{meets, under, view, views};
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::limits::{Limit, Limits};
use crate::ground::problems::CONFLICT;
use crate::ground::{Email, Error, FieldError, Given, Language, Result, Zone};
use crate::people::account::{self, Details};
use crate::people::call::{Call, Permit};
use crate::people::identity::{PersonState, Role, ScopeKind};
use crate::people::policy::UseCase;
use crate::people::problems::{ACCOUNT_ERASED, LAST_OPERATOR};
use crate::people::sessions;
use crate::people::store::{self, PersonRow};
use crate::people::throttle::{self, Asker};
use crate::people::views::{GrantInput, PersonView};
use crate::store::{Db, idempotency};
use crate::web::paging::{Listing, PageAt};

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInvite {
    #[schema(value_type = Email)]
    pub email: Given<Email>,
    pub name: String,
    /// Language tag of mails and pages; absent: `en`.
    #[serde(default = "english")]
    #[schema(value_type = Language)]
    pub language: Given<Language>,
    /// Absent: `UTC`.
    #[serde(default = "utc")]
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    #[serde(default)]
    pub grants: Vec<GrantInput>,
}

const MOST_GRANTS: usize = 50;

impl PersonInvite {
    pub const LIMITS: Limits = &[("name", Limit::Text(account::NAME_MAX)), ("grants", Limit::Items(MOST_GRANTS))];
}

fn english() -> Given<Language> {
    Language::ENGLISH.into()
}

fn utc() -> Given<Zone> {
    Zone::UTC.into()
}

/// An account as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonUpdate {
    pub name: String,
    #[schema(value_type = Language)]
    pub language: Given<Language>,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    /// `active` or `disabled`; an account without a password stays `invited`.
    pub state: PersonState,
}

impl PersonUpdate {
    pub const LIMITS: Limits = &[("name", Limit::Text(account::NAME_MAX))];
}

/// What came of an invitation.
#[derive(Debug)]
pub struct Invited {
    pub person: PersonView,
    pub outcome: Outcome,
}

/// Whether there was an account, for whoever may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was none; a mail is on its way.
    New,
    /// There was one without a password; a mail is on its way again.
    Again,
    /// There was one, which has only got the grants.
    Known,
    /// The inviter does not hear which, and sees what they have typed.
    Untold,
}

/// Accounts: all of them, or those with a role in the caller's scopes.
pub fn person_list(call: &Call<'_>, at: &PageAt<PersonId>) -> Result<Listing<PersonView>> {
    let permit = call.reach(UseCase::person_list)?;
    permit.read(|db| {
        let rows = Listing::of(store::people_page(call.service, db, &permit, at)?, at, |r| r.id.to_string());
        let next_cursor = rows.next_cursor;
        Ok(Listing { items: views(call, db, rows.items)?, next_cursor })
    })
}

/// One account: one's own, or one with a role in a scope of the caller.
pub fn person_read(call: &Call<'_>, id: &PersonId) -> Result<PersonView> {
    let permit = found(call, UseCase::person_read, id)?;
    permit.read(|db| view(call, db, permit.clone()))
}

/// The account, if the caller may do that to it: as a whole, or in one of the scopes where it has a role.
pub(super) fn found<'c>(call: &'c Call<'_>, use_case: UseCase, id: &PersonId) -> Result<Permit<'c, PersonRow>> {
    call.find(use_case, |db| Ok((store::person(db, id)?, store::scopes::targets_of_person(call.service, db, id)?)))
}

/// Finds the account of an address, or creates one that is invited: for rooms whose people come by
/// a mail of their own. Sends nothing and writes no audit entry; the caller's action does.
pub fn person_ensure(call: &Call<'_>, db: &mut Db, email: &Email, details: &Details) -> Result<PersonRow> {
    Ok(find_or_create(call, db, email, details)?.0)
}

fn find_or_create(call: &Call<'_>, db: &mut Db, email: &Email, details: &Details) -> Result<(PersonRow, bool)> {
    if let Some(row) = store::person_by_email(db, email)? {
        // Its address is free when the last mail to it is out.
        return if row.erased_at.is_some() { Err(Error::Conflict(ACCOUNT_ERASED)) } else { Ok((row, false)) };
    }
    let row = as_typed(call, PersonId::new(&*call.service.clock, &*call.service.chance), email.clone(), details.clone());
    // Somebody else may have created it since we looked: the unique index decides.
    match db.attempt(|db| store::person_insert(db, &row)) {
        Ok(()) => Ok((row, true)),
        Err(Error::Conflict(_)) => store::person_by_email(db, email)?.map(|row| (row, false)).ok_or(Error::Conflict(CONFLICT)),
        Err(e) => Err(e),
    }
}

/// Every error of an invitation whose grants could not even be read.
pub fn invite_errors(input: &PersonInvite, grants: Vec<FieldError>) -> Error {
    let mut checks = Checks::new();
    checks.word("email", &input.email);
    account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    for field in grants {
        checks.push(field);
    }
    checks.done().err().unwrap_or(Error::Conflict(CONFLICT))
}

/// Invites somebody, with roles. Whoever has an account already only gets the roles; an inviter who does not see that
/// account as it is hears the same as of one that was just made.
pub fn person_invite(call: &Call<'_>, input: &PersonInvite) -> Result<Invited> {
    let permit = call.reach(UseCase::person_invite)?;
    let mut checks = Checks::new();
    let email = checks.word("email", &input.email);
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    checks.require(input.grants.len() <= MOST_GRANTS, "grants", "too_many_grants");
    let (email, details) = checks.complete(email.zip(details))?;
    if input.grants.is_empty() {
        // Without a role there is no scope to look at but the whole.
        call.allow(UseCase::person_invite)?;
    }
    let targets = input
        .grants
        .iter()
        .enumerate()
        .map(|(n, grant)| to_give(call, UseCase::person_invite, grant).map_err(|e| under(&format!("grants[{n}]"), e)))
        .collect::<Result<Vec<GrantTarget>>>()?;
    permit.write(|db| {
        let (row, made) = find_or_create(call, db, &email, &details)?;
        let known = meets(call, db, &row)?;
        if known && row.state == PersonState::Disabled {
            return Err(Error::field("email", "account_disabled"));
        }
        for target in &targets {
            give(call, db, &row.id, target)?;
        }
        // Ten invitations at once are one mail. Counted also where none goes: else the count would tell.
        let due = throttle::link_due(call.service, db, &row.email, Asker::Inviter)?;
        let mailed = row.state == PersonState::Invited;
        if mailed && due {
            send_link(call, db, &row, &call.caller.name)?;
        }
        permit.audit(db, &row.id, &json!({"new": made, "grants": targets.iter().map(GrantTarget::shown).collect::<Vec<_>>()}))?;
        if known {
            let outcome = match (made, mailed) {
                (true, _) => Outcome::New,
                (false, true) => Outcome::Again,
                (false, false) => Outcome::Known,
            };
            return Ok(Invited { person: view(call, db, row)?, outcome });
        }
        let shown = view(call, db, row)?;
        let person = PersonView { name: details.name, language: details.language, time_zone: details.time_zone, ..shown };
        Ok(Invited { person, outcome: Outcome::Untold })
    })
}

/// An account as its inviter would find it had there been none.
fn as_typed(call: &Call<'_>, id: PersonId, email: Email, details: Details) -> PersonRow {
    let Details { name, language, time_zone } = details;
    PersonRow {
        id,
        email,
        name,
        language,
        time_zone,
        password_hash: None,
        state: PersonState::Invited,
        version: 1,
        created_at: call.now,
        erased_at: None,
    }
}

/// Sends the invitation again. Errors: conflict when there is a password already, for whoever may know.
pub fn person_invite_again(call: &Call<'_>, id: &PersonId) -> Result<PersonView> {
    let permit = found(call, UseCase::person_invite, id)?;
    permit.write(|db| {
        let row = store::person(db, id)?;
        let waits = row.state == PersonState::Invited;
        if !waits && meets(call, db, &row)? {
            return Err(Error::Conflict(CONFLICT));
        }
        throttle::link_again(call.service, db, &row.email)?;
        if waits {
            send_link(call, db, &row, &call.caller.name)?;
        }
        permit.audit(db, id, &json!({"again": true}))?;
        view(call, db, row)
    })
}

/// Changes an account. Disabling ends every session, token and link of it at once.
pub fn person_update(call: &Call<'_>, id: &PersonId, version: i32, input: &PersonUpdate) -> Result<PersonView> {
    let permit = found(call, UseCase::person_update, id)?;
    let mut checks = Checks::new();
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    let details = checks.complete(details)?;
    permit.write(|db| {
        let row = store::person(db, id)?;
        if row.erased_at.is_some() {
            return Err(Error::Conflict(ACCOUNT_ERASED));
        }
        let state = match (input.state, &row.password_hash) {
            (PersonState::Disabled, _) => PersonState::Disabled,
            (_, None) => PersonState::Invited,
            (_, Some(_)) => PersonState::Active,
        };
        // The entry comes first: it makes writers queue, so that two operators cannot disable each
        // other at the same moment.
        permit.audit(db, id, &json!({"state": state}))?;
        let closed = |state: PersonState| state == PersonState::Disabled;
        if closed(state) != closed(row.state) {
            account_moves(call, db, id, !closed(state))?;
        }
        store::person_update(db, &row, version, &details, state)?;
        if state == PersonState::Disabled {
            keep_an_operator(db, Some(&row))?;
            sessions::end_all(db, id, None)?;
            store::steps_delete(db, id)?;
            store::refresh_revoke_person(db, id, call.now)?;
            store::service_tokens_revoke_person(db, id, call.now)?;
            store::capabilities_revoke_person(db, id, call.now)?;
            idempotency::forget(db, id.as_str())?;
        }
        let row = store::person(db, id)?;
        view(call, db, row)
    })
}

/// Refuses to leave the instance without an operator. `was`: the account that was just disabled; a
/// disabled account that was no operator is no reason.
pub(super) fn keep_an_operator(db: &mut Db, was: Option<&PersonRow>) -> Result<()> {
    if let Some(row) = was {
        let operator = store::grant_find(db, &row.id, Role::Operator, ScopeKind::Instance, "")?.is_some();
        if !operator || row.state != PersonState::Active {
            return Ok(());
        }
    }
    if store::operators(db)? == 0 { Err(Error::Conflict(LAST_OPERATOR)) } else { Ok(()) }
}
