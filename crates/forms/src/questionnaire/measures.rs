//! Which question measures what: the sheet `measures` of an instrument, columns of the sheet `survey`, and what one
//! response says about a measure.
//!
//! Not here: weights, intervals and sums over responses. Rule to keep: a response
//! outside the domain, or without an answer, is no observation, never a zero.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::rows::Rows as SheetRows;
use super::sheet::{Row, Sheet, excerpt};
use super::sheet_error::Faults;
use super::{Compiled, Kind, Rows, SheetCode, SheetError};
use crate::answers::{Answer, Answers};
use crate::code::is_code;
use crate::expression::{Day, Expression, Moment, Scope, Time, Value, pattern_cost};
use crate::table::{Table, csv};

/// Measures that an instrument may have.
pub const MAXIMUM_MEASURES: usize = 500;
/// Terms that all measures together may take for one response: some ten milliseconds at the very worst.
const MOST_WORK: usize = 250_000;
/// What the patterns of all domains may take together when they are ready.
const MOST_PATTERNS: usize = 8 << 20;
/// What finding an answer costs.
const READING: usize = 20;

/// How one measure is read off a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureRule {
    /// Code of the measure in the framework.
    pub measure: String,
    /// Name of the question.
    pub question: String,
    #[serde(flatten)]
    pub statistic: Statistic,
    /// Which responses count; all of them if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Expression>,
}

/// What is estimated from the question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "statistic", rename_all = "snake_case")]
pub enum Statistic {
    /// The share of those answering that chose one of these.
    Proportion { positive: Vec<String> },
    /// The mean of a number, or of choice names that are numbers.
    Mean,
}

/// Reads `measures.csv` with the columns measure, question, statistic, positive
/// (choice names separated by `|`) and domain. All errors come together.
pub fn parse(bytes: &[u8], compiled: &Compiled) -> Result<Vec<MeasureRule>, Vec<SheetError>> {
    read(&csv::read(bytes), compiled)
}

/// The same of a sheet that is there already.
pub fn read(table: &Table, compiled: &Compiled) -> Result<Vec<MeasureRule>, Vec<SheetError>> {
    let mut faults = Faults::default();
    let Some(sheet) = sheet(table, &mut faults) else { return Err(faults.sorted()) };
    let mut rules = Vec::new();
    let mut seen = Seen::default();
    read_sheet(&sheet, compiled, &mut seen, &mut rules, &mut faults);
    if faults.is_empty() { Ok(rules) } else { Err(faults.sorted()) }
}

/// The columns of the survey sheet by which a question says which measure it serves, and how.
pub(super) const IN_SURVEY: [&str; 4] = ["measure", "statistic", "positive", "domain"];

/// Whether the questions of a survey sheet say so. A column called measure alone is its author's own.
pub(super) fn are_in(sheet: &Sheet) -> bool {
    ["measure", "statistic"].iter().all(|key| sheet.headers.iter().any(|header| header.key == *key && header.language.is_none()))
}

/// Reads what the questions say themselves, and after that the sheet of measures, if there is one. `None` where
/// something is wrong.
pub(super) fn read_all(
    survey: &Sheet,
    places: &SheetRows,
    table: Option<&Table>,
    compiled: &Compiled,
    faults: &mut Faults,
) -> Option<Vec<MeasureRule>> {
    let before = faults.count();
    let (mut rules, mut seen) = (Vec::new(), Seen::default());
    if are_in(survey) {
        for row in &survey.rows {
            let filled: Vec<&str> = IN_SURVEY.into_iter().filter(|key| !survey.cell(row, key).is_empty()).collect();
            let Some(first) = filled.first() else { continue };
            let name = survey.cell(row, "name");
            // Of several questions that a row makes, the first is its own.
            let Some(position) = places.questions.iter().position(|number| *number == row.number) else {
                if !places.left_out.contains(name) && !places.refused.contains(name) {
                    faults.add(survey.name, row.number, &survey.column(first, ""), SheetCode::NotForThisType, "only a question serves a measure");
                }
                continue;
            };
            if seen.is_one_too_many(survey, row, faults) {
                return None;
            }
            rules.extend(rule(survey, row, position, compiled, &mut seen, faults));
        }
    }
    if let Some(sheet) = table.and_then(|table| sheet(table, faults)) {
        read_sheet(&sheet, compiled, &mut seen, &mut rules, faults);
    }
    (faults.count() == before).then_some(rules)
}

