//! A job: its states, how long one waits after a failure, and when what recurs is due next. Pure:
//! chance comes in.

use chrono::Duration;
use serde::Serialize;

use crate::ground::UtcTime;
use crate::words;

words! {
    pub enum JobState {
        /// For its time, or for somebody free.
        Waiting = "waiting",
        /// By somebody, until a lease ends.
        Running = "running",
        Done = "done",
        /// Given up after the last attempt; an operator may have it tried again.
        Failed = "failed",
    }
}

/// After that many attempts a job is given up.
pub const MOST_ATTEMPTS: i32 = 8;
/// How long a job of any kind may say nothing at most before somebody else takes it, in seconds.
pub const LONGEST_LEASE: i64 = 10 * 60;

/// Shortest and longest wait of a job after a failure, in seconds.
pub const WAITS: (u64, u64) = (30, 60 * 60);

/// One job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Job {
    /// What is to be done, e.g. `housekeeping`.
    pub kind: String,
    /// To what; empty where there is one job of the kind.
    pub key: String,
    pub state: JobState,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: UtcTime,
    /// Attempts since it last succeeded.
    pub attempts: i32,
    /// Steps done, of how many; 0 of 0 where it does not say.
    pub done: i64,
    pub todo: i64,
    /// What came of it last, in words of its kind.
    pub outcome: String,
    /// Why the last attempt failed; empty after a success.
    pub last_error: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<UtcTime>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<UtcTime>,
}

/// How long to wait after the given attempt (1 is the first): doubling from the shortest to the longest,
/// in seconds, and up to a quarter more, so that a thousand do not come back in the same second. `draw`
/// gives a number below its argument.
pub fn wait_after((shortest, longest): (u64, u64), attempt: i32, draw: impl FnOnce(u64) -> u64) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(16);
    let base = (shortest << doublings).min(longest);
    Duration::seconds((base + draw(base / 4 + 1)).min(longest).cast_signed())
}

/// When something that recurs is due next: the first of its times, counted from the first of all, that is
/// still to come. So what was missed is caught up once, and a failure or a press moves no later time.
pub fn next_due(first: UtcTime, every: i64, now: UtcTime) -> UtcTime {
    let past = now.seconds_since(first).max(0) / every.max(1);
    first.plus(Duration::seconds((past + 1).saturating_mul(every.max(1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_missed_is_caught_up_once() {
        let at = |text: &str| text.parse::<UtcTime>().expect("an instant");
        let due = at("2026-11-29T10:00:00Z");
        for (now, next) in
            [("10:00:00", "11:00:00"), ("10:59:59", "11:00:00"), ("11:00:00", "12:00:00"), ("17:20:00", "18:00:00"), ("09:00:00", "11:00:00")]
        {
            assert_eq!(next_due(due, 3600, at(&format!("2026-11-29T{now}Z"))), at(&format!("2026-11-29T{next}Z")), "{now}");
        }
    }

    #[test]
    fn the_wait_doubles_to_an_hour() {
        let waits: Vec<i64> = [1, 2, 3, 8, i32::MAX].iter().map(|n| wait_after(WAITS, *n, |_| 0).num_seconds()).collect();
        assert_eq!(waits, [30, 60, 120, 3600, 3600]);
    }
}
