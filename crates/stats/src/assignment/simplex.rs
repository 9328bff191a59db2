//! Network simplex for minimum-cost flow with integer capacities and costs: the one solver
//! under every question of this folder. Knows nodes and arcs, nothing of reports or experts.
//!
//! Method: the primal network simplex on strongly feasible spanning trees (Cunningham 1976; Ahuja,
//! Magnanti & Orlin, *Network Flows*, 1993, ch. 11) with block pricing. Rule to keep: costs are
//! integers, so the optimum is exact; `Cost` is wide enough for every path sum (`value` decides).

mod start;

use std::ops::{Add, AddAssign, Neg, Sub};

/// An exact integer type for costs and potentials: `i64`, or `i128` where a path sum could pass 2⁶².
pub(super) trait Cost: Copy + Ord + Add<Output = Self> + Sub<Output = Self> + Neg<Output = Self> + AddAssign {
    const ZERO: Self;
}

impl Cost for i64 {
    const ZERO: Self = 0;
}

impl Cost for i128 {
    const ZERO: Self = 0;
}

const NONE: u32 = u32::MAX;

/// Where a node hangs in the spanning tree; the root's own parent is `NONE`.
#[derive(Clone, Copy)]
struct Hook {
    parent: u32,
    arc: u32,
    depth: u32,
    first_child: u32,
    next: u32,
    previous: u32,
    /// The arc runs from the node to its parent.
    upward: bool,
}

/// A flow network with one root that absorbs whatever the other nodes supply in sum.
///
/// Every node has, beside the caller's arcs, one artificial arc to the root and one from it, at
/// `penalty`; flow left on them after `run` is what the network cannot carry.
pub(super) struct Network<C> {
    nodes: usize,
    supply: Vec<i64>,
    from: Vec<u32>,
    to: Vec<u32>,
    capacity: Vec<i32>,
    cost: Vec<C>,
    flow: Vec<i32>,
    at_capacity: Vec<bool>,
    real: usize,
    potential: Vec<C>,
    tree: Vec<Hook>,
    sieve: Sieve<C>,
}

/// The arcs that are priced at every pivot. Most arcs of a wide problem never carry anything; those
/// outside the sieve are at 0 and are looked at only when those inside have nothing to offer.
struct Sieve<C> {
    arc: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    cost: Vec<C>,
    at_capacity: Vec<bool>,
    /// Where an arc stands in the lists above, `NONE` for those outside.
    slot: Vec<u32>,
    next: usize,
}

/// When arcs outside the sieve are looked at, the best of every so many may come in.
const LOT: usize = 32;

impl<C: Cost> Network<C> {
    /// A network of `nodes` nodes (numbered from 0) beside the root (see [`Self::root`]).
    pub(super) fn new(nodes: usize, arcs: usize) -> Self {
        let room = arcs + 2 * nodes;
        Self {
            nodes,
            supply: vec![0; nodes],
            from: Vec::with_capacity(room),
            to: Vec::with_capacity(room),
            capacity: Vec::with_capacity(room),
            cost: Vec::with_capacity(room),
            flow: Vec::new(),
            at_capacity: Vec::new(),
            real: 0,
            potential: Vec::new(),
            tree: Vec::new(),
            sieve: Sieve { arc: Vec::new(), from: Vec::new(), to: Vec::new(), cost: Vec::new(), at_capacity: Vec::new(), slot: Vec::new(), next: 0 },
        }
    }

    pub(super) fn root(&self) -> usize {
        self.nodes
    }

    /// Units that leave `node` (negative: that must arrive).
    pub(super) fn set_supply(&mut self, node: usize, units: i64) {
        self.supply[node] = units;
    }

    /// Adds an arc and returns its number.
    pub(super) fn add_arc(&mut self, from: usize, to: usize, capacity: i32, cost: C) -> usize {
        self.from.push(short(from));
        self.to.push(short(to));
        self.capacity.push(capacity);
        self.cost.push(cost);
        self.from.len() - 1
    }

    fn let_in(&mut self, arc: usize) {
        let sieve = &mut self.sieve;
        if sieve.slot[arc] == NONE {
            sieve.slot[arc] = short(sieve.arc.len());
            sieve.arc.push(short(arc));
            sieve.from.push(self.from[arc]);
            sieve.to.push(self.to[arc]);
            sieve.cost.push(self.cost[arc]);
            sieve.at_capacity.push(self.at_capacity[arc]);
        }
    }

