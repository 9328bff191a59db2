//! Who else could review a report, best first: for the coordinator who looks for a replacement.
//! A ranking to choose from; what a choice does to other reports is `replan`'s business.

use serde::{Deserialize, Serialize};

use super::plan::Plan;
use super::problem::{Problem, to_affinity};
use super::value::Noise;

/// An expert who may review a report and does not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternate {
    pub expert: usize,
    pub affinity: f64,
    /// How many more reports the expert may take beside the plan.
    pub room: u32,
}

/// For each report its first `limit` alternates: those with room before those without, then by
/// affinity, then the less loaded, ties by the seed.
pub fn alternates(problem: &Problem, plan: &Plan, seed: u64, limit: usize) -> Vec<Vec<Alternate>> {
    let noise = Noise { seed, bits: 20 };
    let rank = |report: usize| {
        let mut others: Vec<(bool, i64, u32, i64, usize)> = (problem.row[report]..problem.row[report + 1])
            .filter_map(|at| {
                let expert = problem.expert[at] as usize;
                let assigned = plan.pairs.binary_search(&(report, expert).into()).is_ok();
                let room = problem.loads[expert].most.saturating_sub(plan.loads[expert]);
                let chance = noise.of(report, expert);
                (!assigned).then_some((room > 0, problem.affinity[at], room, chance, expert))
            })
            .collect();
        others.sort_unstable_by(|one, two| two.cmp(one));
        others.truncate(limit);
        others.into_iter().map(|(_, units, room, _, expert)| Alternate { expert, affinity: to_affinity(units.into()), room }).collect()
    };
    (0..problem.reports()).map(rank).collect()
}
