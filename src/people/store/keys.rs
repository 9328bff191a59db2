//! SQL of what opens doors: sessions, refresh tokens, capabilities, counted tries. Hashes only.

use std::collections::HashSet;
use std::ops::Range;

use chrono::Duration;
use diesel::prelude::*;

use crate::ground::ids::{CapabilityId, PersonId};
use crate::ground::{Email, Result, UtcTime, Zone};
use crate::on_each;
use crate::people::identity::{Caller, Held, Purpose};
use crate::store::Db;
use crate::store::schema::{capability, known_address, login_attempt, person, refresh_token, second_step, session};

/// How long an address is remembered after an account signed in from there.
pub const ADDRESS_DAYS: i64 = 90;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = session)]
pub struct SessionRow {
    /// SHA-256 of the cookie's token.
    pub id: String,
    pub person_id: PersonId,
    pub created_at: UtcTime,
    pub seen_at: UtcTime,
    pub expires_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_token)]
pub struct RefreshRow {
    /// SHA-256 of the token.
    pub id: String,
    pub family_id: String,
    pub person_id: PersonId,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
    pub spent_at: Option<UtcTime>,
    pub revoked_at: Option<UtcTime>,
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

pub fn session_insert(db: &mut Db, row: &SessionRow) -> Result<()> {
    diesel::insert_into(session::table).values(row).execute(db)?;
    Ok(())
}

/// A living session by its hash.
pub fn session(db: &mut Db, hash: &str, now: UtcTime) -> Result<Option<SessionRow>> {
    Ok(session::table.find(hash).filter(session::expires_at.gt(now)).select(SessionRow::as_select()).first(db).optional()?)
}

/// Moves the end of a session, unless somebody else has just done it.
pub fn session_renew(db: &mut Db, row: &SessionRow, now: UtcTime, until: UtcTime) -> Result<usize> {
    Ok(diesel::update(session::table.find(&row.id))
        .filter(session::seen_at.eq(row.seen_at))
        .set((session::seen_at.eq(now), session::expires_at.eq(until)))
        .execute(db)?)
}

pub fn session_delete(db: &mut Db, hash: &str) -> Result<usize> {
    Ok(diesel::delete(session::table.find(hash)).execute(db)?)
}

/// Deletes every session of a person, perhaps but one.
pub fn sessions_delete(db: &mut Db, person: &PersonId, keep: Option<&str>) -> Result<usize> {
    let all = session::table.filter(session::person_id.eq(person));
    Ok(match keep {
        Some(hash) => diesel::delete(all.filter(session::id.ne(hash))).execute(db)?,
        None => diesel::delete(all).execute(db)?,
    })
}

pub fn refresh_insert(db: &mut Db, row: &RefreshRow) -> Result<()> {
    diesel::insert_into(refresh_token::table).values(row).execute(db)?;
    Ok(())
}

pub fn refresh(db: &mut Db, hash: &str) -> Result<Option<RefreshRow>> {
    Ok(refresh_token::table.find(hash).select(RefreshRow::as_select()).first(db).optional()?)
}

/// 1 when this call spent it, 0 when it was spent or revoked before.
pub fn refresh_mark_spent(db: &mut Db, hash: &str, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(refresh_token::table.find(hash))
        .filter(refresh_token::spent_at.is_null())
        .filter(refresh_token::revoked_at.is_null())
        .set(refresh_token::spent_at.eq(Some(now)))
        .execute(db)?)
}

