//! A questionnaire made ready for checking answers: names to positions, expressions
//! bound to the questions they refer to, and an order of evaluation in which every
//! value is known before it is needed.
//!
//! Build one per published instrument and keep it; it is read-only. Rule to keep:
//! whatever passes [`Compiled::new`] can be evaluated without any look-up failing.

use std::collections::{HashMap, HashSet};

use super::hanging::own_expressions;
use super::names::Names;
use super::order::order;
use super::{Question, Questionnaire, SheetCode, Text};
use crate::expression::{Expression, Value};
use crate::markup;

/// A questionnaire ready for use.
#[derive(Clone, Debug)]
pub struct Compiled {
    questionnaire: Questionnaire,
    pub(crate) names: Names,
    pub(crate) questions: Vec<Bindings>,
    pub(crate) groups: Vec<Vec<usize>>,
    pub(crate) order: Vec<Part>,
    /// Names of the choices of each list, and which list a question has.
    lists: Vec<Names>,
    list_of: Vec<Option<usize>>,
    /// Which lists have choices that share a name.
    twins: Vec<bool>,
    work: usize,
}

/// For each expression of a question, the positions of the questions it refers to,
/// in the order of [`Expression::references`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Bindings {
    pub relevant: Vec<usize>,
    pub required: Vec<usize>,
    pub constraint: Vec<usize>,
    pub calculation: Vec<usize>,
    pub choice_filter: Vec<usize>,
    pub default: Vec<usize>,
}

/// A part of a questionnaire, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    Group(usize),
    Question(usize),
    /// A choice of a list, both by position, the lists in the order of their names.
    Choice(usize, usize),
    Settings,
}

/// Why a questionnaire cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    pub part: Part,
    /// Column of the survey or settings sheet.
    pub column: &'static str,
    pub code: SheetCode,
    pub message: String,
    /// The name that refers to nothing, for [`SheetCode::UnknownReference`].
    pub reference: Option<String>,
}

impl Compiled {
    /// Resolves every reference and finds the order of evaluation. What was published before there was a rule goes on
    /// without it.
    pub fn new(questionnaire: Questionnaire) -> Result<Self, Vec<CompileError>> {
        Self::judged(questionnaire, false)
    }

    /// The same of what an author writes now, by every rule.
    pub(super) fn written(questionnaire: Questionnaire) -> Result<Self, Vec<CompileError>> {
        Self::judged(questionnaire, true)
    }

