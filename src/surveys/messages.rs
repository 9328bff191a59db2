//! Mails to those who are invited to a survey: one struct per mail, the context of its template.

use serde::Serialize;

use crate::mail::letter::{Letter, Link};

/// What a mail to somebody invited is about; the mailroom's journal does not show these.
pub const SURVEY_INVITATION: &str = "invitation";

/// One of several links.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    pub link: Link,
}

/// To somebody who is invited: who asks, until when, and the link that is theirs alone.
#[derive(Debug, Clone, Serialize)]
pub struct SurveyInvitation {
    pub city: String,
    pub title: String,
    /// The last day; may be empty.
    pub until: String,
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
            confidential: false,
            link: Link::sample("/i/7KQ2M-X4D9A-TRX8F"),
            stop: vec![Way { link: Link::sample("/i/7KQ2M-X4D9A-TRX8F/opt-out") }],
        }
    }
}

/// To somebody who was invited and has not answered.
#[derive(Debug, Clone, Serialize)]
pub struct SurveyReminder {
    pub city: String,
    pub title: String,
    pub until: String,
    pub confidential: bool,
    pub link: Link,
    pub stop: Vec<Way>,
}

impl Letter for SurveyReminder {
    const TEMPLATE: &'static str = "survey_reminder";

    fn sample() -> Self {
        let SurveyInvitation { city, title, until, confidential, link, stop } = SurveyInvitation::sample();
        Self { city, title, until, confidential, link, stop }
    }
}
