//! What is asked: reports that need experts, experts with a least and a most load, allowed pairs
//! with an affinity, pairs already agreed. Also what is refused as input, with the reason.
//!
//! Rule to keep: a `Problem` that exists is well formed (indices in range, finite affinities, no
//! pair twice, least ≤ most); whether it can be *solved* is another question.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Affinities are kept in millionths; a finer difference does not count.
pub const UNITS_PER_ONE: f64 = 1e6;

/// The largest affinity taken, in absolute value.
pub const LARGEST_AFFINITY: f64 = 1e6;

/// How many reports an expert takes: at least `least`, at most `most`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub least: u32,
    pub most: u32,
}

/// A pair that may be assigned, and how well the two suit each other (higher is better).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub report: usize,
    pub expert: usize,
    pub affinity: f64,
}

/// A report and an expert, by their numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(usize, usize)", into = "(usize, usize)")]
pub struct Pair {
    pub report: usize,
    pub expert: usize,
}

impl From<(usize, usize)> for Pair {
    fn from((report, expert): (usize, usize)) -> Self {
        Self { report, expert }
    }
}

impl From<Pair> for (usize, usize) {
    fn from(pair: Pair) -> Self {
        (pair.report, pair.expert)
    }
}

/// Why a problem is not well formed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Invalid {
    #[error("there are no reports")]
    NoReports,
    #[error("there are no experts")]
    NoExperts,
    #[error("a report must need at least one expert")]
    NothingNeeded,
    #[error("there are {count} {what}, more than the {most} that can be handled")]
    TooMany { what: &'static str, count: u64, most: u64 },
    #[error("there is no report {0}")]
    UnknownReport(usize),
    #[error("there is no expert {0}")]
    UnknownExpert(usize),
    #[error("expert {expert} must take at least {least} reports but may take at most {most}")]
    LoadsCrossed { expert: usize, least: u32, most: u32 },
    #[error("the affinity of report {report} and expert {expert} is not a number within ±10⁶")]
    Affinity { report: usize, expert: usize },
    #[error("report {report} and expert {expert} are given twice")]
    PairTwice { report: usize, expert: usize },
}

/// A well-formed question.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(super) needs: Vec<u32>,
    pub(super) loads: Vec<Load>,
    /// The candidates of report r stand in `row[r]..row[r + 1]`, by expert.
    pub(super) row: Vec<usize>,
    pub(super) expert: Vec<u32>,
    /// Affinity in millionths.
    pub(super) affinity: Vec<i64>,
    pub(super) fixed: Vec<Pair>,
}

impl Problem {
    /// `needs[r]` experts for report r, `loads[e]` reports for expert e; every pair that is not
    /// among the candidates, or has a negative affinity, is forbidden.
    pub fn new(needs: Vec<u32>, loads: Vec<Load>, candidates: impl IntoIterator<Item = Candidate>) -> Result<Self, Invalid> {
        let seats = check_sizes(&needs, &loads)?;
        let mut allowed: Vec<(u32, u32, i64)> = Vec::new();
        for Candidate { report, expert, affinity } in candidates {
            if report >= needs.len() {
                return Err(Invalid::UnknownReport(report));
            }
            if expert >= loads.len() {
                return Err(Invalid::UnknownExpert(expert));
            }
            if !affinity.is_finite() || affinity.abs() > LARGEST_AFFINITY {
                return Err(Invalid::Affinity { report, expert });
            }
            if affinity >= 0.0 {
                allowed.push((narrow(report), narrow(expert), in_units(affinity)));
            }
        }
        let most = u64::from(u32::MAX / 4);
        if allowed.len() as u64 + seats > most {
            let count = allowed.len() as u64;
            return Err(Invalid::TooMany { what: "allowed pairs", count, most });
        }
        if !allowed.is_sorted_by_key(|&(report, expert, _)| (report, expert)) {
            allowed.sort_unstable_by_key(|&(report, expert, _)| (report, expert));
        }
        let twice = allowed.windows(2).find(|two| (two[0].0, two[0].1) == (two[1].0, two[1].1));
        if let Some(two) = twice {
            let (report, expert) = (two[0].0 as usize, two[0].1 as usize);
            return Err(Invalid::PairTwice { report, expert });
        }
        let mut row = vec![0; needs.len() + 1];
        for &(report, _, _) in &allowed {
            row[report as usize + 1] += 1;
        }
        for report in 0..needs.len() {
            row[report + 1] += row[report];
        }
        Ok(Self {
            needs,
            loads,
            row,
            expert: allowed.iter().map(|pair| pair.1).collect(),
            affinity: allowed.iter().map(|pair| pair.2).collect(),
            fixed: Vec::new(),
        })
    }

