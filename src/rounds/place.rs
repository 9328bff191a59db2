//! A place: one participation with its round and city. Most of what happens, happens in one. Pure.

use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::{Text, UtcTime, Zone};
use crate::people::identity::Target;
use crate::words;

words! {
    pub enum RoundState {
        /// Being prepared: cities and deadlines may change freely.
        Draft = "draft",
        /// Surveys and reports are being filled.
        Open = "open",
        /// Closed for cities and citizens; reviews may go on.
        Closed = "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    pub id: CityId,
    pub slug: String,
    pub name: Text,
    /// ISO 3166 two-letter code.
    pub country: String,
    pub language: String,
    pub time_zone: Zone,
    pub population: Option<i64>,
    pub version: i32,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub id: RoundId,
    pub framework_id: FrameworkId,
    pub rubric_id: Option<RubricId>,
    pub name: String,
    pub year: i32,
    pub state: RoundState,
    pub time_zone: Zone,
    pub report_due_at: UtcTime,
    pub review_due_at: UtcTime,
    pub experts_per_report: i32,
    pub version: i32,
    pub created_at: UtcTime,
}

/// A participation with its round and city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub participation: ParticipationId,
    pub round: Round,
    pub city: City,
}

impl Place {
    /// What the policy asks about.
    pub fn target(&self) -> Target {
        Target::of_participation(&self.round.id, &self.city.id, &self.participation)
    }
}
