//! A place: one participation with its round and city. Most of what happens, happens in one. Pure.

use std::fmt;
use std::str::FromStr;

pub use super::store::{City, Round};
use crate::ground::ids::{ParticipationId, RoundId};
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