    /// The same need for every report, the same bounds for every expert.
    pub fn uniform(
        reports: usize,
        experts: usize,
        per_report: u32,
        load: Load,
        candidates: impl IntoIterator<Item = Candidate>,
    ) -> Result<Self, Invalid> {
        Self::new(vec![per_report; reports], vec![load; experts], candidates)
    }

    /// Pairs already agreed: they stay, and count towards needs, loads, total and worst report.
    /// A fixed pair that is no candidate counts with affinity 0.
    pub fn with_fixed(mut self, pairs: impl IntoIterator<Item = Pair>) -> Result<Self, Invalid> {
        for pair in pairs {
            if pair.report >= self.reports() {
                return Err(Invalid::UnknownReport(pair.report));
            }
            if pair.expert >= self.experts() {
                return Err(Invalid::UnknownExpert(pair.expert));
            }
            self.fixed.push(pair);
        }
        self.fixed.sort_unstable();
        if let Some(two) = self.fixed.windows(2).find(|two| two[0] == two[1]) {
            return Err(Invalid::PairTwice { report: two[0].report, expert: two[0].expert });
        }
        Ok(self)
    }

    pub fn reports(&self) -> usize {
        self.needs.len()
    }

    pub fn experts(&self) -> usize {
        self.loads.len()
    }

    /// Whether the pair may be assigned.
    pub fn allows(&self, report: usize, expert: usize) -> bool {
        self.position(report, expert).is_some()
    }

    /// The pair's affinity; `None` if it is forbidden.
    pub fn affinity(&self, report: usize, expert: usize) -> Option<f64> {
        self.position(report, expert).map(|at| to_affinity(self.affinity[at].into()))
    }

    /// Where the candidate stands in `expert` and `affinity`.
    pub(super) fn position(&self, report: usize, expert: usize) -> Option<usize> {
        let begin = *self.row.get(report)?;
        let row = &self.expert[begin..*self.row.get(report + 1)?];
        let expert = u32::try_from(expert).ok()?;
        row.binary_search(&expert).ok().map(|at| begin + at)
    }

    pub(super) fn is_fixed(&self, report: usize, expert: usize) -> bool {
        self.fixed.binary_search(&Pair { report, expert }).is_ok()
    }

    /// Affinity in millionths, 0 for a fixed pair that is no candidate.
    pub(super) fn units(&self, pair: Pair) -> i64 {
        self.position(pair.report, pair.expert).map_or(0, |at| self.affinity[at])
    }
}

fn check_sizes(needs: &[u32], loads: &[Load]) -> Result<u64, Invalid> {
    if needs.is_empty() {
        return Err(Invalid::NoReports);
    }
    if loads.is_empty() {
        return Err(Invalid::NoExperts);
    }
    if needs.contains(&0) {
        return Err(Invalid::NothingNeeded);
    }
    let most = u64::from(u32::MAX / 4);
    let seats = needs.iter().map(|&need| u64::from(need)).sum();
    let least: u64 = loads.iter().map(|load| u64::from(load.least)).sum();
    for (what, count) in [("reports", needs.len() as u64), ("experts", loads.len() as u64), ("seats", seats), ("seats that experts must fill", least)]
    {
        if count > most {
            return Err(Invalid::TooMany { what, count, most });
        }
    }
    for (expert, &Load { least, most }) in loads.iter().enumerate() {
        if least > most {
            return Err(Invalid::LoadsCrossed { expert, least, most });
        }
    }
    Ok(seats)
}

pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).expect("checked to be below 2³⁰ when the problem was made")
}

#[expect(clippy::cast_possible_truncation, reason = "finite and at most 10¹⁸ in absolute value")]
pub(super) fn in_units(affinity: f64) -> i64 {
    (affinity * UNITS_PER_ONE).round() as i64
}

pub(super) fn to_affinity(units: i128) -> f64 {
    units as f64 / UNITS_PER_ONE
}
