//! Repeated POSTs: the first answer to an `Idempotency-Key` is given again.
//!
//! A key belongs to its caller: a person, or the holder of a link. The answer is kept in the transaction
//! of the action itself, so that either both are there or neither, whenever the process ends. A failure
//! keeps nothing. The same key with another request is refused; answers are kept for a day.

use chrono::Duration;
use diesel::prelude::*;

use super::Db;
use super::schema::idempotency;
use crate::ground::{Error, Result, UtcTime};
use crate::store::problems::IDEMPOTENCY_KEY_REUSED;

/// A request that may come again.
#[derive(Debug, Clone)]
pub struct Key {
    /// As the audit names them.
    pub caller: String,
    pub key: String,
    /// SHA-256 of path and body.
    pub request_hash: String,
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency)]
pub struct Kept {
    pub caller: String,
    pub key: String,
    pub request_hash: String,
    pub status: i32,
    pub content_type: String,
    pub location: String,
    pub etag: String,
    pub body: Vec<u8>,
    pub created_at: UtcTime,
}

fn last_day(now: UtcTime) -> UtcTime {
    now.minus(Duration::days(1))
}

/// The answer that was given before, if there is one. Errors: conflict where the key was used with another request.
pub fn kept(db: &mut Db, key: &Key, now: UtcTime) -> Result<Option<Kept>> {
    let rows = idempotency::table.find((&key.caller, &key.key)).filter(idempotency::created_at.ge(last_day(now)));
    match rows.select(Kept::as_select()).first(db).optional()? {
        Some(kept) if kept.request_hash != key.request_hash => Err(Error::Conflict(IDEMPOTENCY_KEY_REUSED)),
        kept => Ok(kept),
    }
}

/// Keeps an answer, in the transaction that made it true. Errors: conflict where the same request was
/// faster; the transaction then must not be committed.
pub fn keep(db: &mut Db, kept: &Kept) -> Result<()> {
    let old = idempotency::table.find((&kept.caller, &kept.key)).filter(idempotency::created_at.lt(last_day(kept.created_at)));
    diesel::delete(old).execute(db)?;
    diesel::insert_into(idempotency::table).values(kept).execute(db)?;
    Ok(())
}

/// Forgets what was answered to somebody and to their programs: what they were told then they may not be told now.
pub fn forget(db: &mut Db, caller: &str) -> Result<()> {
    let programs = format!("program:%:{caller}");
    diesel::delete(idempotency::table.filter(idempotency::caller.eq(caller).or(idempotency::caller.like(programs)))).execute(db)?;
    Ok(())
}

/// Rewrites the body of every kept answer for which `instead` gives another one, whoever heard it; a repeat is still
/// known.
pub fn say_instead(db: &mut Db, instead: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<()> {
    let mut after: Option<(String, String)> = None;
    loop {
        let mut step = idempotency::table.select((idempotency::caller, idempotency::key, idempotency::body)).limit(100).into_boxed();
        if let Some((caller, key)) = &after {
            let later = idempotency::caller.gt(caller.clone()).or(idempotency::caller.eq(caller.clone()).and(idempotency::key.gt(key.clone())));
            step = step.filter(later);
        }
        let rows: Vec<(String, String, Vec<u8>)> = step.order((idempotency::caller, idempotency::key)).load(db)?;
        for (caller, key, body) in &rows {
            if let Some(body) = instead(body) {
                diesel::update(idempotency::table.find((caller, key))).set(idempotency::body.eq(body)).execute(db)?;
            }
        }
        let Some((caller, key, _)) = rows.into_iter().next_back() else { return Ok(()) };
        after = Some((caller, key));
    }
}

/// Deletes answers older than a day, `most` of them at most and the oldest first.
pub fn sweep(db: &mut Db, now: UtcTime, most: i64) -> Result<usize> {
    let old = idempotency::table.filter(idempotency::created_at.lt(last_day(now))).order(idempotency::created_at);
    let keys: Vec<(String, String)> = old.select((idempotency::caller, idempotency::key)).limit(most).load(db)?;
    keys.iter().map(|key| diesel::delete(idempotency::table.find(key.clone())).execute(db).map_err(Into::into)).sum()
}
