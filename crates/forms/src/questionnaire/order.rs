//! The order of evaluation: every group and question after what it needs.
//!
//! A question needs the group around it and whatever its relevance and calculation
//! refer to. Constraints and choice filters need nothing: they are looked at when all
//! values are known.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::{CompileError, Compiled, Kind, Part, SheetCode};

/// Orders groups and questions so that each comes after what its relevance and
/// calculation need; what stands in a circle is an error.
pub(super) fn order(compiled: &Compiled, defaults: bool, errors: &mut Vec<CompileError>) -> Vec<Part> {
    let questionnaire = compiled.questionnaire();
    let mut order = Vec::new();
    let groups = questionnaire.groups.len();
    let count = groups + questionnaire.questions.len();
    let mut needs: Vec<HashSet<usize>> = vec![HashSet::new(); count];
    for (position, group) in questionnaire.groups.iter().enumerate() {
        needs[position].extend(group.parent);
        needs[position].extend(compiled.groups[position].iter().map(|question| groups + question));
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        let node = &mut needs[groups + position];
        node.extend(question.group);
        let bindings = &compiled.questions[position];
        // What nobody types is its default.
        let default = if defaults && (question.read_only || matches!(question.kind, Kind::Hidden)) { bindings.default.as_slice() } else { &[] };
        let named = bindings.relevant.iter().chain(&bindings.calculation).chain(default);
        node.extend(named.map(|question| groups + question));
    }
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, needs) in needs.iter().enumerate() {
        for &need in needs {
            needed_by[need].push(node);
        }
    }
    let mut open: Vec<usize> = needs.iter().map(HashSet::len).collect();
    let mut ready: BinaryHeap<Reverse<usize>> = (0..count).filter(|&node| open[node] == 0).map(Reverse).collect();
    let part = |node: usize| {
        if node < groups { Part::Group(node) } else { Part::Question(node - groups) }
    };
    while let Some(Reverse(node)) = ready.pop() {
        order.push(part(node));
        for &next in &needed_by[node] {
            open[next] -= 1;
            if open[next] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    if order.len() == count {
        return order;
    }
    for node in circles(&needs, &needed_by, &open) {
        let column = match part(node) {
            Part::Question(position) if !compiled.questions[position].calculation.is_empty() => "calculation",
            _ => "relevant",
        };
        errors.push(CompileError {
            part: part(node),
            column,
            code: SheetCode::CircularReference,
            message: "this depends on itself through its references".to_owned(),
            reference: None,
        });
    }
    order
}

/// Of the nodes left over by the ordering, those in a circle rather than behind one.
fn circles(needs: &[HashSet<usize>], needed_by: &[Vec<usize>], open: &[usize]) -> Vec<usize> {
    let mut left: HashSet<usize> = (0..open.len()).filter(|&node| open[node] > 0).collect();
    let mut uses: HashMap<usize, usize> =
        left.iter().map(|&node| (node, needed_by[node].iter().filter(|next| left.contains(next)).count())).collect();
    let mut unused: Vec<usize> = left.iter().copied().filter(|node| uses[node] == 0).collect();
    while let Some(node) = unused.pop() {
        left.remove(&node);
        for need in &needs[node] {
            if let Some(count) = uses.get_mut(need)
                && left.contains(need)
            {
                *count -= 1;
                if *count == 0 {
                    unused.push(*need);
                }
            }
        }
    }
    let mut circles: Vec<usize> = left.into_iter().collect();
    circles.sort_unstable();
    circles
}
