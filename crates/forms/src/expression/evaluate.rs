//! The value of a tree in a scope.
//!
//! Follows XPath 1.0 as JavaRosa runs it, so that a web page, a phone and the server
//! decide alike. One departure, on purpose: `max()` of negative numbers is the
//! greatest of them.

use std::borrow::Cow;

use super::{Function, Node, Operator, Scope, Value, format, words};

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
                    _ => {
                        let now = is_now(first) || is_now(right);
                        let right = evaluate(right, references, scope);
                        match (&left, &right) {
                            // Of now() no more than the day may be known, so it stands for all of it.
                            (Value::Moment(one), Value::Moment(other)) if now => {
                                let (one, other) = (Value::Day(one.day), Value::Day(other.day));
                                apply(*operator, &one, &other)
                            }
                            _ => apply(*operator, &left, &right),
                        }
                    }
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
    let text = |index: usize| argument(index).into_text();
    let number = |index: usize| argument(index).to_number();
    let numbers = || arguments.iter().map(|argument| evaluate(argument, references, scope).to_number()).filter(|number| !number.is_nan());
    let given = || if arguments.is_empty() { scope.current().into_text() } else { text(0) };
    let texts = |from: usize| arguments[from..].iter().map(|argument| evaluate(argument, references, scope).into_text());
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
        Function::Selected | Function::CountSelected | Function::SelectedAt | Function::ChoiceName => {
            chosen(function, &text, number, &arguments[0], references, scope).unwrap_or_else(|| match &arguments[1] {
                Node::Reference(slot) => scope.choice_label(*slot, &references[*slot], &text(0)),
                _ => Value::EMPTY,
            })
        }
        Function::Count | Function::CountNonEmpty => {
            let counts = match &arguments[0] {
                Node::Reference(slot) if function == Function::Count => scope.is_there(*slot, &references[*slot]),
                _ => !argument(0).borrowed().into_text().is_empty(),
            };
            Value::Number(f64::from(u8::from(counts)))
        }
        Function::Boolean => Value::Boolean(argument(0).to_boolean()),
        Function::BooleanFromString => {
            let text = text(0);
            Value::Boolean(text.eq_ignore_ascii_case("true") || text == "1")
        }
        Function::Number => Value::Number(number(0)),
        Function::Text => Value::Text(text(0)),
        Function::TextLength => Value::Number(given().encode_utf16().count() as f64),
        Function::Concat => Value::from(words::joined(texts(0), "")),
        Function::Join => Value::from(words::joined(texts(1), &text(0))),
        Function::Contains => Value::Boolean(text(0).contains(text(1).as_ref())),
        Function::StartsWith => Value::Boolean(text(0).starts_with(text(1).as_ref())),
        Function::EndsWith => Value::Boolean(text(0).ends_with(text(1).as_ref())),
        Function::Part => Value::from(words::part(&text(0), number(1), arguments.get(2).map(|_| number(2)))),
        Function::PartBefore => Value::from(text(0).split_once(text(1).as_ref()).map_or("", |(before, _)| before).to_owned()),
        Function::PartAfter => Value::from(text(0).split_once(text(1).as_ref()).map_or("", |(_, after)| after).to_owned()),
        Function::Translate => Value::from(words::translated(&text(0), &text(1), &text(2))),
        Function::NormalizeSpace => Value::from(words::with_single_blanks(&given())),
        Function::Round => Value::Number(round(number(0), if arguments.len() == 2 { number(1) } else { 0.0 })),
        Function::Minimum => Value::Number(numbers().reduce(f64::min).unwrap_or(f64::NAN)),
        Function::Maximum => Value::Number(numbers().reduce(f64::max).unwrap_or(f64::NAN)),
        // The sum of nothing is 0, and not the -0 with which `sum` begins.
        Function::Sum => Value::Number(numbers().fold(0.0, |sum, number| sum + number)),
        Function::Pi => Value::Number(std::f64::consts::PI),
        Function::Power => Value::Number(power(number(0), number(1))),
        Function::ArcTangentOf => Value::Number(number(0).atan2(number(1))),
        Function::Today => Value::Day(scope.now().day),
        Function::Now => Value::Moment(scope.now()),
        Function::Date => argument(0).to_day().map_or(Value::EMPTY, Value::Day),
        Function::DateTime => argument(0).to_moment().map_or(Value::EMPTY, Value::Moment),
        Function::DecimalDateTime | Function::DecimalTime => decimal(&argument(0), function == Function::DecimalDateTime),
        Function::FormatDate | Function::FormatDateTime => {
            let written = argument(0).to_moment().and_then(|moment| format::format(moment, &text(1)));
            written.map_or(Value::EMPTY, Value::from)
        }
        _ => Value::Number(computed(function, number(0))),
    }
}