    fn judged(questionnaire: Questionnaire, now: bool) -> Result<Self, Vec<CompileError>> {
        let mut errors = structure_errors(&questionnaire);
        if !errors.is_empty() {
            return Err(errors);
        }
        let questions = questionnaire.questions.iter();
        let names = Names::new(questions.map(|question| question.name.as_str()));
        let all_choices = questionnaire.choice_lists.values().flatten();
        let columns: HashSet<&str> = all_choices.flat_map(|choice| choice.columns.keys().map(String::as_str)).collect();
        let mut binder = Binder { names: &names, columns: &columns, now, errors: &mut errors };
        let questions = questionnaire
            .questions
            .iter()
            .enumerate()
            .map(|(position, question)| {
                let part = Part::Question(position);
                for (column, text) in [
                    ("label", &question.label),
                    ("hint", &question.hint),
                    ("guidance_hint", &question.guidance_hint),
                    ("constraint_message", &question.constraint_message),
                    ("required_message", &question.required_message),
                ] {
                    binder.text(part, column, text);
                }
                let default = match &question.default {
                    Some(super::Preset::Computed(expression)) => Some(expression),
                    _ => None,
                };
                Bindings {
                    relevant: binder.bind(part, "relevant", question.relevant.as_ref()),
                    required: binder.bind(part, "required", question.required.as_ref()),
                    constraint: binder.bind(part, "constraint", question.constraint.as_ref()),
                    calculation: binder.bind(part, "calculation", question.calculation.as_ref()),
                    choice_filter: binder.bind(part, "choice_filter", question.choice_filter.as_ref()),
                    default: binder.bind(part, "default", default),
                }
            })
            .collect();
        let groups = questionnaire
            .groups
            .iter()
            .enumerate()
            .map(|(position, group)| {
                binder.text(Part::Group(position), "label", &group.label);
                binder.bind(Part::Group(position), "relevant", group.relevant.as_ref())
            })
            .collect();
        for (list, choices) in questionnaire.choice_lists.values().enumerate().filter(|_| now) {
            for (choice, of) in choices.iter().enumerate() {
                binder.text(Part::Choice(list, choice), "label", &of.label);
            }
        }
        if let Some(name) = questionnaire.title.references().first().filter(|_| now) {
            let message = format!("the title stands above all questions and cannot quote ${{{name}}}");
            let reference = None;
            binder.errors.push(CompileError { part: Part::Settings, column: "form_title", code: SheetCode::InvalidValue, message, reference });
        }
        binder.bind(Part::Settings, "instance_name", questionnaire.instance_name.as_ref());
        let lists: Vec<Names> = questionnaire.choice_lists.values().map(|list| Names::new(list.iter().map(|choice| choice.name.as_str()))).collect();
        let twins = lists.iter().map(Names::has_twins).collect();
        let place: HashMap<&str, usize> = questionnaire.choice_lists.keys().map(String::as_str).zip(0..).collect();
        let list_of = questionnaire.questions.iter().map(|question| place.get(question.kind.list()?).copied()).collect();
        let work = super::cost::work(&questionnaire);
        let mut compiled = Self { questionnaire, names, questions, groups, order: Vec::new(), lists, list_of, twins, work };
        let mut circles = Vec::new();
        compiled.order = order(&compiled, true, &mut circles);
        if !now && !circles.is_empty() {
            // Defaults were in no order before.
            circles.clear();
            compiled.order = order(&compiled, false, &mut circles);
        }
        errors.append(&mut circles);
        if errors.is_empty() { Ok(compiled) } else { Err(errors) }
    }

    /// The questionnaire it was made of.
    pub fn questionnaire(&self) -> &Questionnaire {
        &self.questionnaire
    }

    /// Gives the questionnaire back.
    pub fn into_questionnaire(self) -> Questionnaire {
        self.questionnaire
    }

    /// Whether checking one response may take so long that it should not be done where others are served.
    pub fn is_heavy(&self) -> bool {
        self.work >= super::cost::HEAVY
    }

    /// What checking one response takes, in terms.
    #[must_use]
    pub fn work(&self) -> usize {
        self.work
    }

    /// Position of the question called `name`.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.find(name)
    }

    /// Whether an expression of the author's computes the answer, or what the page comes filled in with from other
    /// answers, which most leave as it is.
    pub fn is_prefilled(&self, question: usize) -> bool {
        self.questionnaire.questions.get(question).is_some_and(Question::is_given) || !self.questions[question].default.is_empty()
    }

    /// Whether it hangs on other answers, or on the day, that a question is asked, what may be answered, or whether it
    /// must be.
    pub fn is_conditional(&self, question: usize) -> bool {
        let (of, asked) = (&self.questions[question], &self.questionnaire.questions[question]);
        let mut looks = [&of.relevant, &of.choice_filter, &of.constraint, &of.required].iter().any(|bindings| !bindings.is_empty());
        looks |= own_expressions(asked).any(Expression::uses_clock);
        let mut group = asked.group;
        while let Some(around) = group {
            looks |= !self.groups[around].is_empty() || self.questionnaire.groups[around].relevant.as_ref().is_some_and(Expression::uses_clock);
            group = self.questionnaire.groups[around].parent;
        }
        looks
    }

    /// What a choice says in the default language, without its marks; empty if the list of the question has none
    /// called so.
    pub(crate) fn choice_label(&self, question: usize, name: &str) -> Value<'_> {
        let choices = self.questionnaire.questions.get(question).map_or(&[][..], |question| self.questionnaire.choices(question));
        let label = self.choice_position(question, name).map(|at| &choices[at].label);
        let default = &self.questionnaire.default_language;
        label.map_or(Value::EMPTY, |label| Value::Text(markup::plain(label.get(default, default))))
    }

    /// Position of the choice called `name` in the list of a question.
    pub fn choice_position(&self, question: usize, name: &str) -> Option<usize> {
        self.choice_positions(question, name).next()
    }

    /// Every position of the choices called `name`: with different filter columns there may be several.
    pub(crate) fn choice_positions<'a>(&'a self, question: usize, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let list = self.list_of.get(question).copied().flatten().and_then(|list| self.lists.get(list));
        list.into_iter().flat_map(move |list| list.all(name))
    }

    /// Whether choices of a question's list share a name.
    pub(crate) fn has_twins(&self, question: usize) -> bool {
        self.list_of.get(question).copied().flatten().is_some_and(|list| self.twins[list])
    }
}

