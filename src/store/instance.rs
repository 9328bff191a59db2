//! What belongs to this database: the fingerprint of the secret with which its tokens, receipts, marks and the
//! links of waiting mails were made. With another secret all of them would fail, one by one and without a word.

use diesel::prelude::*;

use super::Db;
use super::schema::{audit_entry, instance};
use crate::ground::Result;
use crate::on_each;

const SECRET: &str = "secret";

/// The fingerprint that was kept first; `None` where none was yet.
pub fn fingerprint(db: &mut Db) -> Result<Option<String>> {
    Ok(instance::table.find(SECRET).select(instance::value).first(db).optional()?)
}

/// Whether nobody has done anything in this database yet.
pub fn is_new(db: &mut Db) -> Result<bool> {
    Ok(audit_entry::table.select(audit_entry::seq).first::<i64>(db).optional()?.is_none())
}

/// Keeps a fingerprint where there is none, and gives the one that is there: of several processes that start
/// at once, one is first.
pub fn fingerprint_keep(db: &mut Db, value: &str) -> Result<String> {
    let row = (instance::name.eq(SECRET), instance::value.eq(value));
    on_each!(db, c => diesel::insert_into(instance::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(instance::table.find(SECRET).select(instance::value).first(db)?)
}

/// Puts another fingerprint in the place of the one that is there.
pub fn fingerprint_replace(db: &mut Db, value: &str) -> Result<()> {
    diesel::update(instance::table.find(SECRET)).set(instance::value.eq(value)).execute(db)?;
    Ok(())
}

/// Writes something that needs new room, and leaves nothing of it.
pub fn try_to_write(db: &mut Db) -> Result<()> {
    let row = (instance::name.eq("room"), instance::value.eq("-".repeat(65_536)));
    diesel::delete(instance::table.find("room")).execute(db)?;
    on_each!(db, c => diesel::insert_into(instance::table).values(row).execute(c))?;
    diesel::delete(instance::table.find("room")).execute(db)?;
    Ok(())
}
