//! What hangs on what: which questions, through their own expressions and those of what lies between, say something of
//! an answer or of the day.
//!
//! Two ways lead there. Forwards, whatever an expression of a question looks at shows in its answer, or in that there is
//! one. And sideways: where an answer may be refused, only those responses are stored that pass, so that all that the
//! condition looks at tells of each other. Rule to keep: every expression of a question is looked at here, or a column of
//! a file tells what it must not.

use super::{Compiled, Kind, Metadata, Part, Preset, Question};
use crate::answers::{MAXIMUM_TEXT, MOST_COMPUTED};
use crate::expression::{Expression, MAXIMUM_JOINED};

/// Bytes that a value of a question may have, where nobody computes it: typed text, and what is short.
const TYPED: usize = 4 * MAXIMUM_TEXT;
const SHORT: usize = 64;

/// All expressions of a question.
pub(super) fn own_expressions(question: &Question) -> impl Iterator<Item = &Expression> {
    let default = if let Some(Preset::Computed(expression)) = &question.default { Some(expression) } else { None };
    let of = [&question.relevant, &question.required, &question.constraint, &question.calculation, &question.choice_filter];
    of.into_iter().filter_map(Option::as_ref).chain(default)
}

/// Groups and questions as one row of numbers, groups first.
struct Nodes<'c> {
    compiled: &'c Compiled,
    groups: usize,
    needed_by: Vec<Vec<usize>>,
}

impl<'c> Nodes<'c> {
    fn of(compiled: &'c Compiled) -> Self {
        let groups = compiled.groups.len();
        let mut nodes = Self { compiled, groups, needed_by: Vec::new() };
        let mut needed_by = vec![Vec::new(); groups + compiled.questions.len()];
        for node in 0..needed_by.len() {
            for need in nodes.needs(node) {
                needed_by[need].push(node);
            }
        }
        nodes.needed_by = needed_by;
        nodes
    }

    fn part(&self, node: usize) -> Part {
        node.checked_sub(self.groups).map_or(Part::Group(node), Part::Question)
    }

    /// What a group or question looks at, and the group around it.
    fn needs(&self, node: usize) -> Vec<usize> {
        let questionnaire = self.compiled.questionnaire();
        let question = |need: &usize| self.groups + need;
        match self.part(node) {
            Part::Question(at) => {
                let of = &self.compiled.questions[at];
                let looks = [&of.relevant, &of.required, &of.constraint, &of.calculation, &of.choice_filter, &of.default];
                questionnaire.questions[at].group.into_iter().chain(looks.into_iter().flatten().map(question)).collect()
            }
            _ => questionnaire.groups[node].parent.into_iter().chain(self.compiled.groups[node].iter().map(question)).collect(),
        }
    }

    /// Whether a response may be refused for an answer, or its lack, here. `overflows` where texts that are computed may
    /// be too long for any response.
    fn refuses(&self, node: usize, overflows: bool) -> bool {
        let Part::Question(at) = self.part(node) else { return false };
        let question = &self.compiled.questionnaire().questions[at];
        // What must be answered and cannot be.
        let unanswerable = question.choice_filter.is_some() || question.read_only || question.is_computed() || !question.is_visible();
        question.constraint.is_some() || question.required.is_some() && unanswerable || overflows && question.is_given()
    }

    /// Whether it looks, beside its own answer, at what tells or at something else.
    fn relates(&self, node: usize, hang: &[bool]) -> bool {
        let Part::Question(at) = self.part(node) else { return false };
        let clock = || own_expressions(&self.compiled.questionnaire().questions[at]).any(Expression::uses_clock);
        !self.compiled.questions[at].constraint.is_empty() || self.needs(node).iter().any(|need| hang[*need]) || clock()
    }

    /// Whether whoever refuses a response by it learns something: a group without a condition says nothing.
    fn says(&self, node: usize) -> bool {
        !matches!(self.part(node), Part::Group(at) if self.compiled.questionnaire().groups[at].relevant.is_none())
    }
}

impl Compiled {
    /// Which answers, or that there are any, tell on which day they were given: through the clock in an expression of
    /// their own, of what they hang on, or of what is refused unless they fit the day.
    pub fn telling_the_day(&self) -> Vec<bool> {
        self.all_that_tell_of(|part| match part {
            Part::Group(at) => self.questionnaire().groups[at].relevant.as_ref().is_some_and(Expression::uses_clock),
            Part::Question(at) => {
                let question = &self.questionnaire().questions[at];
                let day = matches!(question.kind, Kind::Metadata { collects: Metadata::Today });
                day || own_expressions(question).any(Expression::uses_clock)
            }
            Part::Choice(..) | Part::Settings => false,
        })
    }

