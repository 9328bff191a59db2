//! Which variables a questionnaire gives, in the order of its questions: one a question, besides one for each choice
//! of several, and one for the place of each choice that is put in order.

use super::names::Names;
use crate::expression::Expression;
use crate::markup;
use crate::questionnaire::{Choice, Compiled, Kind, Part, Question};

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// What somebody wrote.
    Text,
    Number,
    /// What was computed: numbers or text, as it came out.
    Computed,
    Day,
    /// Hours and minutes.
    Time,
    /// A day with a time of it.
    Moment,
    /// One choice of the list.
    Choice,
    /// All chosen names with a space between them.
    Joined,
    /// 1 where the choice was chosen, else 0.
    Chosen,
    /// The place of the choice, 1 for the first.
    Place,
    /// 1 where the box was ticked.
    Ticked,
}

impl Holds {
    /// Whether it is measured, not counted.
    pub(crate) fn is_continuous(self) -> bool {
        matches!(self, Self::Number | Self::Day | Self::Time | Self::Moment | Self::Computed)
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Safe in every program.
    pub name: String,
    /// Position of its question.
    pub question: usize,
    /// Position in the question's list, where it is about one choice.
    pub choice: Option<usize>,
    pub holds: Holds,
    /// Whether it is what people wrote in their own words, or hangs on it in any way.
    pub own_words: bool,
}

/// The columns of a questionnaire's answers.
pub struct Layout<'q> {
    pub(super) compiled: &'q Compiled,
    pub variables: Vec<Variable>,
    /// By question: whether it is asked under a condition.
    pub(super) conditional: Vec<bool>,
    /// What stands in columns of text for what was not asked.
    pub not_asked: &'static str,
    language: String,
}

impl<'q> Layout<'q> {
    /// With labels in `language`; `own_words` as to whether what people wrote is among the columns. Names are the same
    /// either way.
    pub fn new(compiled: &'q Compiled, language: &str, own_words: bool) -> Self {
        let questionnaire = compiled.questionnaire();
        let mut names = Names::default();
        let mut variables = Vec::new();
        let (worded, telling) = (in_own_words(compiled), compiled.telling_the_day());
        for (position, question) in questionnaire.questions.iter().enumerate() {
            let own = worded[position];
            let mut add = |name: String, choice: Option<usize>, holds: Holds| {
                variables.push(Variable { name, question: position, choice, holds, own_words: own });
            };
            // A day by itself would place an answer, and several surveys' answers beside each other.
            let Some(holds) = holds(question).filter(|_| !telling[position]) else { continue };
            if holds != Holds::Place {
                add(names.take(&question.name), None, holds);
            }
            let of_each = match holds {
                Holds::Joined => Holds::Chosen,
                Holds::Place => Holds::Place,
                _ => continue,
            };
            for (at, choice) in questionnaire.choices(question).iter().enumerate() {
                add(names.take_choice(&question.name, &choice.name), Some(at), of_each);
            }
        }
        variables.retain(|variable| own_words || !variable.own_words);
        let in_group = |mut group: Option<usize>| {
            while let Some(of) = group.map(|at| &questionnaire.groups[at]) {
                if of.relevant.is_some() {
                    return true;
                }
                group = of.parent;
            }
            false
        };
        let conditional = questionnaire.questions.iter().map(|question| question.relevant.is_some() || in_group(question.group)).collect();
        // Namibia's code is a choice of many a list.
        let named = questionnaire.choice_lists.values().flatten().any(|choice| choice.name == "NA");
        Self { compiled, variables, conditional, not_asked: if named { "n/a" } else { "NA" }, language: language.to_owned() }
    }

