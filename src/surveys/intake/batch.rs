//! Writing many responses in one transaction.
//!
//! A batch lies together at a random place of its day, in random order: few pages are touched, and where an
//! answer lies tells who came in the same moment, but not in which. What was sent under a `once` is known
//! again until its day is over, and through the night after: by the process on SQLite (`seen.rs`), by its key
//! on PostgreSQL.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::Prepared;
use super::seen::Seen;
use crate::ground::chance::Chance;
use crate::ground::clock::Clock;
use crate::ground::ids::SurveyId;
use crate::ground::problems::{ALREADY_SUBMITTED, CLOSED};
use crate::ground::{Error, Result, UtcTime};
use crate::store::committer::Batch;
use crate::store::{Claim, Db};
use crate::surveys::store;
use crate::surveys::store::responses::{self, Placed, Sent};
use crate::surveys::survey::Standing;

pub struct ResponseBatch {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
    /// Ends with the thread that writes.
    pub(super) _claim: Arc<Claim>,
    pub(super) seen: Seen,
    /// When the last batch was written.
    pub(super) last: Option<UtcTime>,
    /// Days that are known to lie as they came.
    pub(super) days: BTreeSet<(SurveyId, NaiveDate)>,
}

impl Prepared {
    fn of<'a>(&self, known: &'a Known) -> Option<&'a Sent> {
        if known.is_empty() { None } else { known.get(&(self.row.survey_id.clone(), self.row.mark?)) }
    }
}

/// What was sent before, by survey and mark.
type Known = HashMap<(SurveyId, i64), Sent>;

impl ResponseBatch {
    /// The key of a batch's first row: below 2^62, so that there is room for the rest.
    fn place(&self) -> i64 {
        i64::try_from(self.chance.below(1 << 62)).unwrap_or_default()
    }

    /// Says of days on which something comes for the first time that they lie as they came.
    fn begin(&mut self, db: &mut Db, rows: &[Placed<'_>]) -> Result<()> {
        // In order, so that no two processes wait for each other.
        let days: BTreeSet<(&SurveyId, NaiveDate)> = rows.iter().map(|(row, _)| (&row.survey_id, row.day)).collect();
        for (survey, day) in days {
            let key = (survey.clone(), day);
            if self.days.contains(&key) {
                continue;
            }
            responses::day_begin(db, survey, day)?;
            // A day that is over is forgotten a day later: it may not be taken for known when a clock goes back.
            self.days.retain(|(_, before)| *before + Days::new(1) >= day);
            self.days.insert(key);
        }
        Ok(())
    }

    /// What of these is there: on PostgreSQL on the day that is asked of each.
    fn known(&mut self, db: &mut Db, items: &[Prepared], day: impl Fn(&Prepared) -> Option<NaiveDate>) -> Result<Known> {
        let found = match db {
            Db::Sqlite(_) => self.seen.find(db, items)?,
            Db::Postgres(_) => {
                let mut asked: HashMap<(&SurveyId, NaiveDate), Vec<i64>> = HashMap::new();
                for item in items {
                    if let (Some(mark), Some(day)) = (item.row.mark, day(item)) {
                        asked.entry((&item.row.survey_id, day)).or_default().push(by_mark(mark));
                    }
                }
                let mut found = Vec::new();
                for ((survey, day), keys) in asked {
                    found.extend(responses::sent_at(db, survey, day, &keys)?.into_iter().map(|sent| (survey.clone(), sent)));
                }
                found
            }
        };
        Ok(found.into_iter().map(|(survey, sent)| ((survey, sent.mark), sent)).collect())
    }
}

/// Where PostgreSQL keeps what has a mark: of several processes that write the same, its one tree lets one.
fn by_mark(mark: i64) -> i64 {
    mark & i64::MAX
}

/// The day on which a response came; an earlier one if it was here before, and whether it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub(super) day: NaiveDate,
    pub(super) again: bool,
}

impl Stored {
    pub(super) fn new(day: NaiveDate) -> Self {
        Self { day, again: false }
    }

    pub(super) fn before(day: NaiveDate) -> Self {
        Self { day, again: true }
    }
}

impl Batch for ResponseBatch {
    type Item = Prepared;
    type Outcome = Stored;

    /// The same response again is stored once and is a success for each who sent it, even after closing;
    /// other answers under the same `once` are refused.
    fn write(&mut self, db: &mut Db, items: &[Prepared]) -> Result<Vec<Result<Stored>>> {
        let mut surveys: Vec<&SurveyId> = items.iter().map(|item| &item.row.survey_id).collect();
        surveys.sort_unstable();
        surveys.dedup();
        let gates = store::gates(db, &surveys)?;
        let now = self.clock.now();
        self.seen.begin();
        // What is forgotten by the clock may still be there when the clock goes back.
        if self.last.is_some_and(|last| now < last) {
            self.seen.doubt();
            self.days.clear();
        }
        self.last = Some(now);
        let takes = |item: &Prepared| gates.get(&item.row.survey_id).is_some_and(|gate| gate.standing(now) == Standing::Open);

        let mut known = self.known(db, items, |item| item.day_before)?;
        // In an order that says nothing of when each came; stable, so that of the same twice the first counts.
        let mut met = HashSet::new();
        let mut order: Vec<usize> = (0..items.len()).filter(|at| takes(&items[*at]) && items[*at].of(&known).is_none()).collect();
        order.retain(|at| items[*at].row.mark.is_none_or(|mark| met.insert((&items[*at].row.survey_id, mark))));
        order.sort_by_key(|at| (&items[*at].row.survey_id, items[*at].row.day, items[*at].order));
        let place = self.place();
        let sqlite = matches!(db, Db::Sqlite(_));
        let key = |(at, free): (&usize, i64)| {
            let row = &items[*at].row;
            (row, row.mark.filter(|_| !sqlite).map_or(free, by_mark))
        };
        let placed: Vec<Placed<'_>> = order.iter().zip(place..).map(key).collect();
        self.begin(db, &placed)?;
        let left = responses::add(db, &placed)?;
        self.seen.keep(&placed);
        if left.is_empty() && placed.len() == items.len() {
            return Ok(items.iter().map(|item| Ok(Stored::new(item.row.day))).collect());
        }

        known.extend(self.known(db, items, |item| Some(item.row.day))?);
        let mut added = vec![false; items.len()];
        order.iter().zip(&placed).for_each(|(at, (_, key))| added[*at] = !left.contains(key));
        let outcome = |(at, item): (usize, &Prepared)| match item.of(&known) {
            _ if added[at] => Ok(Stored::new(item.row.day)),
            Some(sent) if sent.answers == item.row.answers => Ok(Stored::before(sent.day)),
            Some(_) => Err(Error::Conflict(ALREADY_SUBMITTED)),
            None if takes(item) => Err(Error::Unavailable("the place of an answer was taken".to_owned())),
            None => Err(Error::Conflict(CLOSED)),
        };
        Ok(items.iter().enumerate().map(outcome).collect())
    }

    fn undone(&mut self) {
        self.seen.undo();
        self.days.clear();
    }
}
