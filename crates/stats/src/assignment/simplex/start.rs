//! The simplex's first tree: flows that follow from it, repaired where they pass a bound. Pivoting
//! is `simplex`'s business.
//!
//! Rule to keep: the tree left behind is strongly feasible (every node could send one unit more to
//! the root), which is what keeps the simplex from cycling.

use super::{Cost, Hook, NONE, Network, short};

impl<C: Cost> Network<C> {
    /// Sets a first spanning tree: arcs of `full` carry their capacity, `hang[node]` is the arc to
    /// the node's parent (`None`: straight at the root by an artificial arc). Flows on tree arcs
    /// follow; where one would pass its bounds the node is re-hung at the root, which carries the
    /// difference at `penalty`. `hang` must contain no cycle. `likely` are the arcs to price first;
    /// which they are decides the time, not the result.
    pub(in super::super) fn start(&mut self, full: &[usize], hang: &[Option<usize>], penalty: C, likely: impl IntoIterator<Item = usize>) {
        self.real = self.from.len();
        let root = short(self.nodes);
        for node in 0..self.nodes {
            self.from.push(short(node));
            self.to.push(root);
        }
        for node in 0..self.nodes {
            self.from.push(root);
            self.to.push(short(node));
        }
        let total = self.from.len();
        self.capacity.resize(total, i32::MAX);
        self.cost.resize(total, penalty);
        self.flow = vec![0; total];
        self.at_capacity = vec![false; total];

        let mut excess = self.supply.clone();
        excess.push(0);
        for &arc in full {
            self.flow[arc] = self.capacity[arc];
            self.at_capacity[arc] = true;
            excess[self.from[arc] as usize] -= i64::from(self.capacity[arc]);
            excess[self.to[arc] as usize] += i64::from(self.capacity[arc]);
        }
        let (order, mut parent_arc) = self.orient(hang);
        for &node in order.iter().rev() {
            self.settle(node as usize, &mut parent_arc, &mut excess);
        }
        self.plant(&order, &parent_arc);
        self.sieve.slot = vec![NONE; self.real];
        for arc in full.iter().copied().chain(hang.iter().flatten().copied()).chain(likely) {
            self.let_in(arc);
        }
    }

    /// Nodes in an order in which parents come before children, and each node's arc upward.
    fn orient(&self, hang: &[Option<usize>]) -> (Vec<u32>, Vec<u32>) {
        let root = self.nodes;
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.nodes + 1];
        let mut parent_arc = vec![NONE; self.nodes];
        for (node, arc) in hang.iter().enumerate() {
            let parent = match arc {
                Some(arc) => {
                    parent_arc[node] = short(*arc);
                    (self.from[*arc] ^ self.to[*arc] ^ short(node)) as usize
                }
                None => root,
            };
            children[parent].push(short(node));
        }
        let mut order = Vec::with_capacity(self.nodes);
        let mut open = vec![short(root)];
        while let Some(node) = open.pop() {
            for &child in &children[node as usize] {
                order.push(child);
                open.push(child);
            }
        }
        debug_assert_eq!(order.len(), self.nodes, "the first tree has a cycle");
        (order, parent_arc)
    }

    /// Sends a node's excess up its tree arc as far as the bounds allow, the rest artificially.
    fn settle(&mut self, node: usize, parent_arc: &mut [u32], excess: &mut [i64]) {
        if parent_arc[node] != NONE {
            let arc = parent_arc[node] as usize;
            let upward = self.from[arc] as usize == node;
            let parent = (self.from[arc] ^ self.to[arc]) as usize ^ node;
            let wanted = if upward { excess[node] } else { -excess[node] };
            let carried = wanted.clamp(0, i64::from(self.capacity[arc]));
            // A tree arc that could not lead one unit more to the root is kept only if it is
            // needed: strongly feasible trees are what keeps the simplex from cycling.
            let strong = if upward { carried < i64::from(self.capacity[arc]) } else { carried > 0 };
            self.flow[arc] = i32::try_from(carried).expect("clamped to an i32 capacity");
            let signed = if upward { carried } else { -carried };
            excess[node] -= signed;
            excess[parent] += signed;
            if wanted == carried && strong {
                return;
            }
            self.at_capacity[arc] = carried > 0 && carried == i64::from(self.capacity[arc]);
        }
        let left = excess[node];
        let arc = if left >= 0 { self.real + node } else { self.real + self.nodes + node };
        self.flow[arc] = i32::try_from(left.abs()).expect("seats fit in i32");
        excess[self.nodes] += left;
        excess[node] = 0;
        parent_arc[node] = short(arc);
    }

    fn plant(&mut self, order: &[u32], parent_arc: &[u32]) {
        let root = self.nodes;
        let bare = Hook { parent: NONE, arc: NONE, depth: 0, first_child: NONE, next: NONE, previous: NONE, upward: false };
        self.tree = vec![bare; self.nodes + 1];
        self.potential = vec![C::ZERO; self.nodes + 1];
        for &node in order {
            let arc = parent_arc[node as usize];
            self.attach(node, arc);
        }
        // Re-hung nodes may stand before their new parents in `order`; depths follow from the top.
        self.refresh(short(root), C::ZERO, true);
    }
}
