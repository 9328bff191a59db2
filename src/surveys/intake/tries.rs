//! How often an address has done something within an hour, where that is to be bounded. Addresses are never kept: a
//! keyed hash of one stands in memory for the hour.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::ground::UtcTime;

/// Addresses that are told apart within an hour; the others share one place.
const MOST: usize = 65_536;
const HOUR: i64 = 3_600;

/// Tries of the hour that goes on, by the hash of who tried.
#[derive(Default)]
pub struct Tries(Mutex<(i64, HashMap<u64, u32>)>);

impl Tries {
    /// How often it was tried in this hour before.
    pub fn so_far(&self, from: u64, now: UtcTime) -> u32 {
        let hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hour.0 == now.unix().div_euclid(HOUR) { hour.1.get(&place(&hour.1, from)).copied().unwrap_or(0) } else { 0 }
    }

    /// One more.
    pub fn more(&self, from: u64, now: UtcTime) {
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let this = now.unix().div_euclid(HOUR);
        if hour.0 != this {
            *hour = (this, HashMap::new());
        }
        let place = place(&hour.1, from);
        let count = hour.1.entry(place).or_default();
        *count = count.saturating_add(1);
    }
}

/// Where an address is counted: beyond so many, all others share one place.
fn place(hour: &HashMap<u64, u32>, from: u64) -> u64 {
    if hour.len() < MOST || hour.contains_key(&from) { from } else { 0 }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn each_hour_begins_anew_and_made_up_addresses_take_no_more_memory() {
        let (tries, now) = (Tries::default(), "2026-03-02T09:10:00Z".parse::<UtcTime>().unwrap());
        (0..3).for_each(|_| tries.more(7, now));
        assert_eq!((tries.so_far(7, now), tries.so_far(8, now)), (3, 0));
        assert_eq!(tries.so_far(7, now.plus(Duration::minutes(50))), 0);
        (0..100_000).for_each(|from| tries.more(from, now));
        assert!(tries.0.lock().unwrap().1.len() <= MOST + 1);
        assert!(tries.so_far(1 << 40, now) > 0, "whoever is told apart no more is counted with the others");
    }
}
