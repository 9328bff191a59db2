//! The second step of signing in: a passkey, or a recovery code; or, where the account must have a second factor
//! and has none, adding the first passkey.
//!
//! Between the password and this there is a step and no session. What a device is asked is good for one answer.

use chrono::Duration;
use serde_json::json;

use super::entrance::SignedIn;
use super::factor::{end_ways, first_codes, insert_passkey, known, must_have, relying};
use super::own::notify;
use crate::ground::ids::{PasskeyId, PersonId};
use crate::ground::receipt::sha256_hex;
use crate::ground::secrets::random_token;
use crate::ground::{Error, Result};
use crate::people::call::{Call, Permit};
use crate::people::device::Device;
use crate::people::identity::PersonState;
use crate::people::messages::Noticed;
use crate::people::passkeys::{self, Question};
use crate::people::policy::UseCase;
use crate::people::problems::STEP_ENDED;
use crate::people::second::{self, MOST_TRIES, Purpose, STEP_MINUTES};
use crate::people::sessions;
use crate::people::store::{self, PersonRow, StepRow};
use crate::people::throttle::{self, Origin};
use crate::store::{Db, audit};

/// What is asked of somebody whose password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Nothing,
    /// A passkey or a recovery code.
    Answer,
    /// To add a first passkey.
    SetUp,
}

/// What the account needs besides its password.
pub(super) fn asked(call: &Call<'_>, db: &mut Db, person: &PersonId) -> Result<Asked> {
    if !store::passkeys_of(db, person)?.is_empty() {
        return Ok(Asked::Answer);
    }
    Ok(if must_have(call, db, person)? { Asked::SetUp } else { Asked::Nothing })
}

/// What a browser has after a right password.
pub enum Entered {
    Session(SignedIn),
    /// The token of a step, which is no session.
    Step(String),
}

/// Begins the second step inside the transaction of the first; its token.
pub(super) fn begin(call: &Call<'_>, db: &mut Db, row: &PersonRow, purpose: Purpose, name: &str) -> Result<String> {
    let passkeys = known(&store::passkeys_of(db, &row.id)?)?;
    let question = question(call, row, purpose, &passkeys)?;
    let token = random_token(&*call.service.chance);
    let step = StepRow {
        id: sha256_hex(token.as_bytes()),
        person_id: row.id.clone(),
        purpose,
        name: name.to_owned(),
        question: question.asked,
        state: question.state,
        tries: 0,
        created_at: call.now,
        expires_at: call.now.plus(Duration::minutes(STEP_MINUTES)),
    };
    store::step_insert(db, &step)?;
    if purpose != Purpose::Add {
        let detail = json!({"asked": if purpose == Purpose::SetUp { "to add a passkey" } else { "a passkey or a recovery code" }});
        audit::append(db, call.now, row.id.as_str(), UseCase::second_factor_ask, row.id.as_str(), &detail)?;
    }
    Ok(token)
}

/// What the device is asked; nothing where this instance has no passkeys (any more): codes still work.
fn question(call: &Call<'_>, row: &PersonRow, purpose: Purpose, passkeys: &[webauthn_rs::prelude::Passkey]) -> Result<Question> {
    match (relying(call), purpose) {
        (Ok(relying), Purpose::SignIn) => relying.ask(passkeys),
        (Ok(relying), Purpose::SetUp | Purpose::Add) => relying.ask_new(&row.id, &row.email, &row.name, passkeys),
        (Err(_), Purpose::SignIn) => Ok(Question { asked: String::new(), state: String::new() }),
        (Err(error), _) => Err(error),
    }
}

/// What the page of the second step shows.
#[derive(Debug)]
pub struct Step {
    pub purpose: Purpose,
    pub name: String,
    /// JSON for the page's script; empty where nothing can be asked.
    pub question: String,
    pub codes_left: i64,
}

/// A step that goes on, with its person. Errors: `step_ended`.
pub(super) fn found(permit: &Permit<'_>, call: &Call<'_>, token: &str, purposes: &[Purpose]) -> Result<(StepRow, PersonRow)> {
    let id = sha256_hex(token.as_bytes());
    permit.read(|db| {
        let step = store::step(db, &id, call.now)?.filter(|step| purposes.contains(&step.purpose) && step.tries < MOST_TRIES);
        let Some(step) = step else { return Err(Error::Unauthenticated(STEP_ENDED)) };
        let person = store::person(db, &step.person_id)?;
        if person.state == PersonState::Active { Ok((step, person)) } else { Err(Error::Unauthenticated(STEP_ENDED)) }
    })
}

/// Reads the second step of signing in; changes nothing.
pub fn session_step(call: &Call<'_>, token: &str) -> Result<Step> {
    let permit = call.allow(UseCase::session_confirm)?;
    let (step, person) = found(&permit, call, token, &[Purpose::SignIn, Purpose::SetUp])?;
    let codes_left = permit.read(|db| store::recovery_codes_left(db, &person.id))?;
    Ok(Step { purpose: step.purpose, name: person.name, question: step.question, codes_left })
}

