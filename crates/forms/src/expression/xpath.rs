//! A tree written as the XPath of an `XForm`, so that phones and web pages that run the
//! form decide as it was decided here.
//!
//! Rule to keep: what an engine computes otherwise is written in other words that give
//! the same value (`sum()` of several arguments, `max()` of negative numbers).

use std::fmt::Write;

use super::{Expression, Function, Node, Operator};

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
}

impl Expression {
    /// The expression as XPath 1.0 with the functions of ODK XForms.
    pub fn to_xpath<P: Paths>(&self, paths: &P) -> String {
        let mut writer = Writer { references: &self.references, paths, out: String::new() };
        writer.node(&self.root);
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

impl<P: Paths> Writer<'_, P> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
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
            Node::Chain(first, rest) => {
                let own = rank(node);
                self.inside(first, rank(first) <= own);
                for (operator, node) in rest {
                    self.put(" ");
                    self.put(written(*operator).1);
                    self.put(" ");
                    self.inside(node, rank(node) <= own);
                }
            }
            Node::Matches(text, pattern) => {
                self.put("regex(");
                self.node(text);
                self.put(", ");
                self.put(&quoted(pattern.source()));
                self.put(")");
            }
            Node::Call(function, arguments) => self.call(*function, arguments),
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
            // JavaRosa sums up nodes only, and has no number below zero as the greatest.
            (Function::Sum, [_, ..]) => {
                self.put("(");
                self.each(arguments, "coalesce(number(", " + ", "), 0)");
                self.put(")");
            }
            (Function::Maximum, _) => {
                self.put("(-min(");
                self.each(arguments, "-(", ", ", ")");
                self.put("))");
            }
            (Function::Selected, [chosen, wanted]) => self.selected(chosen, wanted),
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

    fn selected(&mut self, chosen: &Node, wanted: &Node) {
        let one = match chosen {
            Node::Reference(slot) => self.paths.is_one_with_blanks(Some(&self.references[*slot])),
            Node::Current => self.paths.is_one_with_blanks(None),
            _ => false,
        };
        // Engines stop at a name that is a number.
        let text = match wanted {
            Node::Number(number) => Some(quoted(&super::Value::Number(*number).into_text())),
            Node::Text(text) => Some(quoted(text.trim())),
            _ => None,
        };
        self.put(if one { "(" } else { "selected(" });
        self.node(chosen);
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
