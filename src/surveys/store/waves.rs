//! Waves: when those who have not answered are written to.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use crate::ground::ids::SurveyId;
use crate::ground::{Result, UtcTime};
use crate::sql_text;
use crate::store::Db;
use crate::store::db::found;
use crate::store::schema::survey_wave;
use crate::surveys::invitation::{WaveKind, WaveState};

sql_text!(WaveKind, |s: String| s.parse());
sql_text!(WaveState, |s: String| s.parse());

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_wave)]
pub struct WaveRow {
    pub survey_id: SurveyId,
    /// 1, 2, 3 … within the survey.
    pub number: i32,
    pub kind: WaveKind,
    pub due_at: UtcTime,
    pub state: WaveState,
    /// The number of the last invitation that was looked at.
    pub reached: i32,
    pub created_at: UtcTime,
}

pub fn insert(db: &mut Db, row: &WaveRow) -> Result<()> {
    diesel::insert_into(survey_wave::table).values(row).execute(db)?;
    Ok(())
}

pub fn last_number(db: &mut Db, survey: &SurveyId) -> Result<i32> {
    let of = survey_wave::table.filter(survey_wave::survey_id.eq(survey)).select(max(survey_wave::number));
    Ok(of.first::<Option<i32>>(db)?.unwrap_or(0))
}

pub fn one(db: &mut Db, survey: &SurveyId, number: i32) -> Result<WaveRow> {
    found(survey_wave::table.find((survey, number)).select(WaveRow::as_select()).first(db), "wave")
}

pub fn of(db: &mut Db, survey: &SurveyId) -> Result<Vec<WaveRow>> {
    let of = survey_wave::table.filter(survey_wave::survey_id.eq(survey)).order(survey_wave::number);
    Ok(of.select(WaveRow::as_select()).load(db)?)
}

/// When the next wave is due, or goes on.
pub fn wanted(db: &mut Db, _now: UtcTime) -> Result<Option<UtcTime>> {
    let of = survey_wave::table.filter(survey_wave::state.eq_any([WaveState::Planned, WaveState::Sending]));
    Ok(of.select(min(survey_wave::due_at)).first(db)?)
}

/// The first wave that is due.
pub fn due(db: &mut Db, now: UtcTime) -> Result<Option<WaveRow>> {
    let of = survey_wave::table.filter(survey_wave::state.eq_any([WaveState::Planned, WaveState::Sending]));
    let of = of.filter(survey_wave::due_at.le(now)).order((survey_wave::due_at, survey_wave::survey_id, survey_wave::number));
    Ok(of.select(WaveRow::as_select()).first(db).optional()?)
}

/// How far a wave has come; `false` where it is no more where it was.
pub fn step(db: &mut Db, row: &WaveRow, state: WaveState, reached: i32) -> Result<bool> {
    let of = survey_wave::table.find((&row.survey_id, row.number)).filter(survey_wave::state.eq(row.state));
    let as_it_was = of.filter(survey_wave::reached.eq(row.reached));
    Ok(diesel::update(as_it_was).set((survey_wave::state.eq(state), survey_wave::reached.eq(reached))).execute(db)? == 1)
}

/// Looks at a wave again later.
pub fn put_off(db: &mut Db, row: &WaveRow, due: UtcTime) -> Result<()> {
    diesel::update(survey_wave::table.find((&row.survey_id, row.number))).set(survey_wave::due_at.eq(due)).execute(db)?;
    Ok(())
}

/// Waves that are not over are cancelled: the survey has closed.
pub fn cancel_all(db: &mut Db, survey: &SurveyId) -> Result<()> {
    let of = survey_wave::table.filter(survey_wave::survey_id.eq(survey));
    let of = of.filter(survey_wave::state.eq_any([WaveState::Planned, WaveState::Sending]));
    diesel::update(of).set(survey_wave::state.eq(WaveState::Cancelled)).execute(db)?;
    Ok(())
}
