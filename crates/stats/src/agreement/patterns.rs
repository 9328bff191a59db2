//! Count patterns: subjects whose ratings are the same multiset of categories are interchangeable
//! for every coefficient that does not ask who rated, so each pattern is kept once with the number
//! of its subjects. Five raters on five levels make at most 252 complete patterns, however many
//! subjects there are.
//!
//! The rule to keep: the order of patterns depends on the patterns only, never on the order of
//! subjects or raters, so that neither changes a result in its last digit or in a seeded bootstrap.

use super::ratings::Ratings;

/// Largest table of keys for which patterns are found by direct addressing (4 MB of counts).
const DIRECT_TABLE: u64 = 1 << 20;

/// The patterns of a set of ratings.
#[derive(Debug, Clone)]
pub struct Patterns {
    categories: usize,
    starts: Vec<u32>,
    /// (category, how often), ascending by category within a pattern.
    entries: Vec<(u32, u32)>,
    /// Ratings per subject of a pattern.
    sizes: Vec<u32>,
    /// Subjects with this pattern.
    subjects: Vec<u32>,
    /// The pattern of each subject.
    of_subject: Vec<u32>,
}

impl Patterns {
    /// Finds the patterns of checked ratings, in one pass where the scale is short.
    pub fn of(ratings: &Ratings) -> Self {
        Self::from_lists(ratings.codes_by_subject(), ratings.categories().len())
    }

    fn from_lists<'a>(lists: impl Iterator<Item = &'a [u32]> + Clone, categories: usize) -> Self {
        let longest = lists.clone().map(<[u32]>::len).max().unwrap_or(0);
        if let Some(room) = table_size(longest, categories) {
            let steps = steps(longest, categories);
            let keys = lists.map(|list| list.iter().map(|c| steps[*c as usize]).sum()).collect();
            return Self::from_keys(keys, room, longest, categories);
        }
        Self::from_sorted_lists(lists, categories)
    }

    /// A key is the count vector written as one number in base `longest` + 1.
    fn from_keys(mut keys: Vec<u32>, room: usize, longest: usize, categories: usize) -> Self {
        let mut table = vec![0_u32; room];
        for key in &keys {
            table[*key as usize] += 1;
        }
        let mut patterns = Self::empty(categories);
        let base = u32::try_from(longest + 1).expect("the table is small, so the base is");
        for (key, seen) in (0_u32..).zip(table.iter_mut()).filter(|(_, seen)| **seen > 0) {
            let mut rest = key;
            let mut category = 0_u32;
            let mut size = 0;
            while rest > 0 {
                let count = rest % base;
                if count > 0 {
                    patterns.entries.push((category, count));
                    size += count;
                }
                rest /= base;
                category += 1;
            }
            patterns.close(size, *seen);
            *seen = u32::try_from(patterns.len() - 1).expect("fewer patterns than subjects");
        }
        for key in &mut keys {
            *key = table[*key as usize];
        }
        patterns.of_subject = keys;
        patterns
    }

    fn from_sorted_lists<'a>(lists: impl Iterator<Item = &'a [u32]>, categories: usize) -> Self {
        let mut codes: Vec<u32> = Vec::new();
        let mut bounds: Vec<(usize, usize)> = Vec::new();
        for list in lists {
            let start = codes.len();
            codes.extend_from_slice(list);
            codes[start..].sort_unstable();
            bounds.push((start, codes.len()));
        }
        let list = |subject: u32| {
            let (start, end) = bounds[subject as usize];
            &codes[start..end]
        };
        let count = u32::try_from(bounds.len()).expect("ratings are counted in 32 bits");
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_unstable_by(|a, b| list(*a).cmp(list(*b)));
        let mut patterns = Self::empty(categories);
        patterns.of_subject = vec![0; bounds.len()];
        for group in order.chunk_by(|a, b| list(*a) == list(*b)) {
            for run in list(group[0]).chunk_by(|a, b| a == b) {
                let often = u32::try_from(run.len()).expect("ratings are counted in 32 bits");
                patterns.entries.push((run[0], often));
            }
            let size = u32::try_from(list(group[0]).len()).expect("ratings are counted in 32 bits");
            let seen = u32::try_from(group.len()).expect("ratings are counted in 32 bits");
            let id = u32::try_from(patterns.len()).expect("fewer patterns than subjects");
            patterns.close(size, seen);
            for subject in group {
                patterns.of_subject[*subject as usize] = id;
            }
        }
        patterns
    }

    fn empty(categories: usize) -> Self {
        Self { categories, starts: vec![0], entries: Vec::new(), sizes: Vec::new(), subjects: Vec::new(), of_subject: Vec::new() }
    }

    fn close(&mut self, size: u32, subjects: u32) {
        let end = u32::try_from(self.entries.len()).expect("ratings are counted in 32 bits");
        self.starts.push(end);
        self.sizes.push(size);
        self.subjects.push(subjects);
    }

    /// How many different patterns there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// True for a matrix without ratings.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// How many categories the scale has.
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// All (category, count) entries of all patterns.
    pub(super) fn entry_count(&self) -> usize {
        self.entries.len()
    }

    /// The counts of one pattern: (category, how often), ascending.
    pub fn counts(&self, pattern: usize) -> &[(u32, u32)] {
        &self.entries[self.starts[pattern] as usize..self.starts[pattern + 1] as usize]
    }

    /// How many ratings a subject with this pattern has.
    pub fn size(&self, pattern: usize) -> f64 {
        f64::from(self.sizes[pattern])
    }

    /// How many subjects have each pattern.
    pub fn subjects(&self) -> Vec<f64> {
        self.subjects.iter().map(|n| f64::from(*n)).collect()
    }

    /// The pattern of each subject, in the order the subjects came.
    pub fn of_each_subject(&self) -> &[u32] {
        &self.of_subject
    }
}

fn table_size(longest: usize, categories: usize) -> Option<usize> {
    let base = u64::try_from(longest).ok()?.checked_add(1)?;
    let size = base.checked_pow(u32::try_from(categories).ok()?)?;
    (size <= DIRECT_TABLE).then(|| usize::try_from(size).ok()).flatten()
}

fn steps(longest: usize, categories: usize) -> Vec<u32> {
    let base = u32::try_from(longest + 1).expect("the table is small, so the base is");
    (0_u32..).take(categories).map(|c| base.pow(c)).collect()
}
