//! Which pages of a questionnaire may ask something else after an answer on them: only those ask the service again
//! while somebody answers. Pure.

use std::collections::HashSet;

use forms::expression::Expression;
use forms::questionnaire::{Preset, Question, Questionnaire};

/// By page, whether an answer may change what the same page asks, offers or says.
pub fn pages(questionnaire: &Questionnaire) -> Vec<bool> {
    let questions = &questionnaire.questions;
    let computed: HashSet<&str> = questions.iter().filter(|question| question.is_computed()).map(|question| question.name.as_str()).collect();
    let live = |page: &forms::questionnaire::Page| {
        let here: HashSet<&str> = page.questions.iter().map(|at| questions[*at].name.as_str()).collect();
        // What is computed may hang on anything.
        let looks_here = |name: &str| here.contains(name) || computed.contains(name);
        page.questions.len() > 1 && page.questions.iter().any(|at| looks_at(questionnaire, &questions[*at]).any(looks_here))
    };
    questionnaire.pages.iter().map(live).collect()
}

/// The names that decide whether a question is asked, and how it looks.
fn looks_at<'q>(questionnaire: &'q Questionnaire, question: &'q Question) -> impl Iterator<Item = &'q str> {
    let preset = match &question.default {
        Some(Preset::Computed(expression)) => Some(expression),
        _ => None,
    };
    let group = |at: usize| questionnaire.groups.get(at);
    let around = std::iter::successors(question.group.and_then(group), move |inner| inner.parent.and_then(group));
    let own = [question.relevant.as_ref(), question.choice_filter.as_ref(), question.calculation.as_ref(), preset];
    let expressions = own.into_iter().flatten().chain(around.clone().filter_map(|group| group.relevant.as_ref()));
    let texts = [&question.label, &question.hint, &question.guidance_hint].into_iter();
    let texts = texts.chain(questionnaire.choices(question).iter().map(|choice| &choice.label));
    let texts = texts.chain(around.map(|group| &group.label));
    expressions.flat_map(Expression::references).map(String::as_str).chain(texts.flat_map(forms::questionnaire::Text::references))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_whose_questions_look_at_each_other_ask_again() {
        let sheet = "type,name,label,relevant\n\
                     begin_group,one,One,\ninteger,a,A?,\ninteger,b,B?,${a} > 1\nend_group,,,\n\
                     begin_group,two,Two,${a} > 2\ninteger,c,C?,\ninteger,d,D?,\nend_group,,,\n\
                     begin_group,three,Three,\ninteger,e,E?,\ninteger,f,F of ${e}?,\nend_group,,,\n\
                     begin_group,four,Four,\ninteger,g,G?,\nbegin_group,five,Of ${g},\ninteger,h,H?,\nend_group,,,\nend_group,,,\n";
        let questionnaire = forms::questionnaire::parse(sheet.as_bytes(), None, None).unwrap();
        assert_eq!(pages(&questionnaire), [true, false, true, true]);
    }
}
