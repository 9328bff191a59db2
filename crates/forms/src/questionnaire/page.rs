//! Pages: what a respondent sees at once.
//!
//! A top-level group is a page with all that is in it. Questions outside groups that
//! follow each other form a page. A page without anything to see does not exist.

use serde::{Deserialize, Serialize};

use super::{Group, Question};

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Position in the questionnaire's groups of the group that is this page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// Positions of the visible questions, in order.
    pub questions: Vec<usize>,
}

pub(super) fn pages(questions: &[Question], groups: &[Group]) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    for (index, question) in questions.iter().enumerate() {
        if !question.is_visible() {
            continue;
        }
        let group = question.group.map(|group| outermost(groups, group));
        match pages.last_mut() {
            Some(page) if page.group == group => page.questions.push(index),
            _ => pages.push(Page { group, questions: vec![index] }),
        }
    }
    pages
}

fn outermost(groups: &[Group], mut group: usize) -> usize {
    while let Some(parent) = groups[group].parent {
        group = parent;
    }
    group
}
