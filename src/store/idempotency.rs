//! Replayed POSTs: the first answer to an `Idempotency-Key` is kept and given again.
//!
//! A key belongs to its caller: a person, the holder of a link, or nobody. The same key with another
//! request is refused; a request that is still running answers "in progress". Unfinished
//! reservations are given up after a minute, and answers after a day.

use chrono::Duration;
use diesel::prelude::*;

use super::Db;
use super::schema::idempotency;
use crate::ground::{Error, Result, UtcTime};
use crate::store::problems::{IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED};
use crate::{sql_text, words};

words! {
    /// Whether the first request has been answered.
    pub enum KeptState {
        Running = "running",
        Done = "done",
    }
}
sql_text!(KeptState, |s: String| s.parse());

/// A kept answer.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency)]
pub struct Kept {
    pub caller: String,
    pub key: String,
    pub request_hash: String,
    pub state: KeptState,
    pub status: i32,
    pub content_type: String,
    pub location: String,
    pub etag: String,
    pub body: Vec<u8>,
    pub created_at: UtcTime,
}

/// Reserves the key. `None`: go ahead. `Some`: the answer that was given before.
pub fn reserve(db: &mut Db, caller: &str, key: &str, request_hash: &str, now: UtcTime) -> Result<Option<Kept>> {
    let abandoned = idempotency::state.eq(KeptState::Running).and(idempotency::created_at.lt(now.minus(Duration::minutes(1))));
    diesel::delete(
        idempotency::table
            .filter(idempotency::caller.eq(caller))
            .filter(idempotency::key.eq(key))
            .filter(abandoned.or(idempotency::created_at.lt(now.minus(Duration::days(1))))),
    )
    .execute(db)?;
    let row = Kept {
        caller: caller.to_owned(),
        key: key.to_owned(),
        request_hash: request_hash.to_owned(),
        state: KeptState::Running,
        status: 0,
        content_type: String::new(),
        location: String::new(),
        etag: String::new(),
        body: Vec::new(),
        created_at: now,
    };
    match db.attempt(|db| Ok(diesel::insert_into(idempotency::table).values(&row).execute(db)?)) {
        Ok(_) => return Ok(None),
        Err(Error::Conflict(_)) => {}
        Err(other) => return Err(other),
    }
    let kept: Kept = idempotency::table.find((caller, key)).select(Kept::as_select()).first(db)?;
    if kept.request_hash != request_hash {
        return Err(Error::Conflict(IDEMPOTENCY_KEY_REUSED));
    }
    if kept.state == KeptState::Running {
        return Err(Error::Conflict(IDEMPOTENCY_IN_PROGRESS));
    }
    Ok(Some(kept))
}

/// Keeps the answer of a finished request.
pub fn keep(db: &mut Db, kept: &Kept) -> Result<()> {
    diesel::update(idempotency::table.find((&kept.caller, &kept.key))).set(kept).execute(db)?;
    Ok(())
}

/// Frees a key whose request failed for a passing reason, so that it can be tried again.
pub fn release(db: &mut Db, caller: &str, key: &str) -> Result<()> {
    diesel::delete(idempotency::table.find((caller, key))).execute(db)?;
    Ok(())
}

/// Forgets what was, or is being, answered to somebody and to their programs: what they were told then they may
/// not be told now.
pub fn forget(db: &mut Db, caller: &str) -> Result<()> {
    let programs = format!("program:%:{caller}");
    diesel::delete(idempotency::table.filter(idempotency::caller.eq(caller).or(idempotency::caller.like(programs)))).execute(db)?;
    Ok(())
}

/// Deletes answers older than a day, `most` of them at most and the oldest first.
pub fn sweep(db: &mut Db, now: UtcTime, most: i64) -> Result<usize> {
    let old = idempotency::table.filter(idempotency::created_at.lt(now.minus(Duration::days(1)))).order(idempotency::created_at);
    let keys: Vec<(String, String)> = old.select((idempotency::caller, idempotency::key)).limit(most).load(db)?;
    keys.iter().map(|key| diesel::delete(idempotency::table.find(key.clone())).execute(db).map_err(Into::into)).sum()
}
