//! Which questions are relevant given the answers so far, and what every question's
//! value is.
//!
//! Everything is computed in one pass over the order that [`Compiled`] found. Rule to
//! keep: a question that is not relevant has no value, for other questions too.

use std::borrow::Cow;

use super::answer::Fitting;
use super::reading::{self, read};
use super::{Answer, AnswerCode, Answers};
use crate::expression::{Expression, Moment, Scope, Value};
use crate::questionnaire::{Choice, Compiled, Kind, Metadata, Part};

/// Bytes that all computed texts of a response may have together.
pub(crate) const MOST_COMPUTED: usize = 1 << 19;

/// The state of a questionnaire under some answers.
pub struct Relevance<'a> {
    pub(super) compiled: &'a Compiled,
    now: Moment,
    questions: Vec<State<'a>>,
    groups: Vec<bool>,
    unknown: Vec<&'a str>,
    /// Characters of all typed texts, and bytes of all computed ones.
    typed: usize,
    computed: usize,
}

/// The state of one question.
#[derive(Clone)]
struct State<'a> {
    raw: Option<&'a Answer>,
    /// Empty if it is unanswered, unreadable or irrelevant.
    value: Value<'a>,
    relevant: bool,
    /// Why its answer could not be read.
    unreadable: Option<AnswerCode>,
}

impl<'a> From<Option<&'a Answer>> for State<'a> {
    fn from(raw: Option<&'a Answer>) -> Self {
        Self { raw, value: Value::EMPTY, relevant: false, unreadable: None }
    }
}

/// What names mean inside one expression of one question.
struct Inside<'a> {
    relevance: &'a Relevance<'a>,
    bindings: &'a [usize],
    /// Of the question that the expression belongs to, if it is one.
    position: Option<usize>,
    current: &'a Value<'a>,
    choice: Option<&'a Choice>,
}

impl Scope for Inside<'_> {
    fn reference(&self, slot: usize, _: &str) -> Value<'_> {
        self.relevance.questions[self.bindings[slot]].value.borrowed()
    }

    fn current(&self) -> Value<'_> {
        self.current.borrowed()
    }

    fn is_one_choice(&self, slot: Option<usize>, _: &str) -> bool {
        let position = slot.map_or(self.position, |slot| self.bindings.get(slot).copied());
        let questions = &self.relevance.compiled.questionnaire().questions;
        position.and_then(|position| questions.get(position)).is_some_and(|question| matches!(question.kind, Kind::SelectOne { .. }))
    }

    fn is_there(&self, slot: usize, _: &str) -> bool {
        self.relevance.is_relevant(self.bindings[slot])
    }

    /// In the default language: an expression is evaluated for all who answer.
    fn choice_label(&self, slot: usize, _: &str, choice: &str) -> Value<'_> {
        self.relevance.compiled.choice_label(self.bindings[slot], choice)
    }

    fn column(&self, name: &str) -> Value<'_> {
        match self.choice {
            Some(choice) if name == "name" => Value::from(choice.name.as_str()),
            Some(choice) => choice.columns.get(name).map_or(Value::EMPTY, |cell| Value::from(cell.as_str())),
            None => Value::EMPTY,
        }
    }

    fn now(&self) -> Moment {
        self.relevance.now
    }
}

impl<'a> Relevance<'a> {
    /// Evaluates a questionnaire under `answers`. `now` is the day, or the moment,
    /// where the respondent is.
    pub fn of(compiled: &'a Compiled, answers: &'a Answers, now: impl Into<Moment>) -> Self {
        let mut raw = vec![None; compiled.questionnaire().questions.len()];
        let mut unknown = Vec::new();
        compiled.names.find_all(answers.iter(), |name, answer, position| match position {
            Some(position) => raw[position] = Some(answer),
            None => unknown.push(name),
        });
        Self::with(compiled, raw.into_iter(), unknown, now.into())
    }

    /// The same under answers by position, and names among them that are no questions.
    pub(super) fn with(compiled: &'a Compiled, raw: impl Iterator<Item = Option<&'a Answer>>, unknown: Vec<&'a str>, now: Moment) -> Self {
        let groups = vec![false; compiled.questionnaire().groups.len()];
        let mut relevance = Self { compiled, now, questions: raw.map(State::from).collect(), groups, unknown, typed: 0, computed: 0 };
        for part in &compiled.order {
            match *part {
                Part::Group(group) => relevance.enter_group(group),
                Part::Question(position) => relevance.enter_question(position),
                Part::Choice(..) | Part::Settings => {}
            }
        }
        relevance
    }

