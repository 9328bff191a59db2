//! What a questionnaire costs those who open it, by the rows that make it too much.
//!
//! Bytes of the sheets say little: 300 questions that offer one list of 1,500 choices
//! are 20 KB, and a page of 14 MB. Asked when sheets are read; what was stored before
//! stays as it is.

use std::collections::{HashMap, HashSet};

use super::rows::Rows;
use super::sheet::Sheet;
use super::sheet_error::Faults;
use super::{Kind, Piece, Question, Questionnaire, SheetCode, Text, pieces};
use crate::expression::{Expression, pattern_cost};
use crate::markup;

/// Bytes that a question and a choice weigh on a page, beside their texts.
const QUESTION: usize = 600;
const CHOICE: usize = 250;
/// What a page and all pages together may weigh.
const MOST_PAGE: usize = 1 << 20;
const MOST_PAGES: usize = 16 << 20;
/// What the patterns may take together when they are ready.
const MOST_PATTERNS: usize = 16 << 20;
/// What a text may become where it quotes an answer: 2,000 characters, escaped.
const QUOTED: usize = 12_000;
/// Terms of all expressions that are looked at for one answer to the questionnaire: some two seconds at the very worst.
const MOST_WORK: usize = 40_000_000;
/// From so many on a response is not checked where others are served.
pub(super) const HEAVY: usize = 1_000_000;

/// Bytes of the references in an `XForm`, where each is a path through all groups.
const MOST_WRITTEN: usize = 32 << 20;

/// Terms of choice filters that are looked at for one page of answers, each for every choice of its list.
const MOST_FILTERS: usize = 10_000_000;

/// Adds a fault at each row from which on a page, all pages or all patterns are too much.
pub(super) fn check(questionnaire: &Questionnaire, rows: &Rows, survey: &Sheet, faults: &mut Faults) {
    let row = |question: usize| rows.questions.get(question).copied().unwrap_or(1);
    let mut add = |row: usize, column: &str, message: String| {
        faults.add("survey", row, &survey.column(column, &questionnaire.default_language), SheetCode::TooLarge, message);
    };
    let weights = Weights::of(questionnaire);
    let mut all = 0;
    let headings: Vec<usize> = questionnaire.groups.iter().map(|group| weights.said(&group.label)).collect();
    for page in &questionnaire.pages {
        let (mut weight, mut choices, mut inside) = (0, 0, None);
        for &position in &page.questions {
            let question = &questionnaire.questions[position];
            choices += questionnaire.choices(question).len();
            // The label of a group stands above the first of its questions, and wherever it goes on.
            let heading = question.group.filter(|_| question.group != inside).map_or(0, |group| headings[group]);
            inside = question.group;
            let this = heading + weights.question(question);
            if weight <= MOST_PAGE && weight + this > MOST_PAGE {
                let message = format!(
                    "with this question its page offers {choices} choices and gets heavier than {} KB; put fewer questions on it, or offer fewer choices",
                    MOST_PAGE >> 10
                );
                add(row(position), "type", message);
            }
            weight += this;
            if all <= MOST_PAGES && all + this > MOST_PAGES {
                let message = format!("with this question all pages together get heavier than {} MB; offer fewer choices", MOST_PAGES >> 20);
                add(row(position), "type", message);
            }
            all += this;
        }
    }
    let mut filtered = 0;
    for (position, question) in questionnaire.questions.iter().enumerate() {
        let Some(filter) = &question.choice_filter else { continue };
        let this = filter.weight().saturating_mul(questionnaire.choices(question).len());
        if filtered <= MOST_FILTERS && filtered + this > MOST_FILTERS {
            let message = "with this filter too much is asked of too many choices; compare columns instead of looking for patterns, or offer fewer";
            add(row(position), "choice_filter", message.to_owned());
        }
        filtered = filtered.saturating_add(this);
    }
    let path = longest_path(questionnaire);
    let mut written = 0_usize;
    for (row, references) in references_of(questionnaire, rows) {
        let this = references.saturating_mul(path);
        if written <= MOST_WRITTEN && written.saturating_add(this) > MOST_WRITTEN {
            let message = "with this row the questionnaire refers to questions too often for apps; use shorter names of groups, or a calculation";
            add(row, "relevant", message.to_owned());
        }
        written = written.saturating_add(this);
    }
    let mut work = 0_usize;
    for (row, this) in work_of(questionnaire, rows) {
        if work <= MOST_WORK && work.saturating_add(this) > MOST_WORK {
            let message = "with this row the conditions and calculations ask too much for one answer; use smaller patterns, or fewer";
            add(row, "relevant", message.to_owned());
        }
        work = work.saturating_add(this);
    }
    let (mut known, mut taken) = (HashSet::new(), 0);
    let mut patterns = |row: usize, column: &str, expression: Option<&Expression>| {
        for pattern in expression.into_iter().flat_map(Expression::patterns) {
            // Beyond the limit nothing more is measured.
            if taken > MOST_PATTERNS || !known.insert(pattern.to_owned()) {
                continue;
            }
            taken += pattern_cost(pattern);
            if taken > MOST_PATTERNS {
                let message = format!("with this pattern those of the questionnaire, {} by now, take too much together", known.len());
                add(row, column, message);
            }
        }
    };
    for (position, group) in questionnaire.groups.iter().enumerate() {
        patterns(rows.groups.get(position).copied().unwrap_or(1), "relevant", group.relevant.as_ref());
    }
    for (position, question) in questionnaire.questions.iter().enumerate() {
        let row = row(position);
        patterns(row, "relevant", question.relevant.as_ref());
        patterns(row, "required", question.required.as_ref());
        patterns(row, "constraint", question.constraint.as_ref());
        patterns(row, "calculation", question.calculation.as_ref());
        patterns(row, "choice_filter", question.choice_filter.as_ref());
        if let Some(super::Preset::Computed(expression)) = &question.default {
            patterns(row, "default", Some(expression));
        }
    }
}