/// What is asked about a choice; nothing for its label.
fn chosen<'a, S: Scope>(
    function: Function,
    text: &impl Fn(usize) -> Cow<'a, str>,
    number: impl Fn(usize) -> f64,
    chosen: &Node,
    references: &[String],
    scope: &S,
) -> Option<Value<'a>> {
    let one = is_one_choice(chosen, references, scope);
    Some(match function {
        Function::Selected => {
            let (chosen, wanted) = (text(0), text(1));
            let wanted = wanted.trim();
            Value::Boolean(if one { chosen == wanted } else { chosen.split(' ').any(|name| name == wanted) })
        }
        Function::CountSelected => {
            let chosen = text(0);
            Value::Number(if one { f64::from(u8::from(!chosen.is_empty())) } else { chosen.split_whitespace().count() as f64 })
        }
        Function::SelectedAt => {
            let (chosen, place) = (text(0), number(1));
            let names: Vec<&str> = if one { vec![chosen.as_ref()] } else { chosen.split_whitespace().collect() };
            // What is no number is place 0.
            let place = if place.is_nan() { 0.0 } else { place.trunc() };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below 0, and large places are none")]
            let name = if place < 0.0 { None } else { names.get(place as usize) };
            Value::from(name.copied().unwrap_or_default().to_owned())
        }
        _ => return None,
    })
}

/// Functions of one number.
fn computed(function: Function, number: f64) -> f64 {
    match function {
        Function::Int => number.trunc(),
        Function::Absolute => number.abs(),
        Function::SquareRoot => number.sqrt(),
        Function::Exponential => number.exp(),
        Function::PowerOfTen => power(10.0, number),
        Function::Logarithm => number.ln(),
        Function::DecimalLogarithm => number.log10(),
        Function::Sine => number.sin(),
        Function::Cosine => number.cos(),
        Function::Tangent => number.tan(),
        Function::ArcSine => number.asin(),
        Function::ArcCosine => number.acos(),
        Function::ArcTangent => number.atan(),
        _ => f64::NAN,
    }
}

/// One to the power of what is no number, or of infinity, is no number here.
fn power(base: f64, exponent: f64) -> f64 {
    let one = !(base.abs() < 1.0 || base.abs() > 1.0);
    let undefined = exponent.is_nan() || one && exponent.is_infinite();
    if undefined { f64::NAN } else { base.powf(exponent) }
}

/// Days since 1970-01-01 with their fraction, or the fraction of the day alone.
fn decimal(value: &Value<'_>, with_day: bool) -> Value<'static> {
    let days = match value {
        Value::Number(number) => *number,
        value => match value.to_moment() {
            Some(moment) => moment.to_number(),
            None => return Value::EMPTY,
        },
    };
    if !days.is_nan() && days.abs() > f64::from(i32::MAX) {
        return Value::EMPTY;
    }
    Value::Number(if with_day { days } else { days - days.floor() })
}

fn is_now(node: &Node) -> bool {
    matches!(node, Node::Call(Function::Now, _))
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