    pub fn question(&self, variable: &Variable) -> &'q Question {
        &self.compiled.questionnaire().questions[variable.question]
    }

    pub fn choices(&self, variable: &Variable) -> &'q [Choice] {
        self.compiled.questionnaire().choices(self.question(variable))
    }

    /// A label as it is read, without marks; answers that it quotes stay `${name}`.
    fn said(&self, text: &crate::questionnaire::Text) -> String {
        markup::plain(text.get(&self.language, &self.compiled.questionnaire().default_language)).into_owned()
    }

    /// What is asked; the question's name where it has no label.
    pub fn label(&self, variable: &Variable) -> String {
        let question = self.question(variable);
        let label = self.said(&question.label);
        let label = if label.is_empty() { question.name.clone() } else { label };
        match variable.choice.and_then(|at| self.choices(variable).get(at)) {
            Some(choice) => format!("{label}: {}", self.choice_label(choice)),
            None => label,
        }
    }

    pub fn hint(&self, variable: &Variable) -> String {
        self.said(&self.question(variable).hint)
    }

    pub fn choice_label(&self, choice: &Choice) -> String {
        let label = self.said(&choice.label);
        if label.is_empty() { choice.name.clone() } else { label }
    }

    /// Number, name and label of every value that has a label.
    pub fn values(&self, variable: &Variable) -> Vec<(i64, &'q str, String)> {
        let choices = self.choices(variable);
        match variable.holds {
            Holds::Choice => codes(choices).zip(choices).map(|(code, choice)| (code, choice.name.as_str(), self.choice_label(choice))).collect(),
            _ => Vec::new(),
        }
    }

    /// The condition under which it is asked, of the groups around it too.
    pub fn condition(&self, variable: &Variable) -> String {
        let questionnaire = self.compiled.questionnaire();
        let question = self.question(variable);
        let mut parts: Vec<&str> = question.relevant.iter().map(|of| of.source()).collect();
        let mut group = question.group;
        while let Some(of) = group.map(|at| &questionnaire.groups[at]) {
            parts.extend(of.relevant.iter().map(|of| of.source()));
            group = of.parent;
        }
        parts.reverse();
        if parts.len() > 1 { parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" and ") } else { parts.concat() }
    }
}

/// The numbers of choices: their names where all of these are whole numbers, else 1, 2, 3 in the order of the list.
pub(super) fn codes(choices: &[Choice]) -> impl Iterator<Item = i64> + '_ {
    let number = |choice: &Choice| choice.name.parse::<i32>().ok().filter(|number| number.to_string() == choice.name);
    let named = choices.iter().all(|choice| number(choice).is_some());
    choices.iter().zip(1_i64..).map(move |(choice, at)| number(choice).filter(|_| named).map_or(at, i64::from))
}

fn holds(question: &Question) -> Option<Holds> {
    Some(match question.kind {
        Kind::Note | Kind::Metadata { .. } => return None,
        Kind::Text => Holds::Text,
        Kind::Integer | Kind::Decimal | Kind::Range { .. } => Holds::Number,
        Kind::Calculate | Kind::Hidden => Holds::Computed,
        Kind::Date => Holds::Day,
        Kind::Time => Holds::Time,
        Kind::DateTime => Holds::Moment,
        Kind::SelectOne { .. } => Holds::Choice,
        Kind::SelectMultiple { .. } => Holds::Joined,
        Kind::Rank { .. } => Holds::Place,
        Kind::Acknowledge => Holds::Ticked,
    })
}

/// Which answers are what somebody wrote, or tell of it: whatever hangs on it in any way, be it only by being asked or
/// left empty, and what a program may send although no page asks for it.
fn in_own_words(compiled: &Compiled) -> Vec<bool> {
    let questions = &compiled.questionnaire().questions;
    let written = |question: &Question| {
        let sent = matches!(question.kind, Kind::Hidden) && !question.is_given();
        matches!(question.kind, Kind::Text) || sent || question.calculation.as_ref().is_some_and(Expression::keeps_what_was)
    };
    compiled.all_that_tell_of(|part| matches!(part, Part::Question(at) if written(&questions[at])))
}