/// What the expressions of each row cost at most, by row; those of choice filters apart.
fn work_of(questionnaire: &Questionnaire, rows: &Rows) -> Vec<(usize, usize)> {
    let row = |rows: &[usize], at: usize| rows.get(at).copied().unwrap_or(1);
    let groups = questionnaire.groups.iter().enumerate();
    let groups = groups.map(|(at, group)| (row(&rows.groups, at), group.relevant.as_ref().map_or(0, Expression::weight)));
    let questions = questionnaire.questions.iter().enumerate().map(|(at, question)| (row(&rows.questions, at), question_work(question)));
    groups.chain(questions).collect()
}

/// The expressions of a question, but for that of its choices.
fn expressions(question: &Question) -> impl Iterator<Item = &Expression> {
    let default = if let Some(super::Preset::Computed(expression)) = &question.default { Some(expression) } else { None };
    let of = [&question.relevant, &question.required, &question.constraint, &question.calculation];
    of.into_iter().filter_map(Option::as_ref).chain(default)
}

fn question_work(question: &Question) -> usize {
    expressions(question).map(Expression::weight).sum()
}

/// Bytes of the longest path to a question.
fn longest_path(questionnaire: &Questionnaire) -> usize {
    let mut groups: Vec<usize> = Vec::with_capacity(questionnaire.groups.len());
    for group in &questionnaire.groups {
        let around = group.parent.and_then(|parent| groups.get(parent)).copied().unwrap_or("/data".len());
        groups.push(around + 1 + group.name.len());
    }
    let around = groups.iter().max().copied().unwrap_or("/data".len());
    around + 1 + questionnaire.questions.iter().map(|question| question.name.len()).max().unwrap_or_default()
}

/// How often each row refers to a question, in expressions and texts of all languages.
fn references_of(questionnaire: &Questionnaire, rows: &Rows) -> Vec<(usize, usize)> {
    let row = |rows: &[usize], at: usize| rows.get(at).copied().unwrap_or(1);
    let of = |expression: &Expression| expression.source().matches("${").count();
    let said = |text: &Text| text.iter().map(|(_, said)| said.matches("${").count()).sum::<usize>();
    let groups = questionnaire.groups.iter().enumerate();
    let groups = groups.map(|(at, group)| (row(&rows.groups, at), group.relevant.as_ref().map_or(0, of) + said(&group.label)));
    let questions = questionnaire.questions.iter().enumerate().map(|(at, question)| {
        let all = expressions(question).chain(&question.choice_filter).map(of).sum::<usize>();
        let texts = [&question.label, &question.hint, &question.guidance_hint, &question.required_message, &question.constraint_message];
        (row(&rows.questions, at), all + texts.into_iter().map(said).sum::<usize>())
    });
    groups.chain(questions).collect()
}

