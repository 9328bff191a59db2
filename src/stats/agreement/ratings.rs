//! A checked set of ratings: who gave which category to what, grouped by subject.
//!
//! Reading files lives in `input`; coefficients live beside this file. The rules to keep: a rater
//! rates a subject at most once, every value is on the scale, and a rating that was not given is
//! absent, never a zero.

use super::names::Names;
use super::refusal::Refusal;
use super::scale::{Category, Level, Scale, order_observed};

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
    pub fn category_counts(&self) -> Vec<u64> {
        let mut counts = vec![0_u64; self.categories.len()];
        for code in &self.code_of {
            counts[*code as usize] += 1;
        }
        counts
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

    /// The same ratings without one rater; `None` if nothing remains.
    pub fn without_rater(&self, rater: usize) -> Option<Self> {
        let mut rest = RatingsBuilder::with_categories(self);
        for subject in 0..self.subjects() {
            let (raters, codes) = self.of_subject(subject);
            for (r, code) in raters.iter().zip(codes) {
                if *r as usize != rater {
                    let new_rater = rest.raters.intern(self.raters.bytes_of(*r));
                    let name = self.subjects.bytes_of(u32::try_from(subject).ok()?);
                    let new_subject = rest.subjects.intern(name);
                    rest.rows.push([new_rater, new_subject, *code]);
                }
            }
        }
        rest.finish().ok()
    }
}

/// Collects ratings one by one and checks them.
#[derive(Debug)]
pub struct RatingsBuilder {
    scale: Scale,
    raters: Names,
    subjects: Names,
    /// Texts of values, each read once.
    texts: Names,
    /// Text ids of values of one character, which most are; `u32::MAX` where not seen.
    short_texts: Vec<u32>,
    /// What each text stands for, by text id.
    values: Vec<Category>,
    /// Index of the declared category, by text id; empty where nothing is declared.
    places: Vec<u32>,
    /// Already codes, because a checked set was taken apart.
    coded: bool,
    /// Rater, subject, text id, in the order added.
    rows: Vec<[u32; 3]>,
    last: [u32; 2],
    /// The first refusal; a set that had one stays refused.
    refused: Option<Refusal>,
}

impl RatingsBuilder {
    /// An empty set on this scale.
    pub fn new(scale: Scale) -> Self {
        Self {
            scale,
            raters: Names::default(),
            subjects: Names::default(),
            texts: Names::default(),
            short_texts: vec![u32::MAX; 256],
            values: Vec::new(),
            places: Vec::new(),
            coded: false,
            rows: Vec::new(),
            last: [u32::MAX; 2],
            refused: None,
        }
    }

    fn with_categories(ratings: &Ratings) -> Self {
        let mut builder = Self::new(Scale::observed(ratings.level));
        builder.values.clone_from(&ratings.categories);
        builder.places = vec![u32::from(ratings.declared)];
        builder.coded = true;
        builder
    }

    /// How many ratings were added so far.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True before the first rating.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds one rating. That a rater has rated the subject before shows in [`Self::finish`].
    ///
    /// # Errors
    /// Refuses empty names and values that are not on the scale. A set that had one refusal stays
    /// refused: half of the ratings would be a different set.
    pub fn add(&mut self, rater: &[u8], subject: &[u8], value: &[u8]) -> Result<(), Refusal> {
        if let Some(refusal) = &self.refused {
            return Err(refusal.clone());
        }
        self.accept(rater, subject, value).inspect_err(|refusal| {
            self.refused = Some(refusal.clone());
        })
    }

    fn accept(&mut self, rater: &[u8], subject: &[u8], value: &[u8]) -> Result<(), Refusal> {
        if rater.is_empty() {
            return Err(Refusal::EmptyName("rater"));
        }
        if subject.is_empty() {
            return Err(Refusal::EmptyName("subject"));
        }
        if self.rows.len() >= u32::MAX as usize {
            return Err(Refusal::TooMany);
        }
        let known = match value {
            [byte] => self.short_texts[usize::from(*byte)],
            _ => u32::MAX,
        };
        let text = if known == u32::MAX { self.texts.intern(value) } else { known };
        if text as usize == self.values.len() {
            let category = Category::parse(&String::from_utf8_lossy(value))?;
            if let Some(place) = self.scale.place(&category)? {
                self.places.push(place);
            }
            self.values.push(category);
            if let [byte] = value {
                self.short_texts[usize::from(*byte)] = text;
            }
        }
        let rater = self.raters.intern_near(rater, self.last[0]);
        let subject = self.subjects.intern_near(subject, self.last[1]);
        self.last = [rater, subject];
        self.rows.push([rater, subject, text]);
        Ok(())
    }

    /// Adds one rating whose value is a number.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_number(&mut self, rater: &str, subject: &str, value: f64) -> Result<(), Refusal> {
        self.add(rater.as_bytes(), subject.as_bytes(), value.to_string().as_bytes())
    }

    /// Groups the ratings by subject.
    ///
    /// # Errors
    /// Refuses an empty set, and a rater who rated a subject twice.
    pub fn finish(mut self) -> Result<Ratings, Refusal> {
        if let Some(refusal) = self.refused {
            return Err(refusal);
        }
        if self.rows.is_empty() {
            return Err(Refusal::NoRatings);
        }
        let level = self.scale.level();
        let (categories, declared, code_of_text) = if self.coded {
            let declared = self.places.first() == Some(&1);
            (std::mem::take(&mut self.values), declared, None)
        } else if let Some(declared) = self.scale.categories() {
            (declared.to_vec(), true, Some(std::mem::take(&mut self.places)))
        } else {
            let (categories, place) = order_observed(&self.values);
            (categories, false, Some(place))
        };
        let code = |text: u32| code_of_text.as_ref().map_or(text, |codes| codes[text as usize]);

        let mut starts = vec![0_u32; self.subjects.len() + 1];
        for row in &self.rows {
            starts[row[1] as usize + 1] += 1;
        }
        for s in 1..starts.len() {
            starts[s] += starts[s - 1];
        }
        let mut next = starts.clone();
        let mut rater_of = vec![0_u32; self.rows.len()];
        let mut code_of = vec![0_u32; self.rows.len()];
        for row in &self.rows {
            let place = next[row[1] as usize] as usize;
            next[row[1] as usize] += 1;
            rater_of[place] = row[0];
            code_of[place] = code(row[2]);
        }
        let ratings = Ratings { level, categories, declared, raters: self.raters, subjects: self.subjects, starts, rater_of, code_of };
        refuse_second_ratings(&ratings, &self.rows)?;
        Ok(ratings)
    }
}

fn refuse_second_ratings(ratings: &Ratings, rows: &[[u32; 3]]) -> Result<(), Refusal> {
    let mut last_subject = vec![u32::MAX; ratings.raters()];
    for (subject, bounds) in (0_u32..).zip(ratings.starts.windows(2)) {
        for rater in &ratings.rater_of[bounds[0] as usize..bounds[1] as usize] {
            if last_subject[*rater as usize] == subject {
                let position =
                    rows.iter().enumerate().filter(|(_, row)| row[0] == *rater && row[1] == subject).nth(1).map_or(0, |(position, _)| position);
                return Err(Refusal::RatedTwice { rater: ratings.raters.text_of(*rater), subject: ratings.subjects.text_of(subject), position });
            }
            last_subject[*rater as usize] = subject;
        }
    }
    Ok(())
}
