//! The quick way in for thousands of responses a second: answers go beside their questions while the
//! request is read, without a list of names in between.
//!
//! It takes what is as it should be and nothing else. The rule to keep: whatever is unusual (another
//! field, a name that is no question, one that comes twice, an answer that does not fit) is `None`
//! here, and read again as [`Answers`](super::Answers), which say what is wrong.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::answer::Seed;
use super::{Answer, Relevance, Stored, errors, to_json};
use crate::expression::Moment;
use crate::questionnaire::Compiled;

/// A response that is as it should be, ready to be stored.
#[derive(Debug, PartialEq)]
pub struct Quick {
    pub once: Option<String>,
    pub language: Option<String>,
    /// As [`check_to_json`](super::check_to_json) gives them.
    pub answers: String,
}

/// Reads and checks a response, an object of `once`, `language` and `answers`.
pub fn quick(compiled: &Compiled, json: &[u8], now: impl Into<Moment>) -> Option<Quick> {
    let mut reader = serde_json::Deserializer::from_str(std::str::from_utf8(json).ok()?);
    let (once, language, raw) = Response(compiled).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    let relevance = Relevance::with(compiled, raw.iter().map(Option::as_ref), Vec::new(), now.into());
    errors(compiled, &relevance).is_empty().then(|| Quick { once, language, answers: to_json(&Stored(&relevance)) })
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Once,
    Language,
    Answers,
}

struct Response<'c>(&'c Compiled);

type Parts = (Option<String>, Option<String>, Vec<Option<Answer>>);

impl<'de> DeserializeSeed<'de> for Response<'_> {
    type Value = Parts;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Response<'_> {
    type Value = Parts;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a response")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut once, mut language, mut answers) = (None, None, None);
        while let Some(field) = map.next_key()? {
            match field {
                Field::Once if once.is_none() => once = Some(map.next_value()?),
                Field::Language if language.is_none() => language = Some(map.next_value()?),
                Field::Answers if answers.is_none() => answers = Some(map.next_value_seed(Beside(self.0))?),
                _ => return Err(A::Error::custom("twice")),
            }
        }
        let answers = answers.ok_or_else(|| A::Error::missing_field("answers"))?;
        Ok((once.flatten(), language.flatten(), answers))
    }
}

/// Reads an object of answers into places by position.
struct Beside<'c>(&'c Compiled);

impl<'de> DeserializeSeed<'de> for Beside<'_> {
    type Value = Vec<Option<Answer>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Beside<'_> {
    type Value = Vec<Option<Answer>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("answers by question name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut places: Vec<Option<Answer>> = vec![None; self.0.questionnaire().questions.len()];
        let mut next = 0;
        while let Some(position) = map.next_key_seed(Position { compiled: self.0, next })? {
            let answer = map.next_value_seed(Seed)?;
            // `null` is no answer, but would take back one that came before.
            if places[position].is_some() {
                return Err(A::Error::custom("twice"));
            }
            places[position] = answer;
            next = position + 1;
        }
        Ok(places)
    }
}

/// Reads the name of a question as its position.
struct Position<'c> {
    compiled: &'c Compiled,
    /// Where it is if the answers come in the order of the questions, or a little further.
    next: usize,
}

/// How many questions in a row are looked at before the name is looked up.
const NEAR: usize = 4;

impl<'de> DeserializeSeed<'de> for Position<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Position<'_> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a question")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let near = self.compiled.questionnaire().questions.iter().enumerate().skip(self.next).take(NEAR);
        let found = near.into_iter().find(|(_, question)| question.name == name).map(|(position, _)| position);
        found.or_else(|| self.compiled.position(name)).ok_or_else(|| E::custom("no such question"))
    }
}
