//! The mailroom's own letter: a test mail to whoever asks for one.

use serde::Serialize;

use crate::mail::letter::{Letter, Link};

#[derive(Debug, Clone, Serialize)]
pub struct TestMessage {
    /// Date and time in the asker's time zone.
    pub asked_at: String,
    pub journal: Link,
}

impl Letter for TestMessage {
    const TEMPLATE: &'static str = "test_message";

    fn sample() -> Self {
        Self { asked_at: "2026-11-30 14:05".to_owned(), journal: Link::sample("/messages") }
    }
}