    fn set_at_capacity(&mut self, arc: usize, full: bool) {
        self.at_capacity[arc] = full;
        if arc < self.real && self.sieve.slot[arc] != NONE {
            self.sieve.at_capacity[self.sieve.slot[arc] as usize] = full;
        }
    }

    fn other_end(&self, arc: u32, node: u32) -> u32 {
        self.from[arc as usize] ^ self.to[arc as usize] ^ node
    }

    fn attach(&mut self, node: u32, arc: u32) {
        let parent = self.other_end(arc, node);
        let sibling = self.tree[parent as usize].first_child;
        let hook = &mut self.tree[node as usize];
        hook.parent = parent;
        hook.arc = arc;
        hook.next = sibling;
        hook.previous = NONE;
        hook.upward = self.from[arc as usize] == node;
        if sibling != NONE {
            self.tree[sibling as usize].previous = node;
        }
        self.tree[parent as usize].first_child = node;
    }

    fn detach(&mut self, node: u32) {
        let Hook { parent, next, previous, .. } = self.tree[node as usize];
        if previous == NONE {
            self.tree[parent as usize].first_child = next;
        } else {
            self.tree[previous as usize].next = next;
        }
        if next != NONE {
            self.tree[next as usize].previous = previous;
        }
    }

    /// Walks the subtree of `top`, correcting depths, and potentials by `shift` (or from the arcs).
    fn refresh(&mut self, top: u32, shift: C, from_arcs: bool) {
        let mut node = top;
        loop {
            let hook = self.tree[node as usize];
            if hook.parent != NONE {
                self.tree[node as usize].depth = self.tree[hook.parent as usize].depth + 1;
                if from_arcs {
                    let cost = self.cost[hook.arc as usize];
                    let above = self.potential[hook.parent as usize];
                    self.potential[node as usize] = if hook.upward { above - cost } else { above + cost };
                } else {
                    self.potential[node as usize] += shift;
                }
            }
            if hook.first_child != NONE {
                node = hook.first_child;
                continue;
            }
            loop {
                if node == top {
                    return;
                }
                let here = self.tree[node as usize];
                if here.next != NONE {
                    node = here.next;
                    break;
                }
                node = here.parent;
            }
        }
    }

    /// Pivots to the optimum.
    pub(super) fn run(&mut self) {
        loop {
            while let Some(arc) = self.entering() {
                self.pivot(arc);
            }
            if !self.widen() {
                return;
            }
        }
    }

    /// Lets arcs into the sieve that would improve the flow; false if there is none.
    fn widen(&mut self) -> bool {
        let before = self.sieve.arc.len();
        let mut begin = 0;
        while begin < self.real {
            let end = (begin + LOT).min(self.real);
            let best = (begin..end).filter(|&arc| self.sieve.slot[arc] == NONE).map(|arc| (self.reduced(arc), arc)).min();
            if let Some((price, arc)) = best
                && price < C::ZERO
            {
                self.let_in(arc);
            }
            begin = end;
        }
        self.sieve.arc.len() > before
    }

    fn reduced(&self, arc: usize) -> C {
        self.cost[arc] + self.potential[self.from[arc] as usize] - self.potential[self.to[arc] as usize]
    }

    /// The most violating arc of the first block that has one. Tree arcs price to zero.
    fn entering(&mut self) -> Option<usize> {
        let sieve = &self.sieve;
        let total = sieve.arc.len();
        let block = 2 * total.isqrt() + 10;
        let mut begin = sieve.next;
        let mut looked = 0;
        while looked < total {
            let end = (begin + block).min(total);
            let (mut best, mut best_slot) = (C::ZERO, usize::MAX);
            let ends = sieve.from[begin..end].iter().zip(&sieve.to[begin..end]);
            let costs = sieve.cost[begin..end].iter().zip(&sieve.at_capacity[begin..end]);
            for (slot, ((&from, &to), (&cost, &full))) in ends.zip(costs).enumerate() {
                let price = cost + self.potential[from as usize] - self.potential[to as usize];
                let gain = if full { -price } else { price };
                if gain < best {
                    best = gain;
                    best_slot = begin + slot;
                }
            }
            looked += end - begin;
            begin = if end == total { 0 } else { end };
            if best_slot != usize::MAX {
                self.sieve.next = begin;
                return Some(self.sieve.arc[best_slot] as usize);
            }
        }
        None
    }

