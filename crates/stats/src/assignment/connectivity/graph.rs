//! The graph of an assignment: reports first, then experts as nodes, pairs as edges; its
//! components. No meaning beyond that.

use super::super::problem::Pair;
use super::Component;

/// Nodes 0..reports are reports, the others experts.
pub(super) struct Graph<'a> {
    pub(super) reports: usize,
    pub(super) pairs: &'a [Pair],
    /// Edges (positions in `pairs`) at node n: `edge[begin[n]..begin[n + 1]]`.
    begin: Vec<usize>,
    edge: Vec<usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(reports: usize, experts: usize, pairs: &'a [Pair]) -> Self {
        let mut begin = vec![0; reports + experts + 1];
        for pair in pairs {
            begin[pair.report + 1] += 1;
            begin[reports + pair.expert + 1] += 1;
        }
        for node in 0..reports + experts {
            begin[node + 1] += begin[node];
        }
        let mut next = begin.clone();
        let mut edge = vec![0; 2 * pairs.len()];
        for (at, pair) in pairs.iter().enumerate() {
            for node in [pair.report, reports + pair.expert] {
                edge[next[node]] = at;
                next[node] += 1;
            }
        }
        Self { reports, pairs, begin, edge }
    }

    pub(super) fn nodes(&self) -> usize {
        self.begin.len() - 1
    }

    pub(super) fn edges_at(&self, node: usize) -> &[usize] {
        &self.edge[self.begin[node]..self.begin[node + 1]]
    }

    /// The other end of an edge.
    pub(super) fn across(&self, edge: usize, node: usize) -> usize {
        let pair = self.pairs[edge];
        if node < self.reports { self.reports + pair.expert } else { pair.report }
    }

    /// What can be reached from `start` without the edges in `lost`, in ascending order.
    pub(super) fn reached(&self, start: usize, lost: &[usize]) -> Vec<usize> {
        let mut seen = vec![false; self.nodes()];
        self.spread(start, lost, &mut seen)
    }

    fn spread(&self, start: usize, lost: &[usize], seen: &mut [bool]) -> Vec<usize> {
        seen[start] = true;
        let mut found = vec![start];
        let mut next = 0;
        while next < found.len() {
            let node = found[next];
            next += 1;
            for &edge in self.edges_at(node) {
                let other = self.across(edge, node);
                if !seen[other] && !lost.contains(&edge) {
                    seen[other] = true;
                    found.push(other);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Nodes of each component, largest first; experts without a pair are left out.
    pub(super) fn components(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.nodes()];
        let mut parts = Vec::new();
        for node in 0..self.nodes() {
            let idle = node >= self.reports && self.edges_at(node).is_empty();
            if !seen[node] && !idle {
                parts.push(self.spread(node, &[], &mut seen));
            }
        }
        parts.sort_by_key(|part: &Vec<usize>| std::cmp::Reverse(part.len()));
        parts
    }

    pub(super) fn part(&self, nodes: &[usize]) -> Component {
        let (reports, experts): (Vec<usize>, Vec<usize>) = nodes.iter().partition(|&&node| node < self.reports);
        Component { reports, experts: experts.into_iter().map(|node| node - self.reports).collect() }
    }
}
