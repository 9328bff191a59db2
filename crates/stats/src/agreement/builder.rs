//! Collects ratings one by one, checks each against the scale, and turns names and texts into
//! numbers. The rule to keep: a value is understood once per text, however often it is given.

use super::ratings::{Columns, Ratings};
use super::refusal::Refusal;
use super::scale::{Category, Scale, order_observed};
use crate::names::{LONG, Names};

/// Subjects that are looked up together.
const TOGETHER: usize = 512;

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
    /// With text ids for codes.
    rows: Columns,
    /// Keys of the latest subjects, which become ids together.
    waiting: Vec<u128>,
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
            rows: Columns::default(),
            waiting: Vec::with_capacity(TOGETHER),
            refused: None,
        }
    }

    /// How many ratings were added so far.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True before the first rating.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
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
        let rater = self.raters.intern(rater);
        self.rows.rater.push(rater);
        self.rows.code.push(text);
        let key = self.subjects.key_of(subject);
        if key < LONG {
            self.waiting.push(key);
        }
        if key >= LONG || self.waiting.len() == TOGETHER {
            self.subjects.intern_keys(&self.waiting, &mut self.rows.subject);
            self.waiting.clear();
        }
        if key >= LONG {
            self.rows.subject.push(self.subjects.intern(subject));
        }
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
        if self.rows.len() == 0 {
            return Err(Refusal::NoRatings);
        }
        let level = self.scale.level();
        let (categories, declared, code_of_text) = match self.scale.categories() {
            Some(declared) => (declared.to_vec(), true, self.places),
            None => {
                let (categories, place) = order_observed(&self.values);
                (categories, false, place)
            }
        };
        self.subjects.intern_keys(&self.waiting, &mut self.rows.subject);
        self.rows.group((level, categories, declared), |text| code_of_text[text as usize], self.raters, self.subjects)
    }
}
