//! An open problem as a flow network, a greedy first tree for it, and the optimum read back.
//!
//! Each report is a node that supplies its need, each expert a node that must receive its least
//! load and may pass the rest, up to its most, on to the root. For the worst-report search a
//! report's node is split into a chain: node j of the chain carries the experts whose affinity
//! reaches threshold j, so that a `Band` (how many experts reach a threshold) is an arc's bounds
//! and the network stays a network. Rule to keep: capacity-0 arcs are left out.

use super::open::Open;
use super::simplex::{Cost, Network};
use super::value::{Scale, Values};

/// Between `least` and `most` of a report's open seats go to experts of at least this affinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Band {
    /// In millionths; the bands of a report stand in ascending order of it.
    pub(super) threshold: i64,
    pub(super) least: u32,
    pub(super) most: u32,
}

/// Candidates chosen (positions, ascending) and the sum of their values.
pub(super) struct Chosen {
    pub(super) at: Vec<usize>,
    pub(super) value: i128,
}

/// There is no choice: so many seats of reports stay empty at best.
pub(super) struct Short {
    pub(super) seats: u64,
}

/// The best choice. `bands[r]` may be empty, as may `bands`.
pub(super) fn optimum(open: &Open, scale: &Scale, bands: &[Vec<Band>]) -> Result<Chosen, Short> {
    match &scale.values {
        Values::Narrow { of, penalty } => Model { open, of, bands }.solve(*penalty),
        Values::Wide { of, penalty } => Model { open, of, bands }.solve(*penalty),
    }
    .map(|at| {
        let value = at.iter().map(|&at| scale.value(at)).sum();
        Chosen { at, value }
    })
}

/// How many candidates beyond its seats a report or an expert brings among the likely ones.
const BEYOND: usize = 8;

struct Model<'a, C> {
    open: &'a Open<'a>,
    of: &'a [C],
    bands: &'a [Vec<Band>],
}

/// A greedy choice: which candidates, and how many reports each expert then has.
struct Greedy {
    taken: Vec<bool>,
    load: Vec<u32>,
}

/// Arc numbers of a built network; candidate i is arc i.
struct Arcs {
    /// From each expert to the root, where the expert's bounds leave play.
    play: Vec<Option<usize>>,
    /// (arc, node it leads to, band) of every chain arc that has play.
    chain: Vec<(usize, usize, Band)>,
    /// The node of each report's chain below which a candidate of a given affinity hangs.
    chain_begin: Vec<usize>,
}

