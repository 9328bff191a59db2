//! Time as an argument: `Clock` and the one time type, UTC truncated to microseconds.
//!
//! PostgreSQL keeps microseconds and SQLite text more; truncating here makes what is read back
//! equal to what was written. Only `SystemClock` may ask the machine for the time.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, SubsecRound, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::zone::Zone;

/// An instant in UTC with microseconds; on the wire RFC 3339 ending in `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcTime(NaiveDateTime);

impl UtcTime {
    pub fn new(at: DateTime<Utc>) -> Self {
        Self::from_naive(at.naive_utc())
    }

    pub fn from_naive(at: NaiveDateTime) -> Self {
        Self(at.trunc_subsecs(6))
    }

    /// As the column stores it.
    pub fn naive(&self) -> &NaiveDateTime {
        &self.0
    }

    pub fn chrono(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    pub fn date(self) -> NaiveDate {
        self.0.date()
    }

    /// When its day began, in UTC.
    #[must_use]
    pub fn day_begun(self) -> Self {
        Self::from_naive(self.date().into())
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.chrono().timestamp()
    }

    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0 + span)
    }

    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0 - span)
    }

    /// Whole seconds from `earlier` to `self`, negative when `self` is before it.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// End of a calendar day (23:59:59) in a time zone, e.g. a deadline typed as a date.
    pub fn end_of_day(day: NaiveDate, zone: Zone) -> Self {
        let local = day.and_hms_opt(23, 59, 59).expect("every day has that second");
        let at = zone.chrono().from_local_datetime(&local).latest().unwrap_or_else(|| zone.chrono().from_utc_datetime(&local));
        Self::new(at.with_timezone(&Utc))
    }

    /// A moment on the clock of a zone; `None` where that clock skips it, or no year has it.
    pub fn of_local(local: NaiveDateTime, zone: Zone) -> Option<Self> {
        let at = zone.chrono().from_local_datetime(&local).earliest()?;
        Some(Self::new(at.with_timezone(&Utc)))
    }

    /// `2026-11-30 23:59` in a time zone.
    pub fn local(self, zone: Zone) -> String {
        self.chrono().with_timezone(&zone.chrono()).format("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-30 23:59 (Europe/Berlin) = 2026-12-01 00:59 (Asia/Amman)`: a deadline on the clock of
    /// its own zone, and on the reader's where that is known and shows another time.
    pub fn deadline(self, zone: Zone, reader: Option<Zone>) -> String {
        let there = self.local(zone);
        let own = format!("{there} ({zone})");
        match reader.map(|reader| (self.local(reader), reader)) {
            Some((here, reader)) if here != there => format!("{own} = {here} ({reader})"),
            _ => own,
        }
    }

    /// The calendar day in a time zone.
    pub fn local_date(self, zone: Zone) -> NaiveDate {
        self.chrono().with_timezone(&zone.chrono()).date_naive()
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.chrono().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

impl std::str::FromStr for UtcTime {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|at| Self::new(at.with_timezone(&Utc)))
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    fn now(&self) -> UtcTime;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> UtcTime {
        UtcTime::new(Utc::now())
    }
}

/// A clock for tests: stands still until told to move.
#[derive(Debug)]
pub struct FrozenClock(AtomicI64);

impl FrozenClock {
    pub fn at(time: UtcTime) -> Self {
        Self(AtomicI64::new(time.chrono().timestamp_micros()))
    }

    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(span.num_microseconds().unwrap_or(i64::MAX), Ordering::SeqCst);
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> UtcTime {
        let micros = self.0.load(Ordering::SeqCst);
        UtcTime::new(Utc.timestamp_micros(micros).single().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    #[test]
    fn a_deadline_is_told_in_its_own_zone_and_on_the_readers_clock_where_that_differs() {
        let [berlin, paris, amman] = [Tz::Europe__Berlin, Tz::Europe__Paris, Tz::Asia__Amman].map(Zone::of);
        let due = UtcTime::end_of_day(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(), berlin);
        assert_eq!(due.deadline(berlin, Some(berlin)), "2026-11-30 23:59 (Europe/Berlin)");
        assert_eq!(due.deadline(berlin, Some(paris)), "2026-11-30 23:59 (Europe/Berlin)");
        assert_eq!(due.deadline(berlin, Some(amman)), "2026-11-30 23:59 (Europe/Berlin) = 2026-12-01 01:59 (Asia/Amman)");
        assert_eq!(due.deadline(berlin, None), "2026-11-30 23:59 (Europe/Berlin)");
    }
}
