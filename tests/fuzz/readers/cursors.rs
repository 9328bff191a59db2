//! Cursors of every list: any text is one or is refused, and what was given out comes back as it was.

use std::fmt::Display;
use std::str::FromStr;

use stoa::ground::ids::{InstrumentId, PersonId, ReviewId, RoundId, SurveyId};
use stoa::rounds::place::PlaceKey;
use stoa::web::paging::{Listing, PageQuery};

fn comes_back<K: FromStr + Display>(cursor: &str) {
    let query = PageQuery { cursor: Some(cursor.to_owned()), limit: Some(1) };
    let Ok(at) = query.at::<K>() else { return };
    let Some(key) = at.after.as_ref().map(ToString::to_string) else { return };
    // A page of two where one was asked for: there is a next one, after the first.
    let listing = Listing::of(vec![key.clone(), String::new()], &at, Clone::clone);
    let query = PageQuery { cursor: listing.next_cursor, limit: Some(1) };
    let again = query.at::<K>().ok().and_then(|at| at.after).expect("a cursor that was given out");
    assert_eq!(again.to_string(), key);
}

pub fn any(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    comes_back::<String>(text);
    comes_back::<i64>(text);
    comes_back::<PersonId>(text);
    comes_back::<RoundId>(text);
    comes_back::<SurveyId>(text);
    comes_back::<ReviewId>(text);
    comes_back::<InstrumentId>(text);
    comes_back::<PlaceKey>(text);
    let number = text.parse::<i64>().ok();
    if let Ok(at) = (PageQuery { cursor: None, limit: number }).at::<String>() {
        assert!((1..=200).contains(&at.limit));
    }
}