impl<C: Cost> Model<'_, C> {
    fn solve(&self, penalty: C) -> Result<Vec<usize>, Short> {
        let greedy = self.greedy();
        let (mut network, arcs) = self.network();
        let (full, hang) = self.first_tree(&network, &arcs, &greedy);
        network.start(&full, &hang, penalty, self.likely(arcs));
        network.run();
        let nodes = network.root();
        if (0..nodes).any(|node| network.left_over(node) > 0 || network.missing(node) > 0) {
            let left = (0..nodes).map(|node| network.left_over(node).unsigned_abs());
            return Err(Short { seats: left.map(u64::from).sum() });
        }
        Ok((0..self.of.len()).filter(|&at| network.flow(at) > 0).collect())
    }

    /// The arcs that an optimum probably uses: each report's and each expert's best candidates,
    /// and all that are no candidates.
    fn likely(&self, arcs: Arcs) -> Vec<usize> {
        let open = self.open;
        let mut likely: Vec<usize> = arcs.play.into_iter().flatten().collect();
        likely.extend(arcs.chain.into_iter().map(|(arc, _, _)| arc));
        let mut best = |list: &mut Vec<(C, usize)>, seats: u32| {
            let wanted = seats as usize + BEYOND;
            if list.len() > wanted {
                list.select_nth_unstable_by(wanted, |one, two| two.cmp(one));
                list.truncate(wanted);
            }
            likely.extend(list.iter().map(|&(_, at)| at));
        };
        let mut list = Vec::new();
        for report in 0..open.reports() {
            list.clear();
            list.extend(open.of_report(report).map(|at| (self.of[at], at)));
            best(&mut list, open.needs[report]);
        }
        let (begin, by_expert) = open.by_expert();
        for expert in 0..open.experts() {
            list.clear();
            let of_expert = &by_expert[begin[expert]..begin[expert + 1]];
            list.extend(of_expert.iter().map(|&(_, at)| (self.of[at], at)));
            best(&mut list, open.loads[expert].most);
        }
        likely
    }

    fn bands(&self, report: usize) -> &[Band] {
        self.bands.get(report).map_or(&[], Vec::as_slice)
    }

    fn network(&self) -> (Network<C>, Arcs) {
        let open = self.open;
        let (reports, experts) = (open.reports(), open.experts());
        let chained: usize = (0..reports).map(|report| self.bands(report).len()).sum();
        let arcs = self.of.len() + experts + chained;
        let mut network = Network::new(reports + experts + chained, arcs);
        let mut chain_begin = Vec::with_capacity(reports);
        let mut next_node = reports + experts;
        for report in 0..reports {
            let bands = self.bands(report);
            chain_begin.push(next_node);
            for at in open.of_report(report) {
                let reached = bands.partition_point(|band| band.threshold <= open.units[at]);
                let node = if reached == 0 { report } else { next_node + reached - 1 };
                network.add_arc(node, reports + open.expert_at(at), 1, -self.of[at]);
            }
            next_node += bands.len();
        }
        let mut play = Vec::with_capacity(experts);
        for (expert, load) in open.loads.iter().enumerate() {
            let node = reports + expert;
            network.set_supply(node, -i64::from(load.least));
            let room = i32::try_from(load.most - load.least).unwrap_or(i32::MAX);
            let root = network.root();
            play.push((room > 0).then(|| network.add_arc(node, root, room, C::ZERO)));
        }
        let mut chain = Vec::with_capacity(chained);
        for (report, &begin) in chain_begin.iter().enumerate() {
            let (mut above, mut supply) = (report, i64::from(open.needs[report]));
            for (step, band) in self.bands(report).iter().enumerate() {
                let node = begin + step;
                network.set_supply(above, supply - i64::from(band.least));
                if band.most > band.least {
                    let room = i32::try_from(band.most - band.least).unwrap_or(i32::MAX);
                    chain.push((network.add_arc(above, node, room, C::ZERO), node, *band));
                }
                (above, supply) = (node, i64::from(band.least));
            }
            network.set_supply(above, supply);
        }
        (network, Arcs { play, chain, chain_begin })
    }

    /// Each report in turn takes the best experts who still have room: first what its bands
    /// demand, then the best of the rest that they allow.
    fn greedy(&self) -> Greedy {
        let open = self.open;
        let mut taken = vec![false; self.of.len()];
        let mut load = vec![0; open.experts()];
        for report in 0..open.reports() {
            let bands = self.bands(report);
            let mut counts = vec![0; bands.len()];
            for goal in (0..=bands.len()).rev() {
                let (from, wanted) = match goal.checked_sub(1) {
                    Some(band) => (bands[band].threshold, bands[band].least),
                    None => (i64::MIN, open.needs[report]),
                };
                let mut have = if goal == 0 { counts_all(&taken, open, report) } else { counts[goal - 1] };
                while have < wanted {
                    let best = open
                        .of_report(report)
                        .filter(|&at| {
                            let expert = open.expert_at(at);
                            !taken[at]
                                && open.units[at] >= from
                                && load[expert] < open.loads[expert].most
                                && bands.iter().zip(&counts).all(|(band, &count)| open.units[at] < band.threshold || count < band.most)
                        })
                        .max_by_key(|&at| self.of[at]);
                    let Some(best) = best else { break };
                    taken[best] = true;
                    load[open.expert_at(best)] += 1;
                    have += 1;
                    for (band, count) in bands.iter().zip(&mut counts) {
                        *count += u32::from(open.units[best] >= band.threshold);
                    }
                }
            }
        }
        Greedy { taken, load }
    }

    /// The greedy choice as arcs at capacity and a tree whose prices are sensible: an expert with
    /// room hangs at the root, a report at its best such expert, a full expert at the report that
    /// would lose least without them.
    fn first_tree(&self, network: &Network<C>, arcs: &Arcs, greedy: &Greedy) -> (Vec<usize>, Vec<Option<usize>>) {
        let open = self.open;
        let reports = open.reports();
        let mut hang = vec![None; network.root()];
        let mut full_expert = vec![false; open.experts()];
        let mut short_expert = vec![false; open.experts()];
        for expert in 0..open.experts() {
            let (bounds, load) = (open.loads[expert], greedy.load[expert]);
            full_expert[expert] = load == bounds.most && load > 0;
            short_expert[expert] = load < bounds.least;
            if load >= bounds.least && load < bounds.most {
                hang[reports + expert] = arcs.play[expert];
            }
        }
        let mut in_tree = vec![false; self.of.len()];
        let mut closest: Vec<Option<(C, usize)>> = vec![None; open.experts()];
        for report in 0..reports {
            let bands = self.bands(report);
            let node_of = |at: usize| match bands.partition_point(|band| band.threshold <= open.units[at]) {
                0 => report,
                reached => arcs.chain_begin[report] + reached - 1,
            };
            for at in open.of_report(report) {
                let expert = open.expert_at(at);
                if greedy.taken[at] || full_expert[expert] || short_expert[expert] {
                    continue;
                }
                let best = &mut hang[node_of(at)];
                if best.is_none_or(|other: usize| self.of[other] < self.of[at]) {
                    *best = Some(at);
                }
            }
            for at in open.of_report(report) {
                let expert = open.expert_at(at);
                if greedy.taken[at] && full_expert[expert] {
                    let loss = match hang[node_of(at)] {
                        Some(other) => self.of[at] - self.of[other],
                        None => self.of[at],
                    };
                    if closest[expert].is_none_or(|(least, _)| loss < least) {
                        closest[expert] = Some((loss, at));
                    }
                }
            }
        }
        for (expert, found) in closest.into_iter().enumerate() {
            if let Some((_, at)) = found {
                hang[reports + expert] = Some(at);
                in_tree[at] = true;
            }
        }
        let mut full: Vec<usize> = (0..self.of.len()).filter(|&at| greedy.taken[at] && !in_tree[at]).collect();
        // Experts whose own play ends exactly at their most load are full by both arcs.
        full.extend((0..open.experts()).filter(|&e| full_expert[e]).filter_map(|e| arcs.play[e]));
        for &(arc, node, band) in &arcs.chain {
            let count = self.reaching(greedy, arcs, node, band.threshold);
            if count >= band.most {
                full.push(arc);
            } else if count > band.least {
                hang[node] = Some(arc);
            }
        }
        (full, hang)
    }

    fn reaching(&self, greedy: &Greedy, arcs: &Arcs, node: usize, threshold: i64) -> u32 {
        let report = arcs.chain_begin.partition_point(|&begin| begin <= node) - 1;
        let taken = self.open.of_report(report).filter(|&at| greedy.taken[at] && self.open.units[at] >= threshold);
        u32::try_from(taken.count()).expect("at most the report's need")
    }
}

fn counts_all(taken: &[bool], open: &Open, report: usize) -> u32 {
    let count = open.of_report(report).filter(|&at| taken[at]).count();
    u32::try_from(count).expect("at most the report's need")
}
