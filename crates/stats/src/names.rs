//! Turns names into small numbers: raters, subjects and values each appear in millions of rows, and
//! every row after the first keeps four bytes instead of a name.
//!
//! Ids count up from 0 in order of first appearance. A name of up to fifteen bytes is one number,
//! its key, and kept as such; longer ones live in an arena. (With `indexmap` 4.5 million ratings took
//! 0.9 s of processor time instead of 0.32.) The rule to keep: which id a name gets
//! depends on the order of the names alone, never on the seed of the hash.

use std::hash::{BuildHasher, RandomState};

/// A set of names, each with an id.
#[derive(Debug, Clone)]
pub struct Names {
    /// What a file cannot know, so that none can be made of names that all look for the same slot.
    seed: u64,
    /// By id: equal names have equal keys.
    keys: Vec<u128>,
    greatest: u128,
    /// The name asked for last.
    last: u32,
    /// By id: the one that came after it when it last had to be looked for, at first the next new one.
    after: Vec<u32>,
    /// How many names in a row were known, yet none of those that were to be expected.
    surprises: u32,
    /// Open addressing; 0 is an empty slot, otherwise half of the hash above id + 1, so that a taken
    /// slot rarely sends the search to the keys in vain. The length is a power of two. As long as
    /// each new name was the greatest so far, as in a sorted file, there are no slots.
    slots: Vec<u64>,
    /// Names longer than a key, with their ids, in ascending order.
    long: Vec<u8>,
    long_ends: Vec<(u32, usize)>,
}

/// The length of a short name stands above its bytes; this stands above the hash of a long one, so
/// that the keys of short names are below it.
const LENGTH_SHIFT: u32 = 120;
pub const LONG: u128 = 0xff << LENGTH_SHIFT;
/// How many of those that came after a name are expected after it now: some names are left out.
const EXPECTED: u32 = 3;
/// After more surprises than this, names are taken to come in no order.
const NO_ORDER: u32 = 64;
/// A table of more slots than this does not stay in the nearer caches.
const FAR_OFF: usize = 1 << 14;

impl Default for Names {
    fn default() -> Self {
        let seed = RandomState::new().hash_one(0_u8);
        Self {
            seed,
            keys: Vec::new(),
            greatest: 0,
            last: 0,
            after: Vec::new(),
            surprises: 0,
            slots: Vec::new(),
            long: Vec::new(),
            long_ends: Vec::new(),
        }
    }
}

impl Names {
    /// How many different names there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The name with this id, as bytes; empty for an id that was never given out.
    pub fn bytes_of(&self, id: u32) -> Vec<u8> {
        match self.keys.get(id as usize) {
            Some(key) if *key >= LONG => self.long_name(id).to_vec(),
            Some(key) => {
                let [length, bytes @ ..] = key.to_be_bytes();
                bytes[bytes.len() - usize::from(length)..].to_vec()
            }
            None => Vec::new(),
        }
    }

    /// The name with this id, as text.
    pub fn text_of(&self, id: u32) -> String {
        String::from_utf8_lossy(&self.bytes_of(id)).into_owned()
    }

    fn long_name(&self, id: u32) -> &[u8] {
        let Ok(place) = self.long_ends.binary_search_by_key(&id, |(id, _)| *id) else {
            return &[];
        };
        let start = if place == 0 { 0 } else { self.long_ends[place - 1].1 };
        &self.long[start..self.long_ends[place].1]
    }

    /// The id of a name, a new one if it was not known.
    #[inline]
    pub fn intern(&mut self, name: &[u8]) -> u32 {
        self.intern_key(self.key_of(name), name)
    }

    /// The ids of many short names by their keys. In a file in no order each is a look-up far off in
    /// memory; asked for together, they are on their way at the same time.
    pub fn intern_keys(&mut self, keys: &[u128], ids: &mut impl Extend<u32>) {
        if self.slots.len() > FAR_OFF && self.surprises > NO_ORDER {
            let mask = self.slots.len() - 1;
            let slots = keys.iter().map(|key| self.slots[slot_of(self.hash_of(*key), mask)]);
            let met = slots.filter(|slot| *slot != 0).fold(0, |met, slot| met ^ self.keys[id_in(slot) as usize]);
            // Nothing but the reading was wanted.
            std::hint::black_box(met);
        }
        ids.extend(keys.iter().map(|key| self.intern_key(*key, &[])));
    }