pub fn refresh_revoke_family(db: &mut Db, family: &str, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(refresh_token::table.filter(refresh_token::family_id.eq(family)))
        .filter(refresh_token::revoked_at.is_null())
        .set(refresh_token::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Whether a family of a person's refresh tokens has not been ended; without one, whether any has not. Ended is
/// a family with one that is revoked: another may have followed it in the same moment.
pub fn refresh_family_lives(db: &mut Db, person: &PersonId, family: &str) -> Result<bool> {
    let of = refresh_token::table.filter(refresh_token::person_id.eq(person));
    if !family.is_empty() {
        let rows = of.filter(refresh_token::family_id.eq(family));
        let ended = rows.filter(refresh_token::revoked_at.is_not_null()).select(refresh_token::id).first::<String>(db).optional()?;
        return Ok(ended.is_none() && rows.select(refresh_token::id).first::<String>(db).optional()?.is_some());
    }
    let families: Vec<(String, Option<UtcTime>)> = of.select((refresh_token::family_id, refresh_token::revoked_at)).load(db)?;
    let ended: HashSet<&String> = families.iter().filter(|(_, revoked)| revoked.is_some()).map(|(family, _)| family).collect();
    Ok(families.iter().any(|(family, _)| !ended.contains(family)))
}

/// Ends every family of a person.
pub fn refresh_revoke_person(db: &mut Db, person: &PersonId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(refresh_token::table.filter(refresh_token::person_id.eq(person)))
        .filter(refresh_token::revoked_at.is_null())
        .set(refresh_token::revoked_at.eq(Some(now)))
        .execute(db)?)
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
            person::table.find(id).select((person::name, person::email, person::time_zone)).first::<(String, Email, Zone)>(db).optional()?
    {
        caller.name = name;
        caller.email = Some(email);
        caller.time_zone = Some(time_zone);
    }
    Ok(Some((Held { id: row.id, purpose: row.purpose, subject_id: row.subject_id, person: row.person_id }, caller)))
}

/// Keeps a new capability.
pub fn capability_insert(db: &mut Db, row: &CapabilityRow) -> Result<()> {
    diesel::insert_into(capability::table).values(row).execute(db)?;
    Ok(())
}

/// The newest living capability of a purpose for a subject, which every mail about it links to.
pub fn capability_of(db: &mut Db, purpose: Purpose, subject_id: &str) -> Result<Option<CapabilityId>> {
    Ok(capability::table
        .filter(capability::purpose.eq(purpose))
        .filter(capability::subject_id.eq(subject_id))
        .filter(capability::revoked_at.is_null())
        .order(capability::id.desc())
        .select(capability::id)
        .first(db)
        .optional()?)
}

/// Whether a capability is still good.
pub fn capability_lives(db: &mut Db, id: &CapabilityId, now: UtcTime) -> Result<bool> {
    let living = capability::table.find(id).filter(capability::expires_at.gt(now)).filter(capability::revoked_at.is_null());
    Ok(living.select(capability::id).first::<CapabilityId>(db).optional()?.is_some())
}

/// Ends one capability; 0 when it had ended before.
pub fn capability_spend(db: &mut Db, id: &CapabilityId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(capability::table.find(id)).filter(capability::revoked_at.is_null()).set(capability::revoked_at.eq(Some(now))).execute(db)?)
}

