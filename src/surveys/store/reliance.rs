//! Whether surveys count for their city's results: each decision with its reason, the newest of which holds.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::ground::ids::SurveyId;
use crate::ground::{Result, UtcTime};
use crate::store::Db;
use crate::store::schema::survey_reliance;
use crate::surveys::reliance::Reliance;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_reliance)]
pub struct RelianceRow {
    pub survey_id: SurveyId,
    /// From 1 on.
    pub number: i32,
    pub relied_on: bool,
    /// Empty for what counted before anybody was asked.
    pub reason: String,
    pub decided_at: UtcTime,
    /// As the audit names them.
    pub decided_by: String,
}

impl RelianceRow {
    fn reliance(self) -> Reliance {
        let asked = !self.reason.is_empty();
        Reliance { relied_on: self.relied_on, decided_at: Some(self.decided_at).filter(|_| asked), reason: Some(self.reason).filter(|_| asked) }
    }
}

/// What was decided last about some surveys; those about which nothing was are absent.
pub fn reliances(db: &mut Db, ids: &[&SurveyId]) -> Result<HashMap<SurveyId, Reliance>> {
    let of = survey_reliance::table.filter(survey_reliance::survey_id.eq_any(ids.iter().copied()));
    let rows: Vec<RelianceRow> = of.order(survey_reliance::number).select(RelianceRow::as_select()).load(db)?;
    Ok(rows.into_iter().map(|row| (row.survey_id.clone(), row.reliance())).collect())
}

/// How many decisions there were about a survey.
pub fn decisions(db: &mut Db, id: &SurveyId) -> Result<i32> {
    let newest = survey_reliance::table.filter(survey_reliance::survey_id.eq(id)).select(diesel::dsl::max(survey_reliance::number));
    Ok(newest.first::<Option<i32>>(db)?.unwrap_or_default())
}

pub fn decision_insert(db: &mut Db, row: &RelianceRow) -> Result<()> {
    diesel::insert_into(survey_reliance::table).values(row).execute(db)?;
    Ok(())
}
