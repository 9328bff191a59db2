//! Which page somebody has reached for the first time on their way, to be counted by the day.

use super::walk::{Go, Sent, Step};
use crate::surveys::intake::Issued;

/// The page that says who asks; the answers to check; the thanks.
pub const BEGIN: &str = "begin";
pub const CHECK: &str = "check";
pub const SENT: &str = "sent";

/// The name of the page that a press of *Continue* leads to, unless it was shown before.
pub fn reached(issued: &Issued, sent: &Sent, step: &Step) -> Option<String> {
    if sent.go != Go::Next || sent.from_check {
        return None;
    }
    match step {
        Step::Page { page, errors, .. } if errors.is_empty() => {
            let questions = &issued.compiled.questionnaire().pages.get(*page)?.questions;
            (!questions.iter().any(|at| sent.seen.contains_key(at))).then(|| page.to_string())
        }
        Step::Check => Some(CHECK.to_owned()),
        _ => None,
    }
}