/// The measures so far: their codes, and what all of them cost.
#[derive(Default)]
struct Seen {
    rows: usize,
    codes: HashSet<String>,
    work: usize,
    patterns: HashSet<String>,
    taken: usize,
}

impl Seen {
    /// Counts a row; beyond the limit nothing more is read, and the first row says so.
    fn is_one_too_many(&mut self, sheet: &Sheet, row: &Row, faults: &mut Faults) -> bool {
        self.rows += 1;
        if self.rows == MAXIMUM_MEASURES + 1 {
            let message = format!("an instrument has {MAXIMUM_MEASURES} measures at most, and this is one more");
            faults.add(sheet.name, row.number, &sheet.column("measure", ""), SheetCode::TooLarge, message);
        }
        self.rows > MAXIMUM_MEASURES
    }

    /// Says at which measure one response gets too much work for all, or their patterns too large.
    fn weigh(&mut self, rule: &MeasureRule, add: &mut impl FnMut(&str, SheetCode, String)) {
        let this = work(rule);
        if self.work <= MOST_WORK && self.work.saturating_add(this) > MOST_WORK {
            let message = "with this measure the domains and positive choices ask too much of one answer; use simpler ones, or fewer";
            add("domain", SheetCode::TooLarge, message.to_owned());
        }
        self.work = self.work.saturating_add(this);
        for pattern in rule.domain.iter().flat_map(Expression::patterns) {
            // Beyond the limit nothing more is measured.
            if self.taken <= MOST_PATTERNS && self.patterns.insert(pattern.to_owned()) {
                self.taken += pattern_cost(pattern);
                if self.taken > MOST_PATTERNS {
                    let message = format!("with this pattern those of the measures, {} by now, take too much together", self.patterns.len());
                    add("domain", SheetCode::TooLarge, message);
                }
            }
        }
    }
}

/// What one response costs at most, in terms as [`Expression`] counts them.
pub fn work(rule: &MeasureRule) -> usize {
    let positive = if let Statistic::Proportion { positive } = &rule.statistic { positive.len() } else { 0 };
    READING + positive + rule.domain.as_ref().map_or(0, Expression::weight)
}

/// The sheet of measures with the columns that it has to have; `None` where it cannot be read.
fn sheet(table: &Table, faults: &mut Faults) -> Option<Sheet> {
    let sheet = Sheet::of("measures", Some(table), &[], faults);
    if faults.is_unreadable() {
        return None;
    }
    sheet.refuse_unknown(&["measure", "question", "statistic", "positive", "domain"], faults);
    for column in ["measure", "question", "statistic"] {
        if !sheet.headers.iter().any(|header| header.key == column) {
            faults.add(sheet.name, 1, column, SheetCode::MissingColumn, format!("the column \"{column}\" is missing"));
        }
    }
    Some(sheet)
}

fn read_sheet(sheet: &Sheet, compiled: &Compiled, seen: &mut Seen, rules: &mut Vec<MeasureRule>, faults: &mut Faults) {
    for row in &sheet.rows {
        if seen.is_one_too_many(sheet, row, faults) {
            return;
        }
        let name = sheet.cell(row, "question");
        match compiled.position(name) {
            Some(position) => rules.extend(rule(sheet, row, position, compiled, seen, faults)),
            None => {
                measure(sheet, row, seen, faults);
                let message = format!("there is no question \"{}\"", excerpt(name));
                faults.add(sheet.name, row.number, &sheet.column("question", ""), SheetCode::UnknownQuestion, message);
            }
        }
    }
}

/// The measure of a row, which no other row serves.
fn measure<'r>(sheet: &Sheet, row: &'r Row, seen: &mut Seen, faults: &mut Faults) -> &'r str {
    let measure = sheet.cell(row, "measure");
    let wrong = if measure.is_empty() {
        Some((SheetCode::MissingName, "this row names no measure".to_owned()))
    } else if !is_code(measure) {
        Some((SheetCode::InvalidName, format!("\"{}\" is no code of a measure", excerpt(measure))))
    } else if !seen.codes.insert(measure.to_owned()) {
        Some((SheetCode::DuplicateMeasure, format!("the measure \"{}\" is there twice", excerpt(measure))))
    } else {
        None
    };
    if let Some((code, message)) = wrong {
        faults.add(sheet.name, row.number, &sheet.column("measure", ""), code, message);
    }
    measure
}