    /// Which questions are one of those, or hang on one of them through whatever lies between: every expression of
    /// their own and of their groups. One walk, however many there are.
    pub fn all_that_hang_on(&self, those: impl Fn(Part) -> bool) -> Vec<bool> {
        self.walk(&those, false)
    }

    /// The same, and whatever else a response is refused by together with them.
    pub fn all_that_tell_of(&self, those: impl Fn(Part) -> bool) -> Vec<bool> {
        self.walk(&those, true)
    }

    fn walk(&self, those: &dyn Fn(Part) -> bool, sideways: bool) -> Vec<bool> {
        let nodes = Nodes::of(self);
        let overflows = sideways && self.may_overflow();
        let count = nodes.needed_by.len();
        let mut open: Vec<usize> = (0..count).filter(|node| those(nodes.part(*node))).collect();
        let (mut hang, mut pulled, mut passed) = (vec![false; count], vec![false; count], vec![false; count]);
        for &node in &open {
            hang[node] = true;
        }
        while let Some(node) = open.pop() {
            let pulls = sideways && !pulled[node] && nodes.refuses(node, overflows) && nodes.relates(node, &hang);
            let mut to_pull = if pulls { vec![node] } else { Vec::new() };
            while let Some(node) = to_pull.pop() {
                if std::mem::replace(&mut pulled[node], true) {
                    continue;
                }
                for need in nodes.needs(node) {
                    if nodes.says(need) && !std::mem::replace(&mut hang[need], true) {
                        open.push(need);
                    }
                    to_pull.push(need);
                }
            }
            if std::mem::replace(&mut passed[node], true) {
                continue;
            }
            for &next in &nodes.needed_by[node] {
                // What may refuse a response is asked again, now that it looks at something that tells.
                if !std::mem::replace(&mut hang[next], true) || sideways && !pulled[next] && nodes.refuses(next, overflows) {
                    open.push(next);
                }
            }
        }
        hang.split_off(nodes.groups)
    }

    /// Whether what a questionnaire computes can be longer than a response may be.
    fn may_overflow(&self) -> bool {
        let questions = &self.questionnaire().questions;
        let mut longest: Vec<usize> =
            questions.iter().map(|question| if matches!(question.kind, Kind::Text | Kind::Hidden) { TYPED } else { SHORT }).collect();
        let mut all = 0_usize;
        for part in &self.order {
            let Part::Question(at) = *part else { continue };
            let (question, of) = (&questions[at], &self.questions[at]);
            if !question.is_given() {
                // Names of choices, as many as there are.
                let names: usize = self.questionnaire().choices(question).iter().map(|choice| choice.name.len() + 1).sum();
                longest[at] = longest[at].max(names);
                continue;
            }
            let preset = if let Some(Preset::Computed(expression)) = &question.default { Some((expression, &of.default)) } else { None };
            let Some((expression, looks)) = question.calculation.as_ref().map(|expression| (expression, &of.calculation)).or(preset) else {
                continue;
            };
            let said: usize = looks.iter().map(|need| longest[*need].max(self.longest_label(*need))).fold(0, usize::saturating_add);
            let before = if expression.keeps_what_was() { TYPED } else { 0 };
            // A name may stand there several times, and a format writes more than its letters.
            let times = expression.source().matches("${").count().max(1);
            longest[at] = said.saturating_mul(times).saturating_add(before + 8 * expression.source().len()).min(4 * MAXIMUM_JOINED);
            all = all.saturating_add(longest[at]);
        }
        all > MOST_COMPUTED
    }

    fn longest_label(&self, question: usize) -> usize {
        let questionnaire = self.questionnaire();
        let labels = questionnaire.choices(&questionnaire.questions[question]).iter();
        labels.map(|choice| choice.label.get(&questionnaire.default_language, &questionnaire.default_language).len()).max().unwrap_or_default()
    }

    /// Whether what a question says, or that it is asked at all, hangs on the answer to another one, as
    /// [`Self::all_that_hang_on`].
    pub fn hangs_on(&self, question: usize, on: usize) -> bool {
        self.all_that_hang_on(|part| part == Part::Question(on)).get(question).copied().unwrap_or_default()
    }
}
