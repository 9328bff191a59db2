//! The one error type. It knows no HTTP: `web/problem.rs` turns it into a problem or a page.
//!
//! Codes are stable and part of the API; people read the Fluent text `error-<code>`.
//! Internal text is for the log only and never leaves the process.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Given;
use super::problems::{self, Code};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Name of the field as sent, e.g. `email` or `answers.age`.
    pub field: String,
    /// Stable code, e.g. `required`; its text is the Fluent message `error-<code>`.
    pub code: String,
    /// Arguments of the text, e.g. `max`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// A ready sentence where the text belongs to the data (a questionnaire's own message).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: impl Into<String>) -> Self {
        Self { field: field.into(), code: code.into(), params: BTreeMap::new(), message: None }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }
}

/// Every way a use case can fail.
#[derive(Debug)]
pub enum Error {
    /// The input breaks rules; every broken field is listed.
    Invalid(Vec<FieldError>),
    /// The request itself cannot be read: a cursor that nobody gave out, say.
    Malformed(Vec<FieldError>),
    /// Nobody is signed in, or the token is not good (any more).
    Unauthenticated(Code),
    /// Signed in, but not allowed to do this.
    Forbidden(Code),
    /// No such thing, or its existence is not for this caller to know.
    NotFound(&'static str),
    /// The thing is not in a state that allows this.
    Conflict(Code),
    /// Somebody changed it meanwhile (If-Match); carries the current version.
    Stale { current: i32 },
    /// Too many tries; come back after that many seconds.
    TooMany { retry_after: u32 },
    /// The body is larger than allowed, in bytes.
    TooLarge { limit: usize },
    /// A dependency (database, queue) cannot answer now; nothing was written.
    Unavailable(String),
    /// A bug or a broken machine. The text goes to the log with the request id.
    Internal(String),
}

impl Error {
    pub fn field(field: impl Into<String>, code: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    pub fn internal(what: impl fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// The whole problem.
    pub fn problem(&self) -> Code {
        match self {
            Self::Invalid(_) => problems::INVALID,
            Self::Malformed(_) => problems::MALFORMED,
            Self::Unauthenticated(code) | Self::Forbidden(code) | Self::Conflict(code) => *code,
            Self::NotFound(_) => problems::NOT_FOUND,
            Self::Stale { .. } => problems::STALE,
            Self::TooMany { .. } => problems::TOO_MANY_REQUESTS,
            Self::TooLarge { .. } => problems::TOO_LARGE,
            Self::Unavailable(_) => problems::UNAVAILABLE,
            Self::Internal(_) => problems::INTERNAL,
        }
    }

    /// Its stable code.
    pub fn code(&self) -> &'static str {
        self.problem().as_str()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(fields) | Self::Malformed(fields) => {
                write!(f, "{} input:", self.code())?;
                for e in fields {
                    write!(f, " {} ({})", e.field, e.code)?;
                }
                Ok(())
            }
            Self::NotFound(what) => write!(f, "no such {what}"),
            Self::Unavailable(why) => write!(f, "unavailable: {why}"),
            Self::Internal(why) => write!(f, "internal: {why}"),
            other => write!(f, "{}", other.code()),
        }
    }
}

impl std::error::Error for Error {}

/// Collects field errors so that people see all of them at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    pub fn new() -> Self {
        Self::default()
    }

    /// Records `code` for `field` unless `ok`.
    pub fn require(&mut self, ok: bool, field: &str, code: &str) -> &mut Self {
        if !ok {
            self.0.push(FieldError::new(field, code));
        }
        self
    }

    pub fn push(&mut self, error: FieldError) -> &mut Self {
        self.0.push(error);
        self
    }

    /// Trims, and demands 1..=max characters without control characters (line breaks allowed if `lines`); in a
    /// line, nothing that cannot be seen either.
    pub fn text(&mut self, field: &str, value: &str, max: usize, lines: bool) -> String {
        let value = value.trim().replace("\r\n", "\n");
        if value.is_empty() {
            self.0.push(FieldError::new(field, "required"));
        }
        self.optional_text(field, &value, max, lines)
    }

    /// As `text`, but may be empty.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize, lines: bool) -> String {
        let value = value.trim().replace("\r\n", "\n");
        if value.chars().count() > max {
            self.0.push(FieldError::new(field, "too_long").with("max", max));
        }
        if value.chars().any(|c| c.is_control() && !(lines && (c == '\n' || c == '\t'))) {
            self.0.push(FieldError::new(field, "control_characters"));
        }
        if !lines && hides(&value) {
            self.0.push(FieldError::new(field, "invisible_characters"));
        }
        value
    }

    /// Parses a value, recording `code` where it does not parse.
    pub fn parse<T: std::str::FromStr>(&mut self, field: &str, value: &str, code: &str) -> Option<T> {
        if let Ok(parsed) = value.trim().parse() {
            Some(parsed)
        } else {
            self.0.push(FieldError::new(field, code));
            None
        }
    }

    /// A value as given, recording `required` or `wrong_type` where it is not there.
    pub fn given<T: Clone>(&mut self, field: &str, given: &Given<T>) -> Option<T> {
        match given {
            Given::Value(value) => return Some(value.clone()),
            Given::Absent => self.0.push(FieldError::new(field, "required")),
            Given::Unreadable => self.0.push(FieldError::new(field, "wrong_type")),
        }
        None
    }

    /// As `given`, but may be absent.
    pub fn given_or_none<T: Clone>(&mut self, field: &str, given: &Given<T>) -> Option<T> {
        if matches!(given, Given::Absent) { None } else { self.given(field, given) }
    }

    pub fn done(&mut self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(std::mem::take(&mut self.0))) }
    }
}

/// Whether a name holds what cannot be seen: two names would look the same, or read in another order than they
/// are written. Joiners are letters of some scripts, between letters.
fn hides(line: &str) -> bool {
    let characters: Vec<char> = line.chars().collect();
    let letter = |at: Option<usize>| at.and_then(|at| characters.get(at)).is_some_and(|c| !c.is_whitespace() && !c.is_ascii() && !unseen(*c));
    (0..characters.len()).any(|at| match characters[at] {
        '\u{200c}' | '\u{200d}' => !letter(at.checked_sub(1)) || !letter(at.checked_add(1)),
        c => unseen(c),
    })
}

/// Spaces without width, marks, overrides and isolates of direction, fillers, tags.
fn unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_holds_nothing_that_cannot_be_seen() {
        let code = |name: &str| {
            let mut checks = Checks::new();
            checks.text("name", name, 120, false);
            match checks.done() {
                Err(Error::Invalid(errors)) => errors[0].code.clone(),
                _ => String::new(),
            }
        };
        for good in ["Amina", "Łódź", "عمّان", "می\u{200c}خواهم", "ක්\u{200d}ෂ", "O’Brien – São Tomé"] {
            assert_eq!(code(good), "", "{good:?}");
        }
        for bad in ["Ami\u{200b}na", "\u{202e}anima", "a\u{2066}b\u{2069}", "\u{200d}", "Am\u{200d}ina", "soft\u{ad}hyphen", "\u{3164}", "x\u{e0041}"]
        {
            assert_eq!(code(bad), "invisible_characters", "{bad:?}");
        }
        let mut checks = Checks::new();
        checks.text("comment", "a mark \u{200f}in a text", 120, true);
        assert!(checks.done().is_ok());
    }
}
