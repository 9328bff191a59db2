//! Calendar days, times of day and moments, as the numbers that expressions compute with.
//!
//! A day counts from 1970-01-01 in the proleptic Gregorian calendar. There are no
//! time zones here: the caller says which day it is where the respondent is.

use std::fmt;

/// A calendar day between the years 1 and 9999: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A day and a time of that day, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The calendar day.
    pub day: Day,
    /// Seconds since midnight, 0 to 86,399.
    pub second: u32,
}

/// A time of day, without a time zone: minutes since midnight, 0 to 1,439.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u16);

impl Time {
    /// `None` if there is no such time; the end of a day is the beginning of the next.
    pub fn new(hour: u32, minute: u32) -> Option<Self> {
        if hour > 23 || minute > 59 { None } else { u16::try_from(hour * 60 + minute).ok().map(Self) }
    }

    /// Reads `hh:mm`, with one digit or two. Seconds may follow, of which none is kept.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split(':');
        let mut next = || parts.next().filter(|part| is_short_number(part))?.parse().ok();
        let (hour, minute): (u32, u32) = (next()?, next()?);
        // What phones write: `14:30:00.000`.
        let none = |second: &str| second.starts_with('0') && second.trim_end_matches(['0', '.']).is_empty();
        let whole = parts.next().is_none_or(none) && parts.next().is_none();
        Self::new(hour, minute).filter(|_| whole)
    }

    /// Hour and minute.
    pub fn clock(self) -> (u32, u32) {
        (u32::from(self.0) / 60, u32::from(self.0) % 60)
    }

    /// This time of `day`.
    pub fn on(self, day: Day) -> Moment {
        Moment { day, second: u32::from(self.0) * 60 }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = self.clock();
        write!(formatter, "{hour:02}:{minute:02}")
    }
}

fn is_short_number(part: &str) -> bool {
    (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}

impl Day {
    /// The first of them, from which all others count.
    pub(crate) const FIRST: Self = Self(0);

    /// The day of a civil date, or `None` if there is no such date.
    pub fn from_date(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || day == 0 || day > days_in_month(year, month)? {
            return None;
        }
        let month = i32::try_from(month).ok()?;
        let day = i32::try_from(day).ok()?;
        // Years are counted from March, so that the leap day is the last of its year.
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let shifted_month = (month + 9) % 12;
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let before_year = 365 * shifted_year + shifted_year.div_euclid(4) - shifted_year.div_euclid(100) + shifted_year.div_euclid(400);
        Some(Self(before_year + day_of_year - 719_468))
    }

    /// Reads `yyyy-mm-dd`. One-digit months and days are accepted, other orders and
    /// separators are not.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        let number = |part: &str| -> Option<u32> { if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse().ok() } else { None } };
        Self::from_date(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
    }

    /// The day `count` days after 1970-01-01, if it lies in the years 1 to 9999.
    pub fn from_count(count: i64) -> Option<Self> {
        let first = Self::from_date(1, 1, 1)?;
        let last = Self::from_date(9999, 12, 31)?;
        let day = Self(i32::try_from(count).ok()?);
        (first..=last).contains(&day).then_some(day)
    }

    /// Days since 1970-01-01.
    pub fn count(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    pub fn date(self) -> (i32, u32, u32) {
        let days = i64::from(self.0) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = "a Day lies between the years 1 and 9999";
        (i32::try_from(year).expect(small), u32::try_from(month).expect(small), u32::try_from(day).expect(small))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

impl Moment {
    /// The minute in which it lies.
    pub fn time(self) -> Time {
        Time(u16::try_from(self.second / 60).unwrap_or_default())
    }

    /// As an answer has it: `2026-12-31T14:30`.
    pub fn to_minute(self) -> String {
        format!("{}T{}", self.day, self.time())
    }

    /// Reads what is answered: a day and a time of it, with `T` or blanks between. A zone is refused, for whoever
    /// names one may mean another hour.
    pub fn parse_answer(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, time) = text.split_once(['T', 't']).or_else(|| text.split_once(char::is_whitespace))?;
        Some(Time::parse(time)?.on(Day::parse(day)?))
    }

    /// Reads `yyyy-mm-dd`, or that with `Thh:mm` or `Thh:mm:ss` behind it. Fractions of a second and a zone may
    /// follow; they are not looked at.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((day, time)) = text.split_once('T') else {
            return Day::parse(text).map(Self::from);
        };
        let day = Day::parse(day)?;
        let mut parts = time.split(['Z', '+', '-', '.']).next()?.split(':');
        let mut next = |most: u32| -> Option<u32> {
            let part = parts.next()?;
            let good = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|number| good && *number <= most)
        };
        let (hour, minute) = (next(23)?, next(59)?);
        let second = if time.matches(':').count() > 1 { next(59).unwrap_or(0) } else { 0 };
        Some(Self { day, second: hour * 3_600 + minute * 60 + second })
    }
}

impl Moment {
    /// Days since 1970-01-01, with the part of the day that has passed.
    pub(crate) fn to_number(self) -> f64 {
        f64::from(self.day.count()) + f64::from(self.second) / 86_400.0
    }
}

impl From<Day> for Moment {
    /// Midnight at the start of the day.
    fn from(day: Day) -> Self {
        Self { day, second: 0 }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        write!(formatter, "{}T{hour:02}:{minute:02}:{second:02}", self.day)
    }
}

fn days_in_month(year: i32, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        _ => None,
    }
}
