//! The mails of the reports room. Pure.

use serde::Serialize;

use crate::ground::{Language, Text, Zone};
use crate::mail::letter::{Letter, Link};

/// To the city's officers: your report has arrived.
#[derive(Debug, Clone, Serialize)]
pub struct ReportReceipt {
    pub city: Text,
    pub round: String,
    pub number: i32,
    pub receipt: String,
    pub content_hash: String,
    /// In the recipient's time zone, which follows.
    pub submitted_at: String,
    pub time_zone: Zone,
    pub late: bool,
    pub link: Link,
}

impl Letter for ReportReceipt {
    const TEMPLATE: &'static str = "report_receipt";

    fn sample() -> Self {
        Self {
            city: sample_city(),
            round: "Monitoring round 2026".to_owned(),
            number: 1,
            receipt: "7KQ2M-X4D9A".to_owned(),
            content_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            submitted_at: "2026-11-20 16:42".to_owned(),
            time_zone: Zone::of(chrono_tz::Tz::Asia__Amman),
            late: false,
            link: Link::sample("/submissions/sub_019a0000000070008000000000000001"),
        }
    }
}

/// To the round's coordinators: a report has arrived.
#[derive(Debug, Clone, Serialize)]
pub struct ReportSubmitted {
    pub city: Text,
    pub round: String,
    pub number: i32,
    pub late: bool,
    pub link: Link,
}

impl Letter for ReportSubmitted {
    const TEMPLATE: &'static str = "report_submitted";

    fn sample() -> Self {
        Self {
            city: sample_city(),
            round: "Monitoring round 2026".to_owned(),
            number: 2,
            late: true,
            link: Link::sample("/submissions/sub_019a0000000070008000000000000001"),
        }
    }
}

/// To the city's officers: please change your report and submit it again.
#[derive(Debug, Clone, Serialize)]
pub struct ReportReturned {
    pub city: Text,
    pub round: String,
    /// What the coordinator wrote.
    pub note: String,
    pub link: Link,
}

impl Letter for ReportReturned {
    const TEMPLATE: &'static str = "report_returned";

    fn sample() -> Self {
        Self {
            city: sample_city(),
            round: "Monitoring round 2026".to_owned(),
            note: "The figures on adult education seem to be those of the whole region.\nPlease check section 4.3.a and submit the report again."
                .to_owned(),
            link: Link::sample("/reports/rpt_019a0000000070008000000000000001"),
        }
    }
}

fn sample_city() -> Text {
    Text::english("Port Meridian").and(Language::of("ar"), "ميناء ميريديان")
}
