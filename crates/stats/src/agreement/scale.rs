//! The scale that ratings are given on: its level of measurement and its categories.
//!
//! Categories are declared before the ratings are read, or are the values that were observed. The
//! rule to keep: on an ordered scale the categories are in ascending order, so that a category's
//! index is its rank.

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::refusal::Refusal;

/// Level of measurement (Stevens), which decides what coefficients make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Names without an order.
    Nominal,
    /// Ordered categories.
    Ordinal,
    /// Numbers whose differences mean something.
    Interval,
    /// Positive numbers whose ratios mean something.
    Ratio,
}

/// One category of a scale.
#[derive(Debug, Clone, PartialEq)]
pub enum Category {
    /// A finite number.
    Number(f64),
    /// A name.
    Label(String),
}

impl Category {
    /// Reads a category: a finite number if it looks like one, otherwise a label.
    ///
    /// # Errors
    /// Refuses empty text, NaN and the infinities.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::EmptyValue);
        }
        match text.parse::<f64>() {
            // Adding 0 turns −0 into 0, which is the same category.
            Ok(number) if number.is_finite() => Ok(Self::Number(number + 0.0)),
            Ok(_) => Err(Refusal::NotFinite(text.to_owned())),
            Err(_) => Ok(Self::Label(text.to_owned())),
        }
    }

    /// The number, where the category is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Label(_) => None,
        }
    }

    /// What two equal categories share, for look-ups.
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Number(number) => Key::Bits(number.to_bits()),
            Self::Label(label) => Key::Text(label.clone()),
        }
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Number(_), Self::Label(_)) => std::cmp::Ordering::Less,
            (Self::Label(_), Self::Number(_)) => std::cmp::Ordering::Greater,
            (Self::Label(a), Self::Label(b)) => a.cmp(b),
        }
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Label(label) => f.write_str(label),
        }
    }
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Label(label) => serializer.serialize_str(label),
            Self::Number(number) => {
                let whole = number.fract() == 0.0 && number.abs() < 9e15;
                if whole {
                    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
                    serializer.serialize_i64(*number as i64)
                } else {
                    serializer.serialize_f64(*number)
                }
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Bits(u64),
    Text(String),
}

/// A level of measurement and, if they were declared, the categories.
#[derive(Debug, Clone)]
pub struct Scale {
    level: Level,
    declared: Option<Vec<Category>>,
    index: HashMap<Key, u32>,
}

impl Scale {
    /// A scale whose categories will be the observed values.
    pub fn observed(level: Level) -> Self {
        Self { level, declared: None, index: HashMap::new() }
    }

    /// A scale with these categories. Numbers are put in ascending order; labels of an ordinal scale
    /// keep the order in which they are declared.
    ///
    /// # Errors
    /// Refuses an empty list, a category named twice, labels where numbers are needed, and numbers
    /// that are not positive on a ratio scale.
    pub fn declared(level: Level, categories: Vec<Category>) -> Result<Self, Refusal> {
        if categories.is_empty() {
            return Err(Refusal::NoCategories);
        }
        let mut ordered = categories;
        for category in &ordered {
            check_level(level, category)?;
        }
        if ordered.iter().all(|c| c.number().is_some()) {
            ordered.sort_by(Category::compare);
        }
        let mut index = HashMap::new();
        for (rank, category) in ordered.iter().enumerate() {
            let rank = u32::try_from(rank).map_err(|_| Refusal::TooMany)?;
            if index.insert(category.key(), rank).is_some() {
                return Err(Refusal::CategoryTwice(category.to_string()));
            }
        }
        Ok(Self { level, declared: Some(ordered), index })
    }

    /// The whole numbers from `lowest` to `highest` as an ordinal scale: the levels of a rubric.
    ///
    /// # Errors
    /// Refuses an empty range.
    pub fn levels(lowest: i32, highest: i32) -> Result<Self, Refusal> {
        let categories = (lowest..=highest).map(|level| Category::Number(f64::from(level))).collect();
        Self::declared(Level::Ordinal, categories)
    }

    /// The level of measurement.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The declared categories, if any were.
    pub fn categories(&self) -> Option<&[Category]> {
        self.declared.as_deref()
    }

    /// Checks one value against the scale; the index of its category where they are declared.
    pub(super) fn place(&self, value: &Category) -> Result<Option<u32>, Refusal> {
        if self.declared.is_some() {
            return match self.index.get(&value.key()) {
                Some(rank) => Ok(Some(*rank)),
                None => Err(Refusal::OutsideScale(value.to_string())),
            };
        }
        check_level(self.level, value)?;
        if self.level == Level::Ordinal && value.number().is_none() {
            return Err(Refusal::OrderUnknown(value.to_string()));
        }
        Ok(None)
    }
}

fn check_level(level: Level, category: &Category) -> Result<(), Refusal> {
    match (level, category) {
        (Level::Interval | Level::Ratio, Category::Label(label)) => Err(Refusal::NotANumber(label.clone())),
        (Level::Ratio, Category::Number(number)) if *number <= 0.0 => Err(Refusal::NotPositive(*number)),
        _ => Ok(()),
    }
}

/// Puts observed values in order without repetition; also says where each of them went.
pub(super) fn order_observed(values: &[Category]) -> (Vec<Category>, Vec<u32>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].compare(&values[*b]));
    let mut categories: Vec<Category> = Vec::new();
    let mut place = vec![0_u32; values.len()];
    let mut rank = 0_u32;
    for index in order {
        match categories.last() {
            Some(last) if *last == values[index] => {}
            Some(_) => {
                rank += 1;
                categories.push(values[index].clone());
            }
            None => categories.push(values[index].clone()),
        }
        place[index] = rank;
    }
    (categories, place)
}
