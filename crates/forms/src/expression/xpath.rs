//! A tree written as the XPath of an `XForm`, so that phones and web pages that run the
//! form decide as it was decided here.
//!
//! Rule to keep: what an engine computes otherwise is written in other words that give
//! the same value (see `differences`), as far as there are such words.

use std::fmt::Write;

use super::sort::sort;
use super::{Expression, Function, Node, Operator, Sort, Value};

/// What the names of an expression are called in a form.
pub trait Paths {
    /// The path of the question called `name`.
    fn path(&self, name: &str) -> String;
    /// What stands for `.`.
    fn current(&self) -> String {
        ".".to_owned()
    }
    /// The element that holds a column of the choice being filtered.
    fn column(&self, name: &str) -> String {
        name.to_owned()
    }
    /// Whether the value of a question (of `.` without one) is one name that may have blanks, so that
    /// `selected()` must not look for a part of it.
    fn is_one_with_blanks(&self, name: Option<&str>) -> bool {
        let _ = name;
        false
    }
    /// What the value of a question (of `.` without one) is.
    fn sort(&self, name: Option<&str>) -> Sort {
        let _ = name;
        Sort::Any
    }
}

impl Expression {
    /// The expression as XPath 1.0 with the functions of ODK `XForms`.
    pub fn to_xpath<P: Paths>(&self, paths: &P) -> String {
        let mut writer = Writer { references: &self.references, paths, out: String::new() };
        writer.node(&self.root);
        writer.out
    }

    /// The same as a condition: a question that stands alone is asked whether it has an answer that is not 0.
    pub fn to_condition<P: Paths>(&self, paths: &P) -> String {
        let mut writer = Writer { references: &self.references, paths, out: String::new() };
        writer.condition(&self.root);
        writer.out
    }
}

struct Writer<'a, P> {
    references: &'a [String],
    paths: &'a P,
    out: String,
}

/// How tightly an operator binds, and how it is written.
fn written(operator: Operator) -> (u8, &'static str) {
    match operator {
        Operator::Or => (0, "or"),
        Operator::And => (1, "and"),
        Operator::Equal => (2, "="),
        Operator::Unequal => (2, "!="),
        Operator::Less => (3, "<"),
        Operator::AtMost => (3, "<="),
        Operator::Greater => (3, ">"),
        Operator::AtLeast => (3, ">="),
        Operator::Plus => (4, "+"),
        Operator::Minus => (4, "-"),
        Operator::Times => (5, "*"),
        Operator::Divide => (5, "div"),
        Operator::Modulo => (5, "mod"),
    }
}

fn rank(node: &Node) -> u8 {
    match node {
        Node::Chain(_, rest) => rest.first().map_or(u8::MAX, |(operator, _)| written(*operator).0),
        _ => u8::MAX,
    }
}

/// A text in quotes; one that has both kinds of quotes is put together.
pub(crate) fn quoted(text: &str) -> String {
    if !text.contains('\'') {
        format!("'{text}'")
    } else if text.contains('"') {
        let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
        format!("concat({})", parts.join(", \"'\", "))
    } else {
        format!("\"{text}\"")
    }
}

/// A time as `hh:mm`. To web forms it is a text that begins so; to JavaRosa it is that time of some day.
pub(crate) fn clock(time: &str) -> String {
    format!("coalesce(format-date-time({time}, '%H:%M'), substr({time}, 0, 5))")
}

/// A pattern that takes the whole text where an engine looks for a part of it.
fn anchored(pattern: &str) -> String {
    let whole = pattern.starts_with('^') && pattern.ends_with('$') && !pattern.ends_with("\\$") && !pattern.contains('|');
    if whole { pattern.to_owned() } else { format!("^(?:{pattern})$") }
}

