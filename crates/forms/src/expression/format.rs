//! What `format-date(…)` and `format-date-time(…)` write: a moment by a pattern with
//! `%` escapes, as JavaRosa has them. Names of months and days are English; the week
//! of the year hangs on the phone, so `%W` is refused.

use std::fmt::Write;

use super::Moment;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// From the first day of 1970 on.
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// `moment` by `pattern`; `None` where the pattern has an escape that is none.
pub(super) fn format(moment: Moment, pattern: &str) -> Option<String> {
    let (year, month, day) = moment.day.date();
    let (hour, minute, second) = (moment.second / 3_600, moment.second / 60 % 60, moment.second % 60);
    let mut text = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        // Writing to a text does not fail.
        let _ = match characters.next()? {
            '%' => write!(text, "%"),
            'Y' => write!(text, "{year:04}"),
            'y' => write!(text, "{:02}", year % 100),
            'm' => write!(text, "{month:02}"),
            'n' => write!(text, "{month}"),
            'b' => write!(text, "{}", MONTHS[month.saturating_sub(1) as usize % 12]),
            'd' => write!(text, "{day:02}"),
            'e' => write!(text, "{day}"),
            'H' => write!(text, "{hour:02}"),
            'h' => write!(text, "{hour}"),
            'M' => write!(text, "{minute:02}"),
            'S' => write!(text, "{second:02}"),
            // Thousandths of a second are not kept.
            '3' => write!(text, "000"),
            'a' => write!(text, "{}", DAYS[usize::try_from(moment.day.count().rem_euclid(7)).unwrap_or(0)]),
            _ => return None,
        };
    }
    Some(text)
}

/// What is wrong with a pattern.
pub(super) fn refuses(pattern: &str) -> Option<String> {
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '%' {
            match characters.next() {
                None => return Some("the format ends with \"%\"".to_owned()),
                Some(escape) if !"%YymnbdeHhMS3a".contains(escape) => return Some(format!("the format \"%{escape}\" is not supported")),
                Some(_) => {}
            }
        }
    }
    None
}
