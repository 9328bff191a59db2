//! Why there is no assignment: the smallest-by-inclusion set of reports whose seats the experts
//! eligible for them cannot fill, or of experts whose least loads the reports cannot fill; as data
//! and as a sentence a coordinator can act on. Numbers in sentences count from 0, like the data.
//!
//! Method: reports and experts form a bipartite network, in which needs and least loads can be met
//! together if each can be met alone (Mendelsohn & Dulmage 1958). So one of two Hall conditions
//! fails; the set that an unfillable report (expert) reaches by alternating paths violates it, and
//! what it can spare is taken out one by one.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::open::{Open, Overfull};
use super::problem::{Problem, narrow};
use super::value::mixed;

/// Which kind of demand cannot be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Reports need more seats than their eligible experts have free.
    TooFewSeats,
    /// Experts must take more reports than there are seats for them.
    LeastLoads,
    /// The worst report cannot reach the affinity asked for.
    WorstReport,
    /// More is already agreed than a report needs or an expert may take.
    FixedPairs,
}

/// A minimal blocking set.
///
/// For `TooFewSeats`: `reports` need `seats_needed` seats, the eligible `experts` have
/// `seats_free` for them. For `LeastLoads`: `experts` must be given `seats_needed` reports, the
/// eligible `reports` have `seats_free` seats for them. For `WorstReport`: `reports` cannot all
/// reach the floor, which demands at least `seats_needed` of the `experts` who suit them well
/// enough. For `FixedPairs`: `seats_needed` are agreed, `seats_free` may be. Take any one report
/// (for `LeastLoads`: expert) out and what is left can be met, unless `minimal` is false because
/// the set was too large to try every one.
#[derive(Clone, Debug, PartialEq, Error, Serialize, Deserialize)]
#[error("{because}")]
pub struct Infeasible {
    pub because: String,
    pub cause: Cause,
    pub reports: Vec<usize>,
    pub experts: Vec<usize>,
    pub seats_needed: u64,
    pub seats_free: u64,
    pub minimal: bool,
}

/// Why an open problem has no assignment at all. `None` if it has one. `short` is the number of
/// seats that stay empty in the fullest assignment.
pub(super) fn blocking_set(open: &Open, seed: u64, short: u64) -> Option<Infeasible> {
    let experts = open.experts();
    let room: Vec<u32> = open.loads.iter().map(|load| load.most).collect();
    let reports_first = Side { begin: &open.row, eligible: &open.expert, need: &open.needs, room: &room };
    if let Some(set) = reports_first.blocking(seed) {
        let because = too_few_seats(open, &set, short);
        return Some(set.infeasible(Cause::TooFewSeats, because));
    }
    let (begin, list) = open.by_expert();
    let eligible: Vec<u32> = list.iter().map(|&(report, _)| report).collect();
    let least: Vec<u32> = (0..experts).map(|expert| open.loads[expert].least).collect();
    let experts_first = Side { begin: &begin, eligible: &eligible, need: &least, room: &open.needs };
    experts_first.blocking(seed).map(|set| {
        let because = format!(
            "{} must take at least {} between them, but the {} they may take {} {} for them.",
            listed("expert", &set.blocked),
            counted(set.needed, "report"),
            counted(set.helpers.len() as u64, "report"),
            if set.helpers.len() == 1 { "has" } else { "have" },
            counted(set.free, "seat"),
        );
        set.infeasible(Cause::LeastLoads, because)
    })
}

/// More is agreed than may be.
pub(super) fn overfull(problem: &Problem, what: Overfull) -> Infeasible {
    let mut reports = Vec::new();
    let mut experts = Vec::new();
    for pair in &problem.fixed {
        if match what {
            Overfull::Report(report) => pair.report == report,
            Overfull::Expert(expert) => pair.expert == expert,
        } {
            reports.push(pair.report);
            experts.push(pair.expert);
        }
    }
    reports.sort_unstable();
    reports.dedup();
    experts.sort_unstable();
    experts.dedup();
    let (seats_needed, seats_free, because) = match what {
        Overfull::Report(report) => {
            let (agreed, need) = (experts.len() as u64, u64::from(problem.needs[report]));
            (agreed, need, format!("Report {report} needs only {need}, but {agreed} are already agreed."))
        }
        Overfull::Expert(expert) => {
            let (agreed, most) = (reports.len() as u64, u64::from(problem.loads[expert].most));
            let words = format!("Expert {expert} may take at most {}, but {agreed} are already agreed.", counted(most, "report"));
            (agreed, most, words)
        }
    };
    let cause = Cause::FixedPairs;
    Infeasible { because, cause, reports, experts, seats_needed, seats_free, minimal: true }
}

