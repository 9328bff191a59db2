//! What a questionnaire costs those who open it, by the rows that make it too much.
//!
//! Bytes of the sheets say little: 300 questions that offer one list of 1,500 choices
//! are 20 KB, and a page of 14 MB. Asked when sheets are read; what was stored before
//! stays as it is.

use std::collections::HashSet;

use super::rows::Rows;
use super::sheet::Sheet;
use super::sheet_error::Faults;
use super::{Kind, Question, Questionnaire, SheetCode, Text};
use crate::expression::{Expression, pattern_cost};

/// Bytes that a question and a choice weigh on a page, beside their texts.
const QUESTION: usize = 600;
const CHOICE: usize = 250;
/// What a page and all pages together may weigh.
const MOST_PAGE: usize = 1 << 20;
const MOST_PAGES: usize = 16 << 20;
/// What the patterns may take together when they are ready.
const MOST_PATTERNS: usize = 4 << 20;

/// Terms of choice filters that are looked at for one page of answers, each for every choice of its list.
const MOST_FILTERS: usize = 2_000_000;

/// Adds a fault at each row from which on a page, all pages or all patterns are too much.
pub(super) fn check(questionnaire: &Questionnaire, rows: &Rows, survey: &Sheet, faults: &mut Faults) {
    let row = |question: usize| rows.questions.get(question).copied().unwrap_or(1);
    let mut add = |row: usize, column: &str, message: String| {
        faults.add("survey", row, &survey.column(column, &questionnaire.default_language), SheetCode::TooLarge, message);
    };
    let mut all = 0;
    for page in &questionnaire.pages {
        let (mut weight, mut choices) = (0, 0);
        for &position in &page.questions {
            let question = &questionnaire.questions[position];
            choices += questionnaire.choices(question).len();
            let this = question_weight(questionnaire, question);
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

/// What a question weighs on its page, in the language that says most.
fn question_weight(questionnaire: &Questionnaire, question: &Question) -> usize {
    if !question.is_visible() {
        return 0;
    }
    let choices = questionnaire.choices(question).iter().map(|choice| CHOICE + choice.name.len() + longest(&choice.label));
    let steps = match question.kind {
        Kind::Range { .. } => 11 * CHOICE,
        _ => 0,
    };
    QUESTION + longest(&question.label) + longest(&question.hint) + steps + choices.sum::<usize>()
}

fn longest(text: &Text) -> usize {
    text.iter().map(|(_, said)| said.len()).max().unwrap_or(0)
}