    fn enter_group(&mut self, position: usize) {
        let group = &self.compiled.questionnaire().groups[position];
        let around = group.parent.is_none_or(|parent| self.groups[parent]);
        self.groups[position] = around
            && group
                .relevant
                .as_ref()
                .is_none_or(|relevant| self.evaluate(relevant, &self.compiled.groups[position], None, &Value::EMPTY).to_boolean());
    }

    fn enter_question(&mut self, position: usize) {
        let compiled = self.compiled;
        let question = &compiled.questionnaire().questions[position];
        let bindings = &compiled.questions[position];
        let around = question.group.is_none_or(|group| self.groups[group]);
        let relevant = around
            && question
                .relevant
                .as_ref()
                .is_none_or(|relevant| self.evaluate(relevant, &bindings.relevant, Some(position), &Value::EMPTY).to_boolean());
        self.questions[position].relevant = relevant;
        if !relevant {
            return;
        }
        let value = if let Some(calculation) = &question.calculation {
            // `once()` keeps what was computed before, which comes back as an answer.
            let before = match self.questions[position].raw {
                Some(Answer::Text(text)) if text.len() <= super::MAXIMUM_TEXT && !text.contains('\0') => {
                    if compiled.questionnaire().typed {
                        Value::stored(text)
                    } else {
                        Value::from(text.as_str())
                    }
                }
                Some(Answer::Number(number)) => Value::Number(*number),
                _ => Value::EMPTY,
            };
            self.computed(self.evaluate(calculation, &bindings.calculation, Some(position), &before))
        } else if matches!(question.kind, Kind::Metadata { collects: Metadata::Today }) {
            Value::Day(self.now.day)
        } else if question.read_only || matches!(question.kind, Kind::Hidden) && !self.given(position) {
            self.preset_value(position)
        } else if let Some(raw) = self.questions[position].raw {
            match read(compiled, position, raw) {
                Ok(value) => value,
                Err(code) => {
                    self.questions[position].unreadable = Some(code);
                    Value::EMPTY
                }
            }
        } else {
            Value::EMPTY
        };
        self.questions[position].value = self.within_limits(position, value);
    }

    /// Counts what a text takes. A computed one for which there is no room is empty, and the response is refused.
    fn within_limits(&mut self, position: usize, value: Value<'a>) -> Value<'a> {
        let Value::Text(text) = &value else { return value };
        if !self.compiled.questionnaire().questions[position].is_given() {
            self.typed = self.typed.saturating_add(text.chars().count());
            return value;
        }
        self.computed = self.computed.saturating_add(text.len());
        if self.computed > MOST_COMPUTED { Value::EMPTY } else { value }
    }

    /// The question with the longest typed text, where all answers together are longer than they may be.
    pub(super) fn too_much(&self) -> Option<usize> {
        if self.typed <= super::MAXIMUM_TYPED && self.computed <= MOST_COMPUTED {
            return None;
        }
        let length = |state: &State<'_>| if let Value::Text(text) = &state.value { text.len() } else { 0 };
        let questions = &self.compiled.questionnaire().questions;
        let typed = self.questions.iter().enumerate().filter(|(at, _)| !questions[*at].is_given());
        // Of equal ones the last, which was typed last.
        typed.max_by_key(|(_, state)| length(state)).map(|(at, _)| at)
    }

    /// `position` is that of the question that the expression belongs to, and `current` its value.
    pub(super) fn evaluate(&self, expression: &Expression, bindings: &[usize], position: Option<usize>, current: &Value<'_>) -> Value<'static> {
        let scope = Inside { relevance: self, bindings, position, current, choice: None };
        match expression.evaluate(&scope) {
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Number(number) => Value::Number(number),
            Value::Boolean(boolean) => Value::Boolean(boolean),
            Value::Day(day) => Value::Day(day),
            Value::Time(time) => Value::Time(time),
            Value::Moment(moment) => Value::Moment(moment),
        }
    }

    /// What a computed value is to all other expressions: what it was computed as, so that a day can be counted
    /// with; true and false are 1 and 0, as JavaRosa keeps them.
    pub(super) fn computed(&self, value: Value<'static>) -> Value<'static> {
        match value {
            value if value.is_empty() => Value::EMPTY,
            value if !self.compiled.questionnaire().typed => Value::Text(Cow::Owned(value.into_text().into_owned())),
            Value::Boolean(boolean) => Value::Number(f64::from(u8::from(boolean))),
            value => value,
        }
    }

    /// Whether the question at `position` and all groups around it are relevant.
    pub fn is_relevant(&self, position: usize) -> bool {
        self.questions.get(position).is_some_and(|question| question.relevant)
    }

    /// Positions of the relevant questions of a page, in order.
    pub fn questions(&self, page: usize) -> impl Iterator<Item = usize> + '_ {
        let page = self.compiled.questionnaire().pages.get(page);
        let questions = page.map_or(&[][..], |page| page.questions.as_slice());
        questions.iter().copied().filter(|&position| self.is_relevant(position))
    }

    /// Positions of the pages with at least one relevant question, in order.
    pub fn pages(&self) -> impl Iterator<Item = usize> + '_ {
        let pages = self.compiled.questionnaire().pages.len();
        (0..pages).filter(|&page| self.questions(page).next().is_some())
    }

    /// The value of a question; empty if it is unanswered, unreadable or irrelevant.
    pub fn value(&self, position: usize) -> Value<'_> {
        self.questions.get(position).map_or(Value::EMPTY, |question| question.value.borrowed())
    }

