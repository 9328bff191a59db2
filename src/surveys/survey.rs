//! Surveys: an instrument issued to one participation, and when it takes answers. Pure.

use crate::ground::UtcTime;
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

/// All that decides whether a survey takes answers now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub state: SurveyState,
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
            SurveyState::Open => Standing::Open,
        }
    }
}

/// Crockford's letters and digits in lower case: nothing that is misread on a poster.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The last part of a survey's address: the city's short name and six letters from `random`.
pub fn slug(city: &str, random: [u8; 6]) -> String {
    let mut slug = format!("{city}-");
    slug.extend(random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])));
    slug
}

/// A receipt as people type it, in the form in which it was given out: without regard to case,
/// spaces and hyphens, and with the usual confusions mended. `None` if it cannot be one.
pub fn typed_receipt(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(11);
    for letter in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‑')) {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if !(letter.is_ascii() && LETTERS.contains(&(letter.to_ascii_lowercase() as u8))) || code.len() == 11 {
            return None;
        }
        if code.len() == 5 {
            code.push('-');
        }
        code.push(letter);
    }
    (code.len() == 11).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_survey_takes_answers_only_while_it_and_its_round_are_open() {
        let gate = Gate { state: SurveyState::Open, closes_at: Some(at("2026-04-01T00:00:00Z")), round: RoundState::Open };
        assert_eq!(gate.standing(at("2026-03-31T23:59:59Z")), Standing::Open);
        assert_eq!(gate.standing(at("2026-04-01T00:00:00Z")), Standing::Over);
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

    #[test]
    fn a_receipt_is_understood_however_it_is_typed() {
        for typed in ["7KQ2M-X4D90", "7kq2mx4d9o", " 7kq2m – x4d9O ", "7 K Q 2 M X 4 D 9 0"] {
            assert_eq!(typed_receipt(typed).as_deref(), Some("7KQ2M-X4D90"), "{typed}");
        }
        for wrong in ["", "7KQ2M", "7KQ2M-X4D900", "7KQ2M-X4D9U", "٧KQ2M-X4D90"] {
            assert_eq!(typed_receipt(wrong), None, "{wrong}");
        }
    }
}
