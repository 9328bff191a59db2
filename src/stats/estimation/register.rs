//! Labels on their way to codes, one look-up per cell of a file: the hottest place of reading.
//!
//! The rule to keep: which code a label gets depends on the order of the rows alone, never on the
//! seed of the hash.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use super::codes::Codes;

/// Labels met so far and their codes. Short labels are their own keys, so that looking one up among
/// thousands of clusters touches one place in memory.
#[derive(Debug, Default)]
pub(super) struct Register {
    short: HashMap<u128, u32, FoldingState>,
    last: Option<(u128, u32)>,
    long: HashMap<Box<str>, u32>,
    labels: Vec<String>,
}

/// Up to 15 bytes and their number, as one number.
fn packed(label: &str) -> Option<u128> {
    let mut bytes = [0_u8; 16];
    bytes[..15].get_mut(..label.len())?.copy_from_slice(label.as_bytes());
    bytes[15] = u8::try_from(label.len()).ok()?;
    Some(u128::from_le_bytes(bytes))
}

impl Register {
    /// The code of a label; a new label gets the next code.
    pub(super) fn code(&mut self, label: &str) -> u32 {
        let next = u32::try_from(self.labels.len()).expect("fewer than 2^32 labels fit memory");
        let code = if let Some(key) = packed(label) {
            // Files are often sorted, so the label of the row before is tried first.
            match self.last {
                Some((last, code)) if last == key => code,
                _ => {
                    let code = *self.short.entry(key).or_insert(next);
                    self.last = Some((key, code));
                    code
                }
            }
        } else if let Some(code) = self.long.get(label) {
            *code
        } else {
            self.long.insert(label.into(), next);
            next
        };
        if code == next {
            self.labels.push(label.to_owned());
        }
        code
    }

    /// The code of every level but the one registered first. It has no label of its own, for there
    /// is nothing that no level could be called.
    pub(super) fn code_of_others(&mut self) -> u32 {
        if self.labels.len() < 2 {
            self.labels.push(String::new());
        }
        1
    }

    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(super) fn into_codes(self, codes: Vec<u32>) -> Codes {
        Codes::from_parts(codes, self.labels)
    }
}

/// Hashes one 128-bit number by folding a product, with a seed that a file cannot know.
#[derive(Debug, Clone)]
struct FoldingState {
    seed: u64,
}

impl Default for FoldingState {
    fn default() -> Self {
        Self { seed: RandomState::new().hash_one(0_u8) | 1 }
    }
}

impl BuildHasher for FoldingState {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding { state: self.seed }
    }
}

struct Folding {
    state: u64,
}

impl Folding {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.state ^ word) * 0x9e37_79b9_7f4a_7c15;
        let [low, high] = halves(product);
        self.state = low ^ high;
    }
}

fn halves(number: u128) -> [u64; 2] {
    let low = number & u128::from(u64::MAX);
    [low, number >> 64].map(|half| u64::try_from(half).expect("half of the bits"))
}

impl Hasher for Folding {
    fn write_u128(&mut self, number: u128) {
        for half in halves(number) {
            self.fold(half);
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.fold(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.state
    }
}
