//! Branch and bound over bands for one floor. See `worst` for what it proves.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::super::model::{Band, Chosen, optimum};
use super::super::open::Open;
use super::super::value::Scale;
use super::lowest_sum;
use super::profile::{Demand, Profile};
use super::raise::raise;

/// Flows that may be solved: so many that their candidates together stay below the first number
/// (some seconds), but within the other two. Counted, not timed, so that plans are reproducible.
const PATIENCE: usize = 12_000_000;
const FEWEST_FLOWS: u64 = 30;
const MOST_FLOWS: u64 = 600;

/// How many flows one question about `open` may take.
pub(super) fn patience(open: &Open) -> u64 {
    let flows = PATIENCE / (open.units.len() + 1);
    (flows as u64).clamp(FEWEST_FLOWS, MOST_FLOWS)
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Any choice that reaches the floor.
    Any,
    /// The one with the highest total.
    Best,
}

pub(super) enum Outcome {
    /// A choice, and the highest total (in steps) that another could have.
    Found { chosen: Chosen, bound: i128 },
    /// None found; `proved` if there is none.
    Impossible { proved: bool },
}

pub(super) struct Search<'a> {
    open: &'a Open<'a>,
    scale: &'a Scale,
    profiles: &'a [Profile],
    floor: i64,
    /// What the floor alone implies for each report; `None` where it is out of reach.
    bands: Vec<Option<Vec<Band>>>,
    pub(super) flows: u64,
    allowed: u64,
}

/// An open node: its parent's value bounds its own.
struct Node {
    bound: i128,
    depth: usize,
    number: u64,
    demands: Vec<(usize, Demand)>,
}

impl Node {
    fn rank(&self) -> (i128, usize, u64) {
        (self.bound, self.depth, self.number)
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl<'a> Search<'a> {
    /// A search for choices that reach `floor`, with at most `allowed` flows.
    pub(super) fn new(open: &'a Open<'a>, scale: &'a Scale, profiles: &'a [Profile], floor: i64, allowed: u64) -> Self {
        let bands = profiles.iter().map(|profile| profile.bands(floor, &[])).collect();
        Self { open, scale, profiles, floor, bands, flows: 0, allowed }
    }

    /// Searches; `known` is a choice that reaches the floor, if there is one already.
    pub(super) fn run(&mut self, goal: Goal, known: Option<Chosen>, watch: &mut dyn FnMut(u64)) -> Outcome {
        let mut heap = BinaryHeap::new();
        heap.push(Node { bound: i128::MAX, depth: 0, number: 0, demands: Vec::new() });
        let mut best = known;
        let mut number = 0;
        let mut left_bound = None;
        while let Some(node) = heap.pop() {
            let goal_met = best.as_ref().is_some_and(|best| goal == Goal::Any || self.scale.steps(node.bound) <= self.scale.steps(best.value));
            if goal_met {
                break;
            }
            if self.flows >= self.allowed {
                left_bound = Some(node.bound);
                break;
            }
            let Some(chosen) = self.flow(&node.demands) else { continue };
            watch(self.flows);
            // A flow that misses the floor at a few reports is often near a choice that does not.
            let raised = raise(self.open, self.scale, &chosen, self.floor);
            let reaches = lowest_sum(self.open, &raised) >= self.floor;
            if reaches && best.as_ref().is_none_or(|best| best.value < raised.value) {
                best = Some(raised);
            }
            let affinities = self.affinities(&chosen);
            let Some((report, demand)) = self.branch(&affinities, &node.demands) else {
                if best.as_ref().is_none_or(|best| best.value < chosen.value) {
                    best = Some(chosen);
                }
                continue;
            };
            for demand in demand {
                number += 1;
                let mut demands = node.demands.clone();
                demands.push((report, demand));
                let depth = node.depth + 1;
                heap.push(Node { bound: chosen.value, depth, number, demands });
            }
        }
        match best {
            Some(chosen) => {
                let found = self.scale.steps(chosen.value);
                let bound = left_bound.map_or(found, |bound| self.scale.steps(bound).max(found));
                Outcome::Found { chosen, bound }
            }
            None => Outcome::Impossible { proved: left_bound.is_none() },
        }
    }

    fn flow(&mut self, demands: &[(usize, Demand)]) -> Option<Chosen> {
        let mut bands: Vec<Vec<Band>> = self.bands.iter().cloned().collect::<Option<_>>()?;
        for &(report, _) in demands {
            bands[report] = self.profiles[report].bands(self.floor, &of_report(demands, report))?;
        }
        self.flows += 1;
        optimum(self.open, self.scale, &bands).ok()
    }

    /// Chosen affinities by report.
    fn affinities(&self, chosen: &Chosen) -> Vec<Vec<i64>> {
        let mut by_report = vec![Vec::new(); self.open.reports()];
        let mut report = 0;
        for &at in &chosen.at {
            while self.open.row[report + 1] <= at {
                report += 1;
            }
            by_report[report].push(self.open.units[at]);
        }
        by_report
    }

    /// Two demands, one of which every choice meets that reaches the floor, for the report that
    /// misses it by most; `None` if none misses it.
    fn branch(&self, chosen: &[Vec<i64>], demands: &[(usize, Demand)]) -> Option<(usize, [Demand; 2])> {
        let missing = |report: usize| {
            let sum: i64 = chosen[report].iter().sum::<i64>() + self.open.base[report];
            self.floor - sum
        };
        let report = (0..chosen.len()).filter(|&report| missing(report) > 0).max_by_key(|&report| missing(report))?;
        let profile = &self.profiles[report];
        let counts = profile.counts(&chosen[report]);
        let (_, most) = profile.bounds(self.floor, &of_report(demands, report)).expect("the flow just solved had these bounds");
        // The step on which the report's hopes rest most: without it least is left.
        let step = (0..counts.len().saturating_sub(1))
            .filter(|&step| counts[step] < most[step])
            .max_by_key(|&step| {
                let rise = profile.affinity[step] - profile.affinity[step + 1];
                rise * i64::from(most[step] - counts[step])
            })
            .expect("with every count at its most the floor would be reached");
        let up = Demand { step, least: counts[step] + 1, most: profile.need };
        let down = Demand { step, least: 0, most: counts[step] };
        Some((report, [down, up]))
    }
}

fn of_report(demands: &[(usize, Demand)], report: usize) -> Vec<Demand> {
    demands.iter().filter(|(of, _)| *of == report).map(|(_, demand)| *demand).collect()
}
