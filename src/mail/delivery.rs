//! The states of a mail, what became of one attempt to send it, and when the next one is due.
//! Pure: chance comes in.

use chrono::Duration;

use crate::ground::UtcTime;
use crate::words;

words! {
    pub enum MessageState {
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Deferred = "deferred",
        Bounced = "bounced",
        Failed = "failed",
        Suppressed = "suppressed",
    }
}

words! {
    /// What Stoa itself finds against sending a mail; a mail server answers in its own words.
    pub enum Hindrance {
        AccountDisabled = "account_disabled",
        NotWanted = "not_wanted",
        NotRendered = "not_rendered",
        BadAddress = "bad_address",
        NoAnswer = "no_answer",
    }
}

/// After that many attempts a mail that was only ever put off is given up.
pub const MOST_ATTEMPTS: i32 = 10;

/// For how long whoever sends a mail has it for itself, in seconds; lengthened for as long as it is being sent.
pub const LEASE_SECONDS: i64 = 60;
/// A lease that ends later than that many seconds from now was taken by a clock that was ahead.
pub const LATEST_LEASE: i64 = 15 * LEASE_SECONDS;

/// Shortest and longest wait between two attempts, in seconds.
pub const WAITS: (u64, u64) = (60, 6 * 60 * 60);

/// After that long a mail that has not gone out is late, and somebody should look, in seconds.
pub const LATE_SECONDS: i64 = 60 * 60;

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it (or the built-in mailbox keeps it).
    Sent,
    /// Refused for good: no such mailbox, or the server will never take it.
    Bounced(String),
    /// Not now: the server is away, busy or refuses our credentials.
    Deferred(String),
    /// Cannot be sent as it is: the address is no address, or the template cannot be rendered.
    Failed(String),
    /// Not to be sent: the account was disabled.
    Suppressed(String),
}

/// Whether a sender is no longer heard of.
pub fn is_over(lease: UtcTime, now: UtcTime) -> bool {
    lease <= now || lease > now.plus(Duration::seconds(LATEST_LEASE))
}

/// Whether somebody may have a mail sent once more: it was not delivered, or its sender is not heard of.
pub fn may_retry(state: MessageState, lease: Option<UtcTime>, now: UtcTime) -> bool {
    match state {
        MessageState::Deferred | MessageState::Bounced | MessageState::Failed => true,
        MessageState::Sending => lease.is_none_or(|lease| is_over(lease, now)),
        MessageState::Queued | MessageState::Sent | MessageState::Suppressed => false,
    }
}

/// What a reply of a mail server says about this mail. Refused credentials, an unknown command or
/// a server that takes no mail at all say something about the settings, not about the recipient:
/// the mail waits until the operator has put it right.
pub fn by_reply(code: u16, reason: String) -> Outcome {
    match code {
        500 | 502..=504 | 521 | 530 | 534 | 535 | 538 => Outcome::Deferred(reason),
        500..=599 => Outcome::Bounced(reason),
        _ => Outcome::Deferred(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::chance::{Chance, SeededChance};
    use crate::jobs::job::wait_after;

    #[test]
    fn the_wait_doubles_from_a_minute_to_six_hours() {
        let chance = SeededChance::new(7);
        for (attempt, least) in [(1, 60), (2, 120), (3, 240), (8, 7_680), (9, 15_360), (10, 21_600), (i32::MAX, 21_600)] {
            for _ in 0..50 {
                let wait = wait_after(WAITS, attempt, |bound| chance.below(bound)).num_seconds();
                assert!(wait >= least && wait <= (least + least / 4).min(21_600), "attempt {attempt}: {wait} s");
            }
        }
    }

    #[test]
    fn a_mail_is_with_its_sender_until_the_lease_ends() {
        let now: UtcTime = "2026-11-29T10:00:00Z".parse().expect("an instant");
        let lease = |seconds| Some(now.plus(Duration::seconds(seconds)));
        for (state, lease, expected) in [
            (MessageState::Sending, lease(1), false),
            (MessageState::Sending, lease(LEASE_SECONDS), false),
            (MessageState::Sending, lease(0), true),
            (MessageState::Sending, lease(365 * 86_400), true),
            (MessageState::Bounced, None, true),
            (MessageState::Sent, None, false),
        ] {
            assert_eq!(may_retry(state, lease, now), expected, "{state} {lease:?}");
        }
    }

    #[test]
    fn a_refused_password_of_ours_bounces_nobodys_mail() {
        assert!(matches!(by_reply(535, String::new()), Outcome::Deferred(_)));
        assert!(matches!(by_reply(421, String::new()), Outcome::Deferred(_)));
        assert!(matches!(by_reply(550, String::new()), Outcome::Bounced(_)));
        assert!(matches!(by_reply(501, String::new()), Outcome::Bounced(_)));
    }
}
