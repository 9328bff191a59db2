//! Words that callers send to the service: zones, languages, countries, addresses, digits, moments, receipts, forms,
//! file names. What is one is written and read again as the same.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use stoa::ground::ids::{InstrumentId, PersonId};
use stoa::ground::{Country, Email, Given, Language, MeasureCode, UtcTime, Zone, digits};

fn stays<T: FromStr + Display + Debug + PartialEq>(text: &str) {
    if let Ok(word) = text.parse::<T>() {
        let written = word.to_string();
        assert_eq!(written.parse::<T>().ok().as_ref(), Some(&word), "{text:?} is {written:?}");
    }
}

pub fn any(data: &[u8]) {
    let _ = stoa::web::form::parse_pairs(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    stays::<Email>(text);
    stays::<Language>(text);
    stays::<Zone>(text);
    stays::<Country>(text);
    stays::<InstrumentId>(text);
    stays::<PersonId>(text);
    stays::<MeasureCode>(text);
    stays::<UtcTime>(text);
    let plain = digits::ascii(text);
    assert_eq!(digits::ascii(&plain), plain, "digits stay what they are");
    assert_eq!(digits::whole::<i64>(text), digits::whole(&plain));
    let _ = (Given::<i32>::typed(text), Given::<f64>::typed(text), Given::<chrono::NaiveDate>::typed(text));
    let spoken: Vec<Language> = ["en", "ar", "zh-Hant", "pt-BR"].iter().filter_map(|tag| tag.parse().ok()).collect();
    let _ = (Language::preferred(&spoken, text), Language::offered(&spoken, text), Language::from_stored(text).direction());
    let _ = (stoa::surveys::receipt::read(text), stoa::surveys::receipt::read_before(text));
    let shown = stoa::web::headers::shown(text);
    assert!(shown.len() <= text.len() * 4 + 16);
    let name = stoa::reports::evidence::clean_name(text);
    assert!(!name.is_empty() && !name.contains(['/', '\\', '"', '\n']) && name.chars().count() <= 121);
    assert_eq!(stoa::reports::evidence::clean_name(&name), name, "a clean name stays");
}
