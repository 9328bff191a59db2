//! What is watched of a survey: how it comes in while it is open, and what its responses look like once it has closed.
//! Pure.
//!
//! Everything is in whole steps of the disclosure limit, of days that are over. Pages are counted by day and page, and
//! nothing leads from a count to a respondent; of a page that not everybody sees there is no number, for who sees it is
//! an answer.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::disclosure::Limits;
use crate::words;
use forms::answers::{Answers, Relevance};
use forms::expression::Day;
use forms::questionnaire::{Compiled, Kind, Question, Questionnaire};

words! {
    /// What processes count of a day.
    pub enum DailyPart {
        /// Pages that were reached.
        Page = "page",
        /// Answers that came in crowds from one address.
        Crowd = "crowd",
    }
}

words! {
    /// What the figures of a closed survey are of.
    pub enum FigurePart {
        Day = "day",
        Language = "language",
        Stratum = "stratum",
        /// Left blank by those who were asked: by question.
        Blank = "blank",
        /// With exactly the answers of another.
        Same = "same",
        /// One level throughout: by grid.
        Level = "level",
    }
}

words! {
    /// What a census has shares of.
    pub enum CensusPart {
        Language = "language",
        Stratum = "stratum",
    }
}

impl From<CensusPart> for FigurePart {
    fn from(part: CensusPart) -> Self {
        match part {
            CensusPart::Language => Self::Language,
            CensusPart::Stratum => Self::Stratum,
        }
    }
}

/// Answers that a response must have for it to be strange that another one is the same.
pub const ENOUGH: usize = 10;
/// Rows of a grid.
pub const ROWS: usize = 5;
/// Levels that a grid must offer: that somebody always says no is nothing strange.
const LEVELS: usize = 3;
/// A day is a burst from so many times the median of the others on.
pub const TIMES: u64 = 3;

/// Whether a question is asked under a condition of its own or of a group around it.
pub fn is_asked_of_some(questionnaire: &Questionnaire, question: &Question) -> bool {
    let mut group = question.group;
    while let Some(around) = group.map(|at| &questionnaire.groups[at]) {
        if around.relevant.is_some() {
            return true;
        }
        group = around.parent;
    }
    question.relevant.is_some()
}

/// Whether everybody sees a page.
pub fn is_for_everybody(questionnaire: &Questionnaire, page: usize) -> bool {
    let questions = questionnaire.pages.get(page).map_or(&[][..], |page| &page.questions);
    questions.iter().any(|at| !is_asked_of_some(questionnaire, &questionnaire.questions[*at]))
}

/// Whether people answer it, rather than read it or have it computed.
fn is_answered(question: &Question) -> bool {
    question.is_visible() && !question.is_given() && !question.read_only && !matches!(question.kind, Kind::Note)
}

/// The condition under which a question is asked, with those around it; empty: everybody is.
fn condition(questionnaire: &Questionnaire, question: &Question) -> String {
    let mut parts: Vec<&str> = question.relevant.iter().map(|of| of.source()).collect();
    let mut group = question.group;
    while let Some(around) = group.map(|at| &questionnaire.groups[at]) {
        parts.extend(around.relevant.iter().map(|of| of.source()));
        group = around.parent;
    }
    parts.join("\n")
}

/// Questions below each other that offer the same levels to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Name of its first question.
    pub name: String,
    pub questions: Vec<usize>,
}

/// The grids of a questionnaire.
pub fn grids(questionnaire: &Questionnaire) -> Vec<Grid> {
    let mut grids = Vec::new();
    let mut close = |run: &mut Vec<usize>| {
        if run.len() >= ROWS {
            grids.push(Grid { name: questionnaire.questions[run[0]].name.clone(), questions: run.clone() });
        }
        run.clear();
    };
    for page in &questionnaire.pages {
        let mut run: Vec<usize> = Vec::new();
        for at in &page.questions {
            let question = &questionnaire.questions[*at];
            if matches!(question.kind, Kind::Note) {
                continue;
            }
            let offers = matches!(question.kind, Kind::SelectOne { .. }) && questionnaire.choices(question).len() >= LEVELS;
            let goes_on = run.last().is_none_or(|last| questionnaire.questions[*last].kind.list() == question.kind.list());
            if !goes_on {
                close(&mut run);
            }
            if offers && !is_asked_of_some(questionnaire, question) {
                run.push(*at);
            } else {
                close(&mut run);
            }
        }
        close(&mut run);
    }
    grids
}

