//! Where the parts of a questionnaire stand in its form: the tree of groups and
//! questions, their paths, and names that XML takes.
//!
//! Rule to keep: all parts of the form ask here for a path, so that they agree.

use std::collections::HashMap;

use crate::expression::{Expression, Paths, Sort, clock, quoted};
use crate::questionnaire::{Choice, DayPart, Kind, Question, Questionnaire, sorts};

/// Choices that a list may have for several of them to be quoted by their labels; those of longer ones by their names.
const MOST_QUOTED: usize = 12;

/// The element around all answers.
pub(super) const ROOT: &str = "data";

/// What stands in a group, or at the top.
#[derive(Clone, Copy)]
pub(super) enum Item {
    Group(usize),
    Question(usize),
}

pub(super) struct Names<'a> {
    pub(super) questionnaire: &'a Questionnaire,
    groups: Vec<String>,
    questions: Vec<String>,
    positions: HashMap<&'a str, usize>,
    sorts: Vec<Sort>,
    /// What stands at the top, and then in each group.
    inside: Vec<Vec<Item>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(questionnaire: &'a Questionnaire) -> Self {
        let mut groups: Vec<String> = Vec::new();
        let path = |groups: &[String], around: Option<usize>, name: &str| {
            let around = around.and_then(|around| groups.get(around)).map_or_else(|| format!("/{ROOT}"), Clone::clone);
            format!("{around}/{}", element(name))
        };
        for group in &questionnaire.groups {
            let new = path(&groups, group.parent, &group.name);
            groups.push(new);
        }
        let mut inside = vec![Vec::new(); groups.len() + 1];
        let mut opened = 0;
        let mut open_to = |count: usize, inside: &mut Vec<Vec<Item>>| {
            for group in opened..count {
                inside[questionnaire.groups[group].parent.map_or(0, |parent| parent + 1)].push(Item::Group(group));
            }
            opened = opened.max(count);
        };
        for (position, question) in questionnaire.questions.iter().enumerate() {
            let group = question.group.filter(|group| *group < groups.len());
            open_to(group.map_or(0, |group| group + 1), &mut inside);
            inside[group.map_or(0, |group| group + 1)].push(Item::Question(position));
        }
        open_to(groups.len(), &mut inside);
        let questions = questionnaire.questions.iter().map(|question| path(&groups, question.group, &question.name)).collect();
        let positions = questionnaire.questions.iter().map(|question| question.name.as_str()).zip(0..).collect();
        Self { questionnaire, groups, questions, positions, sorts: sorts(questionnaire), inside }
    }

    /// What stands in a group, at the top without one, in order.
    pub(super) fn inside(&self, group: Option<usize>) -> &[Item] {
        &self.inside[group.map_or(0, |group| group + 1)]
    }

    pub(super) fn group(&self, position: usize) -> &str {
        &self.groups[position]
    }

    pub(super) fn question(&self, position: usize) -> &str {
        &self.questions[position]
    }

    /// An expression of the question at a position, or of the whole.
    pub(super) fn xpath(&self, expression: &Expression, question: Option<usize>) -> String {
        expression.to_xpath(&Place { names: self, question, filter: false })
    }

    /// A condition of the question at a position, or of a group.
    pub(super) fn condition(&self, expression: &Expression, question: Option<usize>) -> String {
        expression.to_condition(&Place { names: self, question, filter: false })
    }

    /// A calculation. True and false are 1 and 0 to all others, as they are here.
    pub(super) fn calculation(&self, expression: &Expression, question: usize) -> String {
        let place = Place { names: self, question: Some(question), filter: false };
        let text = !self.questionnaire.typed;
        match expression.sort(&|name| place.sort(name)) {
            _ if text => format!("string({})", expression.to_xpath(&place)),
            Sort::Boolean => format!("if({}, 1, 0)", expression.to_xpath(&place)),
            _ => expression.to_xpath(&place),
        }
    }

    /// What the value of a question is.
    pub(super) fn sort(&self, question: usize) -> Sort {
        self.sorts[question]
    }

    /// What a question begins with. A day in a text is written as one, and not with midnight.
    pub(super) fn default(&self, expression: &Expression, question: usize) -> String {
        let place = Place { names: self, question: Some(question), filter: false };
        let written = expression.to_xpath(&place);
        match expression.sort(&|name| place.sort(name)) {
            Sort::Boolean => format!("if({written}, 1, 0)"),
            Sort::Day if self.sorts[question] == Sort::Text => format!("string({written})"),
            _ => written,
        }
    }

    /// A choice filter: there `.` is the choice, so the question is written out.
    pub(super) fn filter(&self, expression: &Expression, question: usize) -> String {
        expression.to_condition(&Place { names: self, question: Some(question), filter: true })
    }

    /// The value of a question as a text quotes it; `None` if there is no such question.
    pub(super) fn output(&self, name: &str) -> Option<String> {
        let position = *self.positions.get(name)?;
        let path = self.question(position);
        let question = &self.questionnaire.questions[position];
        let label = |value: &str| format!("jr:choice-name({value}, {})", quoted(path));
        Some(match question.kind {
            Kind::SelectOne { .. } => label(path),
            Kind::SelectMultiple { .. } | Kind::Rank { .. } => match self.questionnaire.choices(question).len() {
                many @ 1..=MOST_QUOTED => {
                    let labels = (0..many).map(|at| {
                        let between = if at > 0 { format!("if(count-selected({path}) > {at}, ', ', ''), ") } else { String::new() };
                        between + &label(&format!("selected-at({path}, {at})"))
                    });
                    format!("concat({})", labels.collect::<Vec<_>>().join(", "))
                }
                _ => path.to_owned(),
            },
            // An engine may write a whole day, or a day where a time is.
            Kind::Time => clock(path),
            Kind::DateTime => format!("format-date-time({path}, '%Y-%m-%d %H:%M')"),
            Kind::Date if question.day_part() == DayPart::Month => format!("format-date({path}, '%Y-%m')"),
            Kind::Date if question.day_part() == DayPart::Year => format!("format-date({path}, '%Y')"),
            _ => path.to_owned(),
        })
    }

    fn has_blanks(&self, question: &Question) -> bool {
        let blank = |choice: &Choice| choice.name.contains(' ');
        matches!(question.kind, Kind::SelectOne { .. }) && self.questionnaire.choices(question).iter().any(blank)
    }
}