    #[inline]
    fn intern_key(&mut self, key: u128, name: &[u8]) -> u32 {
        // Rows mostly come sorted by one column and in turns by the other: the same name again, or
        // one of those that followed it before.
        if !self.is(self.last, key, name) {
            self.last = self.expected(key, name).unwrap_or_else(|| self.unexpected(key, name));
        }
        self.last
    }

    #[inline]
    fn expected(&mut self, key: u128, name: &[u8]) -> Option<u32> {
        let mut id = self.last;
        for _ in 0..EXPECTED {
            id = if self.surprises > NO_ORDER { id + 1 } else { *self.after.get(id as usize)? };
            if self.is(id, key, name) {
                self.surprises = 0;
                return Some(id);
            }
        }
        None
    }

    fn unexpected(&mut self, key: u128, name: &[u8]) -> u32 {
        let known = self.len();
        let id = self.find(key, name);
        if self.surprises <= NO_ORDER
            && let Some(after) = self.after.get_mut(self.last as usize)
        {
            *after = id;
        }
        if (id as usize) < known {
            self.surprises = self.surprises.saturating_add(1);
        }
        id
    }

    /// Forgets how to find names, which only [`Self::intern`] needs.
    pub fn close(&mut self) {
        (self.slots, self.after) = (Vec::new(), Vec::new());
        self.keys.shrink_to_fit();
    }

    #[inline]
    fn is(&self, id: u32, key: u128, name: &[u8]) -> bool {
        self.keys.get(id as usize) == Some(&key) && (key < LONG || self.long_name(id) == name)
    }

    fn find(&mut self, key: u128, name: &[u8]) -> u32 {
        if self.slots.is_empty() && (key > self.greatest || self.keys.is_empty()) {
            return self.add(key, name);
        }
        if (self.keys.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = self.hash_of(key);
        let mask = self.slots.len() - 1;
        let mut place = slot_of(hash, mask);
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                let id = self.add(key, name);
                self.slots[place] = slot_for(hash, id);
                return id;
            }
            if slot >> 32 == hash >> 32 && self.is(id_in(slot), key, name) {
                return id_in(slot);
            }
            place = (place + 1) & mask;
        }
    }

    fn add(&mut self, key: u128, name: &[u8]) -> u32 {
        let id = u32::try_from(self.keys.len()).expect("memory ends long before four billion different names");
        self.keys.push(key);
        self.after.push(id + 1);
        self.greatest = self.greatest.max(key);
        if key >= LONG {
            self.long.extend_from_slice(name);
            self.long_ends.push((id, self.long.len()));
        }
        id
    }

    fn grow(&mut self) {
        let size = ((self.keys.len() + 1) * 2).next_power_of_two().max(64);
        let mask = size - 1;
        // The old ones first, so that both are never there at once.
        self.slots = Vec::new();
        self.slots.resize(size, 0);
        for (id, key) in (0_u32..).zip(&self.keys) {
            let hash = self.hash_of(*key);
            let mut place = slot_of(hash, mask);
            while self.slots[place] != 0 {
                place = (place + 1) & mask;
            }
            self.slots[place] = slot_for(hash, id);
        }
    }

    /// A short name's length and bytes as one number: ascending by length, then as text. Of a long name
    /// a hash, above all short ones.
    #[inline]
    pub fn key_of(&self, name: &[u8]) -> u128 {
        let length = name.len();
        // Two overlapping reads cover any length from half to all of what they can hold.
        let number = if length > 15 {
            return self.hash_of_long(name) | LONG;
        } else if let (Some(first), Some(last)) = (name.first_chunk::<8>(), name.last_chunk::<8>()) {
            u128::from(u64::from_be_bytes(*first)) << (8 * (length - 8)) | u128::from(u64::from_be_bytes(*last))
        } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            u128::from(u64::from(u32::from_be_bytes(*first)) << (8 * (length - 4)) | u64::from(u32::from_be_bytes(*last)))
        } else {
            u128::from(name.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
        };
        (length as u128) << LENGTH_SHIFT | number
    }

    fn hash_of_long(&self, name: &[u8]) -> u128 {
        let mut state = u128::from(self.hash_of(name.len() as u128));
        for chunk in name.chunks(15) {
            state = state << 64 | u128::from(self.hash_of(state ^ self.key_of(chunk)));
        }
        state
    }

    /// Both halves multiplied and mixed, so that all bits depend on all of the key.
    fn hash_of(&self, key: u128) -> u64 {
        const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
        let [low, high] = [key & u128::from(u64::MAX), key >> 64].map(|half| u64::try_from(half).expect("half of the bits"));
        let mut state = (low ^ self.seed).wrapping_mul(MULTIPLIER);
        state = (state ^ state >> 32 ^ high).wrapping_mul(MULTIPLIER);
        state = (state ^ state >> 29).wrapping_mul(MULTIPLIER);
        state ^ state >> 32
    }
}

