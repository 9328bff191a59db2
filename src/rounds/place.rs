//! A place: one participation with its round and city. Most of what happens, happens in one. Pure.

use std::fmt;
use std::str::FromStr;

use crate::ground::ids::{CityId, FrameworkId, ParticipationId, RoundId, RubricId};
use crate::ground::{Country, Language, Text, UtcTime, Zone};
use crate::people::identity::{Stage, Target};
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
    pub country: Country,
    pub language: Language,
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
    /// How far its results have come.
    pub stage: Stage,
    pub round: Round,
    pub city: City,
}

/// Where a list of places goes on: newest rounds first, in each the cities by short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceKey {
    pub round: RoundId,
    pub city: String,
}

impl fmt::Display for PlaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.round, self.city)
    }
}

impl FromStr for PlaceKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (round, city) = text.split_once('/').ok_or("no round and city")?;
        Ok(Self { round: round.parse()?, city: city.to_owned() })
    }
}

impl Place {
    pub fn key(&self) -> PlaceKey {
        PlaceKey { round: self.round.id.clone(), city: self.city.slug.clone() }
    }

    /// What the policy asks about.
    pub fn target(&self) -> Target {
        let of = Target::of_participation(&self.round.id, &self.city.id, &self.participation);
        Target { stage: Some(self.stage), ..of }
    }
}
