//! Mails about reviews: one struct per mail, the context of its template.

use serde::Serialize;

use crate::mail::letter::{Letter, Link};

/// To an expert: who is asked for what, by when, and how much work it is.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewInvitation {
    pub city: String,
    pub round: String,
    /// Sections to judge.
    pub sections: usize,
    /// About how long that takes, in hours.
    pub hours: usize,
    pub due: String,
    /// Called in because other experts disagree.
    pub third: bool,
    pub link: Link,
}

impl Letter for ReviewInvitation {
    const TEMPLATE: &'static str = "review_invitation";

    fn sample() -> Self {
        Self {
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            sections: 16,
            hours: 4,
            due: "2026-12-15 23:59 (Europe/Berlin)".into(),
            third: false,
            link: Link::sample("/review/cap_example"),
        }
    }
}

/// To the coordinators: a seat is free again.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewDeclined {
    pub expert: String,
    pub city: String,
    pub round: String,
    pub reason: String,
    /// Whom the expert would ask instead.
    pub suggested: String,
    pub conflict: bool,
    /// Whom the assignment plan names next, if anybody.
    pub next: String,
    pub link: Link,
}

impl Letter for ReviewDeclined {
    const TEMPLATE: &'static str = "review_declined";

    fn sample() -> Self {
        Self {
            expert: "Amal Haddad".into(),
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            reason: "I am on leave until January.".into(),
            suggested: "Chen Wei".into(),
            conflict: false,
            next: "Marta Oliveira".into(),
            link: Link::sample("/rounds/rnd_example/assignments"),
        }
    }
}

/// To an expert: the review has arrived.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewReceipt {
    pub city: String,
    pub round: String,
    pub sections: usize,
    pub receipt: String,
    pub submitted: String,
    pub link: Link,
}

impl Letter for ReviewReceipt {
    const TEMPLATE: &'static str = "review_receipt";

    fn sample() -> Self {
        Self {
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            sections: 16,
            receipt: "7KQ2M-X4D9A".into(),
            submitted: "2026-12-03 10:42 (Europe/Berlin)".into(),
            link: Link::sample("/review/cap_example"),
        }
    }
}

/// To an expert: the seat was taken back.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewWithdrawn {
    pub city: String,
    pub round: String,
    pub reason: String,
}

impl Letter for ReviewWithdrawn {
    const TEMPLATE: &'static str = "review_withdrawn";

    fn sample() -> Self {
        Self { city: "Lindenau".into(), round: "Monitoring 2026".into(), reason: "The city has withdrawn its report.".into() }
    }
}

/// One disputed measure.
#[derive(Debug, Clone, Serialize)]
pub struct DisputedMeasure {
    pub label: String,
    /// The word of the reason: `gap`, `decision_line`, `outlier`.
    pub reason: String,
    pub link: Link,
}

/// To the coordinators: experts disagree, and the case waits for them.
#[derive(Debug, Clone, Serialize)]
pub struct DisagreementOpened {
    pub city: String,
    pub round: String,
    pub measures: Vec<DisputedMeasure>,
}

impl Letter for DisagreementOpened {
    const TEMPLATE: &'static str = "disagreement_opened";

    fn sample() -> Self {
        let link = || Link::sample("/disagreements/dis_example");
        Self {
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            measures: vec![
                DisputedMeasure { label: "Public learning events".into(), reason: "gap".into(), link: link() },
                DisputedMeasure { label: "Leadership".into(), reason: "decision_line".into(), link: link() },
            ],
        }
    }
}

/// To an expert who is invited or at work: the city has its report again.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewGivenBack {
    pub city: String,
    pub round: String,
    /// Whether the review was accepted.
    pub begun: bool,
    pub link: Link,
}

impl Letter for ReviewGivenBack {
    const TEMPLATE: &'static str = "review_given_back";

    fn sample() -> Self {
        Self { city: "Lindenau".into(), round: "Monitoring 2026".into(), begun: true, link: Link::sample("/review/cap_example") }
    }
}

/// To an expert: the report is there again, and what is asked of them now.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewOn {
    pub city: String,
    pub round: String,
    /// The review was submitted, and is asked again about what changed.
    pub reopened: bool,
    /// Whether the review was accepted.
    pub begun: bool,
    /// Sections of the review that the city has changed.
    pub changed: Vec<String>,
    pub due: String,
    pub link: Link,
}

impl Letter for ReviewOn {
    const TEMPLATE: &'static str = "review_on";

    fn sample() -> Self {
        Self {
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            reopened: true,
            begun: true,
            changed: vec!["Public learning events".into(), "Leadership".into()],
            due: "2026-12-15 23:59 (Europe/Berlin)".into(),
            link: Link::sample("/review/cap_example"),
        }
    }
}

/// To a third expert: the city has changed what they were asked about.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewPast {
    pub city: String,
    pub round: String,
}

impl Letter for ReviewPast {
    const TEMPLATE: &'static str = "review_past";

    fn sample() -> Self {
        Self { city: "Lindenau".into(), round: "Monitoring 2026".into() }
    }
}

/// To the coordinators: a conflict of interest was found, and a review has stopped.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewStopped {
    pub expert: String,
    pub city: String,
    pub round: String,
    /// It was submitted, so that it counts until somebody sets it aside.
    pub submitted: bool,
    pub link: Link,
}

impl Letter for ReviewStopped {
    const TEMPLATE: &'static str = "review_stopped";

    fn sample() -> Self {
        Self {
            expert: "Amal Haddad".into(),
            city: "Lindenau".into(),
            round: "Monitoring 2026".into(),
            submitted: true,
            link: Link::sample("/rounds/rnd_example/assignments"),
        }
    }
}

/// To an expert: the review was set aside, or put back.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewAside {
    pub city: String,
    pub round: String,
    pub back: bool,
    pub link: Link,
}

impl Letter for ReviewAside {
    const TEMPLATE: &'static str = "review_aside";

    fn sample() -> Self {
        Self { city: "Lindenau".into(), round: "Monitoring 2026".into(), back: false, link: Link::sample("/review/cap_example") }
    }
}
