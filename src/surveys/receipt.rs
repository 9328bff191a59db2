//! The receipt of a response: a signed statement that an answer to a survey came on a day. Pure.
//!
//! Twenty letters: which survey, which day, a number, and a MAC over all three. It is checked by that MAC;
//! nothing of it is stored, and nothing in it leads to the answer. The number follows from the `once`, so
//! that the same response has the same receipt; two may share one.

use chrono::{Datelike, NaiveDate};
use subtle::ConstantTimeEq;

use crate::ground::ids::SurveyId;
use crate::ground::receipt::{LETTER, SHORT, code, typed};
use crate::ground::secrets::Secrets;

/// Letters of a receipt, and of those the ones that name its survey: the last of its address.
const LETTERS: u32 = 20;
const NAMING: u32 = 6;
/// Bits of the day, the number and the MAC.
const DAY: u32 = 15;
const NUMBER: u32 = 20;
const MAC: u32 = LETTERS * LETTER - NAMING * LETTER - DAY - NUMBER;

/// What a receipt says, before it is known whether it was signed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The last letters of the survey's address, as they stand there.
    pub survey: String,
    pub day: NaiveDate,
    number: u32,
    mac: u64,
}

/// Days are counted from here; the last that a receipt can name is in 2109.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day")
}

fn days(day: NaiveDate) -> u32 {
    u32::try_from(day.num_days_from_ce() - first_day().num_days_from_ce()).unwrap_or(0).min((1 << DAY) - 1)
}

fn mac(secrets: &Secrets, survey: &SurveyId, day: NaiveDate, number: u32) -> u64 {
    let mac = secrets.mac("receipt", &format!("{survey}\n{day}\n{number}"));
    u64::from_be_bytes(mac[..8].try_into().expect("a MAC has 32 bytes")) >> (u64::BITS - MAC)
}

/// The lowest bits of any number, as a receipt has room for them.
pub fn number(random: u64) -> u32 {
    u32::try_from(random & ((1 << NUMBER) - 1)).expect("twenty bits fit")
}

/// The receipt of a response, e.g. `FFAJ4-Q7KX2-MC4A9-2TRX8`.
pub fn written(secrets: &Secrets, survey: &SurveyId, slug: &str, day: NaiveDate, number: u32) -> String {
    let naming = slug.rsplit('-').next().and_then(|letters| typed(letters, NAMING)).unwrap_or(0);
    let said = (naming << DAY | u128::from(days(day))) << NUMBER | u128::from(number);
    code(said << MAC | u128::from(mac(secrets, survey, day, number)), LETTERS)
}

/// What a receipt, as somebody typed it, says. `None` if it cannot be one.
pub fn read(text: &str) -> Option<Statement> {
    let bits = typed(text, LETTERS)?;
    let part = |from: u32, bits_of: u32| bits >> from & ((1 << bits_of) - 1);
    let days = u64::try_from(part(NUMBER + MAC, DAY)).ok()?;
    Some(Statement {
        survey: code(part(DAY + NUMBER + MAC, NAMING * LETTER), NAMING).replace('-', "").to_lowercase(),
        day: first_day().checked_add_days(chrono::Days::new(days))?,
        number: u32::try_from(part(MAC, NUMBER)).ok()?,
        mac: u64::try_from(part(0, MAC)).ok()?,
    })
}

/// The number of a receipt of before receipts were signed: ten letters.
pub fn read_before(text: &str) -> Option<i64> {
    typed(text, SHORT).and_then(|bits| i64::try_from(bits).ok())
}

impl Statement {
    /// Whether it was signed here about this survey; in constant time.
    pub fn is_about(&self, secrets: &Secrets, survey: &SurveyId) -> bool {
        mac(secrets, survey, self.day, self.number).ct_eq(&self.mac).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_survey_and_day_and_only_what_was_signed() {
        let secrets = Secrets::new([7; 32]);
        let (survey, other) = (SurveyId::from_stored("srv_1".to_owned()), SurveyId::from_stored("srv_2".to_owned()));
        let day = NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
        let receipt = written(&secrets, &survey, "port-meridian-ffaj4q", day, number(u64::MAX));
        assert_eq!((receipt.len(), receipt.matches('-').count()), (23, 3));
        let said = read(&receipt.to_lowercase().replace('-', " ")).unwrap();
        assert_eq!((said.survey.as_str(), said.day), ("ffaj4q", day));
        assert!(said.is_about(&secrets, &survey) && !said.is_about(&secrets, &other));
        assert!(!said.is_about(&Secrets::new([8; 32]), &survey));
        // Another letter anywhere is no receipt of this survey, or of none.
        for at in receipt.char_indices().filter(|(_, c)| *c != '-').map(|(at, _)| at) {
            let mut wrong = receipt.clone();
            wrong.replace_range(at..=at, if &receipt[at..=at] == "7" { "8" } else { "7" });
            let said = read(&wrong).unwrap();
            assert!(said.survey != "ffaj4q" || !said.is_about(&secrets, &survey), "{wrong}");
        }
        assert_eq!(read("7KQ2M-X4D9A"), None);
        let far = NaiveDate::from_ymd_opt(2109, 1, 1).unwrap();
        assert_eq!(read(&written(&secrets, &survey, "x-000000", far, 0)).unwrap().day, far);
    }
}
