//! Why a floor cannot be reached: which reports, taken together, cannot all reach it.

use super::super::blocking::{Cause, Infeasible, counted, listed};
use super::super::model::optimum;
use super::super::open::Open;
use super::super::problem::to_affinity;
use super::super::value::Scale;
use super::profile::Profile;

/// Flows that may be solved to make the set of reports smaller.
const PATIENCE: usize = 400;

/// Explains why no assignment gives every report at least `floor` (`proved` if that is certain).
pub(super) fn explain(open: &Open, scale: &Scale, profiles: &[Profile], floor: i64, proved: bool) -> Infeasible {
    let wanted = to_affinity(floor.into());
    if let Some(alone) = (0..profiles.len()).find(|&r| profiles[r].highest_sum() < floor) {
        let best = to_affinity(profiles[alone].highest_sum().into());
        let experts = counted(open.of_report(alone).len() as u64, "eligible expert");
        let because = format!("Report {alone} cannot reach {wanted}: the best of its {experts} sum to {best}.");
        return infeasible(open, profiles, floor, because, vec![alone], true);
    }
    let all: Vec<usize> = (0..profiles.len()).collect();
    let (reports, minimal) = smallest(open, scale, profiles, floor, all);
    let because = if proved {
        format!("{} cannot all reach {wanted}: too few experts suit them well enough.", listed("report", &reports))
    } else {
        format!("No assignment was found in which every report reaches {wanted}; the search was cut short.")
    };
    infeasible(open, profiles, floor, because, reports, minimal && proved)
}

/// Takes reports out of the set that must reach the floor, in ever smaller lots, while the flow
/// with the bands of the others stays impossible.
fn smallest(open: &Open, scale: &Scale, profiles: &[Profile], floor: i64, all: Vec<usize>) -> (Vec<usize>, bool) {
    let impossible = |set: &[usize]| {
        let bands: Vec<_> = (0..profiles.len())
            .map(|report| match set.binary_search(&report) {
                Ok(_) => profiles[report].bands(floor, &[]).unwrap_or_default(),
                Err(_) => Vec::new(),
            })
            .collect();
        optimum(open, scale, &bands).is_err()
    };
    // Where only branching proved it, the set as a whole is all that is known.
    if !impossible(&all) {
        return (all, false);
    }
    let mut set = all;
    let mut lot = set.len().div_ceil(2);
    let mut flows = 0;
    loop {
        let mut begin = 0;
        while begin < set.len() {
            if flows == PATIENCE {
                return (set, false);
            }
            flows += 1;
            let end = (begin + lot).min(set.len());
            let without: Vec<usize> = set[..begin].iter().chain(&set[end..]).copied().collect();
            if impossible(&without) {
                set = without;
            } else {
                begin = end;
            }
        }
        if lot == 1 {
            return (set, true);
        }
        lot = lot.div_ceil(2);
    }
}

/// Seats that the floor demands of experts above each report's lowest affinity, and the room of
/// those experts.
fn infeasible(open: &Open, profiles: &[Profile], floor: i64, because: String, reports: Vec<usize>, minimal: bool) -> Infeasible {
    let mut links = vec![0_u64; open.experts()];
    let mut seats_needed = 0;
    for &report in &reports {
        let band = profiles[report].bands(floor, &[]).and_then(|bands| bands.first().copied());
        seats_needed += u64::from(band.map_or(profiles[report].need, |band| band.least));
        for at in open.of_report(report) {
            if band.is_none_or(|band| open.units[at] >= band.threshold) {
                links[open.expert_at(at)] += 1;
            }
        }
    }
    let room = |expert: usize| links[expert].min(u64::from(open.loads[expert].most));
    let experts: Vec<usize> = (0..links.len()).filter(|&expert| room(expert) > 0).collect();
    let seats_free = experts.iter().map(|&expert| room(expert)).sum();
    let cause = Cause::WorstReport;
    Infeasible { because, cause, reports, experts, seats_needed, seats_free, minimal }
}
