//! One's own account: reading it, changing details, changing the password, hearing of new ways in.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::entrance::{own_place, verify_own};
use super::{own_row, view};
use crate::ground::error::Checks;
use crate::ground::limits::{Limit, Limits};
use crate::ground::{Given, Language, Result, Zone};
use crate::mail::letter::Link;
use crate::mail::store::{About, put};
use crate::people::call::Call;
use crate::people::identity::Purpose;
use crate::people::messages::{AccountNotice, Noticed};
use crate::people::policy::UseCase;
use crate::people::store::{self, PersonRow, recipient};
use crate::people::throttle::Origin;
use crate::people::views::PersonView;
use crate::people::{account, sessions};
use crate::store::Db;

/// The account as it should be; the password only when it should change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountUpdate {
    pub name: String,
    #[schema(value_type = Language)]
    pub language: Given<Language>,
    #[schema(value_type = Zone)]
    pub time_zone: Given<Zone>,
    #[serde(default)]
    pub current_password: Option<String>,
    #[serde(default)]
    pub new_password: Option<String>,
}

impl AccountUpdate {
    pub const LIMITS: Limits = &[("name", Limit::Text(account::NAME_MAX)), ("new_password", Limit::Optional(account::PASSWORD_MAX))];
}

pub fn account_read(call: &Call<'_>) -> Result<PersonView> {
    call.allow(UseCase::account_read)?.read(|db| {
        let row = own_row(call, db)?;
        view(call, db, row)
    })
}

/// Changes the caller's account. A new password ends every other session and every refresh token;
/// `keep` is the session that goes on.
pub fn account_update(call: &Call<'_>, version: i32, input: &AccountUpdate, origin: &Origin, keep: Option<&str>) -> Result<PersonView> {
    let permit = call.allow(UseCase::account_update)?;
    let row = permit.read(|db| own_row(call, db))?;
    let mut checks = Checks::new();
    let details = account::details(&mut checks, &input.name, &input.language, &input.time_zone);
    let wanted = input.new_password.as_deref().filter(|p| !p.is_empty());
    let current = input.current_password.as_deref().filter(|p| !p.is_empty());
    if let Some(password) = wanted {
        account::password(&mut checks, "new_password", password, Some(&row.email));
        checks.require(current.is_some(), "current_password", "required");
    } else {
        checks.require(current.is_none(), "new_password", "required");
    }
    let details = checks.complete(details)?;
    let hash = match (wanted, current) {
        (Some(password), Some(current)) => {
            let known = verify_own(&permit, &row, current, origin)?;
            Some((super::new_hash(call, &own_place(&row.id), password)?, known))
        }
        _ => None,
    };
    permit.write(|db| {
        let row = own_row(call, db)?;
        store::person_update(db, &row, version, &details, row.state)?;
        if let Some((hash, known)) = &hash {
            known.still(db)?;
            store::password_set(db, &row.id, hash)?;
            store::capabilities_revoke(db, Purpose::PasswordReset, row.id.as_str(), call.now)?;
            sessions::end_all(db, &row.id, keep)?;
            store::steps_delete(db, &row.id)?;
            store::refresh_revoke_person(db, &row.id, call.now)?;
        }
        permit.audit(db, &row.id, &json!({"password_changed": hash.is_some()}))?;
        let row = store::person(db, &row.id)?;
        view(call, db, row)
    })
}

/// Tells somebody what has happened to their ways in, so that whoever did not do it hears of it.
pub(super) fn notify(call: &Call<'_>, db: &mut Db, person: &PersonRow, what: Noticed, name: &str) -> Result<()> {
    let letter =
        AccountNotice { what, name: name.to_owned(), at: call.now.local(person.time_zone), time_zone: person.time_zone, link: Link::to("/account") };
    let about = About { kind: "person", id: person.id.as_str(), round: None };
    put(db, call.service, &recipient(person), about, &letter).map(drop)
}
