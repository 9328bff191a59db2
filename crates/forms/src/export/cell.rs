//! One response as cells, in the order of the variables. Whether something was asked is found out only where it has
//! no answer.

use std::borrow::Cow;

use super::layout::{Holds, Layout, Variable};
use crate::answers::{Answer, Answers, Relevance};
use crate::expression::{Day, Moment, Time};

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Not relevant by what was answered before.
    NotAsked,
    NotAnswered,
    Number(f64),
    Day(Day),
    Time(Time),
    Moment(Moment),
    /// Position in the list of its question.
    Choice(usize),
    Text(Cow<'a, str>),
}

impl Layout<'_> {
    /// The cells of one response that came on `day`; `row` is emptied before.
    pub fn cells<'a>(&self, answers: &'a Answers, day: Day, row: &mut Vec<Cell<'a>>) {
        row.clear();
        let mut relevance: Option<Relevance<'_>> = None;
        let questions = &self.compiled.questionnaire().questions;
        let mut last: Option<(usize, Option<&Answer>)> = None;
        for variable in &self.variables {
            let answer = match last {
                Some((of, answer)) if of == variable.question => answer,
                _ => answers.get(&questions[variable.question].name).filter(|answer| !answer.is_blank()),
            };
            last = Some((variable.question, answer));
            row.push(match answer.and_then(|answer| self.cell(variable, answer)) {
                Some(cell) => cell,
                None if !self.conditional[variable.question] => Cell::NotAnswered,
                None => {
                    let relevance = relevance.get_or_insert_with(|| Relevance::of(self.compiled, answers, day));
                    if relevance.is_relevant(variable.question) { Cell::NotAnswered } else { Cell::NotAsked }
                }
            });
        }
    }

    fn cell<'a>(&self, variable: &Variable, answer: &'a Answer) -> Option<Cell<'a>> {
        let choice = |name: &str| self.compiled.choice_position(variable.question, name);
        Some(match (variable.holds, answer) {
            (Holds::Choice, Answer::Text(name)) => Cell::Choice(choice(name)?),
            (Holds::Choice, Answer::Number(number)) => Cell::Choice(choice(&number.to_string())?),
            (Holds::Day, Answer::Text(text)) => Cell::Day(Day::parse(text)?),
            (Holds::Time, Answer::Text(text)) => Cell::Time(Time::parse(text)?),
            (Holds::Moment, Answer::Text(text)) => Cell::Moment(Moment::parse_answer(text)?),
            (Holds::Ticked, _) => Cell::Number(1.0),
            (Holds::Joined, Answer::Many(names)) => Cell::Text(names.join(" ").into()),
            (Holds::Joined, Answer::Text(text)) => Cell::Text(text.as_str().into()),
            (Holds::Chosen, answer) => {
                let name = &self.choices(variable).get(variable.choice?)?.name;
                let chosen = match answer {
                    Answer::Text(text) => text.split(' ').any(|one| one == name),
                    answer => answer.has(name),
                };
                Cell::Number(f64::from(u8::from(chosen)))
            }
            (Holds::Place, Answer::Many(names)) => {
                let name = &self.choices(variable).get(variable.choice?)?.name;
                Cell::Number(names.iter().position(|one| one == name)? as f64 + 1.0)
            }
            (Holds::Number, Answer::Text(text)) => Cell::Number(text.parse().ok().filter(|number: &f64| number.is_finite())?),
            (Holds::Number | Holds::Computed, Answer::Number(number)) => Cell::Number(*number),
            (Holds::Text | Holds::Computed, Answer::Text(text)) => Cell::Text(text.as_str().into()),
            (Holds::Text, Answer::Number(number)) => Cell::Text(number.to_string().into()),
            _ => return None,
        })
    }
}