/// Takes the question of the step for this one answer; if the answer is wrong, the next try has another question.
pub(super) fn answered<T>(permit: &Permit<'_>, call: &Call<'_>, step: &StepRow, person: &PersonRow, judge: impl FnOnce() -> Result<T>) -> Result<T> {
    if permit.write(|db| store::step_take(db, step))? == 0 {
        return Err(Error::Unauthenticated(STEP_ENDED));
    }
    let outcome = judge();
    if matches!(outcome, Err(Error::Invalid(_))) {
        permit.write(|db| {
            let passkeys = known(&store::passkeys_of(db, &person.id)?)?;
            let next = question(call, person, step.purpose, &passkeys)?;
            store::step_renew(db, &step.id, &next.asked, &next.state)
        })?;
    }
    outcome
}

/// The browser that is to have the session: where it is, and the session that it had.
pub struct Browser<'a> {
    pub origin: &'a Origin,
    pub former: Option<&'a str>,
}

/// Ends the step and begins the session; the browser's former one ends.
fn enter(call: &Call<'_>, db: &mut Db, step: &StepRow, person: &PersonRow, browser: &Browser<'_>, verb: UseCase, by: &str) -> Result<SignedIn> {
    if store::step_delete(db, &step.id)? == 0 {
        return Err(Error::Unauthenticated(STEP_ENDED));
    }
    if let Some(former) = browser.former {
        sessions::end(db, former)?;
    }
    let session = sessions::start(call.service, db, &step.person_id)?;
    throttle::remember(call.service, db, &person.email, browser.origin)?;
    audit::append(db, call.now, step.person_id.as_str(), verb, step.person_id.as_str(), &json!({"by": by}))?;
    let device = Device::learning(browser.origin.device.as_ref(), &call.service.secrets, &*call.service.chance, &person.email);
    Ok(SignedIn { session, device })
}

/// Judges a device's answer inside a transaction: it must be one to this question, by a passkey of this person that
/// is still theirs, and its counter must have moved on.
fn judge_passkey(call: &Call<'_>, db: &mut Db, step: &StepRow, answer: &str) -> Result<PasskeyId> {
    let refused = || Error::field("passkey", "passkey_refused");
    let said = relying(call)?.answered(&step.state, answer).ok_or_else(refused)?;
    let row = store::passkey_by_credential(db, &step.person_id, &super::factor::as_text(said.cred_id()))?.ok_or_else(refused)?;
    let passkey = passkeys::read(&row.credential).and_then(|passkey| passkeys::moved_on(passkey, &said)).ok_or_else(refused)?;
    if store::passkey_used(db, &row, &passkeys::written(&passkey)?, call.now.date())? == 0 {
        return Err(refused());
    }
    Ok(row.id)
}

/// Spends a recovery code of a person, and tells them.
pub(super) fn spend_code(call: &Call<'_>, db: &mut Db, person: &PersonRow, typed: &str) -> Result<()> {
    let spent = match second::code_hash(&person.id, typed) {
        Some(hash) => store::recovery_code_spend(db, &person.id, &hash, call.now)?,
        None => 0,
    };
    if spent == 0 {
        return Err(Error::field("recovery_code", "wrong_recovery_code"));
    }
    let left = store::recovery_codes_left(db, &person.id)?;
    notify(call, db, person, Noticed::RecoveryCodeUsed, &left.to_string())
}

/// Signs in by the answer of a passkey, or else by a recovery code.
pub fn session_confirm(call: &Call<'_>, token: &str, passkey: &str, code: &str, browser: &Browser<'_>) -> Result<SignedIn> {
    let permit = call.allow(UseCase::session_confirm)?;
    let (step, person) = found(&permit, call, token, &[Purpose::SignIn])?;
    if passkey.is_empty() && code.trim().is_empty() {
        return Err(Error::field("recovery_code", "required"));
    }
    answered(&permit, call, &step, &person, || {
        permit.write(|db| {
            let by = if passkey.is_empty() {
                spend_code(call, db, &person, code)?;
                "recovery code".to_owned()
            } else {
                format!("passkey {}", judge_passkey(call, db, &step, passkey)?)
            };
            enter(call, db, &step, &person, browser, UseCase::session_confirm, &by)
        })
    })
}

/// Adds the first passkey of somebody who must have one, and signs in; with recovery codes.
pub fn session_set_up(call: &Call<'_>, token: &str, name: &str, passkey: &str, browser: &Browser<'_>) -> Result<(SignedIn, Vec<String>)> {
    let permit = call.allow(UseCase::session_set_up)?;
    let (step, person) = found(&permit, call, token, &[Purpose::SetUp])?;
    let name = super::factor::name(name)?;
    if passkey.is_empty() {
        return Err(Error::field("passkey", "passkey_needs_script"));
    }
    answered(&permit, call, &step, &person, || {
        let new = relying(call)?.new_passkey(&step.state, passkey).ok_or_else(|| Error::field("passkey", "passkey_refused"))?;
        permit.write(|db| {
            // Somebody else who knows the password may have begun this, and the owner added a passkey since.
            if !store::passkeys_of(db, &person.id)?.is_empty() {
                return Err(Error::Unauthenticated(STEP_ENDED));
            }
            let session = enter(call, db, &step, &person, browser, UseCase::session_set_up, "passkey")?;
            end_ways(call, db, &person.id, Some(&session.session))?;
            insert_passkey(call, db, &person, &name, &new)?;
            let codes = first_codes(call, db, &person)?.unwrap_or_default();
            Ok((session, codes))
        })
    })
}
