//! The plan: which expert reviews which report, with its total, its worst report and the loads;
//! and `solve`, the door of this folder.
//!
//! Rule to keep: a plan is complete (every report has all its experts, every expert's load is in
//! bounds) or there is none and `Infeasible` says why.

use serde::{Deserialize, Serialize};

use super::blocking::{Infeasible, blocking_set, overfull};
use super::connectivity::{Connectivity, connectivity, join_components};
use super::model::optimum;
use super::open::Open;
use super::problem::{Pair, Problem, in_units, to_affinity};
use super::value::Scale;
use super::worst::{self, Worst as Search};

/// What the worst report (the lowest sum of its experts' affinities) must reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worst {
    /// Nothing: only the total counts.
    #[default]
    Any,
    /// At least this sum; below that there is no plan.
    AtLeast(f64),
    /// As much as possible; the total comes second.
    Highest,
}

/// How to solve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    pub worst: Worst,
    /// Decides among plans that are equally good.
    pub seed: u64,
}

/// How far a long search is, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// The flow is being optimised.
    Optimising,
    /// Whether every report can reach `worst`: flows solved so far.
    Raising { worst: f64, flows: u64 },
    /// Looking for what is in the way.
    Explaining,
}

/// A complete assignment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Sum of the affinities of all pairs, fixed ones included.
    pub total: f64,
    /// The lowest sum of affinities that a report has.
    pub worst: f64,
    /// No plan (with the worst report asked for and the pairs to be kept) has a higher total than
    /// this: equal to `total` when the plan is proved optimal, which it always is unless a worst
    /// report was asked for.
    pub total_bound: f64,
    /// No plan has a better worst report than this, as far as was searched: only with
    /// `Worst::Highest`, and then equal to `worst` when proved the highest.
    pub worst_bound: Option<f64>,
    /// Reports per expert.
    pub loads: Vec<u32>,
    /// By report, then by expert.
    pub pairs: Vec<Pair>,
    pub connectivity: Connectivity,
}

impl Plan {
    /// Whether nothing better exists.
    #[expect(clippy::float_cmp, reason = "both come from the same integers")]
    pub fn is_proved(&self) -> bool {
        self.total == self.total_bound && self.worst_bound.is_none_or(|best| best == self.worst)
    }

    /// Experts of each report.
    pub fn experts_by_report(&self, reports: usize) -> Vec<Vec<usize>> {
        let mut by_report = vec![Vec::new(); reports];
        for pair in &self.pairs {
            by_report[pair.report].push(pair.expert);
        }
        by_report
    }
}

/// The best plan, or why there is none.
///
/// Without a worst report asked for, the total is the exact optimum (of affinities rounded to
/// millionths). With one, see `worst`: exact unless the search had to be cut short, which
/// `Plan::is_proved` tells.
pub fn solve(problem: &Problem, options: &Options) -> Result<Plan, Infeasible> {
    solve_watched(problem, options, &mut |_| ())
}

/// [`solve`], telling `watch` how far it is.
pub fn solve_watched(problem: &Problem, options: &Options, watch: &mut dyn FnMut(Stage)) -> Result<Plan, Infeasible> {
    solve_keeping(problem, options, &[], watch)
}

/// [`solve`], but first of all with as many of the `kept` pairs as possible.
pub(super) fn solve_keeping(problem: &Problem, options: &Options, kept: &[Pair], watch: &mut dyn FnMut(Stage)) -> Result<Plan, Infeasible> {
    watch(Stage::Optimising);
    let open = Open::of(problem).map_err(|what| overfull(problem, what))?;
    let bonus = marks(&open, kept);
    let scale = Scale::new(&open, options.seed, &bonus);
    let plain = optimum(&open, &scale, &[]).map_err(|short| {
        watch(Stage::Explaining);
        let why = blocking_set(&open, options.seed, short.seats);
        why.expect("no flow means that one of the two Hall conditions fails")
    })?;
    let searched = match options.worst {
        Worst::Any => Search::plain(plain),
        Worst::AtLeast(wanted) => {
            let wanted = in_units(wanted.clamp(-1e12, 1e12));
            worst::reaching(&open, &scale, plain, wanted, watch)?
        }
        Worst::Highest => {
            // With pairs to be kept the plain optimum is not the one with the highest total.
            let total = || plain.at.iter().map(|&at| i128::from(open.units[at])).sum::<i128>();
            let fixed = open.base.iter().map(|&sum| i128::from(sum)).sum::<i128>();
            let highest_total = bonus.is_empty().then(|| total() + fixed);
            worst::highest(&open, &scale, plain, highest_total, watch)
        }
    };
    let mut pairs = problem.fixed.clone();
    pairs.extend(searched.chosen.at.iter().map(|&at| Pair { report: open.report_at(at), expert: open.expert_at(at) }));
    pairs.sort_unstable();
    if bonus.is_empty() {
        join_components(problem, &mut pairs);
    }
    let mut plan = finished(problem, pairs, &searched);
    if !bonus.is_empty() && searched.total_gap > 0 {
        // The gap then counts kept pairs as well; of the total alone only this is known.
        plan.total_bound = to_affinity(worst::highest_total(&open));
    }
    Ok(plan)
}

fn marks(open: &Open, kept: &[Pair]) -> Vec<bool> {
    if kept.is_empty() {
        return Vec::new();
    }
    let mut kept = kept.to_vec();
    kept.sort_unstable();
    open.map(|report, expert, _| kept.binary_search(&Pair { report, expert }).is_ok())
}

fn finished(problem: &Problem, pairs: Vec<Pair>, searched: &Search) -> Plan {
    let mut loads = vec![0; problem.experts()];
    let mut sums = vec![0_i64; problem.reports()];
    for &pair in &pairs {
        loads[pair.expert] += 1;
        sums[pair.report] += problem.units(pair);
    }
    let total: i128 = sums.iter().map(|&sum| i128::from(sum)).sum();
    let worst = sums.iter().copied().min().unwrap_or(0);
    Plan {
        total: to_affinity(total),
        worst: to_affinity(worst.into()),
        total_bound: to_affinity(total + searched.total_gap),
        worst_bound: searched.highest_floor.map(|bound| to_affinity(bound.into())),
        loads,
        connectivity: connectivity(problem.reports(), problem.experts(), &pairs),
        pairs,
    }
}