/// Ends every capability of a purpose for a subject.
pub fn capabilities_revoke(db: &mut Db, purpose: Purpose, subject_id: &str, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(capability::table.filter(capability::purpose.eq(purpose)).filter(capability::subject_id.eq(subject_id)))
        .filter(capability::revoked_at.is_null())
        .set(capability::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Ends every capability that was issued to a person, whatever for.
pub fn capabilities_revoke_person(db: &mut Db, person: &PersonId, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(capability::table.filter(capability::person_id.eq(person)))
        .filter(capability::revoked_at.is_null())
        .set(capability::revoked_at.eq(Some(now)))
        .execute(db)?)
}

/// Links of a purpose after one of them in the order of their ids, with what each opens; `most` at most.
pub fn links_after(db: &mut Db, purpose: Purpose, after: Option<&CapabilityId>, most: i64) -> Result<Vec<(CapabilityId, String)>> {
    let links = capability::table.filter(capability::purpose.eq(purpose)).order(capability::id).limit(most);
    let mut query = links.select((capability::id, capability::subject_id)).into_boxed();
    if let Some(after) = after {
        query = query.filter(capability::id.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Deletes links, which end with that.
pub fn links_delete(db: &mut Db, ids: &[CapabilityId]) -> Result<usize> {
    Ok(diesel::delete(capability::table.filter(capability::id.eq_any(ids))).execute(db)?)
}

/// What was counted for these subjects: failures, and when the last one was.
pub fn attempts(db: &mut Db, subjects: &[&str]) -> Result<Vec<(String, i32, UtcTime)>> {
    Ok(login_attempt::table
        .filter(login_attempt::subject.eq_any(subjects))
        .select((login_attempt::subject, login_attempt::failures, login_attempt::window_started_at))
        .load(db)?)
}

/// Counts one failure; those before it count while the last of them lies in `span`. The row of a subject says
/// when the last one was.
pub fn attempt_count(db: &mut Db, subject: &str, now: UtcTime, span: Range<UtcTime>) -> Result<()> {
    let first = (login_attempt::subject.eq(subject), login_attempt::failures.eq(0), login_attempt::window_started_at.eq(now));
    on_each!(db, c => diesel::insert_into(login_attempt::table).values(first).on_conflict_do_nothing().execute(c))?;
    let over = login_attempt::window_started_at.lt(span.start).or(login_attempt::window_started_at.ge(span.end));
    diesel::update(login_attempt::table.find(subject)).filter(over).set(login_attempt::failures.eq(0)).execute(db)?;
    diesel::update(login_attempt::table.find(subject))
        .set((login_attempt::failures.eq(login_attempt::failures + 1), login_attempt::window_started_at.eq(now)))
        .execute(db)?;
    Ok(())
}

/// Counts one, if `free` says of those before it (how many, and when the last one was) that there may be another;
/// whether it was counted. Of several at the same moment one is.
pub fn attempt_take(db: &mut Db, subject: &str, now: UtcTime, span: Range<UtcTime>, free: impl FnOnce(i32, UtcTime) -> bool) -> Result<bool> {
    let first = (login_attempt::subject.eq(subject), login_attempt::failures.eq(1), login_attempt::window_started_at.eq(now));
    if on_each!(db, c => diesel::insert_into(login_attempt::table).values(first).on_conflict_do_nothing().execute(c))? == 1 {
        return Ok(true);
    }
    let row = login_attempt::table.find(subject).select((login_attempt::failures, login_attempt::window_started_at));
    let Some((count, last)) = row.first::<(i32, UtcTime)>(db).optional()? else { return Ok(false) };
    let counts = span.contains(&last);
    if counts && !free(count, last) {
        return Ok(false);
    }
    let taken = diesel::update(login_attempt::table.find(subject))
        .filter(login_attempt::failures.eq(count))
        .filter(login_attempt::window_started_at.eq(last))
        .set((login_attempt::failures.eq(if counts { count + 1 } else { 1 }), login_attempt::window_started_at.eq(now)))
        .execute(db)?;
    Ok(taken == 1)
}

/// Whether an account signed in from there after `oldest`.
pub fn is_known_address(db: &mut Db, subject: &str, oldest: UtcTime) -> Result<bool> {
    let found = known_address::table.find(subject).filter(known_address::seen_at.gt(oldest));
    Ok(found.select(known_address::subject).first::<String>(db).optional()?.is_some())
}

/// Remembers that an account signed in from there now.
pub fn known_address_keep(db: &mut Db, subject: &str, now: UtcTime) -> Result<()> {
    let row = (known_address::subject.eq(subject), known_address::seen_at.eq(now));
    on_each!(db, c => diesel::insert_into(known_address::table).values(row).on_conflict_do_nothing().execute(c))?;
    diesel::update(known_address::table.find(subject)).set(known_address::seen_at.eq(now)).execute(db)?;
    Ok(())
}

pub fn attempt_clear(db: &mut Db, subject: &str) -> Result<()> {
    diesel::delete(login_attempt::table.find(subject)).execute(db)?;
    Ok(())
}

/// Deletes sessions, tokens, capabilities and counted tries that have ended, `most` of each at most.
pub fn keys_sweep(db: &mut Db, now: UtcTime, most: i64) -> Result<usize> {
    let (hour, stale) = (Duration::hours(1), login_attempt::window_started_at);
    // Also what a clock that was set back has left in the future.
    let stale_attempt = stale.lt(now.minus(hour)).or(stale.gt(now.plus(hour)));
    macro_rules! swept {
        ($table:ident, $key:ident, $ended:expr) => {{
            let keys: Vec<String> = $table::table.filter($ended).select($table::$key).limit(most).load(db)?;
            diesel::delete($table::table.filter($table::$key.eq_any(keys))).execute(db)?
        }};
    }
    Ok(swept!(session, id, session::expires_at.le(now))
        + swept!(refresh_token, id, refresh_token::expires_at.le(now))
        + swept!(capability, id, capability::expires_at.le(now))
        + swept!(second_step, id, second_step::expires_at.le(now))
        + swept!(login_attempt, subject, stale_attempt)
        + swept!(known_address, subject, known_address::seen_at.lt(now.minus(Duration::days(ADDRESS_DAYS)))))
}