/// What a row says of the question at `position`.
fn rule(sheet: &Sheet, row: &Row, position: usize, compiled: &Compiled, seen: &mut Seen, faults: &mut Faults) -> Option<MeasureRule> {
    let measure = measure(sheet, row, seen, faults).to_owned();
    let mut add = |column: &str, code, message: String| faults.add(sheet.name, row.number, &sheet.column(column, ""), code, message);
    let statistic = statistic(sheet, row, compiled, position, &mut add);
    let domain = domain(sheet.cell(row, "domain"), compiled, &mut add);
    let question = compiled.questionnaire().questions[position].name.clone();
    let rule = MeasureRule { measure, question, statistic: statistic?, domain };
    seen.weigh(&rule, &mut add);
    Some(rule)
}

/// The rows of the sheet that these rules are read from, the header first.
pub fn rows(rules: &[MeasureRule]) -> Rows {
    let row = |rule: &MeasureRule| {
        let (statistic, positive) = match &rule.statistic {
            Statistic::Proportion { positive } => ("proportion", positive.join("|")),
            Statistic::Mean => ("mean", String::new()),
        };
        let domain = rule.domain.as_ref().map_or("", Expression::source);
        vec![rule.measure.clone(), rule.question.clone(), statistic.to_owned(), positive, domain.to_owned()]
    };
    let header = ["measure", "question", "statistic", "positive", "domain"].map(str::to_owned).to_vec();
    std::iter::once(header).chain(rules.iter().map(row)).collect()
}

/// The choices between bars. A name may hold bars itself: of several readings the longest names count.
fn positives(text: &str, is_choice: impl Fn(&str) -> bool) -> Vec<String> {
    let parts: Vec<&str> = text.split('|').collect();
    let (mut names, mut at) = (Vec::new(), 0);
    while at < parts.len() {
        // No author names a choice with more bars than that.
        let ends = (at + 1..=parts.len().min(at + 9)).rev();
        let longest = ends.map(|end| (parts[at..end].join("|"), end)).find(|(name, _)| is_choice(name.trim()));
        let (name, end) = longest.unwrap_or_else(|| (parts[at].to_owned(), at + 1));
        names.push(name.trim().to_owned());
        at = end;
    }
    names
}

fn statistic(sheet: &Sheet, row: &Row, compiled: &Compiled, position: usize, add: &mut impl FnMut(&str, SheetCode, String)) -> Option<Statistic> {
    let question = &compiled.questionnaire().questions[position];
    let positive = sheet.cell(row, "positive");
    match sheet.cell(row, "statistic").to_lowercase().as_str() {
        "proportion" | "share" => {
            if !matches!(question.kind, Kind::SelectOne { .. } | Kind::SelectMultiple { .. }) {
                add("statistic", SheetCode::NotForThisType, "a proportion needs a select_one or select_multiple".to_owned());
                return None;
            }
            if positive.is_empty() {
                add("positive", SheetCode::MissingLevels, "a share needs the choices that count, with | between them".to_owned());
                return None;
            }
            let names = positives(positive, |name| compiled.choice_position(position, name).is_some());
            for name in &names {
                if compiled.choice_position(position, name).is_none() {
                    add("positive", SheetCode::UnknownChoice, format!("\"{}\" is no choice of \"{}\"", excerpt(name), question.name));
                }
            }
            Some(Statistic::Proportion { positive: names })
        }
        "mean" => {
            let numbers = match question.kind {
                Kind::SelectOne { .. } => {
                    let choices = compiled.questionnaire().choices(question);
                    choices.iter().any(|choice| choice.name.parse::<f64>().is_ok())
                }
                Kind::Calculate => true,
                _ => question.kind.is_numeric(),
            };
            if !numbers {
                add("statistic", SheetCode::NotForThisType, "a mean needs numbers, or choices named by numbers".to_owned());
                return None;
            }
            if !positive.is_empty() {
                add("positive", SheetCode::NotForThisType, "a mean has no positive choices".to_owned());
            }
            Some(Statistic::Mean)
        }
        "sum" | "total" => {
            let message = "a sum would grow with how many answer; take the mean, of what a calculate adds up where several questions count together";
            add("statistic", SheetCode::UnknownStatistic, message.to_owned());
            None
        }
        "" => {
            add("statistic", SheetCode::UnknownStatistic, "say whether a proportion or a mean is meant".to_owned());
            None
        }
        other => {
            add("statistic", SheetCode::UnknownStatistic, format!("\"{}\" is neither proportion nor mean", excerpt(other)));
            None
        }
    }
}

