//! One line in the log for each cause, however often it happens: the first at once, then one a minute that says
//! how many there were.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two lines of one cause.
const PERIOD: Duration = Duration::from_secs(60);
/// Causes that are told apart.
const MOST_CAUSES: usize = 50;

/// What was said lately.
#[derive(Debug, Default)]
pub struct Often(Mutex<HashMap<String, (Instant, u64)>>);

impl Often {
    /// How often it has happened since the last line about it, this time included, if there is to be another
    /// line now.
    pub fn due(&self, cause: &str, now: Instant) -> Option<u64> {
        let mut causes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !causes.contains_key(cause) && causes.len() >= MOST_CAUSES {
            causes.retain(|_, (said, _)| now.duration_since(*said) < PERIOD);
        }
        let cause = if causes.contains_key(cause) || causes.len() < MOST_CAUSES { cause } else { "others" };
        match causes.get_mut(cause) {
            None => {
                causes.insert(cause.to_owned(), (now, 0));
                Some(1)
            }
            Some((said, times)) => {
                *times += 1;
                if now.duration_since(*said) < PERIOD {
                    return None;
                }
                *said = now;
                Some(std::mem::take(times))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_a_line_a_minute_that_says_how_often() {
        let (often, now) = (Often::default(), Instant::now());
        let after = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(often.due("full", now), Some(1));
        assert!((0..1_188).all(|_| often.due("full", after(1)).is_none()));
        assert_eq!(often.due("stopping", after(1)), Some(1), "another cause is another line");
        assert_eq!(often.due("full", after(60)), Some(1_189));
        assert_eq!(often.due("full", after(61)), None);
        let lines = (0..10_000).filter(|n| often.due(&format!("cause {n}"), after(62)).is_some()).count();
        assert!(lines <= MOST_CAUSES, "{lines} lines");
    }
}
