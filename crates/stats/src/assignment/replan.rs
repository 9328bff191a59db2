//! After experts declined: a new plan that keeps as many of the other pairs as possible, and among
//! those plans one with the highest total. What was agreed meanwhile belongs into the problem's
//! fixed pairs; what was only proposed may move, but only if it must.
//!
//! Rule to keep: fewest changes come first, exactly (a kept pair outweighs any gain in affinity).

use serde::{Deserialize, Serialize};

use super::blocking::Infeasible;
use super::plan::{Options, Plan, solve_keeping};
use super::problem::{Load, Pair, Problem};

/// Who declined what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Experts who take no report at all any more; their least load falls to 0.
    pub experts: Vec<usize>,
    /// Single reports that an expert declined; the expert stays for others.
    pub pairs: Vec<Pair>,
}

/// The new plan and what it changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replan {
    pub plan: Plan,
    /// Pairs of the old plan that are gone because they were declined.
    pub declined: Vec<Pair>,
    /// Pairs of the old plan that had to go although nobody declined them: the fewest possible.
    pub removed: Vec<Pair>,
    /// Pairs that the old plan did not have.
    pub added: Vec<Pair>,
}

/// The problem without what was declined: fixed pairs that were declined are no longer fixed.
/// Unknown experts and pairs are ignored: nobody can decline what does not exist.
pub fn without_declined(problem: &Problem, declined: &Declined) -> Problem {
    let mut left = problem.clone();
    let gone = |pair: Pair| declined.experts.contains(&pair.expert) || declined.pairs.contains(&pair);
    for &expert in &declined.experts {
        if let Some(load) = left.loads.get_mut(expert) {
            *load = Load { least: 0, most: 0 };
        }
    }
    left.fixed.retain(|&pair| !gone(pair));
    (left.row, left.expert, left.affinity) = (vec![0], Vec::new(), Vec::new());
    for report in 0..problem.reports() {
        for at in problem.row[report]..problem.row[report + 1] {
            if !gone(Pair { report, expert: problem.expert[at] as usize }) {
                left.expert.push(problem.expert[at]);
                left.affinity.push(problem.affinity[at]);
            }
        }
        left.row.push(left.expert.len());
    }
    left
}

/// The plan that replaces `old` after experts declined, with the fewest changes.
///
/// With a worst report asked for, fewest changes come after it and before the total.
pub fn after_declines(problem: &Problem, old: &Plan, declined: &Declined, options: &Options) -> Result<Replan, Infeasible> {
    let left = without_declined(problem, declined);
    let plan = solve_keeping(&left, options, &old.pairs, &mut |_| ())?;
    let stays = |pair: &Pair| plan.pairs.binary_search(pair).is_ok();
    let was_declined = |pair: &Pair| declined.experts.contains(&pair.expert) || declined.pairs.contains(pair);
    let (declined, removed) = old.pairs.iter().copied().filter(|pair| !stays(pair)).partition(|pair| was_declined(pair));
    let added = plan.pairs.iter().copied().filter(|pair| !old.pairs.contains(pair)).collect();
    Ok(Replan { plan, declined, removed, added })
}
