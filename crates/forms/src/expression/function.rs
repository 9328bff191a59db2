//! The functions an expression may call, with the number of arguments each takes.
//! Not here: what they compute, see `evaluate`. A function that is not listed is
//! refused when the expression is read.

use super::Node;
use super::format;

/// A function by its meaning. `regex` is not listed: its pattern is compiled when the
/// expression is parsed, so it has a node of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    True,
    False,
    Not,
    If,
    Coalesce,
    Once,
    Selected,
    CountSelected,
    SelectedAt,
    ChoiceName,
    Count,
    CountNonEmpty,
    Boolean,
    BooleanFromString,
    Number,
    Text,
    TextLength,
    Concat,
    Join,
    Contains,
    StartsWith,
    EndsWith,
    Part,
    PartBefore,
    PartAfter,
    Translate,
    NormalizeSpace,
    Round,
    Int,
    Absolute,
    Power,
    SquareRoot,
    Exponential,
    PowerOfTen,
    Logarithm,
    DecimalLogarithm,
    Pi,
    Sine,
    Cosine,
    Tangent,
    ArcSine,
    ArcCosine,
    ArcTangent,
    ArcTangentOf,
    Minimum,
    Maximum,
    Sum,
    Today,
    Now,
    Date,
    DateTime,
    DecimalDateTime,
    DecimalTime,
    FormatDate,
    FormatDateTime,
}

const MANY: usize = usize::MAX;

/// Name, meaning, and the least and greatest number of arguments.
const ALL: [(&str, Function, usize, usize); 55] = [
    ("true", Function::True, 0, 0),
    ("false", Function::False, 0, 0),
    ("not", Function::Not, 1, 1),
    ("if", Function::If, 3, 3),
    ("coalesce", Function::Coalesce, 2, 2),
    ("once", Function::Once, 1, 1),
    ("selected", Function::Selected, 2, 2),
    ("count-selected", Function::CountSelected, 1, 1),
    ("selected-at", Function::SelectedAt, 2, 2),
    ("jr:choice-name", Function::ChoiceName, 2, 2),
    ("count", Function::Count, 1, 1),
    ("count-non-empty", Function::CountNonEmpty, 1, 1),
    ("boolean", Function::Boolean, 1, 1),
    ("boolean-from-string", Function::BooleanFromString, 1, 1),
    ("number", Function::Number, 1, 1),
    ("string", Function::Text, 1, 1),
    ("string-length", Function::TextLength, 0, 1),
    ("concat", Function::Concat, 0, MANY),
    ("join", Function::Join, 1, MANY),
    ("contains", Function::Contains, 2, 2),
    ("starts-with", Function::StartsWith, 2, 2),
    ("ends-with", Function::EndsWith, 2, 2),
    ("substr", Function::Part, 2, 3),
    ("substring-before", Function::PartBefore, 2, 2),
    ("substring-after", Function::PartAfter, 2, 2),
    ("translate", Function::Translate, 3, 3),
    ("normalize-space", Function::NormalizeSpace, 0, 1),
    ("round", Function::Round, 1, 2),
    ("int", Function::Int, 1, 1),
    ("abs", Function::Absolute, 1, 1),
    ("pow", Function::Power, 2, 2),
    ("sqrt", Function::SquareRoot, 1, 1),
    ("exp", Function::Exponential, 1, 1),
    ("exp10", Function::PowerOfTen, 1, 1),
    ("log", Function::Logarithm, 1, 1),
    ("log10", Function::DecimalLogarithm, 1, 1),
    ("pi", Function::Pi, 0, 0),
    ("sin", Function::Sine, 1, 1),
    ("cos", Function::Cosine, 1, 1),
    ("tan", Function::Tangent, 1, 1),
    ("asin", Function::ArcSine, 1, 1),
    ("acos", Function::ArcCosine, 1, 1),
    ("atan", Function::ArcTangent, 1, 1),
    ("atan2", Function::ArcTangentOf, 2, 2),
    ("min", Function::Minimum, 1, MANY),
    ("max", Function::Maximum, 1, MANY),
    ("sum", Function::Sum, 1, MANY),
    ("today", Function::Today, 0, 0),
    ("now", Function::Now, 0, 0),
    ("date", Function::Date, 1, 1),
    ("date-time", Function::DateTime, 1, 1),
    ("decimal-date-time", Function::DecimalDateTime, 1, 1),
    ("decimal-time", Function::DecimalTime, 1, 1),
    ("format-date", Function::FormatDate, 2, 2),
    ("format-date-time", Function::FormatDateTime, 2, 2),
];

impl Function {
    /// The function called `name` and the least and greatest number of its arguments.
    pub(super) fn named(name: &str) -> Option<(Self, usize, usize)> {
        ALL.iter().find(|(known, ..)| *known == name).map(|&(_, function, least, most)| (function, least, most))
    }

    /// What it is called in an expression.
    pub(super) fn name(self) -> &'static str {
        ALL.iter().find(|(_, function, ..)| *function == self).map_or("", |(name, ..)| name)
    }

    /// What is wrong with arguments of the right number that can be seen before anything is evaluated.
    pub(super) fn refuses(self, arguments: &[Node]) -> Option<String> {
        match (self, arguments) {
            (Self::Count | Self::CountNonEmpty, [argument]) if !matches!(argument, Node::Reference(_)) => {
                Some(format!("{}() takes a question as ${{name}}", self.name()))
            }
            (Self::ChoiceName, [_, question]) if !matches!(question, Node::Reference(_)) => {
                Some("jr:choice-name() takes a value and a question in quotes, as '${name}'".to_owned())
            }
            (Self::FormatDate | Self::FormatDateTime, [_, Node::Text(pattern)]) => format::refuses(pattern),
            _ => None,
        }
    }
}

/// Why a function of XForms is none here, where its name alone does not say it.
pub(super) fn why_not(name: &str) -> Option<&'static str> {
    Some(match name {
        "position" | "indexed-repeat" | "last" | "index" => "it counts repeats, and there are none",
        "random" | "uuid" | "randomize" => "its value is another one each time",
        "pulldata" | "instance" => "there are no other files",
        _ => return None,
    })
}
