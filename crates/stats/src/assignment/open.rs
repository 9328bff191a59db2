//! What is still open once the fixed pairs stand: remaining needs, remaining loads, remaining
//! candidates. Numbers of reports and experts stay those of the problem.

use std::borrow::Cow;

use super::problem::{Load, Problem, narrow};

/// The open part of a problem. Candidates of report r stand in `row[r]..row[r + 1]`, by expert.
pub(super) struct Open<'a> {
    pub(super) needs: Vec<u32>,
    pub(super) loads: Vec<Load>,
    pub(super) row: Cow<'a, [usize]>,
    pub(super) expert: Cow<'a, [u32]>,
    /// Affinity in millionths.
    pub(super) units: Cow<'a, [i64]>,
    /// What each report's fixed pairs already sum to, in millionths.
    pub(super) base: Vec<i64>,
}

/// A report or an expert that has more fixed pairs than it may have.
pub(super) enum Overfull {
    Report(usize),
    Expert(usize),
}

impl<'a> Open<'a> {
    pub(super) fn of(problem: &'a Problem) -> Result<Self, Overfull> {
        let mut needs = problem.needs.clone();
        let mut loads = problem.loads.clone();
        let mut base = vec![0; needs.len()];
        for &pair in &problem.fixed {
            let need = &mut needs[pair.report];
            *need = need.checked_sub(1).ok_or(Overfull::Report(pair.report))?;
            let load = &mut loads[pair.expert];
            load.most = load.most.checked_sub(1).ok_or(Overfull::Expert(pair.expert))?;
            load.least = load.least.saturating_sub(1);
            base[pair.report] += problem.units(pair);
        }
        let (row, expert, units) = if problem.fixed.is_empty() {
            (Cow::Borrowed(problem.row.as_slice()), Cow::Borrowed(problem.expert.as_slice()), Cow::Borrowed(problem.affinity.as_slice()))
        } else {
            let (mut row, mut expert, mut units) = (vec![0], Vec::new(), Vec::new());
            for report in 0..needs.len() {
                for at in problem.row[report]..problem.row[report + 1] {
                    if !problem.is_fixed(report, problem.expert[at] as usize) {
                        expert.push(problem.expert[at]);
                        units.push(problem.affinity[at]);
                    }
                }
                row.push(expert.len());
            }
            (Cow::Owned(row), Cow::Owned(expert), Cow::Owned(units))
        };
        Ok(Self { needs, loads, row, expert, units, base })
    }

    pub(super) fn reports(&self) -> usize {
        self.needs.len()
    }

    pub(super) fn experts(&self) -> usize {
        self.loads.len()
    }

    /// The candidates of a report.
    pub(super) fn of_report(&self, report: usize) -> std::ops::Range<usize> {
        self.row[report]..self.row[report + 1]
    }

    pub(super) fn expert_at(&self, at: usize) -> usize {
        self.expert[at] as usize
    }

    /// The report a candidate belongs to.
    pub(super) fn report_at(&self, at: usize) -> usize {
        self.row.partition_point(|&begin| begin <= at) - 1
    }

    /// Something for every candidate (report, expert, position), in order.
    pub(super) fn map<T>(&self, make: impl Fn(usize, usize, usize) -> T) -> Vec<T> {
        let mut made = Vec::with_capacity(self.expert.len());
        for report in 0..self.reports() {
            made.extend(self.of_report(report).map(|at| make(report, self.expert_at(at), at)));
        }
        made
    }

    /// Candidates by expert: those of expert e stand in `begin[e]..begin[e + 1]` of the second
    /// list, as (report, position).
    pub(super) fn by_expert(&self) -> (Vec<usize>, Vec<(u32, usize)>) {
        let mut begin = vec![0; self.experts() + 1];
        for &expert in self.expert.iter() {
            begin[expert as usize + 1] += 1;
        }
        for expert in 0..self.experts() {
            begin[expert + 1] += begin[expert];
        }
        let mut next = begin.clone();
        let mut list = vec![(0, 0); self.expert.len()];
        for report in 0..self.reports() {
            for at in self.of_report(report) {
                let slot = &mut next[self.expert_at(at)];
                list[*slot] = (narrow(report), at);
                *slot += 1;
            }
        }
        (begin, list)
    }
}
