//! What was half answered and kept under a code, and visits at shared devices that are over. Neither says who, nor
//! when within a day.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::ground::ids::SurveyId;
use crate::store::schema::{response_draft, visit_ended};

/// Half answered, sealed: the database alone cannot read it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = response_draft)]
pub struct DraftRow {
    pub survey_id: SurveyId,
    /// Of the code; nothing leads from it to the code or to the key.
    pub code_hash: String,
    /// How much room it takes, in KiB.
    pub kib: i32,
    pub sealed: Vec<u8>,
    /// On which it was last kept.
    pub day: NaiveDate,
}

/// A visit that shows nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = visit_ended)]
pub struct EndedRow {
    pub survey_id: SurveyId,
    pub mark: i64,
    pub day: NaiveDate,
}
