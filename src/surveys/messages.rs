//! The mail to those who are invited to a survey: the context of its template.

use serde::Serialize;

use crate::mail::letter::{Letter, Link};

/// One of several links.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    pub link: Link,
}

/// To somebody who is invited, or was and has not answered: who asks, until when, and the link that is theirs alone.
#[derive(Debug, Clone, Serialize)]
pub struct SurveyInvitation {
    pub city: String,
    pub title: String,
    /// The last day; may be empty.
    pub until: String,
    pub reminder: bool,
    pub confidential: bool,
    pub link: Link,
    /// Where they say that they do not want to be written to.
    pub stop: Vec<Way>,
}

impl Letter for SurveyInvitation {
    const TEMPLATE: &'static str = "survey_invitation";

    fn sample() -> Self {
        Self {
            city: "Lindenau".into(),
            title: "Learning in our city".into(),
            until: "2026-12-15".into(),
            reminder: false,
            confidential: false,
            link: Link::sample("/i/7KQ2M-X4D9A-TRX8F"),
            stop: vec![Way { link: Link::sample("/i/7KQ2M-X4D9A-TRX8F/opt-out") }],
        }
    }
}