fn too_few_seats(open: &Open, set: &Set, short: u64) -> String {
    let who = listed("report", &set.blocked);
    let verb = if set.blocked.len() == 1 { "needs" } else { "need" };
    let seats = counted(set.needed, "seat");
    if set.helpers.is_empty() {
        return format!("{who} {verb} {seats}, but no expert who may take on a report is eligible.");
    }
    let one = set.helpers.len() == 1;
    let rooms: Vec<u64> = set.helpers.iter().map(|&(expert, links)| u64::from(open.loads[expert].most).min(links)).collect();
    let each = if !one && rooms.iter().all(|&room| room == rooms[0]) { format!(", {} each", rooms[0]) } else { String::new() };
    // Beyond what this set lacks, other reports may be short as well.
    let in_all = if short > set.needed - set.free { format!(" In all, {} cannot be filled.", counted(short, "seat")) } else { String::new() };
    format!(
        "{who} {verb} {seats}, but the {} {} {} free for {}{each}.{in_all}",
        counted(set.helpers.len() as u64, "eligible expert"),
        if one { "has" } else { "have" },
        counted(set.free, "seat"),
        if set.blocked.len() == 1 { "it" } else { "them" },
    )
}

/// "1 seat", "12 seats".
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// "Report 4", "Reports 4, 7 and 9", "430 reports (0, 1, 2, 3, 4, 5, 6, 7 and 422 more)".
pub(super) fn listed(noun: &str, numbers: &[usize]) -> String {
    const SHOWN: usize = 8;
    let joined = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let capital = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
    match numbers {
        [one] => format!("{capital} {one}"),
        [start @ .., last] if numbers.len() <= SHOWN => {
            format!("{capital}s {} and {last}", joined(start))
        }
        _ => {
            let more = numbers.len().saturating_sub(SHOWN);
            let shown = joined(&numbers[..numbers.len().min(SHOWN)]);
            format!("{} {noun}s ({shown} and {more} more)", numbers.len())
        }
    }
}

/// One side of the network with a demand, the other with room. Left node l may use the right
/// nodes `eligible[begin[l]..begin[l + 1]]`, each once.
struct Side<'a> {
    begin: &'a [usize],
    eligible: &'a [u32],
    need: &'a [u32],
    room: &'a [u32],
}

/// A blocking set: left nodes, and the right nodes they may use with the number of links.
struct Set {
    blocked: Vec<usize>,
    helpers: Vec<(usize, u64)>,
    needed: u64,
    free: u64,
    minimal: bool,
}

impl Set {
    fn infeasible(self, cause: Cause, because: String) -> Infeasible {
        let helpers = self.helpers.into_iter().map(|(helper, _)| helper).collect();
        let (reports, experts) = match cause {
            Cause::LeastLoads => (helpers, self.blocked),
            _ => (self.blocked, helpers),
        };
        Infeasible { because, cause, reports, experts, seats_needed: self.needed, seats_free: self.free, minimal: self.minimal }
    }
}

/// Links looked at before the search for a smaller set is given up: some seconds.
const PATIENCE: u64 = 4_000_000_000;

