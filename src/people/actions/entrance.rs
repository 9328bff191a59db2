//! Coming in and going out: sessions, tokens, links to set a password.
//!
//! Unknown accounts, wrong passwords and accounts without one get the same answer after the same
//! work. Who asks for a link hears the same whether the account exists.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::confirm::{self, Asked, Entered};
use crate::ground::error::Checks;
use crate::ground::ids::PersonId;
use crate::ground::problems::{CONFLICT, UNAUTHENTICATED};
use crate::ground::{Email, Error, Given, Language, Result, Zone};
use crate::mail::letter::Link;
use crate::mail::store::{About, put};
use crate::people::call::{Call, Permit};
use crate::people::device::Device;
use crate::people::identity::{PersonState, Purpose, Target};
use crate::people::messages::{AccountInvite, PasswordReset};
use crate::people::passwords::{Gate, Queue};
use crate::people::policy::UseCase;
use crate::people::problems::{BAD_CREDENTIALS, SECOND_FACTOR_MISSING, SECOND_FACTOR_NEEDED, TOKEN_INVALID};
use crate::people::store::{self, PersonRow, recipient};
use crate::people::throttle::{self, Asker, Brake, Door, Origin};
use crate::people::tokens::{self, Spent};
use crate::people::views::TokenView;
use crate::people::{account, capabilities, second, sessions};
use crate::store::{Db, audit};

/// Who wants to come in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// One of the account's recovery codes: only for tokens, where the account has a second factor.
    #[serde(default)]
    pub recovery_code: String,
}

/// A refresh token, to be used or ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRefresh {
    pub refresh_token: String,
}

/// Whoever has shown the right password, and the brake that let them.
pub(super) struct Recognised<'s> {
    pub(super) row: PersonRow,
    /// As it was typed, in its normal form.
    email: Email,
    brake: Brake<'s>,
}

impl Recognised<'_> {
    /// Inside the transaction that lets them go on: the try is over.
    fn let_in(&self, db: &mut Db) -> Result<()> {
        let now = store::person(db, &self.row.id)?;
        if now.state != PersonState::Active || now.password_hash != self.row.password_hash {
            return Err(Error::Unauthenticated(BAD_CREDENTIALS));
        }
        self.brake.succeeded(db)
    }

    /// The same for somebody signed in who has shown their password: another may have been set since.
    pub(super) fn still(&self, db: &mut Db) -> Result<()> {
        self.let_in(db).map_err(wrong_own)
    }

    fn device(&self, call: &Call<'_>, origin: &Origin) -> Device {
        Device::learning(origin.device.as_ref(), &call.service.secrets, &*call.service.chance, &self.email)
    }
}

/// Checks address and password.
fn recognise<'s>(permit: &'s Permit<'_>, input: &SignIn, origin: &'s Origin) -> Result<Recognised<'s>> {
    let mut checks = Checks::new();
    checks.require(!input.email.trim().is_empty(), "email", "required").require(!input.password.is_empty(), "password", "required");
    checks.done()?;
    let email = Email::looked_up(&input.email);
    let brake = Brake::sign_in(permit.service(), &email, origin)?;
    let account = email.as_str().to_owned();
    check_password(permit, email, &account, &input.password, brake)
}

/// Whoever has tried too often is refused before the gate. The failure is counted after it, while the place is
/// held: so many wait in front that nothing may be written for each.
fn check_password<'s>(permit: &Permit<'_>, email: Email, account: &str, password: &str, brake: Brake<'s>) -> Result<Recognised<'s>> {
    brake.check()?;
    let queue = if brake.is_known() { Queue::Known } else { Queue::Stranger };
    let place = permit.service().registered::<Gate>()?.enter(queue, account)?;
    // Others may have failed meanwhile.
    brake.check()?;
    let row = permit.read(|db| store::person_by_email(db, &email))?.filter(|r| r.state == PersonState::Active);
    let right = place.verify(password, row.as_ref().and_then(|r| r.password_hash.as_deref()))?;
    let Some(row) = row.filter(|_| right) else {
        brake.failed()?;
        return Err(Error::Unauthenticated(BAD_CREDENTIALS));
    };
    Ok(Recognised { row, email, brake })
}

