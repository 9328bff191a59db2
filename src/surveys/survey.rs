//! Surveys: an instrument issued to one participation, and when it takes answers. Pure.

use crate::ground::UtcTime;
use crate::ground::receipt::ALPHABET;
use crate::rounds::place::RoundState;
use crate::words;

words! {
    pub enum SurveyState {
        /// Issued, not yet open.
        Draft = "draft",
        Open = "open",
        Closed = "closed",
    }
}

words! {
    /// How people come to answer.
    pub enum Mode {
        /// Whoever has the link.
        OpenLink = "open_link",
        /// Invited one by one.
        Invitation = "invitation",
        /// Interviewed by an agency.
        Agency = "agency",
    }
}

words! {
    /// How an answer and the invitation that it came by hang together.
    pub enum Privacy {
        /// Nothing stored leads from one to the other.
        Anonymous = "anonymous",
        /// A link is kept until the list is erased.
        Confidential = "confidential",
    }
}

/// All that decides whether a survey takes answers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub state: SurveyState,
    pub opens_at: Option<UtcTime>,
    pub closes_at: Option<UtcTime>,
    pub round: RoundState,
}

/// How a survey stands for somebody who wants to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    NotYet,
    Open,
    Over,
}

impl Gate {
    pub fn standing(self, now: UtcTime) -> Standing {
        let late = self.closes_at.is_some_and(|end| end <= now) || self.round == RoundState::Closed;
        match self.state {
            SurveyState::Closed => Standing::Over,
            _ if late => Standing::Over,
            SurveyState::Draft => Standing::NotYet,
            SurveyState::Open if self.opens_at.is_some_and(|begin| now < begin) => Standing::NotYet,
            SurveyState::Open => Standing::Open,
        }
    }
}

/// The last part of a survey's address: the city's short name and six letters from `random`.
pub fn slug(city: &str, random: [u8; 6]) -> String {
    let mut slug = format!("{city}-");
    slug.extend(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)].to_ascii_lowercase())));
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_survey_takes_answers_only_while_it_and_its_round_are_open() {
        let gate = Gate {
            state: SurveyState::Open,
            opens_at: Some(at("2026-03-01T00:00:00Z")),
            closes_at: Some(at("2026-04-01T00:00:00Z")),
            round: RoundState::Open,
        };
        assert_eq!(gate.standing(at("2026-03-31T23:59:59Z")), Standing::Open);
        assert_eq!(gate.standing(at("2026-04-01T00:00:00Z")), Standing::Over);
        assert_eq!(gate.standing(at("2026-02-28T23:59:59Z")), Standing::NotYet);
        let now = at("2026-03-01T00:00:00Z");
        assert_eq!(Gate { state: SurveyState::Draft, ..gate }.standing(now), Standing::NotYet);
        assert_eq!(Gate { state: SurveyState::Closed, ..gate }.standing(now), Standing::Over);
        assert_eq!(Gate { round: RoundState::Closed, ..gate }.standing(now), Standing::Over);
        assert_eq!(Gate { round: RoundState::Draft, ..gate }.standing(now), Standing::Open);
    }

    #[test]
    fn an_address_is_readable() {
        assert_eq!(slug("port-meridian", [0, 31, 32, 255, 10, 17]), "port-meridian-0z0zah");
    }
}
