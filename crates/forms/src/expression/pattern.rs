//! The patterns of `regex(text, pattern)`.
//!
//! A pattern must match the whole text, and `\d`, `\w` and `\s` mean their ASCII
//! characters, as on the phones that run the same form. Matching takes time linear
//! in the text, whatever the pattern; look-around and back-references are refused.
//!
//! A pattern is tried when an expression is written, and made ready when it is first
//! needed. Equal ones share what was made; all together are kept up to a limit, and
//! beyond it a pattern is made anew for each use: slower, but never larger.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use regex::{Regex, RegexBuilder};

/// Bytes a compiled pattern may take, and the steps by which its cost is measured.
const SIZES: [usize; 6] = [1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22];
const LARGEST: usize = SIZES[SIZES.len() - 1];
/// Bytes for what a pattern remembers while it searches.
const MEMORY: usize = 1 << 18;
/// What all patterns that are kept ready may cost together.
const MOST_KEPT: usize = 32 << 20;

static KEPT: AtomicUsize = AtomicUsize::new(0);
static SHARED: OnceLock<Mutex<HashMap<String, Weak<Ready>>>> = OnceLock::new();

/// A pattern ready for use; what it costs is given back when nobody has it any more.
#[derive(Debug)]
struct Ready {
    regex: Regex,
    cost: usize,
}

impl Drop for Ready {
    fn drop(&mut self) {
        KEPT.fetch_sub(self.cost, Ordering::Relaxed);
    }
}

#[derive(Clone, Debug)]
pub(super) struct Pattern {
    source: String,
    ready: OnceLock<Arc<Ready>>,
    /// Measured once: there may be no room for it for long.
    cost: OnceLock<usize>,
}

impl Pattern {
    /// A pattern that was tried before.
    pub(super) fn known(pattern: &str) -> Self {
        Self { source: pattern.to_owned(), ready: OnceLock::new(), cost: OnceLock::new() }
    }

    /// Tries `pattern`, or says what is wrong with it.
    pub(super) fn new(pattern: &str) -> Result<Self, String> {
        let ascii = with_ascii_classes(pattern);
        // Alone first: a pattern with unbalanced brackets must not pass by closing
        // the ones put around it.
        build(&ascii, LARGEST)?;
        build(&whole(&ascii), LARGEST)?;
        Ok(Self::known(pattern))
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Bytes that it takes when it is ready, in steps.
    pub(super) fn cost(&self) -> usize {
        *self.cost.get_or_init(|| cost(&self.source))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        if let Some(ready) = self.ready.get() {
            return ready.regex.is_match(text);
        }
        match make(&self.source, || self.cost()) {
            Ok(Made::Kept(ready)) => self.ready.get_or_init(|| ready).regex.is_match(text),
            Ok(Made::ForOnce(regex)) => regex.is_match(text),
            // Nothing that was tried comes here; what nobody tried matches nothing.
            Err(_) => false,
        }
    }
}

/// Bytes that a pattern takes when it is ready, in steps; at most, where it is none.
pub(crate) fn cost(pattern: &str) -> usize {
    let whole = whole(&with_ascii_classes(pattern));
    SIZES.into_iter().find(|size| build(&whole, *size).is_ok()).unwrap_or(LARGEST)
}

enum Made {
    Kept(Arc<Ready>),
    ForOnce(Regex),
}

fn make(source: &str, cost: impl Fn() -> usize) -> Result<Made, String> {
    let shared = SHARED.get_or_init(Mutex::default);
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ready) = lock().get(source).and_then(Weak::upgrade) {
        return Ok(Made::Kept(ready));
    }
    let regex = build(&whole(&with_ascii_classes(source)), LARGEST)?;
    let cost = cost();
    let room = |kept: usize| kept.checked_add(cost).filter(|kept| *kept <= MOST_KEPT);
    if KEPT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
        return Ok(Made::ForOnce(regex));
    }
    let ready = Arc::new(Ready { regex, cost });
    let mut all = lock();
    if all.len() > 256 {
        all.retain(|_, ready| ready.strong_count() > 0);
    }
    all.insert(source.to_owned(), Arc::downgrade(&ready));
    Ok(Made::Kept(ready))
}

fn whole(ascii: &str) -> String {
    format!("\\A(?:{ascii})\\z")
}

fn build(pattern: &str, size: usize) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(size).dfa_size_limit(MEMORY).nest_limit(50).build().map_err(|error| match error {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_patterns_are_made_once_and_many_are_kept_up_to_a_limit() {
        let patterns: Vec<Pattern> = (0..800).map(|n| Pattern::known(&format!("[a-z]{{1,{}}}{n}", 300 + n % 7))).collect();
        for pattern in &patterns {
            assert!(pattern.matches(&format!("abc{}", pattern.source().rsplit('}').next().unwrap())));
            assert!(KEPT.load(Ordering::Relaxed) <= MOST_KEPT);
        }
        assert!(patterns.iter().any(|pattern| pattern.ready.get().is_none()), "some were made for once");
        assert!(patterns.last().unwrap().matches("abc799") && !patterns.last().unwrap().matches("799"));
        drop(patterns);
        let (first, second) = (Pattern::known("a+b"), Pattern::known("a+b"));
        assert!(first.matches("aab") && second.matches("ab"));
        assert!(Arc::ptr_eq(first.ready.get().unwrap(), second.ready.get().unwrap()));
    }
}
