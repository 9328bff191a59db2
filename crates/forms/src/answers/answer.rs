//! One answer as it comes in and as it is stored, and its JSON form.
//!
//! Anything that is valid JSON can be read, so that a wrong shape is reported at its
//! question and not as a broken request.

use std::borrow::Cow;
use std::fmt;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::{Answers, last_of_each};

/// Numbers up to here are written as integers: every one of them is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Room for as many answers as most questionnaires have.
const USUAL: usize = 32;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Text, a date (`yyyy-mm-dd`), a time (`hh:mm`), both (`yyyy-mm-ddThh:mm`), one choice, or what was typed for a
    /// number.
    Text(SmolStr),
    Number(f64),
    /// Choice names of a select_multiple, or of a rank in order.
    Many(Vec<SmolStr>),
    /// JSON of a shape that no question takes.
    Malformed,
}

impl Answer {
    /// Whether it says nothing: blank text or no choice.
    pub fn is_blank(&self) -> bool {
        match self {
            Answer::Text(text) => text.chars().all(is_unseen),
            Answer::Many(names) => names.is_empty(),
            Answer::Number(_) | Answer::Malformed => false,
        }
    }

    /// The answer as text, for showing it again: choices joined by spaces.
    pub fn to_text(&self) -> String {
        match self {
            Answer::Text(text) => text.to_string(),
            Answer::Number(number) => number.to_string(),
            Answer::Many(names) => names.join(" "),
            Answer::Malformed => String::new(),
        }
    }

    /// Whether the choice `name` is chosen.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Answer::Text(text) => text == name,
            Answer::Number(number) => number.to_string() == name,
            Answer::Many(names) => names.iter().any(|chosen| chosen == name),
            Answer::Malformed => false,
        }
    }
}

/// Whether a character leaves nothing to see on paper.
fn is_unseen(c: char) -> bool {
    // The empty pattern of Braille is a space to those who see.
    c.is_whitespace() || c == '\u{2800}' || !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Answer::Text(text.into())
    }
}

impl From<f64> for Answer {
    fn from(number: f64) -> Self {
        Answer::Number(number)
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Answer::Text(text) => serializer.serialize_str(text),
            Answer::Number(number) => serialize_number(*number, serializer),
            Answer::Many(names) => names.serialize(serializer),
            Answer::Malformed => serializer.serialize_bool(false),
        }
    }
}

fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and bounded just above")]
        serializer.serialize_i64(number as i64)
    } else {
        serializer.serialize_f64(number)
    }
}

/// An answer that fits, as it lies in what was sent; in JSON the same as an [`Answer`].
#[derive(Clone, Debug)]
pub(super) enum Fitting<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    /// Choice names with a space between them.
    Many(&'a str),
}

impl Serialize for Fitting<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Fitting::Text(text) => serializer.serialize_str(text),
            Fitting::Number(number) => serialize_number(*number, serializer),
            Fitting::Many(names) => serializer.collect_seq(names.split(' ')),
        }
    }
}

impl From<Fitting<'_>> for Answer {
    fn from(answer: Fitting<'_>) -> Self {
        match answer {
            Fitting::Text(text) => Answer::Text(text.into()),
            Fitting::Number(number) => Answer::Number(number),
            Fitting::Many(names) => Answer::Many(names.split(' ').map(SmolStr::from).collect()),
        }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let answer = deserializer.deserialize_any(AnswerVisitor)?;
        Ok(answer.unwrap_or(Answer::Text(SmolStr::default())))
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnswersVisitor)
    }
}

struct AnswersVisitor;

impl<'de> Visitor<'de> for AnswersVisitor {
    type Value = Answers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of answers by question name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answers, A::Error> {
        let mut answers = Vec::with_capacity(USUAL);
        while let Some(name) = map.next_key::<SmolStr>()? {
            answers.push((name, map.next_value_seed(Seed)?));
        }
        // `null` takes back what was said before under the same name, and is then left out.
        Ok(Answers(last_of_each(answers).into_iter().filter_map(|(name, answer)| Some((name, answer?))).collect()))
    }
}

/// Reads one value; `null` is `None`.
pub(super) struct Seed;

impl<'de> serde::de::DeserializeSeed<'de> for Seed {
    type Value = Option<Answer>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = Option<Answer>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string, a number or an array of strings")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Some(Answer::Malformed))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Answer::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Answer::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Answer::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        let mut good = true;
        while let Some(item) = sequence.next_element_seed(Seed)? {
            match item {
                Some(Answer::Text(name)) => names.push(name),
                Some(number @ Answer::Number(_)) => names.push(number.to_text().into()),
                _ => good = false,
            }
        }
        Ok(Some(if good { Answer::Many(names) } else { Answer::Malformed }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some(Answer::Malformed))
    }
}
