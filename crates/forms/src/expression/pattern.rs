//! The patterns of `regex(text, pattern)`.
//!
//! A pattern must match the whole text, and `\d`, `\w` and `\s` mean their ASCII
//! characters, as on the phones that run the same form. Matching takes time linear
//! in the text, whatever the pattern; look-around and back-references are refused.

use regex::{Regex, RegexBuilder};

/// Bytes a compiled pattern may take.
const SIZE_LIMIT: usize = 1 << 19;

#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles `pattern`, or says what is wrong with it.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let ascii = with_ascii_classes(pattern);
        // Alone first: a pattern with unbalanced brackets must not pass by closing
        // the ones put around it.
        build(&ascii)?;
        build(&format!("\\A(?:{ascii})\\z")).map(Self)
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn build(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).nest_limit(50).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    })
}

fn with_ascii_classes(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            written.push(character);
            continue;
        }
        match characters.next() {
            Some('d') => written.push_str("[0-9]"),
            Some('D') => written.push_str("[^0-9]"),
            Some('w') => written.push_str("[0-9A-Za-z_]"),
            Some('W') => written.push_str("[^0-9A-Za-z_]"),
            Some('s') => written.push_str(r"[ \t\n\x0B\f\r]"),
            Some('S') => written.push_str(r"[^ \t\n\x0B\f\r]"),
            Some(escaped) => written.extend(['\\', escaped]),
            None => written.push('\\'),
        }
    }
    written
}
