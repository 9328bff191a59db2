//! What happens at the doors of this process, counted for Prometheus and told in the log: failed sign-ins,
//! refusals, pauses. No address and no account: a hash that is another one each day, so that the lines of one day
//! can be told apart. A flood of tries is a line a minute for each address, and a few dozen lines in all.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::throttle::Door;
use crate::ground::UtcTime;
use crate::ground::receipt::sha256_hex;
use crate::service::Service;

/// What is told apart within a minute; the rest is told together.
const MOST_SUBJECTS: usize = 40;

/// Why somebody signed in was refused.
const REFUSED: [u16; 3] = [401, 403, 404];

/// Counters of one process; the roof registers them.
#[derive(Debug, Default)]
pub struct Doors {
    failed: [AtomicU64; 4],
    throttled: [AtomicU64; 4],
    refused: [AtomicU64; 3],
    hearsay: AtomicU64,
    warned: AtomicBool,
    told: Mutex<Told>,
}

/// What was told in the minute that goes on, and how often it happened since.
#[derive(Debug, Default)]
struct Told {
    minute: i64,
    lines: HashMap<String, u64>,
}

impl Told {
    /// Whether this is the first of its kind in this minute; of those that came too late for a line of their own
    /// there is one line.
    fn is_new(&mut self, now: UtcTime, subject: &str) -> Option<String> {
        let minute = now.unix().div_euclid(60);
        if self.minute != minute {
            let before: u64 = self.lines.values().filter(|times| **times > 1).map(|times| times - 1).sum();
            if before > 0 {
                tracing::info!(times = before, "the same again at the doors, within a minute");
            }
            *self = Self { minute, lines: HashMap::new() };
        }
        let subject = if self.lines.len() < MOST_SUBJECTS || self.lines.contains_key(subject) { subject } else { "others" };
        let times = self.lines.entry(subject.to_owned()).or_insert(0);
        *times += 1;
        (*times == 1).then(|| subject.to_owned())
    }
}

impl Doors {
    /// Tells them something, where the roof has put some in.
    pub fn of(service: &Service, say: impl FnOnce(&Self)) {
        if let Ok(doors) = service.registered::<Self>() {
            say(doors);
        }
    }

    fn is_new(&self, now: UtcTime, subject: &str) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).is_new(now, subject).is_some()
    }

    /// A password, code or token was wrong. `from` is the hash of an address.
    pub fn failed(&self, door: Door, from: &str, now: UtcTime) {
        self.failed[door as usize].fetch_add(1, Ordering::Relaxed);
        let from = of_the_day(from, now);
        if self.is_new(now, &format!("failed {} {from}", door.as_str())) {
            tracing::info!(door = door.as_str(), from, "a try failed");
        }
    }

    /// A try was not looked at.
    pub fn throttled(&self, door: Door, from: &str, now: UtcTime) {
        self.throttled[door as usize].fetch_add(1, Ordering::Relaxed);
        let from = of_the_day(from, now);
        if self.is_new(now, &format!("throttled {} {from}", door.as_str())) {
            tracing::warn!(door = door.as_str(), from, "too many tries failed: the next ones wait");
        }
    }

    /// Somebody who is signed in was refused.
    pub fn refused(&self, status: u16, who: &str, path: &str, now: UtcTime) {
        let Some(which) = REFUSED.iter().position(|code| *code == status) else { return };
        self.refused[which].fetch_add(1, Ordering::Relaxed);
        if self.is_new(now, &format!("refused {status} {who}")) {
            tracing::info!(status, who, path, "refused");
        }
    }

    /// Somebody in between speaks of addresses, whom `server.trusted_proxies` does not name; told once.
    pub fn hearsay(&self) {
        self.hearsay.fetch_add(1, Ordering::Relaxed);
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests come with X-Forwarded-For or Forwarded from an address that server.trusted_proxies does not name: it is not \
                 believed. If that is your own proxy, name it; until then everybody behind it counts as one address"
            );
        }
    }

    /// The counters in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| out.write_fmt(text).expect("a String takes every write");
        let head = |name: &str, help: &str| format!("# HELP {name} {help}\n# TYPE {name} counter\n");
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        line(format_args!("{}", head("stoa_sign_in_failed_total", "Sign-ins with a password that was not right.")));
        line(format_args!("stoa_sign_in_failed_total {}\n", load(&self.failed[Door::SignIn as usize])));
        line(format_args!("{}", head("stoa_door_failed_total", "Passwords, tokens and codes that were wrong, by door.")));
        for door in Door::ALL {
            line(format_args!("stoa_door_failed_total{{door=\"{}\"}} {}\n", door.as_str(), load(&self.failed[door as usize])));
        }
        line(format_args!("{}", head("stoa_throttled_total", "Tries that were not looked at, after too many had failed.")));
        for door in Door::ALL {
            line(format_args!("stoa_throttled_total{{door=\"{}\"}} {}\n", door.as_str(), load(&self.throttled[door as usize])));
        }
        line(format_args!("{}", head("stoa_refused_total", "Refusals to people who are signed in or hold a link.")));
        for (code, counter) in REFUSED.iter().zip(&self.refused) {
            line(format_args!("stoa_refused_total{{code=\"{code}\"}} {}\n", load(counter)));
        }
        line(format_args!("{}", head("stoa_forwarded_untrusted_total", "Tries with X-Forwarded-For from whom nobody has named.")));
        line(format_args!("stoa_forwarded_untrusted_total {}\n", load(&self.hearsay)));
        out
    }
}

/// By which the lines of one day about one address are found, and those of another day are not.
fn of_the_day(from: &str, now: UtcTime) -> String {
    sha256_hex(format!("{}\n{from}", now.date()).as_bytes())[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_flood_is_told_in_few_lines_and_counted_in_full() {
        let (mut told, now) = (Told::default(), "2026-03-02T09:00:00Z".parse::<UtcTime>().unwrap());
        let lines = (0..100_000).filter(|n| told.is_new(now, &format!("address {}", n % 5_000)).is_some()).count();
        assert_eq!(lines, MOST_SUBJECTS + 1, "and one for all others");
        assert!(told.lines.len() <= MOST_SUBJECTS + 1);
        assert!(told.is_new(now.plus(Duration::seconds(60)), "address 1").is_some(), "the next minute it is told again");
        let doors = Doors::default();
        (0..3).for_each(|_| doors.failed(Door::SignIn, "somewhere", now));
        doors.throttled(Door::Setup, "somewhere", now);
        doors.refused(403, "psn_1", "/audit", now);
        doors.refused(409, "psn_1", "/audit", now);
        let text = doors.text();
        for line in ["stoa_sign_in_failed_total 3\n", "stoa_throttled_total{door=\"setup\"} 1\n", "stoa_refused_total{code=\"403\"} 1\n"] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[test]
    fn an_address_has_another_name_each_day() {
        let now: UtcTime = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(of_the_day("hash", now), of_the_day("hash", now.plus(Duration::hours(9))));
        assert_ne!(of_the_day("hash", now), of_the_day("hash", now.plus(Duration::hours(24))));
    }
}
