//! All SQL of people. Accounts and grants are here; sessions, tokens, capabilities and counted tries
//! in `store/keys.rs`; service tokens in `store/programs.rs`, passkeys in `store/factor.rs`; what takes an account away
//! in `store/erasing.rs`; `store/scopes.rs` asks the rooms above for the scopes of grants.

pub mod erasing;
pub mod factor;
pub mod keys;
pub mod programs;
pub mod scopes;

use diesel::prelude::*;

pub use self::factor::*;
pub use self::keys::*;
pub use self::programs::*;
pub use self::scopes::{Scope, Scopes, ScopesOf};
use super::account::Details;
use super::identity::{Caller, Grant, PersonState, Purpose, Role, ScopeKind, Stage};
use super::policy::Reach;
use super::program::Access;
use super::second;
use crate::ground::config::SecondFactor;
use crate::ground::ids::{GrantId, PersonId};
use crate::ground::{Email, Language, Result, UtcTime, Zone};
use crate::mail::letter::Recipient;
use crate::service::Service;
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::{changed, found};
use crate::store::schema::{person, role_grant};
use crate::web::paging::PageAt;
use crate::{on_each, sql_text, typed};

sql_text!(Role, |s: String| s.parse());
sql_text!(ScopeKind, |s: String| s.parse());
sql_text!(Stage, |s: String| s.parse());
sql_text!(Purpose, |s: String| s.parse());
sql_text!(PersonState, |s: String| s.parse());
sql_text!(Access, |s: String| s.parse());
sql_text!(second::Purpose, |s: String| s.parse());

/// Every row is what its type says.
pub const RULES: &[Rule] = &[
    typed!(person, PersonRow),
    typed!(role_grant, GrantRow),
    typed!(session, SessionRow),
    typed!(refresh_token, RefreshRow),
    typed!(capability, CapabilityRow),
    typed!(service_token, ServiceTokenRow),
    typed!(passkey, PasskeyRow),
    typed!(second_step, StepRow),
];

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = person)]
pub struct PersonRow {
    pub id: PersonId,
    pub email: Email,
    pub name: String,
    pub language: Language,
    pub time_zone: Zone,
    pub password_hash: Option<String>,
    pub state: PersonState,
    pub version: i32,
    pub created_at: UtcTime,
    /// Since when the account is one that was erased; then it is disabled for good.
    pub erased_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = role_grant)]
pub struct GrantRow {
    pub id: GrantId,
    pub person_id: PersonId,
    pub role: Role,
    pub scope_kind: ScopeKind,
    /// Empty for the instance.
    pub scope_id: String,
    pub created_at: UtcTime,
}

/// The caller that an account is, with its grants; `None` unless it is active. Where a second factor is required, a
/// role that asks for one counts only with one: whatever came in with a password alone never has it.
pub fn caller_of_person(service: &Service, db: &mut Db, id: &PersonId) -> Result<Option<Caller>> {
    let row: Option<PersonRow> = person::table.find(id).select(PersonRow::as_select()).first(db).optional()?;
    let Some(row) = row.filter(|r| r.state == PersonState::Active) else { return Ok(None) };
    let held = grants_of(db, std::slice::from_ref(&row.id))?;
    let asked = service.config.people.second_factor == SecondFactor::Required && second::needed(held.iter().map(|g| g.role));
    let waits = asked && passkeys_of(db, &row.id)?.is_empty();
    let grants = held
        .into_iter()
        .filter(|g| !waits || !second::needed([g.role]))
        .map(|g| Grant { role: g.role, scope_kind: g.scope_kind, scope_id: g.scope_id })
        .collect();
    Ok(Some(Caller { person: Some(row.id), name: row.name, email: Some(row.email), time_zone: Some(row.time_zone), grants, ..Caller::anonymous() }))
}

/// Whether anybody has an account here.
pub fn people_exist(db: &mut Db) -> Result<bool> {
    Ok(person::table.select(person::id).limit(1).first::<PersonId>(db).optional()?.is_some())
}