/// A question that people answer, and who was asked it.
struct Asked {
    position: usize,
    answered: u64,
    /// Which of the conditions; `None`: everybody.
    condition: Option<usize>,
}

/// Counts what responses look like, one after the other.
pub struct Tally<'q> {
    compiled: &'q Compiled,
    asked: Vec<Asked>,
    /// A question of each condition, and who fulfils it: a bit for each response.
    conditions: Vec<(usize, Vec<u64>)>,
    grids: Vec<(Grid, u64, u64)>,
    hashes: Vec<u64>,
    responses: u64,
}

/// Of how many, and how many; `None` where it is withheld.
pub type Figure = (String, Option<u64>, Option<u64>);

impl<'q> Tally<'q> {
    pub fn new(compiled: &'q Compiled) -> Self {
        let questionnaire = compiled.questionnaire();
        let mut known: HashMap<String, usize> = HashMap::new();
        let (mut asked, mut conditions) = (Vec::new(), Vec::new());
        for (position, question) in questionnaire.questions.iter().enumerate().filter(|(_, question)| is_answered(question)) {
            let condition = is_asked_of_some(questionnaire, question).then(|| {
                *known.entry(condition(questionnaire, question)).or_insert_with(|| {
                    conditions.push((position, Vec::new()));
                    conditions.len() - 1
                })
            });
            asked.push(Asked { position, answered: 0, condition });
        }
        let grids = grids(questionnaire).into_iter().map(|grid| (grid, 0, 0)).collect();
        Self { compiled, asked, conditions, grids, hashes: Vec::new(), responses: 0 }
    }

    /// One response more, with its answers as they are stored.
    pub fn push(&mut self, stored: &str, answers: &Answers, day: Day) {
        let questions = &self.compiled.questionnaire().questions;
        let answer = |at: usize| answers.get(&questions[at].name).filter(|answer| !answer.is_blank());
        let mut there = 0;
        for asked in &mut self.asked {
            let answered = answer(asked.position).is_some();
            asked.answered += u64::from(answered);
            there += usize::from(answered);
        }
        if there >= ENOUGH {
            let mut hasher = DefaultHasher::new();
            stored.hash(&mut hasher);
            self.hashes.push(hasher.finish());
        }
        for (grid, all, straight) in &mut self.grids {
            let mut levels = grid.questions.iter().map(|at| answer(*at));
            let Some(Some(first)) = levels.next() else { continue };
            let rest: Option<Vec<_>> = levels.collect();
            if let Some(rest) = rest {
                *all += 1;
                *straight += u64::from(rest.iter().all(|level| *level == first));
            }
        }
        if !self.conditions.is_empty() {
            let relevance = Relevance::of(self.compiled, answers, day);
            let (word, bit) = (usize::try_from(self.responses / 64).unwrap_or_default(), self.responses % 64);
            for (position, bits) in &mut self.conditions {
                if bits.len() <= word {
                    bits.push(0);
                }
                if relevance.is_relevant(*position) {
                    bits[word] |= 1 << bit;
                }
            }
        }
        self.responses += 1;
    }

    /// How many were asked a question and left it blank. Who was asked is itself an answer: groups that differ by fewer
    /// than a step from one that is shown, or from everybody, are shown as that one.
    pub fn blanks(&self, limits: Limits) -> Vec<Figure> {
        let questions = &self.compiled.questionnaire().questions;
        let everybody = self.everybody();
        let mut shown: Vec<(&[u64], u64)> = vec![(&everybody, self.responses)];
        let mut figures = Vec::new();
        for asked in &self.asked {
            let bits = asked.condition.map_or(&everybody[..], |at| &self.conditions[at].1);
            let alike = shown.iter().find(|(other, _)| !limits.may_stand_beside(apart(other, bits)));
            let base = alike.map_or_else(|| ones(bits), |(_, base)| *base);
            let name = questions[asked.position].name.clone();
            if base < limits.least || ones(bits) < limits.least {
                figures.push((name, None, None));
                continue;
            }
            if alike.is_none() {
                shown.push((bits, base));
            }
            let blank = base.saturating_sub(asked.answered);
            let of = if base == self.responses { base } else { limits.rounded_down(base) };
            figures.push((name, Some(of), Some(limits.rounded_down(blank))));
        }
        figures
    }

