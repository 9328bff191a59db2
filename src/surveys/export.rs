//! Answers on their way out: what a file may be, and the order of its rows. Pure.
//!
//! Rules to keep: one set of rows, that of the estimates; in one order for every file of a survey, so that no two files
//! tell more than one; and nothing in it of when an answer came. What remains is in docs/PRIVACY-MODEL.md.

use std::collections::VecDeque;

use chrono::{Duration, NaiveDate};

use super::disclosure::Limits;
use super::problems::{ESTIMATES_NOT_READY, ESTIMATES_STAND, TOO_FEW_RESPONSES};
use crate::ground::chance::Chance;
use crate::ground::{Error, Result, UtcTime};
use crate::words;

words! {
    /// Kinds of files.
    pub enum ExportFormat {
        /// Text with commas, in UTF-8.
        Csv = "csv",
        /// A workbook, with the codebook on a sheet of its own.
        Xlsx = "xlsx",
        /// A system file of SPSS, which R, Stata and Python read too.
        Sav = "sav",
    }
}

impl ExportFormat {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Sav => "application/x-spss-sav",
        }
    }
}

words! {
    /// How far a file has come.
    pub enum ExportState {
        /// For its time, or for somebody free.
        Waiting = "waiting",
        Running = "running",
        Ready = "ready",
        /// Given up; an operator may have it tried again.
        Failed = "failed",
    }
}

/// How long a file is kept once it is made.
pub const KEPT: Duration = Duration::days(1);
/// And how long it may wait to be made: the last day's answers lose their order in the night.
pub const WAITS: Duration = Duration::days(3);

/// Whether the answers of a closed survey may ever leave: there are enough of them, and the estimates are from all of
/// them. `set` is the number that the estimates are from, and whether they stand though others came.
pub fn may_leave(limits: Limits, set: Option<(u64, bool)>, stored: u64) -> Result<()> {
    match set {
        None => Err(Error::Conflict(ESTIMATES_NOT_READY)),
        Some((_, true)) => Err(Error::Conflict(ESTIMATES_STAND)),
        Some((counted, false)) if counted != stored => Err(Error::Conflict(ESTIMATES_NOT_READY)),
        Some((counted, false)) if counted < limits.least => Err(Error::Conflict(TOO_FEW_RESPONSES)),
        Some(_) => Ok(()),
    }
}

/// When a file that was made now goes.
pub fn ends(now: UtcTime) -> UtcTime {
    now.plus(KEPT)
}

/// Rows of many days, mixed: each of those left is as likely as any other to be the next. Within a day they come in
/// the order of their keys, which a day's end made random. A few of each day are in memory.
pub struct Mixed<'c> {
    days: Vec<Waiting>,
    left: u64,
    chance: &'c dyn Chance,
}

struct Waiting {
    day: NaiveDate,
    left: u64,
    after: Option<i64>,
    read: VecDeque<String>,
}

impl<'c> Mixed<'c> {
    /// Rows read at once over all days.
    const AT_ONCE: usize = 20_000;

    pub fn new(days: Vec<(NaiveDate, u64)>, chance: &'c dyn Chance) -> Self {
        let left = days.iter().map(|(_, count)| count).sum();
        let waiting = |(day, left)| Waiting { day, left, after: None, read: VecDeque::new() };
        Self { days: days.into_iter().map(waiting).collect(), left, chance }
    }

    /// How many rows are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next row with its day. `read` gives keys and rows of a day after a key, so many at most.
    pub fn next(&mut self, mut read: impl FnMut(NaiveDate, Option<i64>, usize) -> Result<Vec<(i64, String)>>) -> Result<Option<(NaiveDate, String)>> {
        if self.left == 0 {
            return Ok(None);
        }
        let mut at = self.chance.below(self.left);
        let step = (Self::AT_ONCE / self.days.len().max(1)).clamp(20, 2_000);
        let mut days = self.days.iter_mut();
        let of = loop {
            match days.next() {
                Some(day) if at < day.left => break day,
                Some(day) => at -= day.left,
                None => return Err(Error::internal("more rows than days have")),
            }
        };
        if of.read.is_empty() {
            let rows = read(of.day, of.after, step)?;
            of.after = rows.last().map(|(key, _)| *key);
            of.read = rows.into_iter().map(|(_, row)| row).collect();
        }
        let row = of.read.pop_front().ok_or_else(|| Error::Unavailable("responses were moved while they were read".into()))?;
        of.left -= 1;
        self.left -= 1;
        Ok(Some((of.day, row)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::SeededChance;

    #[test]
    fn answers_leave_only_when_there_are_enough_and_the_estimates_are_from_all_of_them() {
        let limits = Limits { step: 10, least: 50 };
        let code = |set, stored| may_leave(limits, set, stored).map_err(|error| error.code());
        assert_eq!(code(None, 60), Err("estimates_not_ready"));
        assert_eq!(code(Some((60, true)), 63), Err("estimates_stand"));
        assert_eq!(code(Some((60, false)), 61), Err("estimates_not_ready"));
        assert_eq!((code(Some((49, false)), 49), code(Some((50, false)), 50)), (Err("too_few_responses"), Ok(())));
    }

    #[test]
    fn every_row_comes_once_and_its_place_tells_nothing_of_its_day() {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 3, n).unwrap();
        let counts = [(day(1), 900_u64), (day(2), 90), (day(3), 10)];
        let order = |seed| {
            let chance = SeededChance::new(seed);
            let mut mixed = Mixed::new(counts.to_vec(), &chance);
            let mut rows = Vec::new();
            let all = |of: NaiveDate| counts.iter().find(|(day, _)| *day == of).unwrap().1;
            let read = |of: NaiveDate, after: Option<i64>, most: usize| {
                let from = after.map_or(0, |key| key + 1);
                Ok((from..all(of).cast_signed()).take(most).map(|key| (key, format!("{of}/{key}"))).collect())
            };
            while let Some((_, row)) = mixed.next(read).unwrap() {
                rows.push(row);
            }
            rows
        };
        let rows = order(7);
        let mut once = rows.clone();
        once.sort();
        once.dedup();
        assert_eq!((rows.len(), once.len()), (1_000, 1_000));
        assert_eq!(order(7), rows, "the same for every file");
        // The rows of a small day lie anywhere: on the average in the middle.
        let places = |of: &str| -> f64 {
            let at: Vec<f64> = rows.iter().enumerate().filter(|(_, row)| row.starts_with(of)).map(|(at, _)| at as f64).collect();
            at.iter().sum::<f64>() / at.len() as f64
        };
        assert!((places("2026-03-01") - 500.0).abs() < 30.0 && (places("2026-03-02") - 500.0).abs() < 120.0);
    }
}
