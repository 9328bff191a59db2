//! Words that callers send to the service: cursors, receipts, forms, file names, addresses, languages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stoa::ground::ids::{InstrumentId, PersonId};
use stoa::ground::{Country, Email, Language, MeasureCode, UtcTime, Zone};
use stoa::web::paging::PageQuery;

fuzz_target!(|data: &[u8]| {
    let _ = stoa::web::form::parse_pairs(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let query = PageQuery { cursor: Some(text.to_owned()), limit: None };
    let _ = (query.at::<PersonId>(), query.at::<String>(), query.at::<i64>());
    let _ = (stoa::surveys::receipt::read(text), stoa::surveys::receipt::read_before(text));
    let _ = (text.parse::<Email>(), text.parse::<Language>(), text.parse::<Zone>(), text.parse::<Country>());
    let _ = (text.parse::<InstrumentId>(), text.parse::<MeasureCode>(), text.parse::<UtcTime>());
    let shown = stoa::web::headers::shown(text);
    assert!(shown.len() <= text.len() * 4 + 16);
    let name = stoa::reports::evidence::clean_name(text);
    assert!(!name.is_empty() && !name.contains(['/', '\\', '"', '\n']) && name.chars().count() <= 121);
    assert_eq!(stoa::reports::evidence::clean_name(&name), name, "a clean name stays");
});
