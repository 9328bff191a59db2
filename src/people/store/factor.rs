//! SQL of the second factor: passkeys, recovery codes, and the steps between a right password and a session.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::ground::ids::{PasskeyId, PersonId};
use crate::ground::{Result, UtcTime};
use crate::people::second::Purpose;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::{passkey, recovery_code, second_step};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = passkey)]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub person_id: PersonId,
    pub name: String,
    /// As base64url.
    pub credential_id: String,
    /// As JSON.
    pub credential: String,
    pub created_at: UtcTime,
    pub last_used_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = second_step)]
pub struct StepRow {
    /// SHA-256 of the step's token.
    pub id: String,
    pub person_id: PersonId,
    pub purpose: Purpose,
    /// What a new passkey is to be called.
    pub name: String,
    /// JSON for the page's script; empty where nothing is asked.
    pub question: String,
    /// What is remembered of the question; empty once it was answered.
    pub state: String,
    pub tries: i32,
    pub created_at: UtcTime,
    pub expires_at: UtcTime,
}

/// A person's passkeys, in the order in which they were added.
pub fn passkeys_of(db: &mut Db, person: &PersonId) -> Result<Vec<PasskeyRow>> {
    Ok(passkey::table.filter(passkey::person_id.eq(person)).order(passkey::id).select(PasskeyRow::as_select()).load(db)?)
}

/// One passkey of a person. Errors: not found.
pub fn passkey_of(db: &mut Db, person: &PersonId, id: &PasskeyId) -> Result<PasskeyRow> {
    found(passkey::table.find(id).filter(passkey::person_id.eq(person)).select(PasskeyRow::as_select()).first(db), "passkey")
}

/// The passkey of a person by what the device calls it.
pub fn passkey_by_credential(db: &mut Db, person: &PersonId, credential_id: &str) -> Result<Option<PasskeyRow>> {
    let row = passkey::table.filter(passkey::credential_id.eq(credential_id)).filter(passkey::person_id.eq(person));
    Ok(row.select(PasskeyRow::as_select()).first(db).optional()?)
}

/// A new passkey. Errors: conflict where it is known already.
pub fn passkey_insert(db: &mut Db, row: &PasskeyRow) -> Result<()> {
    diesel::insert_into(passkey::table).values(row).execute(db)?;
    Ok(())
}

/// Keeps what an answer has changed; 0 where another answer was faster.
pub fn passkey_used(db: &mut Db, row: &PasskeyRow, credential: &str, on: NaiveDate) -> Result<usize> {
    Ok(diesel::update(passkey::table.find(&row.id))
        .filter(passkey::credential.eq(&row.credential))
        .set((passkey::credential.eq(credential), passkey::last_used_on.eq(Some(on))))
        .execute(db)?)
}

pub fn passkey_delete(db: &mut Db, id: &PasskeyId) -> Result<usize> {
    Ok(diesel::delete(passkey::table.find(id)).execute(db)?)
}

/// A person's passkeys and codes: they have no second factor any more. How many passkeys they had.
pub fn second_factor_delete(db: &mut Db, person: &PersonId) -> Result<usize> {
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(person))).execute(db)?;
    steps_delete(db, person)?;
    Ok(diesel::delete(passkey::table.filter(passkey::person_id.eq(person))).execute(db)?)
}

/// New codes in place of all that a person had.
pub fn recovery_codes_replace(db: &mut Db, person: &PersonId, hashes: &[String], now: UtcTime) -> Result<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::person_id.eq(person))).execute(db)?;
    let row =
        |hash: &String| (recovery_code::person_id.eq(person.clone()), recovery_code::code_hash.eq(hash.clone()), recovery_code::created_at.eq(now));
    for hash in hashes {
        diesel::insert_into(recovery_code::table).values(row(hash)).execute(db)?;
    }
    Ok(())
}

/// 1 when this call spent the code, 0 when it is none or was spent before.
pub fn recovery_code_spend(db: &mut Db, person: &PersonId, hash: &str, now: UtcTime) -> Result<usize> {
    Ok(diesel::update(recovery_code::table.find((person, hash)))
        .filter(recovery_code::used_at.is_null())
        .set(recovery_code::used_at.eq(Some(now)))
        .execute(db)?)
}

/// How many codes a person has left.
pub fn recovery_codes_left(db: &mut Db, person: &PersonId) -> Result<i64> {
    let left = recovery_code::table.filter(recovery_code::person_id.eq(person)).filter(recovery_code::used_at.is_null());
    Ok(left.count().get_result(db)?)
}

pub fn step_insert(db: &mut Db, row: &StepRow) -> Result<()> {
    diesel::insert_into(second_step::table).values(row).execute(db)?;
    Ok(())
}

/// A step that goes on, by the hash of its token.
pub fn step(db: &mut Db, id: &str, now: UtcTime) -> Result<Option<StepRow>> {
    Ok(second_step::table.find(id).filter(second_step::expires_at.gt(now)).select(StepRow::as_select()).first(db).optional()?)
}

/// Takes the question of a step for one answer and counts the try; 0 where another answer was faster.
pub fn step_take(db: &mut Db, row: &StepRow) -> Result<usize> {
    Ok(diesel::update(second_step::table.find(&row.id))
        .filter(second_step::tries.eq(row.tries))
        .set((second_step::tries.eq(row.tries + 1), second_step::question.eq(""), second_step::state.eq("")))
        .execute(db)?)
}

/// Another question in a step whose last one was answered wrongly.
pub fn step_renew(db: &mut Db, id: &str, question: &str, state: &str) -> Result<usize> {
    Ok(diesel::update(second_step::table.find(id)).set((second_step::question.eq(question), second_step::state.eq(state))).execute(db)?)
}

/// Ends a step; 0 when it had ended before.
pub fn step_delete(db: &mut Db, id: &str) -> Result<usize> {
    Ok(diesel::delete(second_step::table.find(id)).execute(db)?)
}

/// Ends every step of a person.
pub fn steps_delete(db: &mut Db, person: &PersonId) -> Result<usize> {
    Ok(diesel::delete(second_step::table.filter(second_step::person_id.eq(person))).execute(db)?)
}
