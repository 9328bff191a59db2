//! A checked set of ratings: who gave which category to what, grouped by subject.
//!
//! Collecting lives in `builder`, reading files in `input`; coefficients live beside this file. The
//! rules to keep: a rater rates a subject at most once, every value is on the scale, and a rating
//! that was not given is absent, never a zero.

use super::column::Column;
use super::refusal::Refusal;
use super::scale::{Category, Level};
use crate::names::Names;

/// Ratings in rows by subject (compressed sparse rows): 8 bytes a rating.
#[derive(Debug, Clone)]
pub struct Ratings {
    level: Level,
    categories: Vec<Category>,
    declared: bool,
    raters: Names,
    subjects: Names,
    /// `starts[s]..starts[s + 1]` are the ratings of subject s.
    starts: Vec<u32>,
    rater_of: Vec<u32>,
    code_of: Vec<u32>,
    /// How many ratings each category received.
    counts: Vec<u64>,
}

impl Ratings {
    /// Level of measurement of the scale.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The categories, in ascending order where there is one.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// Whether the categories were declared, or are the observed values.
    pub fn categories_declared(&self) -> bool {
        self.declared
    }

    /// How many raters gave at least one rating.
    pub fn raters(&self) -> usize {
        self.raters.len()
    }

    /// How many subjects were rated at least once.
    pub fn subjects(&self) -> usize {
        self.subjects.len()
    }

    /// How many ratings there are.
    pub fn len(&self) -> usize {
        self.code_of.len()
    }

    /// Never true: a set without ratings is refused.
    pub fn is_empty(&self) -> bool {
        self.code_of.is_empty()
    }

    /// Name of a rater by index.
    pub fn rater_name(&self, rater: usize) -> String {
        self.raters.text_of(u32::try_from(rater).unwrap_or(u32::MAX))
    }

    /// Name of a subject by index.
    pub fn subject_name(&self, subject: usize) -> String {
        self.subjects.text_of(u32::try_from(subject).unwrap_or(u32::MAX))
    }

    /// One subject's raters and the categories they gave, side by side.
    pub fn of_subject(&self, subject: usize) -> (&[u32], &[u32]) {
        let range = self.starts[subject] as usize..self.starts[subject + 1] as usize;
        (&self.rater_of[range.clone()], &self.code_of[range])
    }

    /// The categories given to each subject, subject by subject.
    pub(super) fn codes_by_subject(&self) -> impl Iterator<Item = &[u32]> + Clone {
        self.starts.windows(2).map(|pair| &self.code_of[pair[0] as usize..pair[1] as usize])
    }

    /// How many ratings each category received.
    pub fn category_counts(&self) -> &[u64] {
        &self.counts
    }

    /// The categories as numbers, moved and stretched to 0..1 (agreement does not change under
    /// either, and 1e9 + 1 keeps its digits this way); `None` if a category is a label.
    pub(super) fn unit_positions(&self) -> Option<Vec<f64>> {
        let numbers: Option<Vec<f64>> = self.categories.iter().map(Category::number).collect();
        let numbers = numbers?;
        let (first, last) = (*numbers.first()?, *numbers.last()?);
        // A quarter first: the range of two large numbers of different sign must not overflow.
        let range = last * 0.25 - first * 0.25;
        let range = if (last - first).is_finite() { last - first } else { range };
        let shrink = if (last - first).is_finite() { 1.0 } else { 0.25 };
        Some(
            numbers
                .iter()
                .map(|n| {
                    let distance = n * shrink - first * shrink;
                    if range > 0.0 { distance / range } else { 0.0 }
                })
                .collect(),
        )
    }

