//! `Given`: a value of an input as it was given, so that all that is wrong is found, not the first.
//!
//! A form whose year, deadline and number are all unreadable hears of all three; serde alone would
//! stop at the first.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::error::Checks;
use super::{Error, digits};

/// A value that was read, left out, or could not be read as what it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Given<T> {
    Value(T),
    #[default]
    Absent,
    Unreadable,
}

impl<T> Given<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// A word with a type of its own, read from what people type.
pub trait Readable: FromStr + Clone {
    /// Code of the error at a field that holds something else.
    const WRONG: &'static str;
}

impl<T: FromStr> Given<T> {
    /// What somebody typed into a field, in the digits of any script.
    pub fn typed(text: &str) -> Self {
        read(text)
    }
}

impl<T: Readable> From<&str> for Given<T> {
    fn from(typed: &str) -> Self {
        read(typed)
    }
}

/// A number or a date in the digits of another script, as the ones that programs read.
fn in_ascii(text: &str) -> Option<String> {
    let plain = digits::ascii(text).replace('\u{2212}', "-");
    plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.')).then_some(plain)
}

fn read<T: FromStr>(text: &str) -> Given<T> {
    match text.trim() {
        "" => Given::Absent,
        text => text.parse().ok().or_else(|| in_ascii(text)?.parse().ok()).map_or(Given::Unreadable, Given::Value),
    }
}

impl Checks {
    /// A word as given, recording `required` or its own code where it is not there.
    pub fn word<T: Readable>(&mut self, field: &str, given: &Given<T>) -> Option<T> {
        let code = if matches!(given, Given::Absent) { "required" } else { T::WRONG };
        self.require(given.value().is_some(), field, code);
        given.value().cloned()
    }

    /// The words of a field that takes several: each once, in order, from one to `most`.
    pub fn words<T: Readable + Ord>(&mut self, field: &str, given: &[Given<T>], most: usize) -> Option<Vec<T>> {
        let given: Vec<&Given<T>> = given.iter().filter(|g| !matches!(g, Given::Absent)).collect();
        let read: Option<BTreeSet<T>> = given.iter().map(|g| g.value().cloned()).collect();
        let read = read.filter(|set| (1..=most).contains(&set.len()));
        self.require(read.is_some(), field, if given.is_empty() { "required" } else { T::WRONG });
        read.map(|set| set.into_iter().collect())
    }

    /// `done`, and what was read by then: absent only where an error was recorded.
    pub fn complete<T>(&mut self, value: Option<T>) -> super::Result<T> {
        self.done()?;
        value.ok_or_else(|| Error::internal("a value is absent, though nothing was wrong with it"))
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked as an option, so that a field left out comes here too.
        deserializer.deserialize_option(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: FromStr> Visitor<'de> for Reader<T> {
    type Value = Given<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E>(self) -> Result<Given<T>, E> {
        Ok(Given::Absent)
    }

    fn visit_unit<E>(self) -> Result<Given<T>, E> {
        Ok(Given::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E>(self, text: &str) -> Result<Given<T>, E> {
        Ok(read(text))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Given<T>, E> {
        Ok(read(&value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Given<T>, E> {
        Ok(read(&value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Given<T>, E> {
        Ok(read(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Given<T>, E> {
        Ok(read(&value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Given<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Given::Unreadable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Given::Unreadable)
    }
}

/// Documented as the value itself.
impl<T: utoipa::ToSchema> utoipa::ToSchema for Given<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

impl<T: utoipa::PartialSchema> utoipa::PartialSchema for Given<T> {
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Sample {
        year: Given<i32>,
        day: Given<chrono::NaiveDate>,
    }

    fn read(json: &str) -> (Given<i32>, Given<chrono::NaiveDate>) {
        let sample: Sample = serde_json::from_str(json).unwrap();
        (sample.year, sample.day)
    }

    #[test]
    fn what_is_absent_or_unreadable_is_told_apart_and_stops_nothing() {
        let day = chrono::NaiveDate::from_ymd_opt(2027, 1, 17).unwrap();
        assert_eq!(read(r#"{"year": 2027, "day": "2027-01-17"}"#), (Given::Value(2027), Given::Value(day)));
        assert_eq!(read(r#"{"year": "٢٠٢٧", "day": "۲۰۲۷-۰۱-۱۷"}"#), (Given::Value(2027), Given::Value(day)));
        assert_eq!(read(r#"{"year": "x", "day": [1]}"#), (Given::Unreadable, Given::Unreadable));
        assert_eq!(read(r#"{"year": null}"#), (Given::Absent, Given::Absent));
        assert_eq!(read(r#"{"year": 1.5, "day": ""}"#), (Given::Unreadable, Given::Absent));
    }
}
