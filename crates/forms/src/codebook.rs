//! What the variables of a questionnaire's answers mean, in one language: as rows of a table, and as DDI-Codebook 2.5
//! (`codebook/ddi.rs`), which archives of data read.
//!
//! Rule to keep: names and codes are those of the exported files (`export`), so that one explains the other.

mod ddi;

pub use ddi::ddi;

use crate::export::{Holds, Layout, Made, Missing, Variable};
use crate::questionnaire::Compiled;

/// Columns of the table.
const HEADER: [&str; 10] = ["variable", "question", "type", "holds", "label", "hint", "asked_if", "code", "name", "value_label"];

/// What a codebook is about besides its variables.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// Of the questionnaire.
    pub title: &'a str,
    /// What identifies this version of it, e.g. its name, version and hash.
    pub identifier: &'a str,
    pub version: &'a str,
    /// The language of the labels.
    pub language: &'a str,
    /// Words of that language.
    pub words: &'a Made,
}

/// A row for each variable, followed by one for each of its values; the first is the header.
pub fn rows(layout: &Layout<'_>, words: &Made) -> Vec<Vec<String>> {
    let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
    for variable in &layout.variables {
        let question = layout.question(variable);
        let mut row = vec![
            variable.name.clone(),
            question.name.clone(),
            question.kind.word().to_owned(),
            held(variable.holds).to_owned(),
            layout.label(variable),
            layout.hint(variable),
            layout.condition(variable),
        ];
        row.resize(HEADER.len(), String::new());
        rows.push(row);
        for (code, name, label) in values(layout, variable, words) {
            let mut row = vec![variable.name.clone()];
            row.resize(7, String::new());
            row.extend([code, name, label]);
            rows.push(row);
        }
    }
    rows
}

/// The table as CSV, each cell guarded.
pub fn csv(compiled: &Compiled, language: &str, words: &Made) -> String {
    crate::cells::to_csv(&rows(&Layout::new(compiled, language, true), words))
}

/// Code in files of SPSS, what stands in tables, and the label of every value that has a label.
fn values(layout: &Layout<'_>, variable: &Variable, words: &Made) -> Vec<(String, String, String)> {
    let missing = Missing::of(layout, variable);
    let mut values: Vec<(String, String, String)> =
        layout.values(variable).into_iter().map(|(code, name, label)| (code.to_string(), name.to_owned(), label)).collect();
    let number = |number: i64, label: &str| (number.to_string(), number.to_string(), label.to_owned());
    match variable.holds {
        Holds::Chosen => values.extend([number(0, &words.not_chosen), number(1, &words.chosen)]),
        Holds::Ticked => values.push(number(1, &words.chosen)),
        _ => {}
    }
    let (asked, answered) = match variable.holds {
        Holds::Text | Holds::Joined => (layout.not_asked.to_owned(), String::new()),
        _ => (missing.not_asked.to_string(), missing.not_answered.to_string()),
    };
    values.push((asked, layout.not_asked.to_owned(), words.not_asked.clone()));
    values.push((answered, String::new(), words.not_answered.clone()));
    values
}

fn held(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "text",
        Holds::Number => "number",
        Holds::Computed => "computed",
        Holds::Day => "day",
        Holds::Time => "time",
        Holds::Moment => "day_and_time",
        Holds::Choice => "choice",
        Holds::Joined => "chosen_names",
        Holds::Chosen => "chosen_or_not",
        Holds::Place => "place",
        Holds::Ticked => "ticked",
    }
}
