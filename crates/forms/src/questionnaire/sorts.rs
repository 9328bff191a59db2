//! Which sort of value each question has for the expressions of others.
//!
//! Calculations are followed through one another; where that leads in a circle, or too
//! far, it hangs on the answers.

use std::collections::HashMap;

use super::{Kind, Metadata, Preset, Question, Questionnaire};
use crate::expression::{Expression, Sort};

/// How often calculations are followed.
const ROUNDS: usize = 8;

/// The sort of every question, in their order.
pub(crate) fn sorts(questionnaire: &Questionnaire) -> Vec<Sort> {
    let positions: HashMap<&str, usize> = questionnaire.questions.iter().map(|question| question.name.as_str()).zip(0..).collect();
    let mut sorts: Vec<Sort> = questionnaire.questions.iter().map(|question| of_kind(questionnaire, question)).collect();
    for _ in 0..ROUNDS {
        let computed = |(question, known): (&Question, &Sort)| match given(question) {
            Some(calculation) if questionnaire.typed => {
                let of = |name: Option<&str>| name.and_then(|name| positions.get(name)).map_or(Sort::Any, |position| sorts[*position]);
                match calculation.sort(&of) {
                    // It is kept as 1 or 0.
                    Sort::Boolean => Sort::Number,
                    sort => sort,
                }
            }
            _ => *known,
        };
        let next: Vec<Sort> = questionnaire.questions.iter().zip(&sorts).map(computed).collect();
        if next == sorts {
            break;
        }
        sorts = next;
    }
    sorts
}

/// What a question gets its value from, if nobody types it.
fn given(question: &Question) -> Option<&Expression> {
    match &question.default {
        Some(Preset::Computed(default)) if question.is_given() && !question.is_computed() => Some(default),
        _ => question.calculation.as_ref(),
    }
}

fn of_kind(questionnaire: &Questionnaire, question: &Question) -> Sort {
    if given(question).is_some() {
        return if questionnaire.typed { Sort::Any } else { Sort::Text };
    }
    match question.kind {
        Kind::Integer | Kind::Decimal | Kind::Range { .. } => Sort::Number,
        Kind::Date | Kind::Metadata { collects: Metadata::Today } => Sort::Day,
        Kind::Time => Sort::Time,
        Kind::DateTime => Sort::Moment,
        _ => Sort::Text,
    }
}
