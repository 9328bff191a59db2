//! All SQL of people: accounts, grants, sessions, tokens, capabilities, throttling.

use diesel::prelude::*;

use super::identity::{Caller, Grant, Held, PersonState, Purpose, Role, ScopeKind};
use crate::ground::ids::{CapabilityId, GrantId, PersonId};
use crate::ground::{Result, UtcTime};
use crate::sql_text;
use crate::store::Db;
use crate::store::schema::{capability, person, role_grant, session};

sql_text!(Role, |s: String| s.parse());
sql_text!(ScopeKind, |s: String| s.parse());
sql_text!(Purpose, |s: String| s.parse());
sql_text!(PersonState, |s: String| s.parse());

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = person)]
pub struct PersonRow {
    pub id: PersonId,
    pub email: String,
    pub name: String,
    pub language: String,
    pub time_zone: String,
    pub password_hash: Option<String>,
    pub state: PersonState,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = role_grant)]
pub struct GrantRow {
    pub id: GrantId,
    pub person_id: PersonId,
    pub role: Role,
    pub scope_kind: ScopeKind,
    pub scope_id: String,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = capability)]
pub struct CapabilityRow {
    pub id: CapabilityId,
    pub token_hash: String,
    pub purpose: Purpose,
    pub subject_id: String,
    pub person_id: Option<PersonId>,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
    pub revoked_at: Option<UtcTime>,
}

/// The caller behind a session cookie's hash; `None` when it ended or the account is disabled.
pub fn caller_of_session(db: &mut Db, hash: &str, now: UtcTime) -> Result<Option<Caller>> {
    let id: Option<PersonId> =
        session::table.filter(session::id.eq(hash)).filter(session::expires_at.gt(now)).select(session::person_id).first(db).optional()?;
    id.map_or(Ok(None), |id| caller_of_person(db, &id))
}

/// The caller that an account is, with its grants; `None` unless it is active.
pub fn caller_of_person(db: &mut Db, id: &PersonId) -> Result<Option<Caller>> {
    let row: Option<PersonRow> = person::table.find(id).select(PersonRow::as_select()).first(db).optional()?;
    let Some(row) = row.filter(|r| r.state == PersonState::Active) else { return Ok(None) };
    let grants = role_grant::table
        .filter(role_grant::person_id.eq(id))
        .select((role_grant::role, role_grant::scope_kind, role_grant::scope_id))
        .order(role_grant::id)
        .load::<(Role, ScopeKind, String)>(db)?
        .into_iter()
        .map(|(role, scope_kind, scope_id)| Grant { role, scope_kind, scope_id })
        .collect();
    Ok(Some(Caller { person: Some(row.id), name: row.name, email: row.email, time_zone: row.time_zone, grants, capability: None }))
}

/// What a capability token's hash opens, and whom it was issued to; `None` when revoked or expired.
pub fn held_capability(db: &mut Db, hash: &str, now: UtcTime) -> Result<Option<(Held, Caller)>> {
    let row: Option<CapabilityRow> = capability::table
        .filter(capability::token_hash.eq(hash))
        .filter(capability::expires_at.gt(now))
        .filter(capability::revoked_at.is_null())
        .select(CapabilityRow::as_select())
        .first(db)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let mut caller = Caller::anonymous();
    if let Some(id) = &row.person_id
        && let Some((name, email, time_zone)) =
            person::table.find(id).select((person::name, person::email, person::time_zone)).first::<(String, String, String)>(db).optional()?
    {
        caller.name = name;
        caller.email = email;
        caller.time_zone = time_zone;
    }
    Ok(Some((Held { id: row.id, purpose: row.purpose, subject_id: row.subject_id, person: row.person_id }, caller)))
}

/// Keeps a new capability.
pub fn capability_insert(db: &mut Db, row: &CapabilityRow) -> Result<()> {
    diesel::insert_into(capability::table).values(row).execute(db)?;
    Ok(())
}

/// Ends every capability of a purpose for a subject.
pub fn capabilities_revoke(db: &mut Db, purpose: Purpose, subject_id: &str, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(capability::table.filter(capability::purpose.eq(purpose)).filter(capability::subject_id.eq(subject_id)))
        .filter(capability::revoked_at.is_null())
        .set(capability::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Moves the end of a subject's living capabilities (a prolonged deadline).
pub fn capabilities_prolong(db: &mut Db, purpose: Purpose, subject_id: &str, until: UtcTime) -> Result<usize> {
    Ok(diesel::update(capability::table.filter(capability::purpose.eq(purpose)).filter(capability::subject_id.eq(subject_id)))
        .filter(capability::revoked_at.is_null())
        .set(capability::expires_at.eq(until))
        .execute(db)?)
}
