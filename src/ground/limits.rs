//! Limits of fields: the rule that checks one and the document that tells of it read the same constant.

/// How much a field of an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Characters of a text that must be there.
    Text(usize),
    /// Characters of a text that may be empty.
    Optional(usize),
    /// The least and the most of a whole number.
    Number(i64, i64),
    /// Entries of a list.
    Items(usize),
    /// Names by language, and the characters of each.
    Names(usize, usize),
}

/// The limits of an input by its fields.
pub type Limits = &'static [(&'static str, Limit)];
