//! Which edition of a survey is answered on which day. Pure.
//!
//! Rule to keep: an edition begins with a day where the survey is, never within one, so that an answer's edition tells
//! no more than its day does. All processes know of it before it begins, though they believe what they have looked up
//! for a while.

use chrono::{Days, Duration, NaiveDate};

use super::intake::BELIEVED;
use super::store::editions::EditionRow;
use super::survey::SurveyState;
use crate::ground::{UtcTime, Zone};

/// The edition that is answered on a day, and the next one with its day.
pub fn on(editions: &[EditionRow], day: NaiveDate) -> (Option<&EditionRow>, Option<(NaiveDate, i32)>) {
    let begun = |row: &&EditionRow| row.since.is_none_or(|since| since <= day);
    let next = editions.iter().find(|row| !begun(row)).and_then(|row| Some((row.since?, row.edition)));
    (editions.iter().rfind(begun), next)
}

/// From which day on a new edition is answered: the next one, or at once where nobody could have answered yet.
pub fn begins(state: SurveyState, now: UtcTime, zone: Zone) -> NaiveDate {
    if state == SurveyState::Draft {
        return now.local_date(zone);
    }
    // Whoever looked the survey up a moment before will have looked again.
    let known: Duration = BELIEVED + BELIEVED;
    now.plus(known).local_date(zone) + Days::new(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::{InstrumentId, SurveyId};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn edition(edition: i32, since: Option<NaiveDate>) -> EditionRow {
        EditionRow {
            survey_id: SurveyId::from_stored("srv_1".to_owned()),
            edition,
            instrument_id: InstrumentId::from_stored(format!("ins_{edition}")),
            since,
        }
    }

    #[test]
    fn an_edition_is_answered_from_its_day_on_until_the_next_one() {
        let all = [edition(1, None), edition(2, Some(day(5))), edition(3, Some(day(9)))];
        let at = |on_day: u32| {
            let (now, next) = on(&all, day(on_day));
            (now.map(|row| row.edition), next)
        };
        assert_eq!(at(4), (Some(1), Some((day(5), 2))));
        assert_eq!(at(5), (Some(2), Some((day(9), 3))));
        assert_eq!(at(20), (Some(3), None));
    }

    #[test]
    fn a_new_edition_begins_with_a_day_that_no_process_can_be_surprised_by() {
        let at = |time: &str| -> UtcTime { time.parse().unwrap() };
        let amman: Zone = "Asia/Amman".parse().unwrap();
        // Three hours before UTC.
        assert_eq!(begins(SurveyState::Open, at("2026-03-03T12:00:00Z"), amman), day(4));
        assert_eq!(begins(SurveyState::Open, at("2026-03-03T20:57:00Z"), amman), day(4));
        assert_eq!(begins(SurveyState::Open, at("2026-03-03T20:59:00Z"), amman), day(5), "a minute before midnight");
        assert_eq!(begins(SurveyState::Draft, at("2026-03-03T12:00:00Z"), amman), day(3));
    }
}
