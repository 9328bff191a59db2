//! How often, or how much, an address has done something within an hour or a day, where that is to be bounded.
//! Addresses are never kept: a keyed hash of one stands in memory for that time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::ground::UtcTime;

/// Addresses that are told apart within such a time; the others share one place.
const MOST: usize = 65_536;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Tries of the hour, or the day, that goes on, by the hash of who tried.
pub struct Tries {
    seconds: i64,
    now: Mutex<(i64, HashMap<u64, u32>)>,
}

impl Tries {
    pub fn of_the_hour() -> Self {
        Self { seconds: HOUR, now: Mutex::default() }
    }

    pub fn of_the_day() -> Self {
        Self { seconds: DAY, now: Mutex::default() }
    }

    /// How much it was in this time before.
    pub fn so_far(&self, from: u64, now: UtcTime) -> u32 {
        let known = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == now.unix().div_euclid(self.seconds) { known.1.get(&place(&known.1, from)).copied().unwrap_or(0) } else { 0 }
    }

    /// So much more.
    pub fn more(&self, from: u64, by: u32, now: UtcTime) {
        let mut known = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let this = now.unix().div_euclid(self.seconds);
        if known.0 != this {
            *known = (this, HashMap::new());
        }
        let place = place(&known.1, from);
        let count = known.1.entry(place).or_default();
        *count = count.saturating_add(by);
    }
}

/// Where an address is counted: beyond so many, all others share one place.
fn place(known: &HashMap<u64, u32>, from: u64) -> u64 {
    if known.len() < MOST || known.contains_key(&from) { from } else { 0 }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn each_hour_begins_anew_and_made_up_addresses_take_no_more_memory() {
        let (tries, now) = (Tries::of_the_hour(), "2026-03-02T09:10:00Z".parse::<UtcTime>().unwrap());
        (0..3).for_each(|_| tries.more(7, 1, now));
        assert_eq!((tries.so_far(7, now), tries.so_far(8, now)), (3, 0));
        assert_eq!(tries.so_far(7, now.plus(Duration::minutes(50))), 0);
        (0..100_000).for_each(|from| tries.more(from, 1, now));
        assert!(tries.now.lock().unwrap().1.len() <= MOST + 1);
        assert!(tries.so_far(1 << 40, now) > 0, "whoever is told apart no more is counted with the others");
    }
}
