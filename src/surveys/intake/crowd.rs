//! Many answers to one survey from one address within an hour: a school, a library, or somebody who fills an open
//! link. Nobody is refused for it, for they look the same; it is counted, so that it shows. Addresses are never
//! kept: a keyed hash of one stands in memory for an hour, and no answer can be found by it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ground::UtcTime;

/// As many as a full house sends in an hour.
const MANY: u32 = 200;
/// Addresses that are told apart within an hour; others are not counted.
const MOST: usize = 65_536;
const HOUR: i64 = 3_600;

/// What came in the hour that goes on.
#[derive(Default)]
pub struct Crowd {
    hour: Mutex<(i64, HashMap<u64, u32>)>,
    beyond: AtomicU64,
}

impl Crowd {
    /// One answer more; `from` is the hash of an address and a survey.
    pub fn came(&self, from: u64, now: UtcTime) {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let this = now.unix().div_euclid(HOUR);
        if hour.0 != this {
            *hour = (this, HashMap::new());
        }
        if hour.1.len() >= MOST && !hour.1.contains_key(&from) {
            return;
        }
        let count = hour.1.entry(from).or_default();
        *count = count.saturating_add(1);
        if *count > MANY {
            self.beyond.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Answers beyond the many of an hour since the start.
    pub fn beyond(&self) -> u64 {
        self.beyond.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_full_house_is_no_crowd_and_each_hour_begins_anew() {
        let (crowd, now) = (Crowd::default(), "2026-03-02T09:00:00Z".parse::<UtcTime>().unwrap());
        for from in 0..10 {
            (0..200).for_each(|_| crowd.came(from, now));
        }
        assert_eq!(crowd.beyond(), 0);
        (0..50).for_each(|_| crowd.came(3, now.plus(Duration::minutes(59))));
        assert_eq!(crowd.beyond(), 50);
        (0..200).for_each(|_| crowd.came(3, now.plus(Duration::minutes(60))));
        assert_eq!(crowd.beyond(), 50);
    }

    #[test]
    fn made_up_addresses_take_no_more_memory_than_a_city_of_them() {
        let (crowd, now) = (Crowd::default(), "2026-03-02T09:00:00Z".parse::<UtcTime>().unwrap());
        (0..200_000).for_each(|from| crowd.came(from, now));
        assert_eq!(crowd.hour.lock().unwrap().1.len(), MOST);
    }
}
