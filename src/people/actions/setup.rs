//! The first person of a fresh instance: on the command line, or on a page with the code that the
//! service prints in its terminal, so that no stranger can take the instance over.

use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::entrance::SignedIn;
use crate::ground::error::Checks;
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::receipt;
use crate::ground::{Email, Error, FieldError, Given, Language, Result, UtcTime, Zone};
use crate::people::account::Details;
use crate::people::call::{Call, Permit};
use crate::people::device::Device;
use crate::people::identity::{Caller, PersonState, Purpose, Role, ScopeKind};
use crate::people::policy::UseCase;
use crate::people::store::{self, GrantRow, PersonRow};
use crate::people::throttle::{self, Brake, Door, Origin};
use crate::people::{account, capabilities, sessions};
use crate::service::Service;
use crate::store::{Db, audit};

/// The first coordinator, who is also the first operator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupStart {
    pub code: String,
    pub email: Given<Email>,
    pub name: String,
    pub language: Given<Language>,
    pub time_zone: Given<Zone>,
    pub password: String,
}

/// The code of this instance, ten characters in two groups; `None` once somebody has an account
/// (or while the database does not answer). Printed by whoever starts the service.
pub fn setup_code(service: &Service) -> Option<String> {
    setup_open(&Call::new(service, Caller::anonymous(), Language::english())).is_ok().then(|| code(service))
}

fn code(service: &Service) -> String {
    receipt::receipt("setup", &service.secrets.token("setup", ""))
}

/// Whether the typed code is the right one, in however many tries always after the same time.
fn is_code(typed: &str, right: &str) -> bool {
    let number = |code| receipt::typed(code, receipt::SHORT).unwrap_or(u128::MAX);
    receipt::typed(typed, receipt::SHORT).is_some() && bool::from(number(typed).ct_eq(&number(right)))
}

/// Whether the instance still waits for its first person. Errors: not found once it has one.
pub fn setup_open<'c>(call: &'c Call<'_>) -> Result<Permit<'c>> {
    let permit = call.allow(UseCase::setup_start)?;
    if permit.read(store::people_exist)? { Err(Error::NotFound("page")) } else { Ok(permit) }
}

/// Creates the first account and signs it in. Wrong codes are counted by address; the right one is never held
/// back, for nobody guesses one of 2^50, and strangers would otherwise keep the first person out.
pub fn setup_start(call: &Call<'_>, input: &SetupStart, origin: &Origin) -> Result<SignedIn> {
    let permit = setup_open(call)?;
    let service = call.service;
    let right = is_code(&input.code, &code(service));
    if !right && !input.code.trim().is_empty() {
        let brake = Brake::by_address(service, Door::Setup, origin);
        brake.check()?;
        brake.failed()?;
    }
    let mut checks = Checks::new();
    let email = checks.word("email", &input.email);
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    account::password(&mut checks, "password", &input.password, email.as_ref());
    if !right {
        checks.push(FieldError::new("code", if input.code.trim().is_empty() { "required" } else { "wrong_setup_code" }));
    }
    let (email, details) = checks.complete(email.zip(details))?;
    let hash = super::new_hash(call, "setup", &input.password)?;
    let row = PersonRow {
        id: PersonId::new(&*service.clock, &*service.chance),
        email,
        name: details.name,
        language: details.language,
        time_zone: details.time_zone,
        password_hash: Some(hash),
        state: PersonState::Active,
        version: 1,
        created_at: call.now,
        erased_at: None,
    };
    permit.write(|db| {
        // The entry comes first: it makes writers queue, so that only one can be the first.
        audit::append(db, call.now, row.id.as_str(), UseCase::setup_start, row.id.as_str(), &json!({}))?;
        if store::people_exist(db)? {
            return Err(Error::NotFound("page"));
        }
        store::person_insert(db, &row)?;
        for role in [Role::Coordinator, Role::Operator] {
            store::grant_insert(db, &instance_grant(service, &row.id, role, call.now))?;
        }
        throttle::remember(service, db, &row.email, origin)?;
        let device = Device::learning(origin.device.as_ref(), &service.secrets, &*service.chance, &row.email);
        Ok(SignedIn { session: sessions::start(service, db, &row.id)?, device })
    })
}

fn instance_grant(service: &Service, person: &PersonId, role: Role, now: UtcTime) -> GrantRow {
    GrantRow {
        id: GrantId::new(&*service.clock, &*service.chance),
        person_id: person.clone(),
        role,
        scope_kind: ScopeKind::Instance,
        scope_id: String::new(),
        created_at: now,
    }
}

/// For the command line, whose user owns the machine: finds or creates the account, gives it the
/// roles for the whole instance, and returns a link to set its password.
pub fn person_from_terminal(service: &Service, email: &Email, details: &Details, roles: &[Role]) -> Result<(PersonRow, String)> {
    let call = Call::new(service, Caller::stoa(), &details.language);
    let permit = call.allow(UseCase::person_invite)?;
    permit.write(|db| {
        let row = super::person_ensure(&call, db, email, details)?;
        if row.state == PersonState::Disabled {
            return Err(Error::field("email", "account_disabled"));
        }
        for role in roles {
            store::grant_insert(db, &instance_grant(service, &row.id, *role, call.now))?;
        }
        permit.audit(db, &row.id, &json!({"roles": roles, "command_line": true}))?;
        let link = invite_link(&call, db, &row)?;
        Ok((row, link))
    })
}

/// A link to set the password of an account, made for handing over by other means than mail.
pub fn invite_link(call: &Call<'_>, db: &mut Db, row: &PersonRow) -> Result<String> {
    let purpose = if row.password_hash.is_none() { Purpose::AccountInvite } else { Purpose::PasswordReset };
    let until = call.now.plus(capabilities::password_link_lifetime());
    let id = capabilities::issue(call, db, purpose, row.id.as_str(), Some(&row.id), until)?;
    Ok(call.service.link(&format!("/password/{}", call.service.secrets.capability(&id))))
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_code_can_be_read_aloud_and_typed_back() {
        for typed in ["7KQ1M-X0D9A", "7kq1m x0d9a", "7KQIMXOD9A", " 7KQlM-XoD9A ", "٧KQ١M-X٠D٩A"] {
            assert!(is_code(typed, "7KQ1M-X0D9A"), "{typed}");
        }
        assert!(!is_code("", "7KQ1M-X0D9A"));
        assert!(!is_code("7KQ1M-X0D9B", "7KQ1M-X0D9A"));
    }
}
