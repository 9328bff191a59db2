//! A long list of small numbers that is written once and read from front to back.
//!
//! It lives in pages, so that a list of millions grows without being copied: a copy holds the old and
//! the new list at once, and an allocator may keep the old one's memory for a while. The rule to
//! keep: every page but the last is full.

/// Numbers on a page: 256 KiB.
const PAGE: usize = 1 << 16;

/// A list of numbers that only grows.
#[derive(Debug, Default)]
pub struct Column {
    full: Vec<Box<[u32]>>,
    last: Vec<u32>,
}

impl Column {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.full.len() * PAGE + self.last.len()
    }

    #[inline]
    pub fn push(&mut self, number: u32) {
        if self.last.len() == PAGE {
            self.turn_the_page();
        }
        self.last.push(number);
    }

    #[cold]
    fn turn_the_page(&mut self) {
        let full = std::mem::replace(&mut self.last, Vec::with_capacity(PAGE));
        self.full.push(full.into_boxed_slice());
    }

    fn pages(&self) -> impl Iterator<Item = &[u32]> {
        self.full.iter().map(AsRef::as_ref).chain([self.last.as_slice()])
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.pages().flatten().copied()
    }
}

impl Extend<u32> for Column {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|number| self.push(number));
    }
}

/// Gives the pages back one by one while it is read.
impl IntoIterator for Column {
    type Item = u32;
    type IntoIter = std::iter::Flatten<std::iter::Chain<std::vec::IntoIter<Box<[u32]>>, std::option::IntoIter<Box<[u32]>>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.full.into_iter().chain(Some(self.last.into_boxed_slice())).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, PAGE};

    #[test]
    fn numbers_come_back_in_order_across_pages() {
        let end = u32::try_from(PAGE * 2 + 3).unwrap();
        let mut column = Column::default();
        assert_eq!(column.len(), 0);
        for length in [0, 1, PAGE, PAGE + 1] {
            column = Column::default();
            column.extend((0..end).take(length));
            assert_eq!(column.len(), length);
            assert!(column.iter().eq((0..end).take(length)));
        }
        column.extend(0..end);
        assert!(column.into_iter().skip(PAGE + 1).eq(0..end));
    }
}
