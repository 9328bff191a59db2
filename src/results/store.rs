//! All SQL of results: released versions, kept as they were shown; what was last assembled is in
//! `store/assembled.rs`.

pub mod assembled;

use diesel::prelude::*;

use crate::ground::ids::ParticipationId;
use crate::ground::{Result, UtcTime};
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::found;
use crate::store::schema::results_release;
use crate::typed;

/// What was released is what it was.
pub const RULES: &[Rule] = &[
    Rule::Hashed { table: "results_release", of: &["content"], hash: "content_hash" },
    typed!(results_release, ReleaseRow),
    typed!(result_set, assembled::SetRow),
    typed!(result, assembled::FoundRow),
];

/// One version of a participation's released results.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = results_release)]
pub struct ReleaseRow {
    pub participation_id: ParticipationId,
    /// From 1 on.
    pub number: i32,
    pub released_at: UtcTime,
    /// As the audit names them.
    pub released_by: String,
    /// `Frozen` as JSON.
    pub content: String,
    pub content_hash: String,
    /// When everybody could read it first.
    pub published_at: Option<UtcTime>,
}

/// A version without what is in it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = results_release)]
pub struct ReleaseHead {
    pub number: i32,
    pub released_at: UtcTime,
    pub content_hash: String,
    pub published_at: Option<UtcTime>,
}

pub fn release_insert(db: &mut Db, row: &ReleaseRow) -> Result<()> {
    diesel::insert_into(results_release::table).values(row).execute(db)?;
    Ok(())
}

/// Remembers that everybody could read a version; the first time counts.
pub fn release_publish(db: &mut Db, id: &ParticipationId, number: i32, at: UtcTime) -> Result<()> {
    let unpublished = results_release::table.find((id, number)).filter(results_release::published_at.is_null());
    diesel::update(unpublished).set(results_release::published_at.eq(Some(at))).execute(db)?;
    Ok(())
}

/// One version; the newest where no number is given.
pub fn release(db: &mut Db, id: &ParticipationId, number: Option<i32>) -> Result<ReleaseRow> {
    let newest = results_release::number.desc();
    let rows = results_release::table.filter(results_release::participation_id.eq(id)).order(newest).select(ReleaseRow::as_select());
    match number {
        Some(number) => found(rows.filter(results_release::number.eq(number)).first(db), "release"),
        None => found(rows.first(db), "release"),
    }
}

/// The newest version of each of some participations; those never released are absent.
pub fn newest_releases(db: &mut Db, ids: &[ParticipationId]) -> Result<Vec<ReleaseRow>> {
    let rows = results_release::table.filter(results_release::participation_id.eq_any(ids));
    let mut rows: Vec<ReleaseRow> = rows.order(results_release::number.desc()).select(ReleaseRow::as_select()).load(db)?;
    rows.sort_by(|a, b| a.participation_id.cmp(&b.participation_id).then(b.number.cmp(&a.number)));
    rows.dedup_by(|a, b| a.participation_id == b.participation_id);
    Ok(rows)
}

/// Every version, oldest first.
pub fn releases(db: &mut Db, id: &ParticipationId) -> Result<Vec<ReleaseHead>> {
    let rows = results_release::table.filter(results_release::participation_id.eq(id));
    Ok(rows.order(results_release::number).select(ReleaseHead::as_select()).load(db)?)
}
