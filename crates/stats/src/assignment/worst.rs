//! Looking after the worst report: the best total with every report's sum of affinities at or
//! above a floor, and the highest floor that can be reached.
//!
//! A floor is no network constraint, and the question is NP-hard in general. Branch and bound: each
//! node is a flow problem in which a report's `Band`s (how many of its experts reach a threshold)
//! are arc bounds; the bands a floor implies are necessary, so a node's flow is an upper bound on
//! the total and an impossible flow proves the node empty; a report that still falls short is
//! branched on one band. What is proved: everything, when the search ends by itself; when it is
//! cut short after a number of flows (never by a clock, so that plans are reproducible), the plan
//! is the best found and the bounds say how much better another could be.

use super::blocking::Infeasible;
use super::model::Chosen;
use super::open::Open;
use super::plan::Stage;
use super::problem::to_affinity;
use super::value::{Scale, common_divisor};
use profile::Profile;
use raise::raise;
use search::{Goal, Outcome, Search, patience};

mod profile;
mod raise;
mod search;
mod shortfall;

/// What a search found.
pub(super) struct Worst {
    pub(super) chosen: Chosen,
    /// In millionths: how much higher another total with this floor could be, 0 when proved.
    pub(super) total_gap: i128,
    /// In millionths: no higher floor can be reached (`None` if that was not asked).
    pub(super) highest_floor: Option<i64>,
}

impl Worst {
    pub(super) fn plain(chosen: Chosen) -> Self {
        Self { chosen, total_gap: 0, highest_floor: None }
    }
}

/// The best total with every report at `floor` or above.
pub(super) fn reaching(open: &Open, scale: &Scale, plain: Chosen, floor: i64, watch: &mut dyn FnMut(Stage)) -> Result<Worst, Infeasible> {
    if lowest_sum(open, &plain) >= floor {
        return Ok(Worst::plain(plain));
    }
    let profiles = Profile::of_all(open);
    let mut search = Search::new(open, scale, &profiles, floor, patience(open));
    let outcome = search.run(Goal::Best, None, &mut |flows| {
        watch(Stage::Raising { worst: to_affinity(floor.into()), flows });
    });
    match outcome {
        Outcome::Found { chosen, bound } => Ok(best_at(scale, chosen, bound)),
        Outcome::Impossible { proved } => {
            watch(Stage::Explaining);
            Err(shortfall::explain(open, scale, &profiles, floor, proved))
        }
    }
}

/// The highest floor that can be reached, and the best total with it.
///
/// The floor is found by halving the interval between what is reached and what is excluded. A
/// floor that cannot be decided with its share of the flows is left aside, and so are those above.
pub(super) fn highest(open: &Open, scale: &Scale, plain: Chosen, highest_total: Option<i128>, watch: &mut dyn FnMut(Stage)) -> Worst {
    let profiles = Profile::of_all(open);
    // The highest floor not excluded: no report is above its own best, nor all above the mean.
    let mut bound = profiles.iter().map(Profile::highest_sum).min().unwrap_or(i64::MAX);
    if let Some(total) = highest_total {
        let mean = total.div_euclid(open.reports() as i128);
        bound = bound.min(i64::try_from(mean).unwrap_or(i64::MAX));
    }
    // Sums differ by multiples of this; fixed pairs may be finer than what is open.
    let grain = open.base.iter().fold(scale.step, |grain, &sum| common_divisor(grain, sum));
    let mut best = plain;
    let mut reached = lowest_sum(open, &best);
    if reached < bound {
        let raised = raise(open, scale, &best, bound);
        (reached, best) = (lowest_sum(open, &raised), raised);
    }
    let mut patience = patience(open);
    let mut ceiling = bound;
    while reached + grain <= ceiling {
        let half = (ceiling - reached) / grain;
        let floor = reached + (half - half / 2) * grain;
        let mut search = Search::new(open, scale, &profiles, floor, patience / 4);
        let outcome = search.run(Goal::Any, None, &mut |flows| {
            watch(Stage::Raising { worst: to_affinity(floor.into()), flows });
        });
        patience -= search.flows;
        match outcome {
            Outcome::Found { chosen, .. } => {
                let raised = raise(open, scale, &chosen, ceiling);
                (reached, best) = (lowest_sum(open, &raised), raised);
            }
            Outcome::Impossible { proved } => {
                ceiling = floor - grain;
                if proved {
                    bound = ceiling;
                }
            }
        }
    }
    if bound - reached < grain {
        bound = reached;
    }
    let mut search = Search::new(open, scale, &profiles, reached, patience);
    let outcome = search.run(Goal::Best, Some(best), &mut |flows| {
        watch(Stage::Raising { worst: to_affinity(reached.into()), flows });
    });
    let Outcome::Found { chosen, bound: highest_value } = outcome else { unreachable!("the search begins with a choice that reaches the floor") };
    let found = best_at(scale, chosen, highest_value);
    Worst { highest_floor: Some(bound), ..found }
}

fn best_at(scale: &Scale, chosen: Chosen, bound: i128) -> Worst {
    let gap = bound - scale.steps(chosen.value);
    Worst { chosen, total_gap: gap * i128::from(scale.step), highest_floor: None }
}

/// The sum of the best that every report could have by itself: a bound on every total.
pub(super) fn highest_total(open: &Open) -> i128 {
    Profile::of_all(open).iter().map(|profile| i128::from(profile.highest_sum())).sum()
}

/// The lowest sum of affinities of a report, fixed pairs included.
fn lowest_sum(open: &Open, chosen: &Chosen) -> i64 {
    let mut sums = open.base.clone();
    for &at in &chosen.at {
        sums[open.report_at(at)] += open.units[at];
    }
    sums.into_iter().min().unwrap_or(0)
}