fn slot_of(hash: u64, mask: usize) -> usize {
    usize::try_from(hash & mask as u64).expect("masked to the length of the table")
}

fn slot_for(hash: u64, id: u32) -> u64 {
    (hash >> 32 << 32) | (u64::from(id) + 1)
}

fn id_in(slot: u64) -> u32 {
    u32::try_from((slot & u64::from(u32::MAX)) - 1).expect("the lower half holds the id + 1")
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_keeps_its_id_however_many_come_after_it() {
        let mut names = Names::default();
        let name = |i: u32| format!("subject {i}").into_bytes();
        let ids: Vec<u32> = (0..5000).map(|i| names.intern(&name(i))).collect();
        assert_eq!(ids, (0..5000).collect::<Vec<u32>>());
        assert!(names.slots.is_empty(), "sorted names need no look-up");
        for id in [17, 18, 18, 4999, 0] {
            assert_eq!(names.intern(&name(id)), id);
        }
        assert_eq!(names.text_of(4999), "subject 4999");
        assert_eq!(names.len(), 5000);
    }

    #[test]
    fn a_name_is_found_whatever_was_expected() {
        let mut names = Names::default();
        let name = |i: u32| format!("subject {i}").into_bytes();
        // In order with one left out now and then, as rater by rater; then in no order; then in order.
        let left_out = |pass: u32| (0..2000).filter(move |i| !(i + pass).is_multiple_of(7) && !(i * i + pass).is_multiple_of(11));
        let mixed = (0..2000).map(|i| i * 777 % 2000);
        let asked: Vec<u32> = (0..4).flat_map(left_out).chain(mixed).chain(0..2000).collect();
        let mut ids = std::collections::HashMap::new();
        for i in asked {
            let id = names.intern(&name(i));
            assert_eq!(*ids.entry(i).or_insert(id), id, "subject {i}");
            assert_eq!(names.bytes_of(id), name(i));
        }
        assert_eq!(names.len(), 2000);
    }

    #[test]
    fn names_of_every_length_are_told_apart_in_any_order() {
        let mut all: Vec<Vec<u8>> =
            (0..40).flat_map(|length| [vec![0; length], vec![b'x'; length], [vec![b'x'; length], vec![b'y']].concat()]).collect();
        all.sort();
        all.dedup();
        for backwards in [false, true] {
            let mut names = Names::default();
            let mut ids = Vec::new();
            for _ in 0..2 {
                let all: Vec<_> = if backwards { all.iter().rev().collect() } else { all.iter().collect() };
                ids.push(all.iter().map(|name| names.intern(name)).collect::<Vec<u32>>());
            }
            assert_eq!(names.len(), all.len());
            assert_eq!(ids[0], ids[1]);
            for name in &all {
                let id = names.intern(name);
                assert_eq!(&names.bytes_of(id), name);
            }
        }
    }
}