impl<P: Paths> Writer<'_, P> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn sort(&self, node: &Node) -> Sort {
        sort(node, self.references, &|name| self.paths.sort(name))
    }

    /// Whether two terms are of the calendar, and one of them has a time of day; now() has its day alone, as phones
    /// take it.
    fn is_timed(&self, first: &Node, second: &Node) -> bool {
        let timed = |sort: Sort| matches!(sort, Sort::Time | Sort::Moment);
        let (one, other) = (self.sort(first), self.sort(second));
        let calendar = |sort: Sort| timed(sort) || sort == Sort::Day;
        let now = |node: &Node| matches!(node, Node::Call(Function::Now, _));
        if now(first) || now(second) {
            return false;
        }
        calendar(one) && calendar(other) && (timed(one) || timed(other))
    }

    /// Whether a term is the answer to a question that takes one choice whose name may have blanks.
    fn is_one_with_blanks(&self, node: &Node) -> bool {
        match node {
            Node::Reference(slot) => self.paths.is_one_with_blanks(Some(&self.references[*slot])),
            Node::Current => self.paths.is_one_with_blanks(None),
            _ => false,
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            // Writing to a text does not fail.
            Node::Number(number) => drop(write!(self.out, "{number}")),
            Node::Text(text) => self.put(&quoted(text)),
            Node::Reference(slot) => self.put(&self.paths.path(&self.references[*slot])),
            Node::Current => self.put(&self.paths.current()),
            Node::Column(name) => self.put(&self.paths.column(name)),
            Node::Negative(inner) => {
                self.put("-");
                self.inside(inner, matches!(**inner, Node::Negative(_) | Node::Chain(..)));
            }
            Node::Chain(first, rest) => self.chain(node, first, rest),
            Node::Matches(text, pattern) => {
                self.put("regex(");
                self.node(text);
                self.put(", ");
                self.put(&quoted(&anchored(pattern.source())));
                self.put(")");
            }
            Node::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn chain(&mut self, node: &Node, first: &Node, rest: &[(Operator, Node)]) {
        let own = rank(node);
        let of_conditions = own < 2;
        let pair = match rest {
            [(Operator::Equal | Operator::Unequal, second)] => (self.sort(first), self.sort(second)),
            _ => (Sort::Any, Sort::Any),
        };
        if let (Sort::Number, Sort::Text, [(operator, Node::Text(text))]) = (pair.0, pair.1, rest)
            && let number = Value::from(text.as_str()).to_number()
            && number.is_finite()
        {
            // Web forms compare as text what JavaRosa compares as numbers.
            self.inside(first, rank(first) <= own);
            self.put(&format!(" {} {number}", written(*operator).1));
            return;
        }
        if let [(operator, second)] = rest
            && (2..4).contains(&own)
            && self.is_timed(first, second)
        {
            // JavaRosa compares the days alone, and web forms keep a time as text.
            let times = self.sort(first) == Sort::Time && self.sort(second) == Sort::Time;
            for (at, node) in [first, second].into_iter().enumerate() {
                if at > 0 {
                    self.put(&format!(" {} ", written(*operator).1));
                }
                let mut inner = Writer { references: self.references, paths: self.paths, out: String::new() };
                inner.node(node);
                let inner = inner.out;
                let moment = || format!("decimal-date-time({inner})");
                self.put(&if times { format!("number(translate({}, ':', ''))", clock(&inner)) } else { moment() });
            }
            return;
        }
        self.operand(first, own, of_conditions || pair.1 == Sort::Boolean);
        for (operator, node) in rest {
            self.put(" ");
            self.put(written(*operator).1);
            self.put(" ");
            self.operand(node, own, of_conditions || pair.0 == Sort::Boolean);
        }
    }

    fn operand(&mut self, node: &Node, own: u8, condition: bool) {
        if condition && may_be_question(node) { self.condition(node) } else { self.inside(node, rank(node) <= own) }
    }

    /// Whether a value counts as true. An engine may take a question for true because it exists.
    fn condition(&mut self, node: &Node) {
        if !may_be_question(node) {
            return self.node(node);
        }
        let sort = self.sort(node);
        let mut with = |before: &str, after: &str| {
            self.put(before);
            self.node(node);
            self.put(after);
        };
        match sort {
            Sort::Boolean if !is_bare(node) => with("", ""),
            Sort::Number | Sort::Boolean => with("boolean(number(", "))"),
            Sort::Text | Sort::Day | Sort::Time | Sort::Moment => with("(string-length(", ") > 0)"),
            Sort::Any => {
                with("(string-length(", ") > 0 and string(");
                with("", ") != '0')");
            }
        }
    }

    fn inside(&mut self, node: &Node, brackets: bool) {
        if brackets {
            self.put("(");
        }
        self.node(node);
        if brackets {
            self.put(")");
        }
    }

    /// The arguments, each between `before` and `after`, with `between` in between.
    fn each(&mut self, arguments: &[Node], before: &str, between: &str, after: &str) {
        for (number, argument) in arguments.iter().enumerate() {
            self.put(if number > 0 { between } else { "" });
            self.put(before);
            self.node(argument);
            self.put(after);
        }
    }

    fn call(&mut self, function: Function, arguments: &[Node]) {
        match (function, arguments) {
            (Function::Sum, [_, ..]) => {
                self.put("(");
                self.each(arguments, "coalesce(number(", " + ", "), 0)");
                self.put(")");
            }
            (Function::Minimum, _) => self.least(arguments, "number("),
            (Function::Maximum, _) => {
                self.put("(-");
                self.least(arguments, "-(");
                self.put(")");
            }
            (Function::Selected, [chosen, wanted]) => self.selected(chosen, wanted),
            (Function::CountSelected, [chosen]) if self.is_one_with_blanks(chosen) => {
                self.put("number(string-length(");
                self.node(chosen);
                self.put(") > 0)");
            }
            (Function::SelectedAt, [chosen, place]) if self.is_one_with_blanks(chosen) => {
                self.put("if(int(");
                self.node(place);
                self.put(") = 0, ");
                self.node(chosen);
                self.put(", '')");
            }
            (Function::Boolean, [condition]) if may_be_question(condition) => self.condition(condition),
            (Function::CountSelected | Function::SelectedAt, [chosen, rest @ ..]) => {
                self.put(function.name());
                self.put("(");
                self.names(chosen);
                for argument in rest {
                    self.put(", ");
                    self.node(argument);
                }
                self.put(")");
            }
            (Function::Not, [condition]) => {
                self.put("not(");
                self.condition(condition);
                self.put(")");
            }
            (Function::If, [condition, rest @ ..]) => {
                self.put("if(");
                self.condition(condition);
                self.put(", ");
                self.each(rest, "", ", ", "");
                self.put(")");
            }
            (Function::Date, [Node::Call(Function::Now, _)]) => self.put("today()"),
            // It asks for the question, not for its answer.
            (Function::ChoiceName, [value, Node::Reference(slot)]) => {
                let path = quoted(&self.paths.path(&self.references[*slot]));
                self.put("jr:choice-name(");
                self.node(value);
                self.put(", ");
                self.put(&path);
                self.put(")");
            }
            _ => {
                self.put(function.name());
                self.put("(");
                self.each(arguments, "", ", ", "");
                self.put(")");
            }
        }
    }

    /// The least of the arguments that are numbers, each between `before` and a bracket. An engine may stop at one
    /// that is empty, so another one stands in for it.
    fn least(&mut self, arguments: &[Node], before: &str) {
        /// Beyond so many, the stand-ins would be longer than the form.
        const MOST: usize = 6;
        let bare = arguments.iter().all(|argument| matches!(argument, Node::Number(_)));
        if before.starts_with('n') && bare || arguments.len() < 2 || arguments.len() > MOST {
            let plain = if before.starts_with('n') { ("", "") } else { (before, ")") };
            self.put("min(");
            self.each(arguments, plain.0, ", ", plain.1);
            self.put(")");
            return;
        }
        self.put("min(");
        for first in 0..arguments.len() {
            self.put(if first > 0 { ", " } else { "" });
            for next in 0..arguments.len() {
                let last = next + 1 == arguments.len();
                self.put(if last { "" } else { "coalesce(" });
                self.put(before);
                self.node(&arguments[(first + next) % arguments.len()]);
                self.put(if last { ")" } else { "), " });
            }
            self.put(&")".repeat(arguments.len() - 1));
        }
        self.put(")");
    }

    /// What was chosen. Engines stop where it is no text.
    fn names(&mut self, chosen: &Node) {
        let text = self.sort(chosen) == Sort::Text;
        self.put(if text { "" } else { "string(" });
        self.node(chosen);
        self.put(if text { "" } else { ")" });
    }

    fn selected(&mut self, chosen: &Node, wanted: &Node) {
        let one = self.is_one_with_blanks(chosen);
        if !one && matches!(wanted, Node::Text(text) if text.trim().contains(' ')) {
            // Of names with blanks between them, none has a blank; engines look for two in a row.
            return self.put("false()");
        }
        // Engines stop at a name that is a number.
        let text = match wanted {
            Node::Number(number) => Some(quoted(&Value::Number(*number).into_text())),
            Node::Text(text) => Some(quoted(text.trim())),
            _ => None,
        };
        self.put(if one { "(" } else { "selected(" });
        self.names(chosen);
        self.put(if one { " = " } else { ", " });
        match text {
            Some(text) => self.put(&text),
            None => {
                self.put("string(");
                self.node(wanted);
                self.put(")");
            }
        }
        self.put(")");
    }
}

/// Whether a term is nothing but what is asked or a column.
pub(super) fn is_bare(node: &Node) -> bool {
    matches!(node, Node::Reference(_) | Node::Current | Node::Column(_))
}

/// Whether the value of a term may be that of a question, which an engine takes for true because it exists.
fn may_be_question(node: &Node) -> bool {
    is_bare(node) || matches!(node, Node::Call(Function::If | Function::Coalesce | Function::Once, _))
}
