//! Results as they were last assembled, of participations that are not released yet.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::ground::ids::{FrameworkId, ParticipationId, RubricId, SubmissionId};
use crate::ground::{Error, MeasureCode, Result, UtcTime};
use crate::results::profile::{Because, Finding, ResultState};
use crate::store::Db;
use crate::store::schema::{result, result_set};
use crate::surveys::survey::Mode;
use crate::{on_each, sql_text};

sql_text!(ResultState, |s: String| s.parse());

/// When a participation's results were assembled, and from which versions.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = result_set)]
pub struct SetRow {
    pub participation_id: ParticipationId,
    pub computed_at: UtcTime,
    pub framework_id: FrameworkId,
    pub submission_id: Option<SubmissionId>,
    pub rubric_id: Option<RubricId>,
    /// Whose reviews its panel had, where it was complete.
    pub panel: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = result)]
pub(super) struct FoundRow {
    participation_id: ParticipationId,
    measure: MeasureCode,
    state: Option<ResultState>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    n: Option<i64>,
    year: Option<i32>,
    origin: String,
    origin_at: Option<UtcTime>,
    /// The word of `Because`.
    because: Option<String>,
    mode: Option<Mode>,
    chosen: bool,
    passed_over: i64,
}

impl FoundRow {
    fn of(participation: &ParticipationId, measure: MeasureCode, found: Finding) -> Self {
        Self {
            participation_id: participation.clone(),
            measure,
            state: found.state,
            value: found.value,
            low: found.bounds.map(|bounds| bounds.0),
            high: found.bounds.map(|bounds| bounds.1),
            n: found.n.and_then(|n| i64::try_from(n).ok()),
            year: found.year,
            origin: found.from,
            origin_at: found.as_of,
            because: found.because.map(|because| because.word().to_owned()),
            mode: found.mode,
            chosen: found.chosen,
            passed_over: found.passed_over.into(),
        }
    }

    fn finding(self) -> Result<(MeasureCode, Finding)> {
        let because = self.because.map(|word| word.parse::<Because>()).transpose().map_err(Error::internal)?;
        let found = Finding {
            value: self.value,
            bounds: self.low.zip(self.high),
            n: self.n.map(i64::unsigned_abs),
            year: self.year,
            from: self.origin,
            as_of: self.origin_at,
            mode: self.mode,
            chosen: self.chosen,
            passed_over: u32::try_from(self.passed_over).unwrap_or(u32::MAX),
            state: self.state,
            because,
        };
        Ok((self.measure, found))
    }
}

/// What was found for each measure, and when.
pub type Assembled = (SetRow, BTreeMap<MeasureCode, Finding>);

/// The results of some participations; those never assembled are absent.
pub fn assembled(db: &mut Db, ids: &[ParticipationId]) -> Result<HashMap<ParticipationId, Assembled>> {
    let sets: Vec<SetRow> = result_set::table.filter(result_set::participation_id.eq_any(ids)).select(SetRow::as_select()).load(db)?;
    let mut all: HashMap<_, Assembled> = sets.into_iter().map(|set| (set.participation_id.clone(), (set, BTreeMap::new()))).collect();
    let rows: Vec<FoundRow> = result::table.filter(result::participation_id.eq_any(ids)).select(FoundRow::as_select()).load(db)?;
    for row in rows {
        if let Some((_, found)) = all.get_mut(&row.participation_id) {
            found.extend([row.finding()?]);
        }
    }
    Ok(all)
}

/// Puts what was assembled in the place of what was before.
pub fn replace(db: &mut Db, (set, found): Assembled) -> Result<()> {
    diesel::delete(result::table.filter(result::participation_id.eq(&set.participation_id))).execute(db)?;
    diesel::delete(result_set::table.find(&set.participation_id)).execute(db)?;
    diesel::insert_into(result_set::table).values(&set).execute(db)?;
    let rows: Vec<FoundRow> = found.into_iter().map(|(measure, found)| FoundRow::of(&set.participation_id, measure, found)).collect();
    on_each!(db, c => diesel::insert_into(result::table).values(&rows).execute(c))?;
    Ok(())
}