/// One account. Errors: not found.
pub fn person(db: &mut Db, id: &PersonId) -> Result<PersonRow> {
    found(person::table.find(id).select(PersonRow::as_select()).first(db), "person")
}

/// The account of an address; also one stored when domains were kept as they were typed.
pub fn person_by_email(db: &mut Db, email: &Email) -> Result<Option<PersonRow>> {
    Ok(person::table.filter(person::email.eq_any(email.spellings())).order(person::id).select(PersonRow::as_select()).first(db).optional()?)
}

/// Accounts by id, ordered by id; those that do not exist are absent.
pub fn people_by_ids(db: &mut Db, ids: &[PersonId]) -> Result<Vec<PersonRow>> {
    let ids: Vec<&str> = ids.iter().map(PersonId::as_str).collect();
    Ok(person::table.filter(person::id.eq_any(ids)).order(person::id).select(PersonRow::as_select()).load(db)?)
}

/// A page of accounts and one more: all, or those with a role in a scope that the reach covers.
pub fn people_page(service: &Service, db: &mut Db, reach: &Reach, at: &PageAt<PersonId>) -> Result<Vec<PersonRow>> {
    let mut query = person::table.select(PersonRow::as_select()).order(person::id).limit(at.limit + 1).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(person::id.gt(after.clone()));
    }
    if !reach.is_everything() {
        let covered: Vec<String> = scopes::scopes_within(service, db, reach)?.into_iter().map(|scope| scope.id).chain(reach.ids()).collect();
        let there = role_grant::table.filter(role_grant::scope_id.eq_any(covered)).select(role_grant::person_id);
        let own: Vec<PersonId> = reach.own.iter().cloned().collect();
        query = query.filter(person::id.eq_any(there).or(person::id.eq_any(own)));
    }
    Ok(query.load(db)?)
}

/// Those of the people who get no mail: their account is disabled. Who was erased hears of that, as long as there is
/// an address.
pub fn unreachable(db: &mut Db, people: &[&str]) -> Result<Vec<String>> {
    let disabled = person::table.filter(person::id.eq_any(people)).filter(person::state.eq(PersonState::Disabled));
    Ok(disabled.filter(person::erased_at.is_null().or(person::name.eq(""))).select(person::id).load(db)?)
}

/// A new account. Errors: conflict when the address is taken.
pub fn person_insert(db: &mut Db, row: &PersonRow) -> Result<()> {
    diesel::insert_into(person::table).values(row).execute(db)?;
    Ok(())
}

/// Changes details and state. Errors: stale.
pub fn person_update(db: &mut Db, row: &PersonRow, expected: i32, details: &Details, state: PersonState) -> Result<()> {
    let rows = diesel::update(person::table.find(&row.id))
        .filter(person::version.eq(expected))
        .set((
            person::name.eq(&details.name),
            person::language.eq(&details.language),
            person::time_zone.eq(details.time_zone),
            person::state.eq(state),
            person::version.eq(expected.saturating_add(1)),
        ))
        .execute(db)?;
    changed(rows, row.version)
}

/// Sets the password of an account that is not disabled, and makes it active.
pub fn password_set(db: &mut Db, id: &PersonId, hash: &str) -> Result<usize> {
    Ok(diesel::update(person::table.find(id))
        .filter(person::state.ne(PersonState::Disabled))
        .set((person::password_hash.eq(Some(hash)), person::state.eq(PersonState::Active), person::version.eq(person::version + 1)))
        .execute(db)?)
}

/// Grants of several people, ordered by person and id.
pub fn grants_of(db: &mut Db, people: &[PersonId]) -> Result<Vec<GrantRow>> {
    let ids: Vec<&str> = people.iter().map(PersonId::as_str).collect();
    Ok(role_grant::table
        .filter(role_grant::person_id.eq_any(ids))
        .order((role_grant::person_id, role_grant::id))
        .select(GrantRow::as_select())
        .load(db)?)
}