fn domain(cell: &str, compiled: &Compiled, add: &mut impl FnMut(&str, SheetCode, String)) -> Option<Expression> {
    if cell.is_empty() {
        return None;
    }
    let expression = match Expression::parse(cell) {
        Ok(expression) => expression,
        Err(error) => {
            add("domain", SheetCode::InvalidExpression, error.to_string());
            return None;
        }
    };
    for name in expression.references() {
        if compiled.position(name).is_none() {
            add("domain", SheetCode::UnknownReference, format!("${{{name}}} refers to no question"));
        }
    }
    for name in expression.columns() {
        add("domain", SheetCode::InvalidExpression, format!("\"{name}\" is neither in quotes nor a question as ${{{name}}}"));
    }
    if expression.uses_clock() {
        add("domain", SheetCode::InvalidExpression, "a domain must not depend on today".to_owned());
    }
    Some(expression)
}

/// What one response says about a measure: 0 or 1 for a proportion, a number for a
/// mean, `None` if it is outside the domain or has no answer. `answers` are checked
/// ones. Of a select_multiple, any of the positive choices makes it 1.
pub fn value(compiled: &Compiled, rule: &MeasureRule, answers: &Answers) -> Option<f64> {
    let answer = answers.get(&rule.question).filter(|answer| !answer.is_blank())?;
    let number = match &rule.statistic {
        Statistic::Proportion { positive } => f64::from(u8::from(positive.iter().any(|name| answer.has(name)))),
        Statistic::Mean => match answer {
            Answer::Number(number) => *number,
            Answer::Text(text) => Value::from(text.as_str()).to_number(),
            Answer::Many(_) | Answer::Malformed => return None,
        },
    };
    let inside = rule.domain.as_ref().is_none_or(|domain| domain.holds(&Stored { compiled, answers }));
    (inside && number.is_finite()).then_some(number)
}

/// Names in a domain refer to stored answers.
struct Stored<'a> {
    compiled: &'a Compiled,
    answers: &'a Answers,
}

impl Scope for Stored<'_> {
    fn reference(&self, _: usize, name: &str) -> Value<'_> {
        let Some(position) = self.compiled.position(name) else {
            return Value::EMPTY;
        };
        let question = &self.compiled.questionnaire().questions[position];
        match self.answers.get(name) {
            Some(Answer::Number(number)) => Value::Number(*number),
            Some(Answer::Many(names)) => Value::Text(names.join(" ").into()),
            Some(Answer::Text(text)) if question.kind.is_of_the_calendar() => {
                let read = match question.kind {
                    Kind::Time => Time::parse(text).map(Value::Time),
                    Kind::DateTime => Moment::parse_answer(text).map(Value::Moment),
                    _ => Day::parse(text).map(Value::Day),
                };
                read.unwrap_or(Value::EMPTY)
            }
            Some(Answer::Text(text)) if self.compiled.questionnaire().typed && !question.kind.is_chosen() && question.is_given() => {
                Value::stored(text)
            }
            Some(Answer::Text(text)) => Value::from(text.as_str()),
            Some(Answer::Malformed) | None => Value::EMPTY,
        }
    }

    fn current(&self) -> Value<'_> {
        Value::EMPTY
    }

    fn is_one_choice(&self, _: Option<usize>, name: &str) -> bool {
        let questions = &self.compiled.questionnaire().questions;
        self.compiled.position(name).is_some_and(|position| matches!(questions[position].kind, Kind::SelectOne { .. }))
    }

    /// What was stored was asked; of the rest nobody knows.
    fn is_there(&self, _: usize, name: &str) -> bool {
        self.answers.get(name).is_some()
    }

    fn choice_label(&self, _: usize, name: &str, choice: &str) -> Value<'_> {
        self.compiled.position(name).map_or(Value::EMPTY, |position| self.compiled.choice_label(position, choice))
    }

    fn column(&self, _: &str) -> Value<'_> {
        Value::EMPTY
    }

    fn now(&self) -> Moment {
        // Domains that use the clock are refused when they are read.
        Day::from_count(0).expect("1970-01-01 is a day").into()
    }
}

#[cfg(test)]
mod tests {
    use super::positives;

    #[test]
    fn a_choice_may_have_a_bar_in_its_name() {
        let is_choice = |name: &str| ["a|b", "a", "c", "or|"].contains(&name);
        assert_eq!(positives("a | c", is_choice), ["a", "c"]);
        assert_eq!(positives("a|b|c", is_choice), ["a|b", "c"]);
        assert_eq!(positives("c|or|", is_choice), ["c", "or|"]);
        assert_eq!(positives("a|x", is_choice), ["a", "x"], "what is none is named");
    }
}