/// Where an expression stands.
struct Place<'a> {
    names: &'a Names<'a>,
    question: Option<usize>,
    filter: bool,
}

impl Place<'_> {
    fn position(&self, name: Option<&str>) -> Option<usize> {
        name.map_or(self.question, |name| self.names.positions.get(name).copied())
    }
}

impl Paths for Place<'_> {
    fn path(&self, name: &str) -> String {
        let position = self.names.positions.get(name);
        position.map_or_else(|| format!("/{ROOT}/{}", element(name)), |position| self.names.question(*position).to_owned())
    }

    fn current(&self) -> String {
        match self.question {
            Some(question) if self.filter => self.names.question(question).to_owned(),
            _ => ".".to_owned(),
        }
    }

    fn column(&self, name: &str) -> String {
        element(name)
    }

    fn sort(&self, name: Option<&str>) -> Sort {
        self.position(name).map_or(Sort::Any, |position| self.names.sorts[position])
    }

    fn is_one_with_blanks(&self, name: Option<&str>) -> bool {
        self.position(name).is_some_and(|position| self.names.has_blanks(&self.names.questionnaire.questions[position]))
    }
}

/// A name that XML takes as that of an element: letters, digits, `_`, `-` and `.`, not a digit first.
pub(super) fn element(name: &str) -> String {
    // Numbers that are no digits are letters to Unicode's alphabets and not to XML.
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') || !c.is_ascii() && c.is_alphabetic();
    let mut named: String = name.chars().map(|c| if good(c) { c } else { '_' }).collect();
    if !named.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        named.insert(0, '_');
    }
    named
}