impl Side<'_> {
    fn blocking(&self, seed: u64) -> Option<Set> {
        let left = self.need.len();
        let links = |l: usize| &self.eligible[self.begin[l]..self.begin[l + 1]];
        let usable = |l: usize| links(l).iter().filter(|&&r| self.room[r as usize] > 0).count() as u64;
        // A node that is too short on its own is the plainest answer.
        if let Some(alone) = (0..left).find(|&l| usable(l) < u64::from(self.need[l])) {
            return Some(self.describe(vec![alone], true));
        }
        let mut order: Vec<usize> = (0..left).filter(|&l| self.need[l] > 0).collect();
        order.sort_by_key(|&l| (usable(l), mixed(mixed(seed) ^ l as u64)));
        let mut filling = Filling::new(self);
        let mut missing = 0;
        let mut short = None;
        for &l in &order {
            filling.active[l] = true;
            let filled = filling.fill(l, self.need[l]);
            if filled < self.need[l] {
                missing = self.need[l] - filled;
                short = Some(l);
                break;
            }
        }
        let mut short = short?;
        filling.keep_reached();
        let mut minimal = true;
        for l in (0..left).rev() {
            // Without the short node itself the others are all served, so it must stay.
            if !filling.active[l] || l == short {
                continue;
            }
            if filling.looked > PATIENCE {
                minimal = false;
                break;
            }
            let held = filling.release(l);
            let filled = filling.fill(short, missing);
            if filled < missing {
                missing -= filled;
                filling.keep_reached();
            } else {
                // Everything fits without l: it must stay, and is now the short one.
                filling.active[l] = true;
                let regained = filling.fill(l, held - missing);
                debug_assert_eq!(regained, held - missing);
                short = l;
            }
        }
        let blocked = (0..left).filter(|&l| filling.active[l]).collect();
        Some(self.describe(blocked, minimal))
    }

    fn describe(&self, blocked: Vec<usize>, minimal: bool) -> Set {
        let mut links = vec![0_u64; self.room.len()];
        for &l in &blocked {
            for &r in &self.eligible[self.begin[l]..self.begin[l + 1]] {
                links[r as usize] += 1;
            }
        }
        let helpers: Vec<(usize, u64)> = (0..links.len()).filter(|&r| links[r] > 0 && self.room[r] > 0).map(|r| (r, links[r])).collect();
        let needed = blocked.iter().map(|&l| u64::from(self.need[l])).sum();
        let free = helpers.iter().map(|&(r, links)| links.min(u64::from(self.room[r]))).sum();
        Set { blocked, helpers, needed, free, minimal }
    }
}

/// A filling of left nodes' needs, grown by alternating paths among the active left nodes.
struct Filling<'a> {
    side: &'a Side<'a>,
    active: Vec<bool>,
    /// The left nodes each right node serves.
    serves: Vec<Vec<u32>>,
    reached_left: Vec<bool>,
    looked: u64,
}

impl<'a> Filling<'a> {
    fn new(side: &'a Side<'a>) -> Self {
        Self { side, active: vec![false; side.need.len()], serves: vec![Vec::new(); side.room.len()], reached_left: Vec::new(), looked: 0 }
    }

    /// Gives `l` up to `wanted` more; says how many it got.
    fn fill(&mut self, l: usize, wanted: u32) -> u32 {
        (0..wanted).find(|_| !self.augment(l)).unwrap_or(wanted)
    }

    /// Takes `l` out; says how many it had.
    fn release(&mut self, l: usize) -> u32 {
        self.active[l] = false;
        let l = narrow(l);
        let mut held = 0;
        for &r in &self.side.eligible[self.side.begin[l as usize]..self.side.begin[l as usize + 1]] {
            let serves = &mut self.serves[r as usize];
            if let Some(at) = serves.iter().position(|&other| other == l) {
                serves.swap_remove(at);
                held += 1;
            }
        }
        held
    }

    /// After a failed search: only what was reached stays active.
    fn keep_reached(&mut self) {
        for l in 0..self.active.len() {
            if self.active[l] && !self.reached_left[l] {
                self.release(l);
            }
        }
    }

    /// Breadth-first search for one more unit for `start`, along which holders change places.
    fn augment(&mut self, start: usize) -> bool {
        let mut from_left = vec![u32::MAX; self.side.room.len()];
        let mut by_right = vec![u32::MAX; self.side.need.len()];
        self.reached_left = vec![false; self.side.need.len()];
        self.reached_left[start] = true;
        let mut queue = std::collections::VecDeque::from([narrow(start)]);
        while let Some(l) = queue.pop_front() {
            let links = self.side.begin[l as usize]..self.side.begin[l as usize + 1];
            self.looked += links.len() as u64;
            for &r in &self.side.eligible[links] {
                let serves = &self.serves[r as usize];
                if from_left[r as usize] != u32::MAX || serves.contains(&l) {
                    continue;
                }
                from_left[r as usize] = l;
                if (serves.len() as u64) < u64::from(self.side.room[r as usize]) {
                    self.change_places(narrow(start), r, &from_left, &by_right);
                    return true;
                }
                for &holder in serves {
                    if !self.reached_left[holder as usize] {
                        self.reached_left[holder as usize] = true;
                        by_right[holder as usize] = r;
                        queue.push_back(holder);
                    }
                }
            }
        }
        false
    }

    fn change_places(&mut self, start: u32, mut r: u32, from_left: &[u32], by_right: &[u32]) {
        loop {
            let l = from_left[r as usize];
            self.serves[r as usize].push(l);
            if l == start {
                return;
            }
            r = by_right[l as usize];
            let serves = &mut self.serves[r as usize];
            let at = serves.iter().position(|&other| other == l);
            serves.swap_remove(at.expect("the holder was reached through this node"));
        }
    }
}