/// Every grant of a role.
pub fn grants_with_role(db: &mut Db, role: Role) -> Result<Vec<GrantRow>> {
    Ok(role_grant::table.filter(role_grant::role.eq(role)).order(role_grant::id).select(GrantRow::as_select()).load(db)?)
}

/// One grant of a person. Errors: not found.
pub fn grant(db: &mut Db, person: &PersonId, id: &GrantId) -> Result<GrantRow> {
    found(role_grant::table.find(id).filter(role_grant::person_id.eq(person)).select(GrantRow::as_select()).first(db), "grant")
}

/// Gives a role in a scope. Idempotent: `false` when the person had it before.
pub fn grant_insert(db: &mut Db, row: &GrantRow) -> Result<bool> {
    Ok(on_each!(db, c => diesel::insert_into(role_grant::table).values(row).on_conflict_do_nothing().execute(c))? > 0)
}

/// The grant of a person for a role in a scope, if there is one.
pub fn grant_find(db: &mut Db, person: &PersonId, role: Role, kind: ScopeKind, scope_id: &str) -> Result<Option<GrantRow>> {
    Ok(role_grant::table
        .filter(role_grant::person_id.eq(person))
        .filter(role_grant::role.eq(role))
        .filter(role_grant::scope_kind.eq(kind))
        .filter(role_grant::scope_id.eq(scope_id))
        .select(GrantRow::as_select())
        .first(db)
        .optional()?)
}

pub fn grant_delete(db: &mut Db, id: &GrantId) -> Result<usize> {
    Ok(diesel::delete(role_grant::table.find(id)).execute(db)?)
}

/// How many people can run the instance: active, with the operator's grant.
pub fn operators(db: &mut Db) -> Result<i64> {
    let able = person::table.filter(person::state.eq(PersonState::Active)).select(person::id);
    let grants = role_grant::table.filter(role_grant::role.eq(Role::Operator)).filter(role_grant::person_id.eq_any(able));
    Ok(grants.count().get_result(db)?)
}

/// Everybody with the role in a scope that covers the given one: the scope itself or the whole
/// instance. Without disabled accounts; ordered by id, each person once.
pub fn recipients_with_role(db: &mut Db, role: Role, kind: ScopeKind, scope_id: &str) -> Result<Vec<Recipient>> {
    let here = role_grant::scope_kind.eq(kind).and(role_grant::scope_id.eq(scope_id.to_owned()));
    let holders = role_grant::table
        .filter(role_grant::role.eq(role))
        .filter(here.or(role_grant::scope_kind.eq(ScopeKind::Instance)))
        .select(role_grant::person_id);
    let rows: Vec<PersonRow> = person::table
        .filter(person::id.eq_any(holders))
        .filter(person::state.ne(PersonState::Disabled))
        .order(person::id)
        .select(PersonRow::as_select())
        .load(db)?;
    Ok(rows.iter().map(recipient).collect())
}

/// Every scope in which somebody has the role; without disabled accounts.
pub fn scopes_of_role(db: &mut Db, role: Role) -> Result<Vec<Grant>> {
    let able = person::table.filter(person::state.ne(PersonState::Disabled)).select(person::id);
    let grants = role_grant::table.filter(role_grant::role.eq(role)).filter(role_grant::person_id.eq_any(able));
    let scopes: Vec<(ScopeKind, String)> = grants.select((role_grant::scope_kind, role_grant::scope_id)).distinct().load(db)?;
    Ok(scopes.into_iter().map(|(scope_kind, scope_id)| Grant { role, scope_kind, scope_id }).collect())
}

/// Whom a letter to this account goes to.
pub fn recipient(row: &PersonRow) -> Recipient {
    Recipient { person: row.id.clone(), name: row.name.clone(), email: row.email.clone(), language: row.language.clone(), time_zone: row.time_zone }
}
