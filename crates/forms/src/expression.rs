//! Expressions of a questionnaire: relevance, constraints, calculations and
//! choice filters, in the XPath subset that XLSForm writes.
//!
//! Here live parsing and evaluation. Not here: what a name refers to; the caller
//! says so through [`Scope`]. Rule to keep: evaluation never fails and never looks
//! at the clock; where JavaRosa would stop with an error, the outcome is empty text.

mod day;
mod differences;
mod differing;
mod evaluate;
mod format;
mod function;
mod lexer;
mod parser;
mod pattern;
mod sort;
mod value;
mod words;
mod xpath;

use serde::{Deserialize, Serialize};

pub use day::{Day, Moment, Time};
pub use differences::{DIFFERENCES, Difference, Told};
pub use differing::Asked;
pub use parser::{MAXIMUM_DEPTH, MAXIMUM_LENGTH, MAXIMUM_TERMS, ParseError};
pub(crate) use pattern::cost as pattern_cost;
pub use sort::Sort;
pub use value::Value;
pub use words::MAXIMUM_JOINED;
pub use xpath::Paths;
pub(crate) use xpath::{clock, quoted};

use function::Function;
use parser::Written;

/// A parsed expression together with the text its author wrote.
///
/// Serialised as that text and parsed again when read, so that a published
/// instrument keeps what the author wrote and no private tree format.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expression {
    source: String,
    root: Node,
    references: Vec<String>,
    columns: Vec<String>,
}

/// What the names in an expression stand for at the moment of evaluation.
pub trait Scope {
    /// The value of the question that `${name}` refers to. `slot` is the position of
    /// `name` in [`Expression::references`], for callers that resolved names before.
    fn reference(&self, slot: usize, name: &str) -> Value<'_>;
    /// The value of `.`, the question the expression belongs to.
    fn current(&self) -> Value<'_>;
    /// Whether the value at a slot (of `.` without one) is one name, whatever blanks it has, not several joined.
    fn is_one_choice(&self, slot: Option<usize>, name: &str) -> bool {
        let _ = (slot, name);
        false
    }
    /// Whether the question at a slot of [`Expression::references`] is asked at all, for `count()`.
    fn is_there(&self, slot: usize, name: &str) -> bool {
        let _ = (slot, name);
        true
    }
    /// What the choice called `choice` of the question at a slot says, for `jr:choice-name()`; empty if there is none.
    fn choice_label(&self, slot: usize, name: &str, choice: &str) -> Value<'_> {
        let _ = (slot, name, choice);
        Value::EMPTY
    }
    /// The value of a bare name: a column of the choice being filtered.
    fn column(&self, name: &str) -> Value<'_>;
    /// What `today()` and `now()` return.
    fn now(&self) -> Moment;
}

impl Expression {
    /// Parses `source`. Lengths and depths beyond [`MAXIMUM_LENGTH`],
    /// [`MAXIMUM_TERMS`] and [`MAXIMUM_DEPTH`] are errors.
    pub fn parse(source: &str) -> Result<Self, ParseError> {
        parser::parse(source, Written::Now)
    }

    /// Whether there is a function called so.
    pub fn knows(function: &str) -> bool {
        function == "regex" || Function::named(function).is_some()
    }

    /// The text as its author wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Names of the questions referred to as `${name}`, each once, in order of
    /// appearance.
    pub fn references(&self) -> &[String] {
        &self.references
    }

    /// Bare names, each once. Only a choice filter may have any.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The patterns of its `regex(…)`, as they were written.
    pub(crate) fn patterns(&self) -> Vec<&str> {
        let mut all = Vec::new();
        patterns(&self.root, &mut all);
        all
    }

    /// What one evaluation costs at most, in terms of some 50 ns. A pattern reads a whole answer, and the larger it is
    /// the more often; a function may copy texts.
    pub(crate) fn weight(&self) -> usize {
        weight(&self.root)
    }

    /// Whether the outcome depends on the day or the time.
    pub fn uses_clock(&self) -> bool {
        calls(&self.root, &[Function::Today, Function::Now])
    }

    /// Whether the outcome may be what was there before, whoever sent that.
    pub fn keeps_what_was(&self) -> bool {
        calls(&self.root, &[Function::Once])
    }

    /// The value of the expression in `scope`.
    pub fn evaluate<'a, S: Scope>(&'a self, scope: &'a S) -> Value<'a> {
        evaluate::evaluate(&self.root, &self.references, scope)
    }

    /// The value of the expression in `scope`, as a condition.
    pub fn holds<S: Scope>(&self, scope: &S) -> bool {
        self.evaluate(scope).to_boolean()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl TryFrom<String> for Expression {
    type Error = ParseError;

    /// Reads what was written before: its patterns have been tried.
    fn try_from(source: String) -> Result<Self, ParseError> {
        parser::parse(&source, Written::Before)
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.source
    }
}

/// One node of the tree. Operators of one rank form a flat chain, so that the height
/// of the tree is bounded by the nesting of brackets, not by the length of the text.
#[derive(Clone, Debug)]
enum Node {
    Number(f64),
    Text(String),
    Reference(usize),
    Current,
    Column(String),
    Negative(Box<Node>),
    Chain(Box<Node>, Vec<(Operator, Node)>),
    Call(Function, Vec<Node>),
    Matches(Box<Node>, pattern::Pattern),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

fn weight(node: &Node) -> usize {
    /// For each KiB that a pattern takes when it is ready, and at least.
    const PATTERN: usize = 1_200;
    /// Of a text as long as one may be.
    const CALL: usize = 200;
    const TRANSLATE: usize = 8_000;
    1 + match node {
        Node::Number(_) | Node::Text(_) | Node::Reference(_) | Node::Current | Node::Column(_) => 0,
        Node::Negative(inner) => weight(inner),
        Node::Matches(text, pattern) => PATTERN * (pattern.cost() >> 10).max(1) + weight(text),
        Node::Chain(first, rest) => weight(first) + rest.iter().map(|(_, node)| weight(node)).sum::<usize>(),
        Node::Call(Function::Translate, arguments) => TRANSLATE + arguments.iter().map(weight).sum::<usize>(),
        Node::Call(_, arguments) => CALL + arguments.iter().map(weight).sum::<usize>(),
    }
}

fn patterns<'a>(node: &'a Node, all: &mut Vec<&'a str>) {
    match node {
        Node::Number(_) | Node::Text(_) | Node::Reference(_) | Node::Current | Node::Column(_) => {}
        Node::Negative(inner) => patterns(inner, all),
        Node::Matches(inner, pattern) => {
            all.push(pattern.source());
            patterns(inner, all);
        }
        Node::Chain(first, rest) => {
            patterns(first, all);
            for (_, node) in rest {
                patterns(node, all);
            }
        }
        Node::Call(_, arguments) => arguments.iter().for_each(|node| patterns(node, all)),
    }
}

fn calls(node: &Node, wanted: &[Function]) -> bool {
    match node {
        Node::Number(_) | Node::Text(_) | Node::Reference(_) | Node::Current | Node::Column(_) => false,
        Node::Negative(inner) | Node::Matches(inner, _) => calls(inner, wanted),
        Node::Chain(first, rest) => calls(first, wanted) || rest.iter().any(|(_, node)| calls(node, wanted)),
        Node::Call(function, arguments) => wanted.contains(function) || arguments.iter().any(|node| calls(node, wanted)),
    }
}