/// The entry for somebody who is only now known to the call.
fn audit_as(call: &Call<'_>, db: &mut Db, person: &PersonId, verb: UseCase, detail: &serde_json::Value) -> Result<()> {
    audit::append(db, call.now, person.as_str(), verb, person.as_str(), detail)
}

/// What a browser gets when somebody has signed in.
pub struct SignedIn {
    /// The new session's token.
    pub session: String,
    /// By which the browser is known next time.
    pub device: Device,
}

/// Signs in: a new session, for which the browser's former one ends; or, where a password is not enough, the token of
/// the second step, which is no session.
pub fn session_start(call: &Call<'_>, input: &SignIn, origin: &Origin, former: Option<&str>) -> Result<Entered> {
    let permit = call.allow(UseCase::session_start)?;
    let known = recognise(&permit, input, origin)?;
    permit.write(|db| {
        known.let_in(db)?;
        match confirm::asked(call, db, &known.row.id)? {
            Asked::Nothing => {}
            Asked::Answer => return confirm::begin(call, db, &known.row, second::Purpose::SignIn, "").map(Entered::Step),
            Asked::SetUp => return confirm::begin(call, db, &known.row, second::Purpose::SetUp, "").map(Entered::Step),
        }
        if let Some(former) = former {
            sessions::end(db, former)?;
        }
        // Where they are is known from now on.
        throttle::remember(call.service, db, &known.email, origin)?;
        let session = sessions::start(call.service, db, &known.row.id)?;
        audit_as(call, db, &known.row.id, UseCase::session_start, &json!({}))?;
        Ok(Entered::Session(SignedIn { session, device: known.device(call, origin) }))
    })
}

/// Signs out. Does nothing when the session had ended before.
pub fn session_end(call: &Call<'_>, token: &str) -> Result<()> {
    let permit = call.allow(UseCase::session_end)?;
    permit.write(|db| {
        if sessions::end(db, token)? {
            permit.audit(db, call.caller.actor(), &json!({}))?;
        }
        Ok(())
    })
}

/// Signs out in every browser and program.
pub fn session_end_everywhere(call: &Call<'_>) -> Result<()> {
    let permit = call.allow(UseCase::session_end_everywhere)?;
    let Some(person) = &call.caller.person else { return Err(Error::Unauthenticated(UNAUTHENTICATED)) };
    permit.write(|db| {
        let ended = sessions::end_all(db, person, None)?;
        store::refresh_revoke_person(db, person, call.now)?;
        store::service_tokens_revoke_person(db, person, call.now)?;
        store::steps_delete(db, person)?;
        permit.audit(db, person, &json!({"sessions": ended}))
    })
}

fn token_view(call: &Call<'_>, person: &PersonId, family: &str, refresh_token: String) -> Result<TokenView> {
    let access_token = tokens::issue(call.service, person, family, call.now)?;
    Ok(TokenView { access_token, refresh_token, token_type: "Bearer", expires_in: tokens::LIFETIME })
}

/// A first pair of tokens for an address and a password.
pub fn token_issue(call: &Call<'_>, input: &SignIn, origin: &Origin) -> Result<TokenView> {
    let permit = call.allow(UseCase::token_issue)?;
    let known = recognise(&permit, input, origin)?;
    let row = &known.row;
    let (refresh_token, family) = permit.write(|db| {
        known.let_in(db)?;
        match confirm::asked(call, db, &row.id)? {
            Asked::Nothing => {}
            Asked::SetUp => return Err(Error::Forbidden(SECOND_FACTOR_MISSING)),
            Asked::Answer if input.recovery_code.trim().is_empty() => return Err(Error::Unauthenticated(SECOND_FACTOR_NEEDED)),
            Asked::Answer => confirm::spend_code(call, db, row, &input.recovery_code)?,
        }
        throttle::remember(call.service, db, &known.email, origin)?;
        let token = tokens::refresh_start(call.service, db, &row.id)?;
        audit_as(call, db, &row.id, UseCase::token_issue, &json!({}))?;
        Ok(token)
    })?;
    token_view(call, &row.id, &family, refresh_token)
}

