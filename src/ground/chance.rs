//! Chance as an argument: where random bytes and new identifiers come from.
//!
//! `SystemChance` draws from the operating system; `SeededChance` repeats itself, for tests and demo.

use std::sync::Mutex;

use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// A source of randomness.
pub trait Chance: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    /// A number below `bound` (0 when `bound` is 0).
    fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        if bound == 0 { 0 } else { u64::from_le_bytes(bytes) % bound }
    }
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// Repeatable randomness from a seed.
#[derive(Debug)]
pub struct SeededChance(Mutex<ChaCha12Rng>);

impl SeededChance {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().expect("no holder of this lock can panic").fill(bytes);
    }
}
