//! The functions an expression may call, with the number of arguments each takes.
//! Not here: what they compute, see `evaluate`. A function that is not listed is
//! refused when the expression is read.

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
    Number,
    Text,
    TextLength,
    Contains,
    Round,
    Int,
    Minimum,
    Maximum,
    Sum,
    Today,
    Now,
    Date,
}

impl Function {
    /// The function called `name` and the least and greatest number of its arguments.
    pub(super) fn named(name: &str) -> Option<(Self, usize, usize)> {
        let many = usize::MAX;
        Some(match name {
            "true" => (Self::True, 0, 0),
            "false" => (Self::False, 0, 0),
            "not" => (Self::Not, 1, 1),
            "if" => (Self::If, 3, 3),
            "coalesce" => (Self::Coalesce, 2, 2),
            "once" => (Self::Once, 1, 1),
            "selected" => (Self::Selected, 2, 2),
            "count-selected" => (Self::CountSelected, 1, 1),
            "number" => (Self::Number, 1, 1),
            "string" => (Self::Text, 1, 1),
            "string-length" => (Self::TextLength, 0, 1),
            "contains" => (Self::Contains, 2, 2),
            "round" => (Self::Round, 1, 2),
            "int" => (Self::Int, 1, 1),
            "min" => (Self::Minimum, 1, many),
            "max" => (Self::Maximum, 1, many),
            "sum" => (Self::Sum, 1, many),
            "today" => (Self::Today, 0, 0),
            "now" => (Self::Now, 0, 0),
            "date" => (Self::Date, 1, 1),
            _ => return None,
        })
    }
}