/// Whether there is, or was, such a refresh token. One that nobody was given costs no transaction, and from an
/// address that brings many it is not looked at; the right ones are never held back, for nobody can guess them.
fn given_out(permit: &Permit<'_>, token: &str, origin: &Origin) -> Result<bool> {
    if permit.read(|db| tokens::was_given(db, token))? {
        return Ok(true);
    }
    let brake = Brake::by_address(permit.service(), Door::Token, origin);
    brake.check()?;
    brake.failed()?;
    Ok(false)
}

/// The next pair of tokens. A token that comes a second time ends its whole family.
pub fn token_refresh(call: &Call<'_>, input: &TokenRefresh, origin: &Origin) -> Result<TokenView> {
    let permit = call.allow(UseCase::token_refresh)?;
    if !given_out(&permit, &input.refresh_token, origin)? {
        return Err(Error::Unauthenticated(TOKEN_INVALID));
    }
    let spent = permit.write(|db| {
        let spent = tokens::refresh_spend(call.service, db, &input.refresh_token)?;
        match &spent {
            Spent::Followed { person, .. } => audit_as(call, db, person, UseCase::token_refresh, &json!({}))?,
            Spent::Reused { person } => audit_as(call, db, person, UseCase::token_refresh, &json!({"outcome": "reused, family revoked"}))?,
            Spent::Refused => {}
        }
        Ok(spent)
    })?;
    match spent {
        Spent::Followed { person, family, refresh_token } => token_view(call, &person, &family, refresh_token),
        Spent::Reused { person } => {
            tracing::warn!(%person, "a spent refresh token came back; its family was revoked");
            Err(Error::Unauthenticated(TOKEN_INVALID))
        }
        Spent::Refused => Err(Error::Unauthenticated(TOKEN_INVALID)),
    }
}

/// Ends a refresh token and its family. Says nothing about whether it was one (RFC 7009).
pub fn token_revoke(call: &Call<'_>, input: &TokenRefresh, origin: &Origin) -> Result<()> {
    let permit = call.allow(UseCase::token_revoke)?;
    if !given_out(&permit, &input.refresh_token, origin)? {
        return Ok(());
    }
    permit.write(|db| match tokens::refresh_end(call.service, db, &input.refresh_token)? {
        Some(person) => audit_as(call, db, &person, UseCase::token_revoke, &json!({})),
        None => Ok(()),
    })
}

/// Sends a link to set a password, if there is an account to send it to. The answer, and the work,
/// are the same if not; where one has just gone, no other follows.
pub fn password_reset_request(call: &Call<'_>, email: &Given<Email>, origin: &Origin) -> Result<()> {
    let permit = call.allow(UseCase::password_reset_request)?;
    let mut checks = Checks::new();
    let email = checks.word("email", email);
    let email = checks.complete(email)?;
    let brake = Brake::link(call.service, &email, origin)?;
    brake.check()?;
    permit.write(|db| {
        brake.count(db)?;
        let due = throttle::link_due(call.service, db, &email, Asker::Anybody)?;
        let row = store::person_by_email(db, &email)?.filter(|r| r.state != PersonState::Disabled && due);
        if let Some(row) = row {
            send_link(call, db, &row, "")?;
            return permit.audit(db, &row.id, &json!({}));
        }
        // The same work for nobody, undone at once.
        let nobody = nobody(call, &email);
        let undone: Result<()> = db.attempt(|db| {
            send_link(call, db, &nobody, "")?;
            permit.audit(db, &nobody.id, &json!({}))?;
            Err(Error::Conflict(CONFLICT))
        });
        match undone {
            Err(Error::Conflict(CONFLICT)) => Ok(()),
            other => other,
        }
    })
}

fn nobody(call: &Call<'_>, email: &Email) -> PersonRow {
    PersonRow {
        id: PersonId::new(&*call.service.clock, &*call.service.chance),
        email: email.clone(),
        name: String::new(),
        language: Language::ENGLISH,
        time_zone: Zone::UTC,
        password_hash: Some(String::new()),
        state: PersonState::Active,
        version: 1,
        created_at: call.now,
        erased_at: None,
    }
}