/// Positions that point nowhere. The sheets cannot produce them; a stored form that
/// was tampered with could.
fn structure_errors(questionnaire: &Questionnaire) -> Vec<CompileError> {
    let mut errors = Vec::new();
    let mut add = |part, code, message: &str| {
        errors.push(CompileError { part, column: "type", code, message: message.to_owned(), reference: None });
    };
    let mut names = HashSet::new();
    for (position, group) in questionnaire.groups.iter().enumerate() {
        if group.parent.is_some_and(|parent| parent >= position) {
            add(Part::Group(position), SheetCode::UnbalancedGroup, "the group around it is not before it");
        }
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        let part = Part::Question(position);
        if question.group.is_some_and(|group| group >= questionnaire.groups.len()) {
            add(part, SheetCode::UnbalancedGroup, "the group around it does not exist");
        }
        if !names.insert(&question.name) {
            add(part, SheetCode::DuplicateName, "the name is there twice");
        }
    }
    let questions = questionnaire.questions.len();
    for page in &questionnaire.pages {
        if page.questions.iter().any(|&question| question >= questions) || page.group.is_some_and(|group| group >= questionnaire.groups.len()) {
            add(Part::Settings, SheetCode::InvalidValue, "a page refers to what does not exist");
        }
    }
    errors
}

struct Binder<'a> {
    names: &'a Names,
    /// Columns of the choices sheet: where a list has none of that name, its cells are empty.
    columns: &'a HashSet<&'a str>,
    /// Whether an author writes it now.
    now: bool,
    errors: &'a mut Vec<CompileError>,
}

impl Binder<'_> {
    /// Positions of the questions an expression refers to. Bare names must be columns
    /// of `choices`.
    fn bind(&mut self, part: Part, column: &'static str, expression: Option<&Expression>) -> Vec<usize> {
        let Some(expression) = expression else {
            return Vec::new();
        };
        for name in expression.columns() {
            let known = column == "choice_filter" && (name == "name" || self.columns.contains(name.as_str()));
            if !known {
                self.errors.push(CompileError {
                    part,
                    column,
                    code: SheetCode::InvalidExpression,
                    message: format!("\"{name}\" is neither in quotes nor a question as ${{{name}}}"),
                    reference: None,
                });
            }
        }
        let positions = expression.references().iter();
        positions.filter_map(|name| self.find(part, column, name)).collect()
    }

    fn text(&mut self, part: Part, column: &'static str, text: &Text) {
        for name in text.references() {
            self.find(part, column, name);
        }
        if self.now && text.iter().any(|(_, said)| markup::is_telling(said)) {
            let message = "the address of a link quotes an answer, which whoever follows it would tell the other site; quote it in the words";
            self.errors.push(CompileError { part, column, code: SheetCode::InvalidValue, message: message.to_owned(), reference: None });
        }
    }

    fn find(&mut self, part: Part, column: &'static str, name: &str) -> Option<usize> {
        let found = self.names.find(name);
        if found.is_none() {
            self.errors.push(CompileError {
                part,
                column,
                code: SheetCode::UnknownReference,
                message: format!("${{{name}}} refers to no question"),
                reference: Some(name.to_owned()),
            });
        }
        found
    }
}
