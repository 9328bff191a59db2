//! Whether the experts' severity can be compared: the graph of reports and experts (an edge per
//! pair) in one piece or not, its components, and its weakest link: the fewest pairs whose loss
//! would tear it apart. Also the exchange of experts at no cost that joins components.
//!
//! Experts without a report stand outside the graph. Links of one or two pairs are found by random
//! labels on cycles (Pritchard & Thurimella 2011) and checked by a search; wider ones by the
//! minimum cut of Stoer & Wagner (1997) while the graph is small enough.

use serde::{Deserialize, Serialize};

use super::problem::{Pair, Problem};
use graph::Graph;

mod cut;
mod graph;

/// Reports and experts that hang together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub reports: Vec<usize>,
    pub experts: Vec<usize>,
}

/// The fewest pairs that hold the graph together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeakestLink {
    /// One such set of pairs.
    pub pairs: Vec<Pair>,
    /// The smaller part their loss would cut off.
    pub cut_off: Component,
    /// Whether it is proved that no fewer pairs suffice. If not (only in graphs of more than 300
    /// reports and experts that all have four pairs or more), at least three are needed.
    pub proved: bool,
}

/// How well an assignment hangs together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connectivity {
    pub connected: bool,
    /// Largest first.
    pub components: Vec<Component>,
    /// Of the largest component.
    pub weakest_link: Option<WeakestLink>,
}

/// Components and weakest link of the graph of `pairs`.
pub fn connectivity(reports: usize, experts: usize, pairs: &[Pair]) -> Connectivity {
    let graph = Graph::new(reports, experts, pairs);
    let parts = graph.components();
    let weakest_link = parts.first().and_then(|nodes| cut::weakest_link(&graph, nodes));
    let components: Vec<Component> = parts.iter().map(|nodes| graph.part(nodes)).collect();
    Connectivity { connected: components.len() == 1, components, weakest_link }
}

/// Exchanges looked at, and tried, before joining is given up.
const EXCHANGES_LOOKED_AT: usize = 2_000_000;
const EXCHANGES_TRIED: usize = 300;

/// Joins components as far as two reports of different ones can exchange experts without a loss
/// in total and without a report falling below the worst one.
pub(super) fn join_components(problem: &Problem, pairs: &mut [Pair]) {
    let (mut looked, mut tried) = (0, 0);
    loop {
        let graph = Graph::new(problem.reports(), problem.experts(), pairs);
        let parts = graph.components();
        if parts.len() <= 1 {
            break;
        }
        let mut part_of = vec![0; graph.nodes()];
        for (part, nodes) in parts.iter().enumerate() {
            for &node in nodes {
                part_of[node] = part;
            }
        }
        let mut sums = vec![0; problem.reports()];
        for &pair in pairs.iter() {
            sums[pair.report] += problem.units(pair);
        }
        let floor = sums.iter().copied().min().unwrap_or(0);
        let exchange = (0..pairs.len())
            .flat_map(|i| (i + 1..pairs.len()).map(move |j| (i, j)))
            .take_while(|_| {
                looked += 1;
                looked < EXCHANGES_LOOKED_AT
            })
            .filter(|&(i, j)| part_of[pairs[i].report] != part_of[pairs[j].report])
            .filter_map(|(i, j)| Some((i, j, exchanged(problem, pairs[i], pairs[j], &sums, floor)?)))
            .take_while(|_| {
                tried += 1;
                tried < EXCHANGES_TRIED
            })
            .find(|&(i, j, new)| {
                let mut after = pairs.to_vec();
                (after[i], after[j]) = new;
                let graph = Graph::new(problem.reports(), problem.experts(), &after);
                graph.components().len() < parts.len()
            });
        let Some((i, j, new)) = exchange else { break };
        (pairs[i], pairs[j]) = new;
    }
    pairs.sort_unstable();
}

/// The two pairs with their experts exchanged, if that is allowed and costs nothing.
fn exchanged(problem: &Problem, one: Pair, two: Pair, sums: &[i64], floor: i64) -> Option<(Pair, Pair)> {
    let new_one = Pair { report: one.report, expert: two.expert };
    let new_two = Pair { report: two.report, expert: one.expert };
    let unit = |pair: Pair| problem.position(pair.report, pair.expert).map(|at| problem.affinity[at]);
    let (gain_one, gain_two) = (unit(new_one)?, unit(new_two)?);
    let (loss_one, loss_two) = (problem.units(one), problem.units(two));
    let free = |pair: Pair| !problem.is_fixed(pair.report, pair.expert);
    (gain_one + gain_two == loss_one + loss_two
        && sums[one.report] - loss_one + gain_one >= floor
        && sums[two.report] - loss_two + gain_two >= floor
        && free(one)
        && free(two))
    .then_some((new_one, new_two))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(usize, usize)]) -> Vec<Pair> {
        list.iter().map(|&pair| pair.into()).collect()
    }

    #[test]
    fn two_circles_joined_by_one_pair_hang_on_that_pair() {
        let list = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)];
        let found = connectivity(4, 5, &pairs(&list));
        assert!(found.connected);
        let link = found.weakest_link.expect("a graph with pairs");
        assert_eq!(link.pairs, pairs(&[(1, 2)]));
        assert!(link.proved);
        assert_eq!(link.cut_off.reports.len() + link.cut_off.experts.len(), 4);
    }

    #[test]
    fn a_circle_hangs_on_two_pairs() {
        let list = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)];
        let link = connectivity(3, 3, &pairs(&list)).weakest_link.expect("a graph with pairs");
        assert_eq!(link.pairs.len(), 2);
    }

    #[test]
    fn components_are_listed_largest_first_and_idle_experts_not_at_all() {
        let found = connectivity(3, 4, &pairs(&[(0, 0), (1, 2), (2, 2)]));
        assert!(!found.connected);
        assert_eq!(found.components[0], Component { reports: vec![1, 2], experts: vec![2] });
        assert_eq!(found.components[1], Component { reports: vec![0], experts: vec![0] });
        assert_eq!(found.components.len(), 2);
    }

    #[test]
    fn the_weakest_link_is_the_minimum_cut_of_every_small_graph() {
        // Complete 5 × 5 minus a seeded handful: minimum cuts by trying all sets of nodes.
        for seed in 0..60_u64 {
            let list: Vec<Pair> = (0..5)
                .flat_map(|report| (0..5).map(move |expert| Pair { report, expert }))
                .filter(|pair| {
                    let at = (seed * 25) + (pair.report * 5 + pair.expert) as u64;
                    super::super::value::mixed(at) % 10 > seed % 7
                })
                .collect();
            let found = connectivity(5, 5, &list);
            let touched: Vec<usize> = (0..10).filter(|&node| node < 5 || list.iter().any(|pair| pair.expert + 5 == node)).collect();
            let cut = |set: u32| {
                let side = |node: usize| set >> node & 1 == 1;
                list.iter().filter(|pair| side(pair.report) != side(pair.expert + 5)).count()
            };
            let brute = (1_u32..1 << 10)
                .filter(|&set| {
                    let inside = touched.iter().filter(|&&node| set >> node & 1 == 1).count();
                    inside > 0 && inside < touched.len()
                })
                .map(cut)
                .min()
                .unwrap_or(0);
            assert_eq!(found.connected, brute > 0, "seed {seed}");
            if found.connected {
                let link = found.weakest_link.expect("a graph with pairs");
                assert_eq!(link.pairs.len(), brute, "seed {seed}");
                assert!(link.proved);
            }
        }
    }
}
