//! Many answers to one survey from one address within an hour: a school, a library, or somebody who fills an open
//! link. Most of an hour's are counted and nothing else; beyond what a full house sends an open link brakes the
//! address until the hour is over. Addresses are never kept: a hash of one stands in memory for an hour, under a key
//! that is another one each hour and leaves the process never, so no answer can be found by it. Pure.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ground::UtcTime;
use crate::ground::chance::Chance;
use crate::ground::secrets::Secrets;

/// As many as a full house sends in an hour.
const MANY: u32 = 200;
/// Addresses that are told apart within an hour; others are neither counted nor braked.
const MOST: usize = 65_536;
const HOUR: i64 = 3_600;

/// What came in the hour that goes on.
#[derive(Default)]
pub struct Crowd {
    hour: Mutex<Option<Hour>>,
    beyond: AtomicU64,
    /// Answers that one address may give a survey in an hour where it is braked; 0: any number.
    most: u32,
}

struct Hour {
    began: i64,
    key: Secrets,
    came: HashMap<u64, u32>,
}

/// What becomes of one answer more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coming {
    /// It may be stored. `crowded`: it is beyond the many of an hour.
    Welcome { crowded: bool },
    /// Seconds until it may be sent again.
    Braked { seconds: u32 },
}

impl Crowd {
    pub fn new(most: u32) -> Self {
        Self { most, ..Self::default() }
    }

    /// One answer more to a survey from an address; `braked` as to whether there may be too many.
    pub fn comes(&self, survey: &str, from: &str, braked: bool, now: UtcTime, chance: &dyn Chance) -> Coming {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let began = now.unix().div_euclid(HOUR);
        if hour.as_ref().is_none_or(|hour| hour.began != began) {
            let mut key = [0; 32];
            chance.fill(&mut key);
            *hour = Some(Hour { began, key: Secrets::new(key), came: HashMap::new() });
        }
        let Some(hour) = hour.as_mut() else { return Coming::Welcome { crowded: false } };
        let hash = hour.hash(survey, from);
        if hour.came.len() >= MOST && !hour.came.contains_key(&hash) {
            return Coming::Welcome { crowded: false };
        }
        let count = hour.came.entry(hash).or_default();
        if braked && self.most > 0 && *count >= self.most {
            let left = (began + 1) * HOUR - now.unix();
            return Coming::Braked { seconds: u32::try_from(left).unwrap_or_default().max(1) };
        }
        *count = count.saturating_add(1);
        let crowded = *count > MANY;
        if crowded {
            self.beyond.fetch_add(1, Ordering::Relaxed);
        }
        Coming::Welcome { crowded }
    }

    /// An answer that was welcome was not stored, or had been before.
    pub fn stays_away(&self, survey: &str, from: &str, now: UtcTime) {
        let mut hour = self.hour.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(hour) = hour.as_mut().filter(|hour| hour.began == now.unix().div_euclid(HOUR)) else { return };
        let hash = hour.hash(survey, from);
        if let Some(count) = hour.came.get_mut(&hash) {
            if *count > MANY {
                self.beyond.fetch_sub(1, Ordering::Relaxed);
            }
            *count = count.saturating_sub(1);
        }
    }

    /// Answers beyond the many of an hour since the start.
    pub fn beyond(&self) -> u64 {
        self.beyond.load(Ordering::Relaxed)
    }
}

impl Hour {
    fn hash(&self, survey: &str, from: &str) -> u64 {
        let mac = self.key.mac("crowd", &format!("{survey}\n{from}"));
        u64::from_le_bytes(mac.first_chunk().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::ground::chance::SeededChance;

    fn nine() -> UtcTime {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_full_house_is_no_crowd_and_each_hour_begins_anew() {
        let (crowd, chance) = (Crowd::new(0), SeededChance::new(1));
        let come = |from: u32, times: u32, minutes: i64| {
            let now = nine().plus(Duration::minutes(minutes));
            for _ in 0..times {
                crowd.comes("srv_1", &from.to_string(), true, now, &chance);
            }
        };
        (0..10).for_each(|from| come(from, 200, 0));
        assert_eq!(crowd.beyond(), 0);
        come(3, 50, 59);
        assert_eq!(crowd.beyond(), 50);
        crowd.stays_away("srv_1", "3", nine());
        assert_eq!(crowd.beyond(), 49);
        come(3, 200, 60);
        assert_eq!(crowd.beyond(), 49);
    }

    #[test]
    fn whoever_sends_far_too_many_waits_for_the_next_hour_and_nobody_else_does() {
        let (crowd, chance) = (Crowd::new(600), SeededChance::new(1));
        let later = nine().plus(Duration::minutes(50));
        let come = |from: &str, braked: bool, now: UtcTime| crowd.comes("srv_1", from, braked, now, &chance);
        assert!((0..600).all(|_| matches!(come("flat", true, nine()), Coming::Welcome { .. })));
        assert_eq!(come("flat", true, later), Coming::Braked { seconds: 600 });
        assert_eq!(come("flat", false, later), Coming::Welcome { crowded: true }, "an invitation is never braked");
        assert_eq!(come("house", true, later), Coming::Welcome { crowded: false });
        assert_eq!(crowd.comes("srv_2", "flat", true, later, &chance), Coming::Welcome { crowded: false }, "each survey by itself");
        assert_eq!(come("flat", true, nine().plus(Duration::minutes(60))), Coming::Welcome { crowded: false });
    }

    #[test]
    fn an_answer_that_was_not_stored_does_not_count() {
        let (crowd, chance) = (Crowd::new(2), SeededChance::new(1));
        let come = || crowd.comes("srv_1", "flat", true, nine(), &chance);
        assert!((0..5).all(|_| {
            let welcome = come() == Coming::Welcome { crowded: false };
            crowd.stays_away("srv_1", "flat", nine());
            welcome
        }));
        assert!(matches!((come(), come(), come()), (Coming::Welcome { .. }, Coming::Welcome { .. }, Coming::Braked { .. })));
    }

    #[test]
    fn made_up_addresses_take_no_more_memory_than_a_city_of_them() {
        let (crowd, chance) = (Crowd::new(1), SeededChance::new(1));
        for from in 0..70_000 {
            crowd.comes("srv_1", &from.to_string(), true, nine(), &chance);
        }
        assert_eq!(crowd.hour.lock().unwrap().as_ref().unwrap().came.len(), MOST);
    }
}
