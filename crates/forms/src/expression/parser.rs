//! Tokens to a tree, by recursive descent over the operator ranks of XPath 1.0.
//!
//! Rule to keep: no text, however long or nested, may exhaust the stack. Chains of
//! operators are flat, and brackets, calls and arguments count towards one depth.

use std::fmt;

use super::function::why_not;
use super::lexer::{Token, tokens};
use super::pattern::Pattern;
use super::{Expression, Function, Node, Operator};

/// Characters an expression may have.
pub const MAXIMUM_LENGTH: usize = 8_000;
/// Operands and calls an expression may have.
pub const MAXIMUM_TERMS: usize = 2_000;
/// How deep brackets and calls may nest.
pub const MAXIMUM_DEPTH: usize = 32;

/// The rank above the tightest binary operators.
const UNARY: u8 = 6;

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The character where it goes wrong, counted from 1.
    pub position: usize,
    /// What is wrong, in English.
    pub message: String,
}

impl ParseError {
    pub(super) fn new(at: usize, message: &str) -> Self {
        Self { position: at + 1, message: message.to_owned() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "character {}: {}", self.position, self.message)
    }
}

impl std::error::Error for ParseError {}

/// When an expression was written: patterns of one that was stored have been tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Now,
    Before,
}

pub(super) fn parse(source: &str, written: Written) -> Result<Expression, ParseError> {
    if source.chars().count() > MAXIMUM_LENGTH {
        return Err(ParseError::new(MAXIMUM_LENGTH, &format!("longer than {MAXIMUM_LENGTH} characters")));
    }
    let mut parser = Parser {
        end: source.chars().count(),
        tokens: tokens(source)?.into_iter().peekable(),
        references: Vec::new(),
        columns: Vec::new(),
        terms: 0,
        written,
    };
    let root = parser.rank(0, 0)?;
    if let Some((_, at)) = parser.tokens.next() {
        return Err(ParseError::new(at, "an operator is missing before this"));
    }
    Ok(Expression { source: source.to_owned(), root, references: parser.references, columns: parser.columns })
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<(Token, usize)>>,
    references: Vec<String>,
    columns: Vec<String>,
    terms: usize,
    end: usize,
    written: Written,
}

impl Parser {
    fn rank(&mut self, rank: u8, depth: usize) -> Result<Node, ParseError> {
        if rank == UNARY {
            return self.unary(depth);
        }
        let first = self.rank(rank + 1, depth)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator_of(rank) {
            self.tokens.next();
            rest.push((operator, self.rank(rank + 1, depth)?));
        }
        Ok(if rest.is_empty() { first } else { Node::Chain(Box::new(first), rest) })
    }