/// What checking one response takes, in terms.
pub(super) fn work(questionnaire: &Questionnaire) -> usize {
    let filters = questionnaire.questions.iter().filter_map(|question| {
        let filter = question.choice_filter.as_ref()?;
        Some(filter.weight().saturating_mul(questionnaire.choices(question).len()))
    });
    let all = work_of(questionnaire, &Rows::default()).into_iter().map(|(_, work)| work);
    all.chain(filters).fold(0, usize::saturating_add)
}

/// What a list of choices weighs: all of it on a page, the labels together, and the longest of them.
#[derive(Clone, Copy, Default)]
struct List {
    all: usize,
    labels: usize,
    longest: usize,
}

/// What is weighed once, however often it is asked for.
struct Weights<'q> {
    kinds: HashMap<&'q str, &'q Question>,
    lists: HashMap<&'q str, List>,
}

impl<'q> Weights<'q> {
    fn of(questionnaire: &'q Questionnaire) -> Self {
        let kinds = questionnaire.questions.iter().map(|question| (question.name.as_str(), question)).collect();
        let mut weights = Self { kinds, lists: HashMap::new() };
        // What a label of a choice quotes may be another choice, whose label is taken as it stands.
        for quotes in [false, true] {
            let lists = questionnaire.choice_lists.iter().map(|(name, choices)| {
                let mut list = List::default();
                for choice in choices {
                    let label = longest(&choice.label);
                    list.labels += label;
                    list.longest = list.longest.max(label);
                    list.all += CHOICE + escaped(&choice.name) + if quotes { weights.said(&choice.label) } else { label };
                }
                (name.as_str(), list)
            });
            weights.lists = lists.collect();
        }
        weights
    }

    fn list(&self, question: &Question) -> List {
        question.kind.list().and_then(|list| self.lists.get(list)).copied().unwrap_or_default()
    }

    /// What a question weighs on its page, in the language that says most.
    fn question(&self, question: &Question) -> usize {
        if !question.is_visible() {
            return 0;
        }
        let steps = match question.kind {
            Kind::Range { .. } => 11 * CHOICE,
            // Five fields for a day and a time of it.
            Kind::DateTime => 3 * CHOICE,
            _ => 0,
        };
        // Where answers are wrong, labels and messages stand above the page once more: twice the weight at most.
        let wrong = self.said(&question.required_message).max(self.said(&question.constraint_message));
        let texts = self.said(&question.label) + self.said(&question.hint) + self.said(&question.guidance_hint) + wrong;
        QUESTION + texts + steps + self.list(question).all
    }

    /// What a text weighs in the language that says most, with the answers that it quotes.
    fn said(&self, text: &Text) -> usize {
        let one = |name: &str| match self.kinds.get(name) {
            None => 0,
            Some(question) if question.kind.is_numeric() || question.kind.is_of_the_calendar() => 40,
            Some(question) if matches!(question.kind, Kind::Acknowledge) => 40,
            Some(question) if question.kind.is_chosen() => {
                let list = self.list(question);
                if question.kind.joins_choices() { list.labels } else { list.longest }
            }
            Some(_) => QUOTED,
        };
        let quoted = |said: &str| pieces(said).map(|piece| if let Piece::Reference(name) = piece { one(name) } else { 0 }).sum::<usize>();
        text.iter().map(|(_, said)| weight(said) + quoted(said)).max().unwrap_or_default()
    }
}

fn longest(text: &Text) -> usize {
    text.iter().map(|(_, said)| weight(said)).max().unwrap_or_default()
}

/// Bytes of a text on a page: escaped, and with its marks as HTML.
fn weight(text: &str) -> usize {
    escaped(text).max(markup::html(text).map_or(0, |html| html.len()))
}

fn escaped(text: &str) -> usize {
    let of = |byte: u8| match byte {
        b'&' => 5,
        b'<' | b'>' => 4,
        b'"' | b'\'' | b'`' | b'=' => 6,
        _ => 1,
    };
    text.bytes().map(of).sum()
}
