//! Codes of problems: stable words, part of the API. Each room has its own in a table (`problems!`),
//! the roof puts the tables together; a code that is in no table does not compile.

use std::fmt;

/// The ways in which a use case fails, as far as faces care: each has its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Invalid,
    Malformed,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    Stale,
    TooMany,
    TooLarge,
    Unavailable,
    Internal,
}

/// A code, with what the caller can do. People read the Fluent text `error-<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    word: &'static str,
    kind: Kind,
    title: &'static str,
}

impl Code {
    /// For `problems!` alone: whatever is made elsewhere is in no catalogue.
    #[doc(hidden)]
    pub const fn declared(word: &'static str, kind: Kind, title: &'static str) -> Self {
        Self { word, kind, title }
    }

    pub const fn as_str(self) -> &'static str {
        self.word
    }

    pub const fn kind(self) -> Kind {
        self.kind
    }

    pub const fn title(self) -> &'static str {
        self.title
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word)
    }
}

/// Declares a room's codes: a constant for each, and `PROBLEMS`, the table of all of them.
#[macro_export]
macro_rules! problems {
    ($($name:ident = $word:literal, $kind:ident, $title:literal;)+) => {
        $(pub const $name: $crate::ground::problems::Code =
            $crate::ground::problems::Code::declared($word, $crate::ground::problems::Kind::$kind, $title);)+

        /// Every code of this table.
        pub const PROBLEMS: &[$crate::ground::problems::Code] = &[$($name),+];
    };
}

problems! {
    INVALID = "invalid", Invalid, "The input breaks rules; `errors` lists every field.";
    MALFORMED = "malformed", Malformed, "The request could not be read; `errors` says where.";
    UNAUTHENTICATED = "unauthenticated", Unauthenticated, "Sign in, or send a valid token.";
    FORBIDDEN = "forbidden", Forbidden, "You are signed in, but this is not yours to do.";
    NOT_FOUND = "not_found", NotFound, "There is no such thing, or it is not yours to see.";
    ALREADY_EXISTS = "already_exists", Conflict, "One with this name or key is already there.";
    CONFLICT = "conflict", Conflict, "The thing is not in a state that allows this.";
    IN_USE = "in_use", Conflict, "It is in use and can no longer change.";
    CLOSED = "closed", Conflict, "It is closed; nothing more is taken.";
    ALREADY_SUBMITTED = "already_submitted", Conflict, "It was submitted before; the first submission stands.";
    STALE = "stale", Stale, "Somebody changed it meanwhile; read it again.";
    TOO_LARGE = "too_large", TooLarge, "The body is larger than allowed.";
    TOO_MANY_REQUESTS = "too_many_requests", TooMany, "Too many tries; wait as long as Retry-After says.";
    INTERNAL = "internal", Internal, "Our mistake; it was logged under the request id.";
    UNAVAILABLE = "unavailable", Unavailable, "Cannot answer now; try again. With an Idempotency-Key or `once`, repeating is safe.";
}