    fn operator_of(&mut self, wanted: u8) -> Option<Operator> {
        let (token, _) = self.tokens.peek()?;
        let word = match token {
            Token::Sign(sign) => sign,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        let (operator, rank) = match word {
            "or" => (Operator::Or, 0),
            "and" => (Operator::And, 1),
            "=" => (Operator::Equal, 2),
            "!=" => (Operator::Unequal, 2),
            "<" => (Operator::Less, 3),
            "<=" => (Operator::AtMost, 3),
            ">" => (Operator::Greater, 3),
            ">=" => (Operator::AtLeast, 3),
            "+" => (Operator::Plus, 4),
            "-" => (Operator::Minus, 4),
            "*" => (Operator::Times, 5),
            "div" => (Operator::Divide, 5),
            "mod" => (Operator::Modulo, 5),
            _ => return None,
        };
        (rank == wanted).then_some(operator)
    }

    fn unary(&mut self, depth: usize) -> Result<Node, ParseError> {
        let mut signs = 0_usize;
        while let Some((Token::Sign("-"), _)) = self.tokens.peek() {
            self.tokens.next();
            signs += 1;
        }
        let mut node = self.operand(depth)?;
        // Two minus signs still turn the operand into a number; more add nothing.
        let needed = if signs == 0 { 0 } else { 2 - signs % 2 };
        for _ in 0..needed {
            node = Node::Negative(Box::new(node));
        }
        Ok(node)
    }

    fn operand(&mut self, depth: usize) -> Result<Node, ParseError> {
        let Some((token, at)) = self.tokens.next() else {
            return Err(ParseError::new(self.end, "it ends where a value is missing"));
        };
        self.terms += 1;
        if self.terms > MAXIMUM_TERMS {
            return Err(ParseError::new(at, &format!("more than {MAXIMUM_TERMS} terms")));
        }
        match token {
            Token::Number(number) => Ok(Node::Number(number)),
            Token::Text(text) => Ok(Node::Text(text)),
            Token::Current => Ok(Node::Current),
            Token::Reference(name) => Ok(Node::Reference(place_of(&mut self.references, name))),
            Token::Sign("(") => {
                let node = self.rank(0, deeper(depth, at)?)?;
                self.expect(")", at)?;
                Ok(node)
            }
            Token::Name(name) => {
                if matches!(self.tokens.peek(), Some((Token::Sign("("), _))) {
                    self.tokens.next();
                    self.call(&name, at, deeper(depth, at)?)
                } else {
                    place_of(&mut self.columns, name.clone());
                    Ok(Node::Column(name))
                }
            }
            Token::Sign(sign) => Err(ParseError::new(at, &format!("a value is missing before \"{sign}\""))),
        }
    }

    fn call(&mut self, name: &str, at: usize, depth: usize) -> Result<Node, ParseError> {
        let mut arguments = Vec::new();
        if matches!(self.tokens.peek(), Some((Token::Sign(")"), _))) {
            self.tokens.next();
        } else {
            loop {
                arguments.push(self.rank(0, depth)?);
                match self.tokens.next() {
                    Some((Token::Sign(","), _)) => {}
                    Some((Token::Sign(")"), _)) => break,
                    Some((_, at)) => {
                        return Err(ParseError::new(at, "\",\" or \")\" is missing before this"));
                    }
                    None => return Err(ParseError::new(at, "a bracket that is never closed")),
                }
            }
        }
        if name == "regex" {
            return matching(arguments, at, self.written);
        }
        let Some((function, least, most)) = Function::named(name) else {
            let why = why_not(name).map(|why| format!(": {why}")).unwrap_or_default();
            return Err(ParseError::new(at, &format!("the function {name}() is not supported{why}")));
        };
        if !(least..=most).contains(&arguments.len()) {
            return Err(ParseError::new(at, &format!("{name}() does not take {} arguments", arguments.len())));
        }
        if function == Function::ChoiceName {
            self.name_question(&mut arguments[1]);
        }
        match function.refuses(&arguments) {
            Some(message) => Err(ParseError::new(at, &message)),
            None => Ok(Node::Call(function, arguments)),
        }
    }

    /// A question that is written in quotes, since a function asks for it and not for its answer.
    fn name_question(&mut self, quoted: &mut Node) {
        let name = match quoted {
            Node::Text(text) => text.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}')),
            // Its answer is no question.
            _ => None,
        };
        *quoted = match name.map(str::trim).filter(|name| !name.is_empty() && !name.contains('}')) {
            Some(name) => Node::Reference(place_of(&mut self.references, name.to_owned())),
            None => Node::Current,
        };
    }

    fn expect(&mut self, sign: &str, opened: usize) -> Result<(), ParseError> {
        match self.tokens.next() {
            Some((Token::Sign(found), _)) if found == sign => Ok(()),
            Some((_, at)) => Err(ParseError::new(at, &format!("\"{sign}\" is missing before this"))),
            None => Err(ParseError::new(opened, "a bracket that is never closed")),
        }
    }
}

fn matching(mut arguments: Vec<Node>, at: usize, written: Written) -> Result<Node, ParseError> {
    if arguments.len() != 2 {
        return Err(ParseError::new(at, "regex() takes a value and a pattern"));
    }
    let (Some(Node::Text(pattern)), Some(text)) = (arguments.pop(), arguments.pop()) else {
        return Err(ParseError::new(at, "the pattern of regex() must be written in quotes"));
    };
    let pattern = match written {
        Written::Now => Pattern::new(&pattern).map_err(|message| ParseError::new(at, &message))?,
        Written::Before => Pattern::known(&pattern),
    };
    Ok(Node::Matches(Box::new(text), pattern))
}

fn deeper(depth: usize, at: usize) -> Result<usize, ParseError> {
    if depth < MAXIMUM_DEPTH { Ok(depth + 1) } else { Err(ParseError::new(at, &format!("brackets nested deeper than {MAXIMUM_DEPTH}"))) }
}

fn place_of(names: &mut Vec<String>, name: String) -> usize {
    names.iter().position(|known| *known == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}
