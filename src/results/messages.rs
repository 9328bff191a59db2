//! The mails of results. Pure.

use serde::Serialize;

use crate::ground::Text;
use crate::mail::letter::{Letter, Link};
use crate::people::identity::Stage;

/// To the city's officers: your results can be checked, are released, are public, or were taken back.
#[derive(Debug, Clone, Serialize)]
pub struct ResultsMoved {
    pub city: Text,
    pub round: String,
    /// The stage that the results are in now.
    pub stage: Stage,
    /// Whether it was a step back; then `reason` says why.
    pub back: bool,
    pub reason: String,
    pub link: Link,
}

impl Letter for ResultsMoved {
    const TEMPLATE: &'static str = "results_moved";

    fn sample() -> Self {
        Self {
            city: Text::english("Port Meridian"),
            round: "Monitoring round 2026".to_owned(),
            stage: Stage::Checking,
            back: true,
            reason: "The literacy rate was that of the region. It will be corrected.".to_owned(),
            link: Link::sample("/participations/prt_019a0000000070008000000000000001/profile"),
        }
    }
}
