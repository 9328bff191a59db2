//! Accounts of others: listing, inviting, changing, disabling.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::entrance::send_link;
use super::grants::{GrantTarget, give, may_give};
use super::{under, view, views};
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::{Error, FieldError, Given, Result, Zone};
use crate::people::account::{self, Details};
use crate::people::call::Call;
use crate::people::identity::{PersonState, Role, ScopeKind, Target};
use crate::people::policy::UseCase;
use crate::people::store::{self, PersonRow};
use crate::people::views::{GrantInput, PersonView};
use crate::people::{policy, sessions};
use crate::store::Db;
use crate::web::paging::{Listing, PageAt};

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonInvite {
    pub email: String,
    pub name: String,
    /// Language tag of mails and pages; absent: `en`.
    #[serde(default = "english")]
    pub language: String,
    /// Absent: `UTC`.
    #[serde(default = "utc")]
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    #[serde(default)]
    pub grants: Vec<GrantInput>,
}

fn english() -> String {
    "en".to_owned()
}

fn utc() -> Given<Zone> {
    Zone::UTC.into()
}

/// An account as it should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonUpdate {
    pub name: String,
    pub language: String,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    /// `active` or `disabled`; an account without a password stays `invited`.
    pub state: PersonState,
}

/// What came of an invitation.
#[derive(Debug)]
pub struct Invited {
    pub person: PersonView,
    /// False when there was an account already, which has only got the grants.
    pub new: bool,
    /// Whether a mail is on its way.
    pub mailed: bool,
}

/// The scopes to which the caller's view is limited; `None` for the whole instance.
fn within(call: &Call<'_>) -> Option<Vec<String>> {
    if policy::allowed(&call.caller, UseCase::person_list, &Target::instance()) {
        return None;
    }
    let mine = call.caller.grants.iter().filter(|g| matches!(g.role, Role::Coordinator | Role::Operator));
    Some(mine.map(|g| g.scope_id.clone()).collect())
}

/// Accounts: all of them, or those with a role in the caller's scopes.
pub fn person_list(call: &Call<'_>, at: &PageAt) -> Result<Listing<PersonView>> {
    policy::reach(&call.caller, UseCase::person_list)?;
    call.read(|db| {
        let rows = Listing::of(store::people_page(db, within(call).as_deref(), at)?, at, |r| r.id.to_string());
        let next_cursor = rows.next_cursor;
        Ok(Listing { items: views(call, db, rows.items)?, next_cursor })
    })
}

/// One account: one's own, or one with a role in a scope of the caller.
pub fn person_read(call: &Call<'_>, id: &PersonId) -> Result<PersonView> {
    let owned = Target::owned_by(id);
    call.read(|db| {
        let seen = policy::allowed(&call.caller, UseCase::person_read, &owned) || seen_in_scope(call, db, UseCase::person_read, id)?;
        if !seen {
            call.authorise(UseCase::person_read, &owned)?;
        }
        let row = store::person(db, id)?;
        view(call, db, row)
    })
}

/// Whether one of the person's grants is in a scope where the caller may do the use case.
fn seen_in_scope(call: &Call<'_>, db: &mut Db, use_case: UseCase, id: &PersonId) -> Result<bool> {
    let grants = store::grants_of(db, std::slice::from_ref(id))?;
    let scopes = store::scopes(db, &grants.into_iter().map(|g| g.scope_id).collect::<Vec<_>>())?;
    Ok(scopes.values().any(|s| policy::allowed(&call.caller, use_case, &s.target)))
}

/// Finds the account of an address, or creates one that is invited: for rooms whose people come by
/// a mail of their own. Sends nothing and writes no audit entry; the caller's action does.
pub fn person_ensure(call: &Call<'_>, db: &mut Db, email: &str, name: &str, language: &str, time_zone: Zone) -> Result<PersonRow> {
    let mut checks = Checks::new();
    let email = account::email(&mut checks, "email", email);
    let details = account::details(&mut checks, name, language, &time_zone.into());
    let details = checks.complete(details)?;
    Ok(find_or_create(call, db, &email, &details)?.0)
}

