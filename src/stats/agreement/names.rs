//! Turns names into small numbers: raters, subjects and values each appear in millions of rows, and
//! every row after the first keeps four bytes instead of a name.
//!
//! Names live in one arena; ids count up from 0 in order of first appearance. The rule to keep: no
//! randomness, so that the same input always gives the same ids.

/// A set of names, each with an id.
#[derive(Debug, Clone, Default)]
pub struct Names {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Open addressing; 0 is an empty slot, otherwise half of the hash above id + 1, so that a taken
    /// slot rarely sends the search to the arena in vain. The length is a power of two.
    slots: Vec<u64>,
}

impl Names {
    /// How many different names there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The name with this id, as bytes; empty for an id that was never given out.
    pub fn bytes_of(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let Some(&end) = self.ends.get(id) else {
            return &[];
        };
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.bytes[start..end]
    }

    /// The name with this id, as text.
    pub fn text_of(&self, id: u32) -> String {
        String::from_utf8_lossy(self.bytes_of(id)).into_owned()
    }

    /// The id of a name that may be the same as, or the one after, the `last` id: rows mostly come
    /// sorted by subject or by rater, and then no hashing is needed.
    pub fn intern_near(&mut self, name: &[u8], last: u32) -> u32 {
        let known = self.ends.len();
        let next = last.wrapping_add(1);
        if (last as usize) < known && self.bytes_of(last) == name {
            last
        } else if (next as usize) < known && self.bytes_of(next) == name {
            next
        } else {
            self.intern(name)
        }
    }

    /// The id of a name, a new one if it was not known.
    pub fn intern(&mut self, name: &[u8]) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let hash = hash_of(name);
        let mut place = slot_of(hash, mask);
        loop {
            let slot = self.slots[place];
            if slot == 0 {
                break;
            }
            if slot >> 32 == hash >> 32 {
                let id = id_in(slot);
                if self.bytes_of(id) == name {
                    return id;
                }
            }
            place = (place + 1) & mask;
        }
        let id = u32::try_from(self.ends.len()).expect("memory ends long before four billion different names");
        self.bytes.extend_from_slice(name);
        self.ends.push(self.bytes.len());
        self.slots[place] = slot_for(hash, id);
        id
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let mask = size - 1;
        let mut slots = vec![0_u64; size];
        // In the order of the arena, so that memory is read from front to back.
        let mut start = 0;
        for (id, end) in (0_u32..).zip(&self.ends) {
            let hash = hash_of(&self.bytes[start..*end]);
            let mut place = slot_of(hash, mask);
            while slots[place] != 0 {
                place = (place + 1) & mask;
            }
            slots[place] = slot_for(hash, id);
            start = *end;
        }
        self.slots = slots;
    }
}

/// A multiplicative hash over eight bytes at a time, mixed at the end so that the low bits depend on
/// all of the name.
fn hash_of(name: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = (name.len() as u64).wrapping_mul(MULTIPLIER);
    let mut chunks = name.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk has eight bytes"));
        state = (state ^ word).wrapping_mul(MULTIPLIER);
        state ^= state >> 29;
    }
    let mut word = 0_u64;
    for byte in chunks.remainder() {
        word = word << 8 | u64::from(*byte);
    }
    state = (state ^ word).wrapping_mul(MULTIPLIER);
    state ^= state >> 32;
    state = state.wrapping_mul(MULTIPLIER);
    state ^ state >> 29
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
        let ids: Vec<u32> = (0..5000).map(|i| names.intern(format!("subject {i}").as_bytes())).collect();
        assert_eq!(ids, (0..5000).collect::<Vec<u32>>());
        assert_eq!(names.intern(b"subject 17"), 17);
        assert_eq!(names.intern_near(b"subject 18", 17), 18);
        assert_eq!(names.text_of(4999), "subject 4999");
        assert_eq!(names.len(), 5000);
    }
}
