//! Answers, and whether they fit their questionnaire.
//!
//! One check serves web pages, the JSON interface and the demo's invented citizens. Rule to
//! keep: what is not relevant is never stored, and what is stored has the type,
//! range and choices its question asks for.

mod answer;
mod form;
mod placed;
mod reading;
mod relevance;
mod showing;

use std::fmt;

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use smol_str::SmolStr;

use crate::expression::Moment;
use crate::questionnaire::{Compiled, Kind, Question, Text};

pub use answer::Answer;
pub use form::{from_form, rank_positions};
pub use placed::{Quick, quick};
pub(crate) use relevance::MOST_COMPUTED;
pub use relevance::Relevance;

/// Characters a text answer may have.
pub const MAXIMUM_TEXT: usize = 2_000;
/// Characters that all typed answers of a response may have together.
pub const MAXIMUM_TYPED: usize = 100_000;
/// Room for a response as JSON, as long as most are.
const USUAL_LENGTH: usize = 1_024;
/// How many names that are no questions are reported one by one.
const MAXIMUM_UNKNOWN: usize = 20;

/// Answers by question name. In JSON an object of strings, numbers and arrays of
/// strings; `null` is no answer. Sorted by name: a few dozen at most, each read once or twice. Most
/// names and answers are short, and lie in the list itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(Vec<(SmolStr, Answer)>);

/// Answers that passed the check, ready to be stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Checked {
    /// One entry per answered, relevant question, calculated ones included, in
    /// canonical form.
    pub answers: Answers,
    /// Names of questions whose answers were left out: not relevant, or metadata.
    pub removed: Vec<String>,
}

/// One answer that does not fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerError {
    /// Name of the question, at most 64 characters of it if there is no such question.
    pub question: String,
    pub code: AnswerCode,
    /// The author's own message by language, where the questionnaire has one.
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub message: Text,
}

/// The kinds of errors, stable for interfaces and texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerCode {
    Required,
    /// A string where an array belongs, a number where text belongs, and the like.
    WrongType,
    NotANumber,
    /// One number or another: `1,000` is one, or a thousand.
    Ambiguous,
    NotAnInteger,
    /// Outside a range, or larger than the kind of number can hold.
    OutOfRange,
    /// Between two steps of a range.
    NotOnStep,
    BadDate,
    /// No month of a year, where no day is asked.
    BadMonth,
    NotAYear,
    /// No hour and minute.
    BadTime,
    /// No day with a time of it, or one with a zone.
    BadDateTime,
    UnknownChoice,
    /// A rank that leaves choices out, or has one twice.
    IncompleteRank,
    TooLong,
    ControlCharacter,
    Constraint,
    UnknownQuestion,
    /// All answers together are longer than they may be.
    TooMuch,
}

impl AnswerCode {
    /// The code as interfaces write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType => "wrong_type",
            Self::NotANumber => "not_a_number",
            Self::Ambiguous => "ambiguous_number",
            Self::NotAnInteger => "not_an_integer",
            Self::OutOfRange => "out_of_range",
            Self::NotOnStep => "not_on_step",
            Self::BadDate => "bad_date",
            Self::BadMonth => "bad_month",
            Self::NotAYear => "not_a_year",
            Self::BadTime => "bad_time",
            Self::BadDateTime => "bad_date_time",
            Self::UnknownChoice => "unknown_choice",
            Self::IncompleteRank => "incomplete_rank",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
            Self::Constraint => "constraint",
            Self::UnknownQuestion => "unknown_question",
            Self::TooMuch => "too_much",
        }
    }
}

/// Checks a whole response. `now` is the day, or the moment, where the respondent is.
/// The errors come in the order of the questionnaire, unknown names last.
pub fn check(compiled: &Compiled, answers: &Answers, now: impl Into<Moment>) -> Result<Checked, Vec<AnswerError>> {
    let (checked, errors) = review(compiled, answers, now);
    if errors.is_empty() { Ok(checked) } else { Err(errors) }
}

/// Like [`check`], and writes the answers that are to be stored as JSON at once.
pub fn check_to_json(compiled: &Compiled, answers: &Answers, now: impl Into<Moment>) -> Result<String, Vec<AnswerError>> {
    let relevance = Relevance::of(compiled, answers, now);
    let errors = errors(compiled, &relevance);
    if errors.is_empty() { Ok(to_json(&Stored(&relevance))) } else { Err(errors) }
}

/// Whether nobody has answered anything in what [`check_to_json`] gave: what is computed is there whoever answers.
pub fn says_nothing(compiled: &Compiled, answers: &str) -> bool {
    let questions = &compiled.questionnaire().questions;
    if answers == "{}" || !questions.iter().any(Question::is_computed) {
        return answers == "{}";
    }
    serde_json::Deserializer::from_str(answers).deserialize_map(OnlyComputed(compiled)).is_ok()
}

/// Reads up to the first answer of somebody, which is an error.
struct OnlyComputed<'c>(&'c Compiled);

impl<'de> Visitor<'de> for OnlyComputed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("answers that are computed")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            let questions = &self.0.questionnaire().questions;
            if !self.0.position(&name).is_some_and(|at| questions[at].is_computed()) {
                return Err(A::Error::custom("somebody has answered"));
            }
        }
        Ok(())
    }
}

fn to_json(stored: &Stored<'_>) -> String {
    let mut json = Vec::with_capacity(USUAL_LENGTH);
    serde_json::to_writer(&mut json, stored).expect("texts, numbers and lists are always JSON");
    String::from_utf8(json).expect("JSON is written in UTF-8")
}