    /// Whether the choice filter of a question lets a choice through.
    pub(super) fn offers(&self, position: usize, choice: &Choice) -> bool {
        let question = &self.compiled.questionnaire().questions[position];
        question.choice_filter.as_ref().is_none_or(|filter| {
            filter.holds(&Inside {
                relevance: self,
                bindings: &self.compiled.questions[position].choice_filter,
                position: Some(position),
                current: &self.questions[position].value,
                choice: Some(choice),
            })
        })
    }

    /// Whether something was sent for a question.
    pub(super) fn given(&self, position: usize) -> bool {
        self.questions[position].raw.is_some_and(|answer| !answer.is_blank())
    }

    /// Names among the answers that are no questions.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.unknown.iter().copied()
    }

    /// What is wrong with the answer to a relevant question.
    pub(super) fn error(&self, position: usize) -> Option<AnswerCode> {
        if let Some(code) = self.questions[position].unreadable {
            return Some(code);
        }
        let question = &self.compiled.questionnaire().questions[position];
        let bindings = &self.compiled.questions[position];
        let value = &self.questions[position].value;
        if value.is_empty() {
            let required =
                question.required.as_ref().is_some_and(|required| self.evaluate(required, &bindings.required, Some(position), value).to_boolean());
            return required.then_some(AnswerCode::Required);
        }
        if question.is_computed() {
            return None;
        }
        if let Some(code) = self.choice_error(position) {
            return Some(code);
        }
        let constraint = question.constraint.as_ref()?;
        let holds = self.evaluate(constraint, &bindings.constraint, Some(position), value).to_boolean();
        (!holds).then_some(AnswerCode::Constraint)
    }

    /// Chosen but not offered, or offered and not ranked.
    fn choice_error(&self, position: usize) -> Option<AnswerCode> {
        let questionnaire = self.compiled.questionnaire();
        let question = &questionnaire.questions[position];
        let rank = matches!(question.kind, Kind::Rank { .. });
        if !rank && question.choice_filter.is_none() {
            return None;
        }
        let Value::Text(text) = &self.questions[position].value else {
            return None;
        };
        let choices = questionnaire.choices(question);
        let mut chosen = 0;
        let names = if question.kind.joins_choices() { text.split(' ').collect() } else { vec![text.as_ref()] };
        for name in names {
            let mut called = self.compiled.choice_positions(position, name).peekable();
            called.peek()?;
            if !called.any(|choice| self.offers(position, &choices[choice])) {
                return Some(AnswerCode::UnknownChoice);
            }
            chosen += 1;
        }
        (rank && chosen != self.choices(position).len()).then_some(AnswerCode::IncompleteRank)
    }

    /// The answer to a question in the form it is stored; none if it is not relevant,
    /// not answered or not collected.
    pub(super) fn answer(&self, position: usize) -> Option<Fitting<'_>> {
        let value = &self.questions[position].value;
        let question = &self.compiled.questionnaire().questions[position];
        if value.is_empty() || matches!(question.kind, Kind::Metadata { .. }) {
            return None;
        }
        Some(match (&question.kind, value) {
            (Kind::SelectMultiple { .. } | Kind::Rank { .. }, Value::Text(text)) => Fitting::Many(text),
            // A choice that was computed is stored as one that was chosen.
            (Kind::SelectOne { .. }, value) => Fitting::Text(value.borrowed().into_text()),
            (_, Value::Number(number)) if number.is_finite() => Fitting::Number(*number),
            (Kind::Acknowledge, _) => Fitting::Text(Cow::Borrowed(reading::ACKNOWLEDGED)),
            (kind, value) if question.is_computed() || kind.is_numeric() => {
                let number = value.to_number();
                let text = value.borrowed().into_text();
                // Only what reads back as the same text is a number: not "007".
                if Value::Number(number).into_text() == text { Fitting::Number(number) } else { Fitting::Text(text) }
            }
            (_, value) => Fitting::Text(question.kept(value.borrowed())),
        })
    }
}