    fn pivot(&mut self, entering: usize) {
        let (tail, head) =
            if self.at_capacity[entering] { (self.to[entering], self.from[entering]) } else { (self.from[entering], self.to[entering]) };
        let apex = self.apex(tail, head);
        // Round the cycle from the apex over the entering arc and back, the last arc that blocks
        // leaves: that keeps the tree strongly feasible. So ties go to the tail's lowest arc, but
        // rather to the entering arc itself, but rather to the head's highest.
        let mut step = self.capacity[entering];
        let mut leaving: Option<(u32, u32)> = None;
        let mut node = tail;
        while node != apex {
            let hook = self.tree[node as usize];
            let room = self.room(hook.arc as usize, !hook.upward);
            if room < step {
                step = room;
                leaving = Some((node, tail));
            }
            node = hook.parent;
        }
        node = head;
        while node != apex {
            let hook = self.tree[node as usize];
            let room = self.room(hook.arc as usize, hook.upward);
            if room <= step {
                step = room;
                leaving = Some((node, head));
            }
            node = hook.parent;
        }
        if step > 0 {
            self.send(entering, tail, head, apex, step);
        }
        match leaving {
            None => self.set_at_capacity(entering, !self.at_capacity[entering]),
            Some((cut, inner)) => self.exchange(entering, cut, inner),
        }
    }

    fn apex(&self, mut u: u32, mut v: u32) -> u32 {
        while u != v {
            let (deep_u, deep_v) = (self.tree[u as usize].depth, self.tree[v as usize].depth);
            if deep_u >= deep_v {
                u = self.tree[u as usize].parent;
            }
            if deep_v >= deep_u {
                v = self.tree[v as usize].parent;
            }
        }
        u
    }

    /// How much more (`rising`) or less an arc can carry.
    fn room(&self, arc: usize, rising: bool) -> i32 {
        if rising { self.capacity[arc] - self.flow[arc] } else { self.flow[arc] }
    }

    fn send(&mut self, entering: usize, tail: u32, head: u32, apex: u32, step: i32) {
        let forward = self.from[entering] == tail;
        self.flow[entering] += if forward { step } else { -step };
        let mut node = tail;
        while node != apex {
            let hook = self.tree[node as usize];
            self.flow[hook.arc as usize] += if hook.upward { -step } else { step };
            node = hook.parent;
        }
        node = head;
        while node != apex {
            let hook = self.tree[node as usize];
            self.flow[hook.arc as usize] += if hook.upward { step } else { -step };
            node = hook.parent;
        }
    }

    /// Cuts the tree above `cut` and hangs that part, turned round, by `entering` at `inner`.
    fn exchange(&mut self, entering: usize, cut: u32, inner: u32) {
        let leaving = self.tree[cut as usize].arc as usize;
        let filled = self.flow[leaving] > 0 && self.flow[leaving] == self.capacity[leaving];
        self.set_at_capacity(leaving, filled);
        let price = self.reduced(entering);
        let shift = if self.from[entering] == inner { -price } else { price };
        self.set_at_capacity(entering, false);
        let (mut node, mut arc) = (inner, short(entering));
        loop {
            let above = self.tree[node as usize].parent;
            let old_arc = self.tree[node as usize].arc;
            self.detach(node);
            self.attach(node, arc);
            if node == cut {
                break;
            }
            (node, arc) = (above, old_arc);
        }
        self.refresh(inner, shift, false);
    }

    /// Flow of a caller's arc.
    pub(super) fn flow(&self, arc: usize) -> i32 {
        self.flow[arc]
    }

    /// Units that had to take the artificial arc from `node` to the root.
    pub(super) fn left_over(&self, node: usize) -> i32 {
        self.flow[self.real + node]
    }

    /// Units that had to take the artificial arc from the root to `node`.
    pub(super) fn missing(&self, node: usize) -> i32 {
        self.flow[self.real + self.nodes + node]
    }
}

fn short(index: usize) -> u32 {
    u32::try_from(index).expect("a network has fewer than 2³² nodes and arcs")
}
