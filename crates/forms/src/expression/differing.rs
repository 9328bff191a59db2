//! Which differences an expression runs into, as far as that can be seen without an answer.
//!
//! Rule to keep: better one too many than one too few where an answer could be another one, but nothing that every
//! questionnaire has.

use super::sort::sort;
use super::xpath::is_bare;
use super::{Day, Difference, Expression, Function, Moment, Node, Operator, Sort, Time, Value};

/// What is known about the questions that an expression names; `.` comes without a name.
pub trait Asked {
    /// What its value is.
    fn sort(&self, name: Option<&str>) -> Sort;
    /// Whether it takes one choice, and a choice has a name with a blank.
    fn has_blanks(&self, name: Option<&str>) -> bool;
    /// Whether it is computed, and true or false.
    fn is_condition(&self, name: Option<&str>) -> bool;
    /// Whether anything can be typed.
    fn is_typed(&self, name: Option<&str>) -> bool;
    /// Whether it may have no answer.
    fn may_be_empty(&self, name: Option<&str>) -> bool;
    /// Whether it may be below zero.
    fn may_be_negative(&self, name: Option<&str>) -> bool;
    /// How many languages the questionnaire has.
    fn languages(&self) -> usize;
}

impl Expression {
    /// The differences in it, each once. `condition` says whether it is one as a whole.
    pub fn differences<A: Asked>(&self, asked: &A, condition: bool) -> Vec<Difference> {
        let mut walk = Walk { references: &self.references, asked, found: Vec::new() };
        walk.node(&self.root, condition);
        walk.found.sort_unstable();
        walk.found.dedup();
        walk.found
    }
}

struct Walk<'a, A> {
    references: &'a [String],
    asked: &'a A,
    found: Vec<Difference>,
}