/// Puts the right link into the outbox: an invitation for who has no password yet, else a reset.
pub(super) fn send_link(call: &Call<'_>, db: &mut Db, row: &PersonRow, invited_by: &str) -> Result<()> {
    let to = recipient(row);
    let about = About { kind: "person", id: row.id.as_str(), round: None };
    let invited = row.password_hash.is_none();
    let (purpose, lifetime) = if invited {
        (Purpose::AccountInvite, capabilities::invite_link_lifetime())
    } else {
        (Purpose::PasswordReset, capabilities::password_link_lifetime())
    };
    let until = call.now.plus(lifetime);
    let capability = capabilities::issue(call, db, purpose, row.id.as_str(), Some(&row.id), until)?;
    let link = Link::capability("/password/", &capability);
    let (expires_at, time_zone) = (until.local(row.time_zone), row.time_zone);
    if invited {
        put(db, call.service, &to, about, &AccountInvite { link, invited_by: invited_by.to_owned(), expires_at, time_zone })?;
    } else {
        put(db, call.service, &to, about, &PasswordReset { link, expires_at, time_zone })?;
    }
    Ok(())
}

/// What a password link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    Invitation,
    Reset,
}

/// Whom a password link belongs to.
#[derive(Debug, Clone)]
pub struct PasswordLink {
    pub person: PersonRow,
    pub opens: Opens,
}

/// Reads the link that the caller holds; changes nothing. Errors: not found for any other link.
pub fn password_link<'c>(call: &'c Call<'_>) -> Result<Permit<'c, PasswordLink>> {
    let held = call.caller.capability.as_ref().ok_or(Error::NotFound("link"))?;
    let opens = match held.purpose {
        Purpose::AccountInvite => Opens::Invitation,
        Purpose::PasswordReset => Opens::Reset,
        Purpose::Review => return Err(Error::NotFound("link")),
    };
    let id: PersonId = held.subject_id.parse().map_err(|_| Error::NotFound("link"))?;
    call.find(UseCase::password_set, |db| {
        let person = store::person(db, &id).ok().filter(|person| person.state != PersonState::Disabled).ok_or(Error::NotFound("link"))?;
        Ok((PasswordLink { person, opens }, Target::owned_by(&id)))
    })
}

/// Sets the password through a link, once: the account becomes active, every link to set a password
/// and every session of it ends. Whoever has the link is known in this browser from now on: the way in for
/// somebody at whose account strangers guess.
pub fn password_set(call: &Call<'_>, password: &str, origin: &Origin) -> Result<(PersonRow, Device)> {
    let permit = password_link(call)?;
    let person = &permit.person;
    let held = call.caller.capability.as_ref().ok_or(Error::NotFound("link"))?;
    let mut checks = Checks::new();
    account::password(&mut checks, "password", password, Some(&person.email));
    checks.done()?;
    let hash = super::new_hash(call, &format!("link {}", person.id), password)?;
    permit.write(|db| {
        // Of two clicks at the same moment, one wins.
        if store::capability_spend(db, &held.id, call.now)? == 0 || store::password_set(db, &person.id, &hash)? == 0 {
            return Err(Error::NotFound("link"));
        }
        store::capabilities_revoke(db, Purpose::AccountInvite, person.id.as_str(), call.now)?;
        store::capabilities_revoke(db, Purpose::PasswordReset, person.id.as_str(), call.now)?;
        sessions::end_all(db, &person.id, None)?;
        store::steps_delete(db, &person.id)?;
        store::refresh_revoke_person(db, &person.id, call.now)?;
        permit.audit(db, &person.id, &json!({}))
    })?;
    let person = permit.into_row().person;
    let device = Device::learning(origin.device.as_ref(), &call.service.secrets, &*call.service.chance, &person.email);
    Ok((person, device))
}

/// Verifies the current password of a signed-in person. Their failures are counted by themselves: nobody else can
/// hold them back. What is done with it asks [`Recognised::still`] inside its transaction.
pub(super) fn verify_own<'s>(permit: &'s Permit<'_>, row: &PersonRow, password: &str, origin: &'s Origin) -> Result<Recognised<'s>> {
    let brake = Brake::own(permit.service(), &row.id, origin);
    check_password(permit, row.email.clone(), &own_place(&row.id), password, brake).map_err(wrong_own)
}

/// In whose name somebody signed in waits at the gate.
pub(super) fn own_place(person: &PersonId) -> String {
    format!("own {person}")
}

fn wrong_own(error: Error) -> Error {
    match error {
        Error::Unauthenticated(_) => Error::field("current_password", "wrong_password"),
        other => other,
    }
}
