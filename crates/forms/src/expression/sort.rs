//! Which sort of value a tree has, as far as that can be seen without an answer.
//!
//! For those who write expressions for other engines or warn about them; evaluation
//! itself needs none of it.

use super::{Expression, Function, Node, Operator};

/// What a value is, whatever the answers are. An unanswered question is empty text besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Text,
    Number,
    Boolean,
    Day,
    Time,
    /// A day with a time of day.
    Moment,
    /// It hangs on the answers.
    Any,
}

impl Expression {
    /// The sort of its value; `of` says it for a question by name, and for `.` without one.
    pub fn sort(&self, of: &impl Fn(Option<&str>) -> Sort) -> Sort {
        sort(&self.root, &self.references, of)
    }
}

pub(super) fn sort(node: &Node, references: &[String], of: &impl Fn(Option<&str>) -> Sort) -> Sort {
    match node {
        Node::Number(_) | Node::Negative(_) => Sort::Number,
        Node::Text(_) | Node::Column(_) => Sort::Text,
        Node::Reference(slot) => of(Some(&references[*slot])),
        Node::Current => of(None),
        Node::Matches(..) => Sort::Boolean,
        Node::Chain(_, rest) => match rest.first() {
            Some((Operator::Plus | Operator::Minus | Operator::Times | Operator::Divide | Operator::Modulo, _)) => Sort::Number,
            _ => Sort::Boolean,
        },
        Node::Call(function, arguments) => {
            let of_both = |one: &Node, other: &Node| {
                let (one, other) = (sort(one, references, of), sort(other, references, of));
                if one == other { one } else { Sort::Any }
            };
            match (function, arguments.as_slice()) {
                (Function::If, [_, one, other]) | (Function::Coalesce, [one, other]) => of_both(one, other),
                // What was computed before is of the same sort.
                (Function::Once, [first]) => sort(first, references, of),
                _ => of_call(*function),
            }
        }
    }
}

fn of_call(function: Function) -> Sort {
    match function {
        Function::True
        | Function::False
        | Function::Not
        | Function::Selected
        | Function::Boolean
        | Function::BooleanFromString
        | Function::Contains
        | Function::StartsWith
        | Function::EndsWith => Sort::Boolean,
        Function::Today | Function::Date => Sort::Day,
        Function::Now | Function::DateTime => Sort::Moment,
        Function::SelectedAt
        | Function::ChoiceName
        | Function::Text
        | Function::Concat
        | Function::Join
        | Function::Part
        | Function::PartBefore
        | Function::PartAfter
        | Function::Translate
        | Function::NormalizeSpace
        | Function::FormatDate
        | Function::FormatDateTime => Sort::Text,
        Function::If | Function::Coalesce | Function::Once => Sort::Any,
        _ => Sort::Number,
    }
}