impl<A: Asked> Walk<'_, A> {
    fn add(&mut self, difference: Difference, there: bool) {
        if there {
            self.found.push(difference);
        }
    }

    fn sort(&self, node: &Node) -> Sort {
        sort(node, self.references, &|name| self.asked.sort(name))
    }

    /// Whether a term is a question whose answer has a time of day.
    fn is_timed(&self, node: &Node) -> bool {
        self.question(node, |name| matches!(self.asked.sort(name), Sort::Time | Sort::Moment))
    }

    /// Whether a term is a question of which something is so.
    fn question(&self, node: &Node, is: impl Fn(Option<&str>) -> bool) -> bool {
        match node {
            Node::Reference(slot) => is(Some(&self.references[*slot])),
            Node::Current => is(None),
            _ => false,
        }
    }

    fn node(&mut self, node: &Node, condition: bool) {
        match node {
            Node::Number(_) | Node::Text(_) => {}
            Node::Reference(_) | Node::Current | Node::Column(_) => {
                let computed = self.question(node, |name| self.asked.is_condition(name));
                self.add(Difference::TruthOfQuestion, condition);
                self.add(Difference::ComputedBoolean, computed && !condition);
            }
            Node::Negative(inner) => {
                self.add(Difference::TwoSigns, matches!(**inner, Node::Negative(_)));
                self.number(inner);
                self.node(inner, false);
            }
            Node::Chain(first, rest) => self.chain(first, rest),
            Node::Matches(text, pattern) => {
                let pattern = pattern.source();
                let anchored = pattern.starts_with('^') && pattern.ends_with('$');
                self.add(Difference::PosixClass, pattern.contains("[:"));
                self.add(Difference::LettersOfScripts, pattern.contains("\\p") || pattern.contains("\\P"));
                self.add(Difference::PartOfText, !anchored);
                self.node(text, false);
            }
            Node::Call(function, arguments) => self.call(*function, arguments, condition),
        }
    }

    fn chain(&mut self, first: &Node, rest: &[(Operator, Node)]) {
        let nodes = || std::iter::once(first).chain(rest.iter().map(|(_, node)| node));
        let Some((operator, second)) = rest.first() else { return };
        let conditions = matches!(operator, Operator::And | Operator::Or);
        match operator {
            Operator::And | Operator::Or => {
                let literal = |node: &Node| matches!(node, Node::Text(_)) || self.sort(node) == Sort::Number && !is_bare(node);
                let literal = nodes().any(literal);
                self.add(Difference::ConditionOfLiterals, literal);
            }
            Operator::Equal | Operator::Unequal => {
                // An empty text asks whether there is an answer.
                let blank = |node: &Node| matches!(node, Node::Text(text) if text.is_empty());
                let timed = nodes().any(|node| self.is_timed(node)) && !nodes().any(blank);
                self.add(Difference::NowAsNumber, timed);
                for (one, other) in [(first, second), (second, first)] {
                    self.equal(one, other);
                }
            }
            _ => {
                for node in nodes() {
                    self.number(node);
                }
            }
        }
        let boolean = matches!(operator, Operator::Equal | Operator::Unequal) && nodes().any(|node| self.sort(node) == Sort::Boolean);
        for node in nodes() {
            self.node(node, conditions || boolean);
        }
    }

    /// One side of an equality.
    fn equal(&mut self, one: &Node, other: &Node) {
        if let Node::Text(text) = one
            && self.sort(other) == Sort::Number
        {
            let number = Value::from(text.as_str()).to_number();
            let plain = Value::Number(number).into_text() == *text;
            let literal = matches!(other, Node::Number(_));
            self.add(Difference::NumberBesideText, !number.is_nan() && !plain && !literal);
            self.add(Difference::TextAsNumber, literal && is_read_otherwise(text));
        }
        let fraction = |node: &Node| matches!(node, Node::Number(number) if number.fract() != 0.0);
        if let Node::Chain(first, rest) = one
            && self.sort(one) == Sort::Number
        {
            let divides = rest.iter().any(|(operator, node)| *operator == Operator::Divide || fraction(node));
            self.add(Difference::DecimalsEqual, divides || fraction(first));
        }
    }

    /// A term that is computed or compared with as a number.
    fn number(&mut self, node: &Node) {
        match node {
            Node::Text(text) => {
                let day = Day::parse(text).is_some() || Moment::parse_answer(text).is_some();
                self.add(Difference::DayAsText, day || Time::parse(text).is_some());
                self.add(Difference::TextAsNumber, is_read_otherwise(text));
            }
            Node::Call(Function::Now, _) => self.add(Difference::NowAsNumber, true),
            _ => {
                self.add(Difference::NowAsNumber, self.is_timed(node));
                let typed = self.question(node, |name| self.asked.is_typed(name));
                self.add(Difference::TextAsNumber, typed);
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node], condition: bool) {
        let first = arguments.first();
        let negative = |node: &Node| matches!(node, Node::Negative(_));
        match function {
            Function::Selected | Function::CountSelected | Function::SelectedAt => {
                let blanks = first.is_some_and(|node| self.question(node, |name| self.asked.has_blanks(name)));
                let wanted = if function == Function::Selected { arguments.get(1) } else { None };
                let blank = matches!(wanted, Some(Node::Text(name)) if name.trim().contains(' '));
                self.add(Difference::ChoiceWithBlank, blanks || blank);
                let number = |node: &Node| matches!(self.sort(node), Sort::Number | Sort::Day | Sort::Time | Sort::Moment);
                let number = first.into_iter().chain(wanted).any(number);
                self.add(Difference::ChoiceByNumber, number);
            }
            Function::Minimum | Function::Maximum | Function::Sum => {
                let several = arguments.len() > 1;
                let empty = arguments.iter().any(|node| matches!(node, Node::Text(_)) || self.question(node, |name| self.asked.may_be_empty(name)));
                let below = |node: &Node| negative(node) || self.question(node, |name| self.asked.may_be_negative(name));
                let below = function == Function::Maximum && arguments.iter().all(below);
                self.add(Difference::GreatestBelowZero, below);
                self.add(Difference::ExtremeOfEmpty, empty && (several || function == Function::Sum));
                let one = matches!(arguments, [Node::Reference(_) | Node::Current]);
                self.add(Difference::SumOfArguments, function == Function::Sum && !one);
            }
            Function::Count => self.add(Difference::CountOfHidden, true),
            Function::Round => {
                let below = arguments.iter().any(|node| negative(node) || self.question(node, |name| self.asked.may_be_negative(name)));
                self.add(Difference::HalfBelowZero, below);
            }
            Function::Number => first.into_iter().for_each(|node| self.number(node)),
            Function::Text | Function::Concat | Function::Join => {
                let large = |node: &Node| matches!(node, Node::Number(number) if number.abs() >= 1e7 || *number != 0.0 && number.abs() < 1e-3);
                self.add(Difference::NumberWritten, arguments.iter().any(large));
                let now = |node: &Node| matches!(node, Node::Call(Function::Now, _));
                let timed = arguments.iter().any(|node| now(node) || self.is_timed(node));
                self.add(Difference::NowAsNumber, timed);
                let computed = |node: &Node| matches!(node, Node::Chain(..) | Node::Negative(_) | Node::Call(Function::Number, _));
                let computed = arguments.iter().any(|node| computed(node) && self.sort(node) == Sort::Number);
                self.add(Difference::NoNumberInText, computed);
            }
            Function::BooleanFromString => {
                let word = matches!(first, Some(Node::Text(word)) if word.eq_ignore_ascii_case("true") && word != "true");
                self.add(Difference::BooleanOfWord, word);
            }
            Function::Part => {
                let none = |node: &Node| matches!(node, Node::Text(_)) || self.question(node, |name| self.asked.may_be_empty(name));
                self.add(Difference::PlaceThatIsNone, arguments.iter().skip(1).any(none));
            }
            Function::ChoiceName => self.add(Difference::LabelOfChoice, self.asked.languages() > 1),
            _ => self.day(function, arguments),
        }
        let conditions = matches!(function, Function::Not | Function::Boolean | Function::If);
        // What is chosen between, or stands in for another, may be the question itself.
        let passed = condition && matches!(function, Function::If | Function::Coalesce | Function::Once);
        for (number, argument) in arguments.iter().enumerate() {
            let question = number == 1 && function == Function::ChoiceName || matches!(function, Function::Count | Function::CountNonEmpty);
            if !question {
                self.node(argument, conditions && number == 0 || passed);
            }
        }
    }

    /// The functions of days.
    fn day(&mut self, function: Function, arguments: &[Node]) {
        let formats = matches!(function, Function::FormatDate | Function::FormatDateTime);
        let decimal = matches!(function, Function::DecimalDateTime | Function::DecimalTime);
        let day = formats || decimal || matches!(function, Function::Date | Function::DateTime);
        let Some(first) = arguments.first().filter(|_| day) else { return };
        if let Node::Text(text) = first {
            self.add(Difference::NoDay, !text.is_empty() && Moment::parse(text).is_none());
        }
        self.add(Difference::DecimalTime, decimal);
        self.add(Difference::DayOfNumber, formats && matches!(self.sort(first), Sort::Number | Sort::Time));
        let timed = match first {
            Node::Text(text) => text.contains('T'),
            Node::Number(number) => number.fract() != 0.0,
            Node::Call(function, _) => matches!(function, Function::Now | Function::DateTime),
            _ => self.is_timed(first),
        };
        self.add(Difference::DayWithTime, timed && function == Function::Date);
        if let (true, Some(Node::Text(format))) = (formats, arguments.get(1)) {
            let escapes = ["%a", "%b", "%3", "%%"];
            self.add(Difference::FormatOfDay, escapes.iter().any(|escape| format.contains(escape)));
        }
    }
}

/// Whether a text is a number to some and not to others.
fn is_read_otherwise(text: &str) -> bool {
    let number = Value::from(text).to_number();
    number.is_nan() && text.trim().parse::<f64>().is_ok_and(f64::is_finite) || text.contains(',') && !number.is_nan()
}
