//! The value of a tree in a scope.
//!
//! Follows XPath 1.0 as JavaRosa runs it, so that a web page, a phone and the server
//! decide alike. One departure, on purpose: `max()` of negative numbers is the
//! greatest of them.

use std::borrow::Cow;

use super::{Function, Node, Operator, Scope, Value};

pub(super) fn evaluate<'a, S: Scope>(node: &'a Node, references: &'a [String], scope: &'a S) -> Value<'a> {
    match node {
        Node::Number(number) => Value::Number(*number),
        Node::Text(text) => Value::from(text.as_str()),
        Node::Reference(slot) => scope.reference(*slot, &references[*slot]),
        Node::Current => scope.current(),
        Node::Column(name) => scope.column(name),
        Node::Negative(inner) => Value::Number(-evaluate(inner, references, scope).to_number()),
        Node::Matches(text, pattern) => {
            let text = evaluate(text, references, scope).into_text();
            Value::Boolean(pattern.matches(&text))
        }
        Node::Chain(first, rest) => {
            let mut left = evaluate(first, references, scope);
            for (operator, right) in rest {
                left = match operator {
                    Operator::Or => Value::Boolean(left.to_boolean() || evaluate(right, references, scope).to_boolean()),
                    Operator::And => Value::Boolean(left.to_boolean() && evaluate(right, references, scope).to_boolean()),
                    _ => apply(*operator, &left, &evaluate(right, references, scope)),
                };
            }
            left
        }
        Node::Call(function, arguments) => call(*function, arguments, references, scope),
    }
}

fn apply(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    let numbers = || (left.to_number(), right.to_number());
    let compared = |test: fn(&f64, &f64) -> bool| {
        let (left, right) = numbers();
        Value::Boolean(test(&left, &right))
    };
    let computed = |compute: fn(f64, f64) -> f64| {
        let (left, right) = numbers();
        Value::Number(compute(left, right))
    };
    match operator {
        Operator::Or => Value::Boolean(left.to_boolean() || right.to_boolean()),
        Operator::And => Value::Boolean(left.to_boolean() && right.to_boolean()),
        Operator::Equal => Value::Boolean(left.equals(right)),
        Operator::Unequal => Value::Boolean(!left.equals(right)),
        Operator::Less => compared(f64::lt),
        Operator::AtMost => compared(f64::le),
        Operator::Greater => compared(f64::gt),
        Operator::AtLeast => compared(f64::ge),
        Operator::Plus => computed(|left, right| left + right),
        Operator::Minus => computed(|left, right| left - right),
        Operator::Times => computed(|left, right| left * right),
        Operator::Divide => computed(|left, right| left / right),
        Operator::Modulo => computed(|left, right| left % right),
    }
}

fn call<'a, S: Scope>(function: Function, arguments: &'a [Node], references: &'a [String], scope: &'a S) -> Value<'a> {
    let argument = |index: usize| evaluate(&arguments[index], references, scope);
    let numbers = || arguments.iter().map(|argument| evaluate(argument, references, scope).to_number()).filter(|number| !number.is_nan());
    match function {
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Not => Value::Boolean(!argument(0).to_boolean()),
        Function::If => argument(if argument(0).to_boolean() { 1 } else { 2 }),
        Function::Coalesce => {
            let first = argument(0);
            if first.is_empty() { argument(1) } else { first }
        }
        Function::Once => {
            let current = scope.current();
            if current.is_empty() { argument(0) } else { current }
        }
        Function::Selected => {
            let (chosen, wanted) = (argument(0).into_text(), argument(1).into_text());
            let wanted = wanted.trim();
            let one = is_one_choice(&arguments[0], references, scope);
            Value::Boolean(if one { chosen == wanted } else { chosen.split(' ').any(|name| name == wanted) })
        }
        Function::CountSelected => {
            let chosen = argument(0).into_text();
            let one = is_one_choice(&arguments[0], references, scope);
            Value::Number(if one { f64::from(u8::from(!chosen.is_empty())) } else { chosen.split_whitespace().count() as f64 })
        }
        Function::Number => Value::Number(argument(0).to_number()),
        Function::Text => Value::Text(argument(0).into_text()),
        Function::TextLength => {
            let text = if arguments.is_empty() { scope.current().into_text() } else { argument(0).into_text() };
            Value::Number(text.encode_utf16().count() as f64)
        }
        Function::Contains => {
            let (text, part) = (argument(0).into_text(), argument(1).into_text());
            Value::Boolean(text.contains(part.as_ref()))
        }
        Function::Round => {
            let places = if arguments.len() == 2 { argument(1).to_number() } else { 0.0 };
            Value::Number(round(argument(0).to_number(), places))
        }
        Function::Int => Value::Number(argument(0).to_number().trunc()),
        Function::Minimum => Value::Number(numbers().reduce(f64::min).unwrap_or(f64::NAN)),
        Function::Maximum => Value::Number(numbers().reduce(f64::max).unwrap_or(f64::NAN)),
        Function::Sum => Value::Number(numbers().sum()),
        Function::Today => Value::Day(scope.now().day),
        Function::Now => Value::Moment(scope.now()),
        Function::Date => argument(0).to_day().map_or(Value::Text(Cow::Borrowed("")), Value::Day),
    }
}

/// Whether a term is the answer to a question that takes one choice.
fn is_one_choice<S: Scope>(node: &Node, references: &[String], scope: &S) -> bool {
    match node {
        Node::Reference(slot) => scope.is_one_choice(Some(*slot), &references[*slot]),
        Node::Current => scope.is_one_choice(None, ""),
        _ => false,
    }
}

/// Rounds to `places` decimals; a half goes up (towards positive infinity). The
/// decimal that is written counts, not its binary neighbour: 1.005 becomes 1.01.
fn round(number: f64, places: f64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    if places.is_nan() || places.abs() > 30.0 {
        return f64::NAN;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    let places = places as i32;
    let scaled = shift(number, places);
    if scaled.is_finite() && scaled.abs() < 9e15 { shift((scaled + 0.5).floor(), -places) } else { number }
}

/// `number` times ten to the power `places`, through its shortest decimal form.
fn shift(number: f64, places: i32) -> f64 {
    let written = format!("{number:e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    format!("{digits}e{}", exponent + places).parse().unwrap_or(f64::NAN)
}