fn find_or_create(call: &Call<'_>, db: &mut Db, email: &str, details: &Details) -> Result<(PersonRow, bool)> {
    if let Some(row) = store::person_by_email(db, email)? {
        return Ok((row, false));
    }
    let row = PersonRow {
        id: PersonId::new(&*call.service.clock, &*call.service.chance),
        email: email.to_owned(),
        name: details.name.clone(),
        language: details.language.clone(),
        time_zone: details.time_zone,
        password_hash: None,
        state: PersonState::Invited,
        version: 1,
        created_at: call.now,
    };
    // Somebody else may have created it since we looked: the unique index decides.
    match db.attempt(|db| store::person_insert(db, &row)) {
        Ok(()) => Ok((row, true)),
        Err(Error::Conflict(_)) => store::person_by_email(db, email)?.map(|row| (row, false)).ok_or(Error::Conflict("conflict")),
        Err(e) => Err(e),
    }
}

/// Every error of an invitation whose grants could not even be read.
pub fn invite_errors(input: &PersonInvite, grants: Vec<FieldError>) -> Error {
    let mut checks = Checks::new();
    account::email(&mut checks, "email", &input.email);
    account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    for field in grants {
        checks.push(field);
    }
    checks.done().err().unwrap_or(Error::Conflict("conflict"))
}

/// Invites somebody, with roles. Whoever has an account already only gets the roles.
pub fn person_invite(call: &Call<'_>, input: &PersonInvite) -> Result<Invited> {
    policy::reach(&call.caller, UseCase::person_invite)?;
    let mut checks = Checks::new();
    let email = account::email(&mut checks, "email", &input.email);
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    checks.require(input.grants.len() <= 50, "grants", "too_many_grants");
    let details = checks.complete(details)?;
    if input.grants.is_empty() {
        // Without a role there is no scope to look at but the whole.
        call.authorise(UseCase::person_invite, &Target::instance())?;
    }
    call.write(|db| {
        let targets = input
            .grants
            .iter()
            .enumerate()
            .map(|(n, grant)| may_give(call, db, UseCase::person_invite, grant).map_err(|e| under(&format!("grants[{n}]"), e)))
            .collect::<Result<Vec<GrantTarget>>>()?;
        let (row, new) = find_or_create(call, db, &email, &details)?;
        if row.state == PersonState::Disabled {
            return Err(Error::field("email", "account_disabled"));
        }
        for target in &targets {
            give(call, db, &row.id, target)?;
        }
        let mailed = row.password_hash.is_none();
        if mailed {
            send_link(call, db, &row, &call.caller.name)?;
        }
        call.audit(db, UseCase::person_invite, &row.id, &json!({"new": new, "grants": targets.iter().map(GrantTarget::shown).collect::<Vec<_>>()}))?;
        Ok(Invited { person: view(call, db, row)?, new, mailed })
    })
}

/// Sends the invitation again. Errors: conflict when there is a password already.
pub fn person_invite_again(call: &Call<'_>, id: &PersonId) -> Result<PersonView> {
    call.write(|db| {
        let instance = Target::instance();
        if !policy::allowed(&call.caller, UseCase::person_invite, &instance) && !seen_in_scope(call, db, UseCase::person_invite, id)? {
            call.authorise(UseCase::person_invite, &instance)?;
        }
        let row = store::person(db, id)?;
        if row.state != PersonState::Invited {
            return Err(Error::Conflict("conflict"));
        }
        send_link(call, db, &row, &call.caller.name)?;
        call.audit(db, UseCase::person_invite, id, &json!({"again": true}))?;
        view(call, db, row)
    })
}

/// Changes an account. Disabling ends every session, token and link of it at once.
pub fn person_update(call: &Call<'_>, id: &PersonId, version: i32, input: &PersonUpdate) -> Result<PersonView> {
    call.authorise(UseCase::person_update, &Target::instance())?;
    let mut checks = Checks::new();
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    let details = checks.complete(details)?;
    call.write(|db| {
        let row = store::person(db, id)?;
        let state = match (input.state, &row.password_hash) {
            (PersonState::Disabled, _) => PersonState::Disabled,
            (_, None) => PersonState::Invited,
            (_, Some(_)) => PersonState::Active,
        };
        // The entry comes first: it makes writers queue, so that two operators cannot disable each
        // other at the same moment.
        call.audit(db, UseCase::person_update, id, &json!({"state": state}))?;
        store::person_update(db, &row, version, &details, state)?;
        if state == PersonState::Disabled {
            keep_an_operator(db, Some(&row))?;
            sessions::end_all(db, id, None)?;
            store::refresh_revoke_person(db, id, call.now)?;
            store::capabilities_revoke_person(db, id, call.now)?;
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
    if store::operators(db)? == 0 { Err(Error::Conflict("last_operator")) } else { Ok(()) }
}
