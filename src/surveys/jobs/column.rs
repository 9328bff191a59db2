//! A column of answers in memory, as small codes.

use std::collections::HashMap;

use crate::ground::{Error, Result};

/// The answers to one measure: each different number once, and its code for every response; codes are
/// bytes as long as the numbers are few.
#[derive(Default)]
pub(super) struct Column {
    few: Vec<u8>,
    many: Vec<u32>,
    numbers: Vec<f64>,
    known: HashMap<u64, u32>,
    missing: usize,
}

/// Codes of a response that does not count for a measure.
const MISSING: u32 = u32::MAX;
const MISSING_BYTE: u8 = u8::MAX;

impl Column {
    pub(super) fn push(&mut self, value: Option<f64>) -> Result<()> {
        let code = match value {
            None => MISSING,
            Some(number) => match self.known.get(&number.to_bits()) {
                Some(code) => *code,
                None => {
                    let code = u32::try_from(self.numbers.len()).ok().filter(|code| *code != MISSING);
                    let code = code.ok_or_else(|| Error::internal("more different answers than can be counted"))?;
                    self.numbers.push(number);
                    self.known.insert(number.to_bits(), code);
                    code
                }
            },
        };
        self.missing += usize::from(value.is_none());
        let byte = if code == MISSING { Some(MISSING_BYTE) } else { u8::try_from(code).ok().filter(|byte| *byte != MISSING_BYTE) };
        match byte {
            Some(byte) if self.many.is_empty() => self.few.push(byte),
            _ => {
                let wide = |byte: u8| if byte == MISSING_BYTE { MISSING } else { u32::from(byte) };
                self.many.extend(std::mem::take(&mut self.few).into_iter().map(wide));
                self.many.push(code);
            }
        }
        Ok(())
    }

    /// How many count for the measure.
    pub(super) fn answered(&self) -> usize {
        self.few.len() + self.many.len() - self.missing
    }

    /// Which responses count for the measure.
    pub(super) fn marks(&self) -> Marks {
        let mut marks = vec![0_u64; (self.few.len() + self.many.len()).div_ceil(64)];
        for (at, counts) in self.counts().enumerate() {
            marks[at / 64] |= u64::from(counts) << (at % 64);
        }
        Marks(marks)
    }

    /// Whether each response counts.
    fn counts(&self) -> impl Iterator<Item = bool> {
        self.few.iter().map(|byte| *byte != MISSING_BYTE).chain(self.many.iter().map(|code| *code != MISSING))
    }

    /// In the order in which they were read; all of one kind of code.
    pub(super) fn values(&self) -> Vec<Option<f64>> {
        let few = self.few.iter().map(|byte| self.numbers.get(usize::from(*byte)).filter(|_| *byte != MISSING_BYTE).copied());
        few.chain(self.many.iter().map(|code| self.numbers.get(*code as usize).copied())).collect()
    }
}

/// A bit for each response: whether it counts for a measure.
pub(super) struct Marks(Vec<u64>);

impl Marks {
    /// How many responses count for one of two measures and not for the other.
    pub(super) fn apart(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(one, other)| (one ^ other).count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_gives_back_what_it_was_given_however_many_numbers_there_are() {
        for different in [2, 254, 255, 256, 700] {
            let given: Vec<Option<f64>> = (0..2_000).map(|n| (n % 7 != 0).then(|| f64::from(n % different))).collect();
            let mut column = Column::default();
            for value in &given {
                column.push(*value).unwrap();
            }
            let mut all = Column::default();
            for _ in &given {
                all.push(Some(1.0)).unwrap();
            }
            assert_eq!((column.marks().apart(&all.marks()), column.marks().apart(&column.marks())), (given.len() - column.answered(), 0));
            assert_eq!((column.values(), column.answered()), (given.clone(), given.iter().flatten().count()), "{different}");
        }
    }
}
