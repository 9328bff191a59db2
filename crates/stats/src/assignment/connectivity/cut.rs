//! The weakest link of a connected graph: its minimum cut, by labels for one or two edges, by
//! degree for three, by Stoer & Wagner's method beyond.

use std::collections::HashMap;

use super::super::value::mixed;
use super::WeakestLink;
use super::graph::Graph;

/// Nodes up to which a minimum cut of four edges and more is searched for (cubic time).
const SMALL_ENOUGH: usize = 300;

/// The fewest edges whose loss tears `nodes`, a component of `graph`, apart.
pub(super) fn weakest_link(graph: &Graph, nodes: &[usize]) -> Option<WeakestLink> {
    if nodes.len() < 2 {
        return None;
    }
    let thinnest = *nodes.iter().min_by_key(|&&node| graph.edges_at(node).len())?;
    let by_label = by_labels(graph, nodes);
    let around = || graph.edges_at(thinnest).to_vec();
    let (edges, proved) = match by_label {
        Some(edges) => (edges, true),
        None if graph.edges_at(thinnest).len() <= 3 => (around(), true),
        None if nodes.len() <= SMALL_ENOUGH => (minimum_cut(graph, nodes), true),
        None => (around(), false),
    };
    let side = graph.reached(nodes[0], &edges);
    let other: Vec<usize> = nodes.iter().copied().filter(|node| side.binary_search(node).is_err()).collect();
    let smaller = if other.len() < side.len() { &other } else { &side };
    let mut pairs: Vec<_> = edges.iter().map(|&edge| graph.pairs[edge]).collect();
    pairs.sort_unstable();
    Some(WeakestLink { pairs, cut_off: graph.part(smaller), proved })
}

/// A cut of one or two edges. Every edge off a spanning tree gets a random label, every tree edge
/// the exclusive or of the labels whose cycles it lies on; an edge labelled 0 is a bridge, two
/// edges of the same label are a cut. Of all bridges the one that cuts off most is taken.
fn by_labels(graph: &Graph, nodes: &[usize]) -> Option<Vec<usize>> {
    let count = graph.nodes();
    let mut parent_edge = vec![usize::MAX; count];
    let mut seen = vec![false; count];
    let mut order = vec![nodes[0]];
    seen[nodes[0]] = true;
    let mut next = 0;
    let mut in_tree = vec![false; graph.pairs.len()];
    while next < order.len() {
        let node = order[next];
        next += 1;
        for &edge in graph.edges_at(node) {
            let other = graph.across(edge, node);
            if !seen[other] {
                seen[other] = true;
                parent_edge[other] = edge;
                in_tree[edge] = true;
                order.push(other);
            }
        }
    }
    let mut label: Vec<u64> = (0..graph.pairs.len() as u64).map(mixed).collect();
    let mut sum = vec![0_u64; count];
    let mut below = vec![1_usize; count];
    let mut bridge: Option<(usize, usize)> = None;
    for &node in order.iter().rev() {
        for &edge in graph.edges_at(node) {
            if !in_tree[edge] {
                sum[node] ^= label[edge];
            }
        }
        let edge = parent_edge[node];
        if edge == usize::MAX {
            continue;
        }
        let parent = graph.across(edge, node);
        label[edge] = sum[node];
        sum[parent] ^= sum[node];
        below[parent] += below[node];
        let cut_off = below[node].min(order.len() - below[node]);
        if label[edge] == 0 && bridge.is_none_or(|(most, _)| cut_off > most) {
            bridge = Some((cut_off, edge));
        }
    }
    let torn = |edges: &[usize]| graph.reached(nodes[0], edges).len() < nodes.len();
    if let Some((_, edge)) = bridge
        && torn(&[edge])
    {
        return Some(vec![edge]);
    }
    let mut first_with = HashMap::new();
    for &node in &order {
        for &edge in graph.edges_at(node) {
            let first = *first_with.entry(label[edge]).or_insert(edge);
            if first != edge && torn(&[first, edge]) {
                return Some(vec![first, edge]);
            }
        }
    }
    None
}

/// Stoer & Wagner: in each phase nodes are added by how strongly they are tied to those added
/// before; the last one's ties are a cut, then it is merged with the one before it.
fn minimum_cut(graph: &Graph, nodes: &[usize]) -> Vec<usize> {
    let count = nodes.len();
    let place: HashMap<usize, usize> = nodes.iter().enumerate().map(|(at, &n)| (n, at)).collect();
    let mut tie = vec![vec![0_u32; count]; count];
    for (at, &node) in nodes.iter().enumerate() {
        for &edge in graph.edges_at(node) {
            tie[at][place[&graph.across(edge, node)]] += 1;
        }
    }
    let mut merged: Vec<Vec<usize>> = nodes.iter().map(|&node| vec![node]).collect();
    let mut alive: Vec<usize> = (0..count).collect();
    let mut best: (u32, Vec<usize>) = (u32::MAX, Vec::new());
    while alive.len() > 1 {
        let mut strength = vec![0_u32; count];
        let mut waiting = alive.clone();
        let (mut before_last, mut last) = (alive[0], alive[0]);
        while let Some(slot) = (0..waiting.len()).max_by_key(|&slot| strength[waiting[slot]]) {
            (before_last, last) = (last, waiting.swap_remove(slot));
            for &node in &waiting {
                strength[node] += tie[last][node];
            }
        }
        if strength[last] < best.0 {
            best = (strength[last], merged[last].clone());
        }
        let moved = std::mem::take(&mut merged[last]);
        merged[before_last].extend(moved);
        for &node in &alive {
            let more = tie[last][node];
            tie[before_last][node] += more;
            tie[node][before_last] = tie[before_last][node];
        }
        tie[before_last][before_last] = 0;
        alive.retain(|&node| node != last);
    }
    let inside = best.1;
    let mut cut = Vec::new();
    for &node in &inside {
        for &edge in graph.edges_at(node) {
            if !inside.contains(&graph.across(edge, node)) {
                cut.push(edge);
            }
        }
    }
    cut
}
