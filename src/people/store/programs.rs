//! SQL of service tokens, and of what goes a while after it has ended.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::ground::ids::{PersonId, ServiceTokenId};
use crate::ground::{Error, Result, UtcTime};
use crate::people::identity::ScopeKind;
use crate::people::policy::UseCase;
use crate::people::program::{Access, Program};
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{recovery_code, service_token};
use crate::web::paging::PageAt;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = service_token)]
pub struct ServiceTokenRow {
    pub id: ServiceTokenId,
    pub person_id: PersonId,
    pub name: String,
    pub token_hash: String,
    pub access: Access,
    /// A list as JSON.
    pub use_cases: String,
    pub scope_kind: ScopeKind,
    /// Empty for the instance.
    pub scope_id: String,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
    pub last_used_on: Option<NaiveDate>,
    pub revoked_at: Option<UtcTime>,
}

impl ServiceTokenRow {
    pub fn has_ended(&self, now: UtcTime) -> bool {
        self.revoked_at.is_some() || self.expires_at <= now
    }

    /// A use case that this version does not know any more is none.
    pub fn program(&self) -> Result<Program> {
        let words: Vec<String> = serde_json::from_str(&self.use_cases).map_err(Error::internal)?;
        Ok(Program {
            id: self.id.clone(),
            access: self.access,
            use_cases: words.iter().filter_map(|word| UseCase::of(word)).collect(),
            scope: (self.scope_kind != ScopeKind::Instance).then(|| (self.scope_kind, self.scope_id.clone())),
        })
    }
}

pub fn service_token_by_hash(db: &mut Db, hash: &str) -> Result<Option<ServiceTokenRow>> {
    let row = service_token::table.filter(service_token::token_hash.eq(hash));
    Ok(row.select(ServiceTokenRow::as_select()).first(db).optional()?)
}

/// One service token. Errors: not found.
pub fn service_token(db: &mut Db, id: &ServiceTokenId) -> Result<ServiceTokenRow> {
    found(service_token::table.find(id).select(ServiceTokenRow::as_select()).first(db), "service token")
}

/// Tokens by their ids; those that do not exist are absent.
pub fn service_tokens_by_ids(db: &mut Db, ids: &[ServiceTokenId]) -> Result<Vec<ServiceTokenRow>> {
    let ids: Vec<&str> = ids.iter().map(ServiceTokenId::as_str).collect();
    Ok(service_token::table.filter(service_token::id.eq_any(ids)).select(ServiceTokenRow::as_select()).load(db)?)
}

/// A page of a person's tokens and one more, the newest first; also those that have ended.
pub fn service_tokens_page(db: &mut Db, person: &PersonId, at: &PageAt<ServiceTokenId>) -> Result<Vec<ServiceTokenRow>> {
    let mut query = service_token::table.filter(service_token::person_id.eq(person)).select(ServiceTokenRow::as_select()).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(service_token::id.lt(after.clone()));
    }
    Ok(query.order(service_token::id.desc()).limit(at.limit + 1).load(db)?)
}

/// How many tokens of a person have not ended.
pub fn service_tokens_living(db: &mut Db, person: &PersonId, now: UtcTime) -> Result<i64> {
    let living = service_token::table.filter(service_token::person_id.eq(person)).filter(service_token::revoked_at.is_null());
    Ok(living.filter(service_token::expires_at.gt(now)).count().get_result(db)?)
}

/// A new token. Errors: conflict where the person has a living one of that name.
pub fn service_token_insert(db: &mut Db, row: &ServiceTokenRow) -> Result<()> {
    // The name of one that has ended is free.
    diesel::update(service_token::table.filter(service_token::person_id.eq(&row.person_id)))
        .filter(service_token::revoked_at.is_null())
        .filter(service_token::expires_at.le(row.created_at))
        .set(service_token::revoked_at.eq(service_token::expires_at.nullable()))
        .execute(db)?;
    diesel::insert_into(service_token::table).values(row).execute(db)?;
    Ok(())
}

/// The day of a use, unless it is kept already.
pub fn service_token_used(db: &mut Db, id: &ServiceTokenId, on: NaiveDate) -> Result<usize> {
    Ok(diesel::update(service_token::table.find(id))
        .filter(service_token::last_used_on.is_null().or(service_token::last_used_on.lt(on)))
        .set(service_token::last_used_on.eq(Some(on)))
        .execute(db)?)
}

/// Ends one token; 0 when it had been ended before.
pub fn service_token_revoke(db: &mut Db, id: &ServiceTokenId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(service_token::table.find(id))
        .filter(service_token::revoked_at.is_null())
        .set(service_token::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Ends every token of a person.
pub fn service_tokens_revoke_person(db: &mut Db, person: &PersonId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(service_token::table.filter(service_token::person_id.eq(person)))
        .filter(service_token::revoked_at.is_null())
        .set(service_token::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Tokens that ended before a moment.
macro_rules! ended {
    ($before:expr) => {
        service_token::table.filter(service_token::expires_at.lt($before).or(service_token::revoked_at.lt(Some($before))))
    };
}

/// Recovery codes that were used before a moment.
macro_rules! used {
    ($before:expr) => {
        recovery_code::table.filter(recovery_code::used_at.lt(Some($before)))
    };
}

/// How many tokens ended, and recovery codes were used, before that.
pub fn ended_count(db: &mut Db, before: UtcTime) -> Result<i64> {
    let tokens: i64 = ended!(before).count().get_result(db)?;
    let codes: i64 = used!(before).count().get_result(db)?;
    Ok(tokens + codes)
}

/// Deletes tokens that ended, and recovery codes that were used, before that; `most` of each at most.
pub fn ended_delete(db: &mut Db, before: UtcTime, most: i64) -> Result<usize> {
    let ids: Vec<ServiceTokenId> = ended!(before).select(service_token::id).limit(most).load(db)?;
    let tokens = diesel::delete(service_token::table.filter(service_token::id.eq_any(ids))).execute(db)?;
    let codes: Vec<(PersonId, String)> = used!(before).select((recovery_code::person_id, recovery_code::code_hash)).limit(most).load(db)?;
    let codes = codes.iter().map(|key| Ok(diesel::delete(recovery_code::table.find((&key.0, &key.1))).execute(db)?));
    Ok(tokens + codes.sum::<Result<usize>>()?)
}