    fn everybody(&self) -> Vec<u64> {
        let words = usize::try_from(self.responses.div_ceil(64)).unwrap_or_default();
        let mut all = vec![u64::MAX; words];
        if let (Some(last), rest @ 1..) = (all.last_mut(), self.responses % 64) {
            *last = (1 << rest) - 1;
        }
        all
    }

    /// Responses with exactly the answers of another, of those with enough answers.
    pub fn same(&mut self, limits: Limits) -> Figure {
        self.hashes.sort_unstable();
        let mut alike = 0;
        for run in self.hashes.chunk_by(|a, b| a == b) {
            alike += if run.len() > 1 { run.len() as u64 } else { 0 };
        }
        figure(limits, String::new(), self.hashes.len() as u64, alike)
    }

    /// Those who gave one level throughout, of those who answered a whole grid.
    pub fn levels(&self, limits: Limits) -> Vec<Figure> {
        self.grids.iter().map(|(grid, all, straight)| figure(limits, grid.name.clone(), *all, *straight)).collect()
    }
}

fn figure(limits: Limits, name: String, base: u64, count: u64) -> Figure {
    let shown = base >= limits.least;
    (name, Some(limits.rounded_down(base)).filter(|_| shown), Some(limits.rounded_down(count)).filter(|_| shown))
}

fn ones(bits: &[u64]) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// How many are in one group alone.
fn apart(one: &[u64], other: &[u64]) -> u64 {
    one.iter().zip(other).map(|(a, b)| u64::from((a ^ b).count_ones())).sum()
}

/// How many of each part: exact where every part has the limit at least, else all in whole steps, so that no small one
/// comes back by subtraction.
pub fn parts(limits: Limits, counts: &[u64]) -> Vec<u64> {
    let exact = counts.iter().all(|count| *count >= limits.step);
    counts.iter().map(|count| if exact { *count } else { limits.rounded_down(*count) }).collect()
}

/// As `parts`, of languages.
pub fn languages_of(limits: Limits, counts: &[u64]) -> Vec<u64> {
    let exact = counts.iter().all(|count| *count >= limits.least);
    counts.iter().map(|count| if exact { *count } else { limits.rounded_down_in_part(*count) }).collect()
}

/// A figure that was shown before moves by a step at least, or stays.
pub fn moved(limits: Limits, before: Option<u64>, now: u64) -> u64 {
    before.filter(|before| before.abs_diff(now) < limits.step).unwrap_or(now)
}

