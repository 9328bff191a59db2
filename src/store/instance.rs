//! What belongs to this database: the fingerprint of the secret with which its links, tokens, receipts and
//! marks were made. With another secret all of them would fail, one by one and without a word.

use diesel::prelude::*;

use super::Db;
use super::schema::instance;
use crate::ground::Result;
use crate::on_each;

const SECRET: &str = "secret";

/// The fingerprint that was kept first; `None` where none was yet.
pub fn fingerprint(db: &mut Db) -> Result<Option<String>> {
    Ok(instance::table.find(SECRET).select(instance::value).first(db).optional()?)
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