    /// The categories as numbers as they are; `None` if one is a label.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        self.categories.iter().map(Category::number).collect()
    }

    /// How many subjects have two or more ratings.
    pub fn doubly_rated(&self) -> usize {
        self.codes_by_subject().filter(|codes| codes.len() >= 2).count()
    }

    /// How many subjects were rated by every rater.
    pub fn complete_subjects(&self) -> usize {
        let raters = self.raters();
        self.codes_by_subject().filter(|codes| codes.len() == raters).count()
    }

    /// A subject that has a second rating by the same rater, and the place of that rating.
    fn second_rating(&self) -> Option<(u32, usize)> {
        let mut last_subject = vec![u32::MAX; self.raters()];
        let mut place = 0;
        for (subject, end) in (0_u32..).zip(&self.starts[1..]) {
            while place < *end as usize {
                let last = &mut last_subject[self.rater_of[place] as usize];
                if *last == subject {
                    return Some((subject, place));
                }
                *last = subject;
                place += 1;
            }
        }
        None
    }

    /// The same ratings without one rater; `None` if nothing remains.
    pub fn without_rater(&self, rater: usize) -> Option<Self> {
        let names: Vec<Vec<u8>> = (0_u32..).take(self.raters()).map(|rater| self.raters.bytes_of(rater)).collect();
        let (mut raters, mut subjects, mut rest) = (Names::default(), Names::default(), Columns::default());
        for (subject, id) in (0..self.subjects()).zip(0_u32..) {
            let (who, codes) = self.of_subject(subject);
            let name = self.subjects.bytes_of(id);
            for (who, code) in who.iter().zip(codes).filter(|(who, _)| **who as usize != rater) {
                rest.push(raters.intern(&names[*who as usize]), subjects.intern(&name), *code);
            }
        }
        let scale = (self.level, self.categories.clone(), self.declared);
        (rest.len() > 0).then(|| rest.group(scale, |code| code, raters, subjects).ok()).flatten()
    }
}

/// Rater, subject and code of each rating, in the order added.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) rater: Column,
    pub(super) subject: Column,
    pub(super) code: Column,
}

impl Columns {
    pub(super) fn len(&self) -> usize {
        self.code.len()
    }

    fn push(&mut self, rater: u32, subject: u32, code: u32) {
        self.rater.push(rater);
        self.subject.push(subject);
        self.code.push(code);
    }

    /// Puts the ratings of each subject side by side, in the order added. `category_of` says what the
    /// codes stand for.
    pub(super) fn group(
        self,
        scale: (Level, Vec<Category>, bool),
        category_of: impl Fn(u32) -> u32,
        mut raters: Names,
        mut subjects: Names,
    ) -> Result<Ratings, Refusal> {
        raters.close();
        subjects.close();
        let (level, categories, declared) = scale;
        let mut starts = vec![0_u32; subjects.len() + 1];
        for subject in self.subject.iter() {
            starts[subject as usize + 1] += 1;
        }
        for s in 1..starts.len() {
            starts[s] += starts[s - 1];
        }
        let mut counts = vec![0_u64; categories.len()];
        let mut next = starts.clone();
        let (mut rater_of, mut code_of) = (vec![0; self.len()], vec![0; self.len()]);
        for ((subject, rater), code) in self.subject.iter().zip(self.rater).zip(self.code) {
            let code = category_of(code);
            counts[code as usize] += 1;
            let next = &mut next[subject as usize];
            rater_of[*next as usize] = rater;
            code_of[*next as usize] = code;
            *next += 1;
        }
        let ratings = Ratings { level, categories, declared, raters, subjects, starts, rater_of, code_of, counts };
        match ratings.second_rating() {
            None => Ok(ratings),
            Some((subject, place)) => {
                let rater = ratings.raters.text_of(ratings.rater_of[place]);
                let nth = place - ratings.starts[subject as usize] as usize;
                let position = self.subject.iter().enumerate().filter(|(_, other)| *other == subject).nth(nth).map_or(0, |(position, _)| position);
                Err(Refusal::RatedTwice { rater, subject: ratings.subjects.text_of(subject), position })
            }
        }
    }
}
