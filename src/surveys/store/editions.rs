//! Editions of surveys: which questionnaire is answered from which day on.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::SurveyRow;
use crate::ground::Result;
use crate::ground::ids::{InstrumentId, SurveyId};
use crate::store::Db;
use crate::store::db::changed;
use crate::store::schema::{survey, survey_edition};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_edition)]
pub struct EditionRow {
    pub survey_id: SurveyId,
    pub edition: i32,
    pub instrument_id: InstrumentId,
    /// The day where the survey is from whose beginning on it is answered; none of the first.
    pub since: Option<NaiveDate>,
}

/// The editions of a survey, the first one first.
pub fn editions(db: &mut Db, survey: &SurveyId) -> Result<Vec<EditionRow>> {
    let of = survey_edition::table.filter(survey_edition::survey_id.eq(survey)).order(survey_edition::edition);
    Ok(of.select(EditionRow::as_select()).load(db)?)
}

pub fn edition_insert(db: &mut Db, row: &EditionRow) -> Result<()> {
    diesel::insert_into(survey_edition::table).values(row).execute(db)?;
    Ok(())
}

/// Takes away an edition that nobody has answered yet.
pub fn edition_remove(db: &mut Db, survey: &SurveyId, edition: i32) -> Result<()> {
    diesel::delete(survey_edition::table.find((survey, edition))).execute(db)?;
    Ok(())
}

/// Writes the newest edition of a survey that still has the version before the row's.
pub fn survey_revise(db: &mut Db, row: &SurveyRow) -> Result<()> {
    let rows = diesel::update(survey::table.find(&row.id))
        .filter(survey::version.eq(row.version - 1))
        .set((survey::instrument_id.eq(&row.instrument_id), survey::edition.eq(row.edition), survey::version.eq(row.version)))
        .execute(db)?;
    changed(rows, row.version - 1)
}
