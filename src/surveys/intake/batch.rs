//! Writing many responses in one transaction.
//!
//! A batch lies together at a random place of its day, in random order: few pages are touched, and where an
//! answer lies tells who came in the same moment, but not in which. What was sent under a `once` is known
//! again until its day is over, and through the night after.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::Prepared;
use crate::ground::chance::Chance;
use crate::ground::clock::Clock;
use crate::ground::ids::SurveyId;
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED};
use crate::ground::{Error, Result};
use crate::store::Db;
use crate::store::committer::Batch;
use crate::surveys::store;
use crate::surveys::store::responses::{self, OnceRow, ResponseRow};
use crate::surveys::survey::Standing;

pub struct ResponseBatch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
}

/// Where what was sent under a `once` lies: its day and its key.
type Known = HashMap<(SurveyId, i64), (NaiveDate, i64)>;

impl Prepared {
    fn is_in(&self, known: &Known) -> bool {
        !known.is_empty() && self.once.is_some_and(|mark| known.contains_key(&(self.row.survey_id.clone(), mark)))
    }
}

impl ResponseBatch {
    /// The key of a batch's first row: below 2^62, so that there is room for the rest.
    fn place(&self) -> i64 {
        i64::try_from(self.chance.below(1 << 62)).unwrap_or_default()
    }
}

/// What of these was sent before, each on one of the days that it names.
fn known(db: &mut Db, items: &[&Prepared], days: impl Fn(&Prepared) -> Option<NaiveDate>) -> Result<Known> {
    let mut asked: HashMap<(&SurveyId, NaiveDate), Vec<i64>> = HashMap::new();
    for item in items {
        if let (Some(mark), Some(day)) = (item.once, days(item)) {
            asked.entry((&item.row.survey_id, day)).or_default().push(mark);
        }
    }
    let mut known = Known::new();
    for ((survey, day), marks) in asked {
        let there = responses::once_there(db, survey, day, &marks)?;
        known.extend(there.into_iter().map(|(mark, key)| ((survey.clone(), mark), (day, key))));
    }
    Ok(known)
}

impl Batch for ResponseBatch {
    type Item = Prepared;
    /// The day on which the response came; an earlier one if it was here before.
    type Outcome = NaiveDate;

    /// The same response again is stored once and is a success for each who sent it, even after closing;
    /// other answers under the same `once` are refused.
    fn write(&mut self, db: &mut Db, items: &[Prepared]) -> Result<Vec<Result<NaiveDate>>> {
        let all: Vec<&Prepared> = items.iter().collect();
        let mut surveys: Vec<&SurveyId> = all.iter().map(|item| &item.row.survey_id).collect();
        surveys.sort_unstable();
        surveys.dedup();
        let gates = store::gates(db, &surveys)?;
        let now = self.clock.now();
        let takes: Vec<bool> =
            all.iter().map(|item| gates.get(&item.row.survey_id).is_some_and(|gate| gate.standing(now) == Standing::Open)).collect();
        let mut known = known(db, &all, |item| item.day_before)?;

        // In an order that says nothing of when each came; stable, so that of the same twice the first counts.
        // Around midnight the same twice may be of two days.
        let mut met = HashSet::new();
        let mut first = |item: &Prepared| item.once.is_none_or(|mark| met.insert((item.row.survey_id.clone(), mark)));
        let mut order: Vec<usize> = (0..all.len()).filter(|at| takes[*at] && !all[*at].is_in(&known) && first(all[*at])).collect();
        order.sort_by_key(|at| (&all[*at].row.survey_id, all[*at].row.day, all[*at].order));
        let placed: Vec<(usize, i64)> = order.into_iter().zip(self.place()..).collect();
        let once = |(at, key): &(usize, i64)| Some(OnceRow { row: &all[*at].row, mark: all[*at].once?, key: *key });
        let kept = responses::once_insert(db, &placed.iter().filter_map(once).collect::<Vec<_>>())?;
        let is_new = |(at, key): &(usize, i64)| all[*at].once.is_none() || kept.contains(key);
        let new: Vec<(usize, i64)> = placed.into_iter().filter(is_new).collect();
        let rows: Vec<(&ResponseRow, i64)> = new.iter().map(|(at, key)| (&all[*at].row, *key)).collect();
        responses::insert(db, &rows)?;
        let added: HashSet<usize> = new.into_iter().map(|(at, _)| at).collect();

        let left: Vec<&Prepared> = (0..all.len()).filter(|at| !added.contains(at)).map(|at| all[at]).collect();
        known.extend(self::known(db, &left, |item| item.day_before)?);
        known.extend(self::known(db, &left, |item| Some(item.row.day))?);
        let there = answers(db, &left, &known)?;
        let outcome = |(at, item): (usize, &Prepared)| {
            if added.contains(&at) {
                return Ok(item.row.day);
            }
            let place = item.once.and_then(|mark| known.get(&(item.row.survey_id.clone(), mark)));
            match place {
                // What lies nowhere any more was written anew meanwhile: its day is over.
                Some((day, key)) if there.get(&(&item.row.survey_id, *day, *key)).is_none_or(|a| *a == item.row.answers) => Ok(*day),
                Some(_) => Err(Error::Conflict(ALREADY_SUBMITTED)),
                None => Err(Error::Conflict(CLOSED)),
            }
        };
        Ok(items.iter().enumerate().map(outcome).collect())
    }
}

/// The answers of what was sent before.
fn answers<'a>(db: &mut Db, items: &[&'a Prepared], known: &Known) -> Result<HashMap<(&'a SurveyId, NaiveDate, i64), String>> {
    let mut asked: HashMap<(&SurveyId, NaiveDate), Vec<i64>> = HashMap::new();
    for item in items {
        if let Some((day, key)) = item.once.and_then(|mark| known.get(&(item.row.survey_id.clone(), mark))) {
            asked.entry((&item.row.survey_id, *day)).or_default().push(*key);
        }
    }
    let mut all = HashMap::new();
    for ((survey, day), keys) in asked {
        all.extend(responses::answers_at(db, survey, day, &keys)?.into_iter().map(|(key, answers)| ((survey, day, key), answers)));
    }
    Ok(all)
}