/// Like [`check`], for channels that keep a response and flag what is wrong with it:
/// the answers that fit, and the errors. An answer with an error is among the
/// answers only if its error is [`AnswerCode::Constraint`].
pub fn review(compiled: &Compiled, answers: &Answers, now: impl Into<Moment>) -> (Checked, Vec<AnswerError>) {
    let relevance = Relevance::of(compiled, answers, now);
    let questions = compiled.questionnaire().questions.iter().enumerate();
    let removed = questions.filter(|(position, question)| relevance.given(*position) && !counts(&relevance, *position, &question.kind));
    let checked = Checked {
        removed: removed.map(|(_, question)| question.name.clone()).collect(),
        answers: Answers(Stored(&relevance).answers().map(|(name, answer)| (name.into(), answer.into())).collect()),
    };
    (checked, errors(compiled, &relevance))
}

/// Whether an answer to the question at `position` is looked at.
fn counts(relevance: &Relevance<'_>, position: usize, kind: &Kind) -> bool {
    relevance.is_relevant(position) && !matches!(kind, Kind::Metadata { .. })
}

fn errors(compiled: &Compiled, relevance: &Relevance<'_>) -> Vec<AnswerError> {
    let questions = compiled.questionnaire().questions.iter().enumerate();
    let asked = questions.filter(|(position, question)| counts(relevance, *position, &question.kind));
    let wrong = asked.filter_map(|(position, _)| Some(error_at(compiled, position, relevance.error(position)?)));
    let unknown = relevance.unknown().take(MAXIMUM_UNKNOWN).map(|name| AnswerError {
        question: name.chars().take(64).collect(),
        code: AnswerCode::UnknownQuestion,
        message: Text::default(),
    });
    let too_much = relevance.too_much().map(|position| error_at(compiled, position, AnswerCode::TooMuch));
    wrong.chain(unknown).chain(too_much).collect()
}

/// The answers of a response that are stored.
struct Stored<'a>(&'a Relevance<'a>);

impl Stored<'_> {
    /// In the order of the names, so that no list of them need be sorted.
    fn answers(&self) -> impl Iterator<Item = (&str, answer::Fitting<'_>)> {
        let questions = &self.0.compiled.questionnaire().questions;
        self.0.compiled.names.positions().filter_map(|position| Some((questions[position].name.as_str(), self.0.answer(position)?)))
    }
}

impl Serialize for Stored<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.answers())
    }
}

/// Checks the questions of one page, given all answers so far. Other pages' errors
/// are not reported. A page that does not exist has no errors.
pub fn check_page(compiled: &Compiled, page: usize, answers: &Answers, now: impl Into<Moment>) -> Result<(), Vec<AnswerError>> {
    let relevance = Relevance::of(compiled, answers, now);
    let too_much = relevance.too_much();
    let errors: Vec<AnswerError> = relevance
        .questions(page)
        .filter_map(|position| {
            let code = relevance.error(position).or((too_much == Some(position)).then_some(AnswerCode::TooMuch))?;
            Some(error_at(compiled, position, code))
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Positions of the pages on which at least one question is relevant.
pub fn relevant_pages(compiled: &Compiled, answers: &Answers, now: impl Into<Moment>) -> Vec<usize> {
    Relevance::of(compiled, answers, now).pages().collect()
}

fn error_at(compiled: &Compiled, position: usize, code: AnswerCode) -> AnswerError {
    let question = &compiled.questionnaire().questions[position];
    AnswerError {
        question: question.name.clone(),
        code,
        message: match code {
            AnswerCode::Required => question.required_message.clone(),
            AnswerCode::Constraint => question.constraint_message.clone(),
            _ => Text::default(),
        },
    }
}

impl Answers {
    pub fn new() -> Self {
        Self::default()
    }

    fn find(&self, question: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(name, _)| name.as_str().cmp(question))
    }

    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.find(question).ok().map(|at| &self.0[at].1)
    }

    fn get_mut(&mut self, question: &str) -> Option<&mut Answer> {
        self.find(question).ok().map(|at| &mut self.0[at].1)
    }

    pub fn insert(&mut self, question: &str, answer: Answer) {
        match self.find(question) {
            Ok(at) => self.0[at].1 = answer,
            Err(at) => self.0.insert(at, (question.into(), answer)),
        }
    }

    pub fn remove(&mut self, question: &str) -> Option<Answer> {
        self.find(question).ok().map(|at| self.0.remove(at).1)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answers by question name, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(name, answer)| (name.as_str(), answer))
    }
}

/// Of several answers to one question, the last counts.
impl FromIterator<(SmolStr, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Answer)>>(answers: I) -> Self {
        Self(last_of_each(answers.into_iter().collect()))
    }
}

/// Sorts by name; of several with one name, the last stays.
fn last_of_each<T>(mut named: Vec<(SmolStr, T)>) -> Vec<(SmolStr, T)> {
    if !named.is_sorted_by(|(one, _), (next, _)| one < next) {
        // The sort is stable and `dedup_by` keeps the first, so the last goes first.
        named.reverse();
        named.sort_by(|(one, _), (other, _)| one.cmp(other));
        named.dedup_by(|(other, _), (kept, _)| other == kept);
    }
    named
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, answer) in &self.0 {
            map.serialize_entry(name, answer)?;
        }
        map.end()
    }
}

impl IntoIterator for Answers {
    type Item = (SmolStr, Answer);
    type IntoIter = std::vec::IntoIter<(SmolStr, Answer)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
