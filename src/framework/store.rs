//! All SQL of frameworks. A catalogue is one JSON document; published rows never change.

use std::sync::Arc;

use diesel::prelude::*;

use super::catalogue::Catalogue;
use crate::ground::ids::FrameworkId;
use crate::ground::{Error, Result, UtcTime};
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::found;
use crate::store::schema::framework;
use crate::{sql_text, typed, words};

words! {
    pub enum FrameworkState {
        Draft = "draft",
        Published = "published",
    }
}

sql_text!(FrameworkState, |s: String| s.parse());

/// A catalogue is what it was.
pub const RULES: &[Rule] = &[Rule::Hashed { table: "framework", of: &["catalogue"], hash: "content_hash" }, typed!(framework, FrameworkRow)];

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = framework)]
pub struct FrameworkRow {
    pub id: FrameworkId,
    pub name: String,
    pub version_label: String,
    pub state: FrameworkState,
    /// The catalogue as JSON.
    pub catalogue: String,
    pub content_hash: String,
    pub provenance: String,
    pub version: i32,
    pub created_at: UtcTime,
}

impl FrameworkRow {
    pub fn read_catalogue(&self) -> Result<Catalogue> {
        serde_json::from_str(&self.catalogue).map_err(|e| Error::internal(format!("catalogue of {}: {e}", self.id)))
    }
}

pub fn framework(db: &mut Db, id: &FrameworkId) -> Result<FrameworkRow> {
    found(framework::table.find(id).select(FrameworkRow::as_select()).first(db), "framework")
}

pub fn insert(db: &mut Db, row: &FrameworkRow) -> Result<()> {
    diesel::insert_into(framework::table).values(row).execute(db)?;
    Ok(())
}

/// Every version, newest first; frameworks are few.
pub fn all(db: &mut Db) -> Result<Vec<FrameworkRow>> {
    Ok(framework::table.order(framework::id.desc()).select(FrameworkRow::as_select()).load(db)?)
}

/// The published version that came last, if there is one yet.
pub fn newest_published(db: &mut Db) -> Result<Option<FrameworkRow>> {
    let published = framework::table.filter(framework::state.eq(FrameworkState::Published));
    Ok(published.order(framework::id.desc()).select(FrameworkRow::as_select()).first(db).optional()?)
}

/// The catalogue that a round is on.
pub fn catalogue_of(db: &mut Db, id: &FrameworkId) -> Result<Arc<Catalogue>> {
    framework(db, id)?.read_catalogue().map(Arc::new)
}

/// Turns a draft into a published version; publishing twice changes nothing.
pub fn publish(db: &mut Db, id: &FrameworkId) -> Result<()> {
    diesel::update(framework::table.find(id)).set((framework::state.eq(FrameworkState::Published), framework::version.eq(2))).execute(db)?;
    Ok(())
}
