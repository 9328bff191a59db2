//! All SQL of reviews: rubrics here; experts, seats, ratings, cases and what becomes of a
//! panel in their own files.

mod cases;
mod experts;
mod panel;
pub mod scopes;
mod seats;

use diesel::prelude::*;

pub use cases::*;
pub use experts::*;
pub use panel::*;
pub use seats::*;

use super::rubric::Rubric;
use crate::ground::ids::{RoundId, RubricId};
use crate::ground::{Error, Result, UtcTime};
use crate::store::Db;
use crate::store::archive::Rule;
use crate::store::db::found;
use crate::store::schema::{review, rubric};
use crate::typed;
use crate::web::paging::PageAt;

/// A rubric is what it was.
pub const RULES: &[Rule] = &[
    Rule::Hashed { table: "rubric", of: &["content"], hash: "content_hash" },
    typed!(rubric, RubricRow),
    typed!(expert, ExpertRow),
    typed!(conflict, ConflictRow),
    typed!(assignment_plan, PlanRow),
    typed!(review, ReviewRow),
    typed!(rating, RatingRow),
    typed!(rating_before, RatingBeforeRow),
    typed!(disagreement, DisagreementRow),
];

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rubric)]
pub struct RubricRow {
    pub id: RubricId,
    pub name: String,
    pub version_label: String,
    /// `Rubric` as JSON.
    pub content: String,
    pub content_hash: String,
    pub created_at: UtcTime,
}

impl RubricRow {
    pub fn rubric(&self) -> Result<Rubric> {
        serde_json::from_str(&self.content).map_err(|e| Error::internal(format!("content of {}: {e}", self.id)))
    }
}

pub fn rubric(db: &mut Db, id: &RubricId) -> Result<RubricRow> {
    found(rubric::table.find(id).select(RubricRow::as_select()).first(db), "rubric")
}

pub fn rubric_insert(db: &mut Db, row: &RubricRow) -> Result<()> {
    diesel::insert_into(rubric::table).values(row).execute(db)?;
    Ok(())
}

/// One more row than `limit`, newest last.
pub fn rubrics(db: &mut Db, at: &PageAt<RubricId>) -> Result<Vec<RubricRow>> {
    let mut query = rubric::table.order(rubric::id.asc()).limit(at.limit + 1).select(RubricRow::as_select()).into_boxed();
    if let Some(after) = &at.after {
        query = query.filter(rubric::id.gt(after.clone()));
    }
    Ok(query.load(db)?)
}

/// Versions of a name, oldest first.
pub fn rubrics_named(db: &mut Db, name: &str) -> Result<Vec<RubricRow>> {
    Ok(rubric::table.filter(rubric::name.eq(name)).order(rubric::id.asc()).select(RubricRow::as_select()).load(db)?)
}

/// The rubric that the round's first review was given: the one it stays with.
pub fn rubric_in_use(db: &mut Db, round: &RoundId) -> Result<Option<RubricId>> {
    Ok(review::table.filter(review::round_id.eq(round)).order(review::id.asc()).select(review::rubric_id).first(db).optional()?)
}
