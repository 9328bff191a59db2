//! Where a questionnaire uses what other engines compute otherwise: for its author, beside the errors of the sheets.
//!
//! Nothing is refused for it. Rule to keep: every expression is looked at, in the order of the sheets.

use std::collections::HashMap;

use super::sorts::sorts;
use super::{Kind, Part, Preset, Question, Questionnaire};
use crate::expression::{Asked, Difference, Expression, Sort};

/// A difference in one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differing {
    pub part: Part,
    /// Column of the survey or settings sheet.
    pub column: &'static str,
    pub difference: Difference,
}

/// The differences that the expressions of a questionnaire run into; each at most once in a cell.
pub fn differences(questionnaire: &Questionnaire) -> Vec<Differing> {
    let known = Known::new(questionnaire);
    let mut found = Vec::new();
    let mut look = |part: Part, question: Option<usize>, column: &'static str, expression: Option<&Expression>| {
        let condition = matches!(column, "relevant" | "required" | "constraint" | "choice_filter");
        let differences = expression.map(|expression| expression.differences(&Within { known: &known, question }, condition));
        found.extend(differences.into_iter().flatten().map(|difference| Differing { part, column, difference }));
    };
    for (position, group) in questionnaire.groups.iter().enumerate() {
        look(Part::Group(position), None, "relevant", group.relevant.as_ref());
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        let (part, at) = (Part::Question(position), Some(position));
        look(part, at, "required", question.required.as_ref());
        look(part, at, "relevant", question.relevant.as_ref());
        look(part, at, "constraint", question.constraint.as_ref());
        look(part, at, "calculation", question.calculation.as_ref());
        look(part, at, "choice_filter", question.choice_filter.as_ref());
        if let Some(Preset::Computed(default)) = &question.default {
            look(part, at, "default", Some(default));
        }
    }
    look(Part::Settings, None, "instance_name", questionnaire.instance_name.as_ref());
    found
}

struct Known<'a> {
    questionnaire: &'a Questionnaire,
    positions: HashMap<&'a str, usize>,
    sorts: Vec<Sort>,
}

impl<'a> Known<'a> {
    fn new(questionnaire: &'a Questionnaire) -> Self {
        let positions = questionnaire.questions.iter().map(|question| question.name.as_str()).zip(0..).collect();
        Self { questionnaire, positions, sorts: sorts(questionnaire) }
    }
}

/// The questions as an expression of one of them names them.
struct Within<'a> {
    known: &'a Known<'a>,
    question: Option<usize>,
}

impl<'a> Within<'a> {
    fn position(&self, name: Option<&str>) -> Option<usize> {
        name.map_or(self.question, |name| self.known.positions.get(name).copied())
    }

    fn is(&self, name: Option<&str>, is: impl Fn(&'a Question) -> bool) -> bool {
        self.position(name).is_some_and(|position| is(&self.known.questionnaire.questions[position]))
    }
}

impl Asked for Within<'_> {
    fn sort(&self, name: Option<&str>) -> Sort {
        self.position(name).map_or(Sort::Any, |position| self.known.sorts[position])
    }

    fn has_blanks(&self, name: Option<&str>) -> bool {
        let blank = |question| self.known.questionnaire.choices(question).iter().any(|choice| choice.name.contains(' '));
        self.is(name, |question| matches!(question.kind, Kind::SelectOne { .. }) && blank(question))
    }

    fn is_condition(&self, name: Option<&str>) -> bool {
        let sort = |calculation: &Expression| calculation.sort(&|name| self.sort(name));
        let computed = |question: &Question| question.calculation.as_ref().is_some_and(|calculation| sort(calculation) == Sort::Boolean);
        name.is_some() && self.is(name, computed)
    }

    fn is_typed(&self, name: Option<&str>) -> bool {
        self.is(name, |question| matches!(question.kind, Kind::Text) && !question.is_computed())
    }

    /// Of `.` there is an answer wherever it is looked at.
    fn may_be_empty(&self, name: Option<&str>) -> bool {
        name.is_some() && self.is(name, |question| question.required.is_none() || question.relevant.is_some() || question.group.is_some())
    }

    fn may_be_negative(&self, name: Option<&str>) -> bool {
        self.is(name, |question| match question.kind {
            Kind::Integer | Kind::Decimal => question.constraint.is_none() && !question.is_computed(),
            Kind::Range { start, .. } => start < 0.0,
            _ => false,
        })
    }

    fn languages(&self) -> usize {
        self.known.questionnaire.languages.len()
    }
}
