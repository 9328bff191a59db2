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
use crate::surveys::store::responses::{self, ResponseRow, Sent};
use crate::surveys::survey::Standing;

pub struct ResponseBatch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
}

/// What was sent before, by survey and mark.
type Known = HashMap<(SurveyId, i64), Sent>;

impl ResponseBatch {
    /// The key of a batch's first row: below 2^62, so that there is room for the rest.
    fn place(&self) -> i64 {
        i64::try_from(self.chance.below(1 << 62)).unwrap_or_default()
    }
}

/// What of these is there.
fn known(db: &mut Db, items: &[Prepared]) -> Result<Known> {
    let mut asked: HashMap<&SurveyId, Vec<i64>> = HashMap::new();
    for item in items {
        if let Some(mark) = item.row.mark {
            asked.entry(&item.row.survey_id).or_default().push(mark);
        }
    }
    let mut known = Known::new();
    for (survey, marks) in asked {
        known.extend(responses::sent(db, survey, &marks)?.into_iter().map(|sent| ((survey.clone(), sent.mark), sent)));
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
        let mut surveys: Vec<&SurveyId> = items.iter().map(|item| &item.row.survey_id).collect();
        surveys.sort_unstable();
        surveys.dedup();
        let gates = store::gates(db, &surveys)?;
        let now = self.clock.now();
        let takes = |item: &Prepared| gates.get(&item.row.survey_id).is_some_and(|gate| gate.standing(now) == Standing::Open);

        // In an order that says nothing of when each came; stable, so that of the same twice the first counts.
        let mut met = HashSet::new();
        let mut order: Vec<usize> = (0..items.len()).filter(|at| takes(&items[*at])).collect();
        order.retain(|at| items[*at].row.mark.is_none_or(|mark| met.insert((&items[*at].row.survey_id, mark))));
        order.sort_by_key(|at| (&items[*at].row.survey_id, items[*at].row.day, items[*at].order));
        let placed: Vec<(&ResponseRow, i64)> = order.iter().map(|at| &items[*at].row).zip(self.place()..).collect();
        if responses::insert(db, &placed)? == items.len() {
            return Ok(items.iter().map(|item| Ok(item.row.day)).collect());
        }

        let known = known(db, items)?;
        let mut keys: Vec<Option<i64>> = vec![None; items.len()];
        order.iter().zip(&placed).for_each(|(at, (_, key))| keys[*at] = Some(*key));
        let outcome = |(item, key): (&Prepared, Option<i64>)| {
            let Some(mark) = item.row.mark else { return key.map(|_| item.row.day).ok_or(Error::Conflict(CLOSED)) };
            match known.get(&(item.row.survey_id.clone(), mark)) {
                Some(sent) if key == Some(sent.key) || sent.answers == item.row.answers => Ok(sent.day),
                Some(_) => Err(Error::Conflict(ALREADY_SUBMITTED)),
                None if key.is_some() => Err(Error::Unavailable("an answer was written anew while it was looked for".to_owned())),
                None => Err(Error::Conflict(CLOSED)),
            }
        };
        Ok(items.iter().zip(keys).map(outcome).collect())
    }
}
