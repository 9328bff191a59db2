//! What a pair is worth to the solver: its affinity in whole steps, above a seeded tie-breaker.
//!
//! Rule to keep: value = steps · 2^shift + noise, with the noise of all seats together below
//! 2^shift. So the best value is exactly the best total, and among equal totals the seed decides,
//! not the order of the rows. The noise of a pair depends on the seed and the pair alone.

use super::open::Open;

/// Bits of tie-breaking noise a pair gets where there is room for them, and the fewest accepted
/// before the wider integers are taken.
const NOISE_BITS: u32 = 20;
const FEWEST_NOISE_BITS: u32 = 8;

/// Every path sum must stay below 2⁶²; penalties below 2⁵⁹ leave that room.
const NARROW_BITS: u32 = 59;

/// The values of all candidates, in the narrowest integers that are exact.
pub(super) enum Values {
    Narrow { of: Vec<i64>, penalty: i64 },
    Wide { of: Vec<i128>, penalty: i128 },
}

/// Values with what is needed to read a total back from them.
pub(super) struct Scale {
    pub(super) values: Values,
    /// Affinity units in one step: the greatest common divisor of all affinities.
    pub(super) step: i64,
    shift: u32,
}

impl Scale {
    /// `bonus[i]` marks candidates to be kept whatever it costs (may be empty).
    pub(super) fn new(open: &Open, seed: u64, bonus: &[bool]) -> Self {
        let step = open.units.iter().fold(0, |divisor, &units| common_divisor(divisor, units));
        let step = step.max(1);
        let seats = open.needs.iter().map(|&need| i128::from(need)).sum::<i128>().max(1);
        let highest = i128::from(open.units.iter().copied().max().unwrap_or(0) / step);
        let kept = if bonus.is_empty() { 0 } else { seats * highest + 1 };
        // A simple path passes each expert once and each chosen pair once.
        let longest = seats.min(open.loads.len() as i128) + 2;
        let bits = bits(seats) + bits(highest + kept + 1) + bits(longest);
        let narrow = bits + FEWEST_NOISE_BITS <= NARROW_BITS;
        let noise_bits = if narrow { NOISE_BITS.min(NARROW_BITS - bits) } else { NOISE_BITS };
        let shift = noise_bits + self::bits(seats);
        let penalty = ((highest + kept + 1) << shift) * longest;
        let steps = |at: usize| {
            let extra = if bonus.get(at) == Some(&true) { kept } else { 0 };
            i128::from(open.units[at] / step) + extra
        };
        let noise = Noise { seed, bits: noise_bits };
        let values = if narrow {
            let of = open.map(|report, expert, at| {
                let steps = i64::try_from(steps(at)).expect("fewer than 59 bits by the budget");
                (steps << shift) + noise.of(report, expert)
            });
            Values::Narrow { of, penalty: i64::try_from(penalty).expect("as budgeted") }
        } else {
            let of = open.map(|report, expert, at| (steps(at) << shift) + i128::from(noise.of(report, expert)));
            Values::Wide { of, penalty }
        };
        Self { values, step, shift }
    }

    /// The steps in a sum of values: its noise falls away.
    pub(super) fn steps(&self, value: i128) -> i128 {
        value >> self.shift
    }

    pub(super) fn value(&self, at: usize) -> i128 {
        match &self.values {
            Values::Narrow { of, .. } => of[at].into(),
            Values::Wide { of, .. } => of[at],
        }
    }
}

/// Seeded numbers for pairs (the finaliser of SplitMix64; Steele, Lea & Flood 2014).
pub(super) struct Noise {
    pub(super) seed: u64,
    pub(super) bits: u32,
}

impl Noise {
    pub(super) fn of(&self, report: usize, expert: usize) -> i64 {
        if self.bits == 0 {
            return 0;
        }
        let pair = mixed(mixed(self.seed).wrapping_add(report as u64)).wrapping_add(expert as u64);
        let drawn = mixed(pair) >> (64 - self.bits);
        i64::try_from(drawn).expect("at most 20 bits")
    }
}

pub(super) fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub(super) fn common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Bits needed to write `number`.
fn bits(number: i128) -> u32 {
    128 - number.leading_zeros()
}
