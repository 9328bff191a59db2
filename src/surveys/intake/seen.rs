//! What was sent under a `once` on SQLite, where one process takes all answers: in memory, for as long as it is
//! known. A tree by marks would be written at another place for each answer, which costs as much as the rest
//! of its way. What holds is the marks of the rows: from them this is read at first.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};

use super::Prepared;
use crate::ground::Result;
use crate::ground::ids::SurveyId;
use crate::store::Db;
use crate::surveys::store::responses::{self, Placed, Sent};

/// Marks read in one step.
const STEP: i64 = 50_000;
/// Days kept beside the newest one: cities are at most a day apart, and a day is known into the next.
const BEFORE: u64 = 2;

/// Keys by mark.
type Marks = HashMap<i64, i64>;

#[derive(Default)]
pub struct Seen {
    /// `None` until it is read.
    surveys: Option<HashMap<SurveyId, BTreeMap<NaiveDate, Marks>>>,
    /// What was noted since the last turn began.
    noted: Vec<(SurveyId, NaiveDate, i64)>,
}

impl Seen {
    /// A transaction begins.
    pub fn begin(&mut self) {
        self.noted.clear();
    }

    /// What of these is there, by the rows themselves: a mark whose row was written anew is no more known.
    pub fn find(&mut self, db: &mut Db, items: &[Prepared]) -> Result<Vec<(SurveyId, Sent)>> {
        if self.surveys.is_none() {
            self.surveys = Some(read(db)?);
        }
        let Some(surveys) = &self.surveys else { return Ok(Vec::new()) };
        let mut asked: HashMap<(&SurveyId, NaiveDate), Vec<i64>> = HashMap::new();
        for item in items {
            let Some(mark) = item.row.mark else { continue };
            for (day, marks) in surveys.get(&item.row.survey_id).into_iter().flatten() {
                if let Some(key) = marks.get(&mark) {
                    asked.entry((&item.row.survey_id, *day)).or_default().push(*key);
                }
            }
        }
        let mut found = Vec::new();
        for ((survey, day), keys) in asked {
            found.extend(responses::sent_at(db, survey, day, &keys)?.into_iter().map(|sent| (survey.clone(), sent)));
        }
        Ok(found)
    }

    /// Notes what is being written.
    pub fn keep(&mut self, rows: &[Placed<'_>]) {
        let Some(surveys) = &mut self.surveys else { return };
        for (row, key) in rows {
            let Some(mark) = row.mark else { continue };
            if surveys.get(&row.survey_id).is_none_or(|days| !days.contains_key(&row.day)) {
                forget(surveys, row.day);
                surveys.entry(row.survey_id.clone()).or_default().entry(row.day).or_default();
            }
            if let Some(marks) = surveys.get_mut(&row.survey_id).and_then(|days| days.get_mut(&row.day)) {
                marks.insert(mark, *key);
                self.noted.push((row.survey_id.clone(), row.day, mark));
            }
        }
    }

    /// The transaction was not committed.
    pub fn undo(&mut self) {
        for (survey, day, mark) in self.noted.drain(..) {
            if let Some(marks) = self.surveys.as_mut().and_then(|surveys| surveys.get_mut(&survey)?.get_mut(&day)) {
                marks.remove(&mark);
            }
        }
    }

    /// What is noted may not be all: it is read again.
    pub fn doubt(&mut self) {
        self.surveys = None;
    }
}

/// Forgets what is over when a day begins.
fn forget(surveys: &mut HashMap<SurveyId, BTreeMap<NaiveDate, Marks>>, day: NaiveDate) {
    for days in surveys.values_mut() {
        days.retain(|there, _| *there + Days::new(BEFORE) >= day);
    }
    surveys.retain(|_, days| !days.is_empty());
}

fn read(db: &mut Db) -> Result<HashMap<SurveyId, BTreeMap<NaiveDate, Marks>>> {
    let mut surveys: HashMap<SurveyId, BTreeMap<NaiveDate, Marks>> = HashMap::new();
    for (survey, day) in responses::days_as_they_came(db)? {
        let marks = surveys.entry(survey.clone()).or_default().entry(day).or_default();
        let mut after = i64::MIN;
        loop {
            let step = responses::marks_after(db, &survey, day, after, STEP)?;
            let Some((last, _)) = step.last() else { break };
            after = *last;
            marks.extend(step.into_iter().map(|(key, mark)| (mark, key)));
        }
    }
    Ok(surveys)
}