/// Places of the days that are far above the others: three times their median at least, and the limit of this kind of
/// survey more.
pub fn bursts(limits: Limits, days: &[u64]) -> Vec<usize> {
    let above = |at: usize| {
        let mut others: Vec<u64> = days.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, count)| *count).collect();
        others.sort_unstable();
        let median = others.get(others.len() / 2).copied().unwrap_or_default();
        others.len() >= 2 && days[at] >= TIMES * median && days[at] >= median + limits.least
    };
    (0..days.len()).filter(|at| above(*at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use forms::questionnaire::parse;

    const LIMITS: Limits = Limits { step: 10, least: 50 };

    fn compiled(survey: &str) -> Compiled {
        let lists: &[u8] = b"list_name,name,label\nyn,yes,Yes\nyn,no,No\nl,1,Bad\nl,2,Fair\nl,3,Good\n";
        Compiled::new(parse(survey.as_bytes(), Some(lists), None).unwrap()).unwrap()
    }

    fn tally(compiled: &Compiled, rows: impl Iterator<Item = String>) -> Tally<'_> {
        let mut tally = Tally::new(compiled);
        let day = Day::from_date(2026, 3, 2).unwrap();
        for stored in rows {
            tally.push(&stored, &serde_json::from_str(&stored).unwrap(), day);
        }
        tally
    }

    #[test]
    fn a_grid_is_five_rows_below_each_other_that_everybody_is_asked() {
        let row = |name: &str, rest: &str| format!("select_one l,{name},Q,{rest}\n");
        let head = "type,name,label,relevant\nselect_one yn,x,X,\n";
        let rows = |of: &[(&str, &str)]| of.iter().map(|(name, rest)| row(name, rest)).collect::<String>();
        let plain: Vec<(&str, &str)> = ["a", "b", "c", "d", "e"].map(|name| (name, "")).to_vec();
        let found = |of: &[(&str, &str)]| grids(compiled(&format!("{head}{}", rows(of))).questionnaire()).len();
        assert_eq!((found(&plain), found(&plain[..4])), (1, 0));
        let mut some = plain;
        some[2].1 = "${x} = 'yes'";
        assert_eq!(found(&some), 0);
    }

    #[test]
    fn who_was_asked_is_told_in_steps_and_never_where_few_differ() {
        let survey = "type,name,label,relevant\nselect_one yn,a,A,\ninteger,n,N,\ntext,w,W,${a} = 'yes'\ntext,v,V,${a} = 'yes' and ${n} > 0\ntext,u,U,${n} < 60\n";
        let compiled = compiled(survey);
        // Of 100, 64 took one and were asked where; one of them is left out of the next question, one more of the last.
        let one = |n: usize| format!("{{\"a\":\"{}\",\"n\":{n}{}}}", if n < 64 { "yes" } else { "no" }, if n < 40 { ",\"w\":\"x\"" } else { "" });
        let blanks = tally(&compiled, (0..100).map(one)).blanks(LIMITS);
        let of = |name: &str| blanks.iter().find(|one| one.0 == name).map(|one| (one.1, one.2)).unwrap();
        assert_eq!((of("a"), of("w")), ((Some(100), Some(0)), (Some(60), Some(20))));
        assert_eq!(of("v"), (Some(60), Some(60)), "as those of whom it differs by one");
        assert_eq!(of("u"), (Some(60), Some(60)));
        assert_eq!(tally(&compiled, (0..49).map(one)).blanks(LIMITS)[0], ("a".to_owned(), None, None));
    }

    #[test]
    fn equal_answers_count_where_enough_was_answered() {
        let questions = (0..12).map(|n| format!("integer,q{n},Q\n")).collect::<Vec<_>>().concat();
        let compiled = compiled(&format!("type,name,label\n{questions}"));
        let row = |value: usize, answers: usize| format!("{{{}}}", (0..answers).map(|n| format!("\"q{n}\":{value}")).collect::<Vec<_>>().join(","));
        let rows = (0..40).map(|n| row(n, 12)).chain((0..25).map(|_| row(7, 12))).chain((0..30).map(|_| row(7, 3)));
        assert_eq!(tally(&compiled, rows).same(LIMITS), (String::new(), Some(60), Some(20)), "26 of 65 with enough");
        assert_eq!(tally(&compiled, (0..49).map(|_| row(1, 12))).same(LIMITS), (String::new(), None, None));
    }

    #[test]
    fn small_parts_make_all_of_them_coarse_and_figures_move_by_a_step_or_not_at_all() {
        assert_eq!((parts(LIMITS, &[25, 12]), parts(LIMITS, &[25, 9, 0])), (vec![25, 12], vec![20, 0, 0]));
        assert_eq!((languages_of(LIMITS, &[125, 60]), languages_of(LIMITS, &[125, 49])), (vec![125, 60], vec![100, 0]));
        assert_eq!((moved(LIMITS, Some(25), 34), moved(LIMITS, Some(25), 35), moved(LIMITS, None, 3)), (25, 35, 3));
    }

    #[test]
    fn a_day_far_above_the_others_is_a_burst() {
        assert_eq!(bursts(LIMITS, &[20, 30, 90, 25]), [2]);
        assert_eq!(bursts(LIMITS, &[5, 6, 54, 5]), Vec::<usize>::new(), "not fifty more");
        assert_eq!(bursts(LIMITS, &[100, 120, 290, 110]), Vec::<usize>::new(), "not three times as many");
        assert_eq!((bursts(LIMITS, &[500]), bursts(LIMITS, &[])), (Vec::new(), Vec::new()), "one day alone is above nothing");
    }
}
