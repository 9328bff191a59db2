//! Values and their conversions: XPath 1.0 as JavaRosa applies it, with days,
//! times of day and moments as further kinds of value.
//!
//! Rule to keep: every conversion is total. Text that is no number is NaN, an empty
//! answer is empty text, and a comparison with NaN is false.

use std::borrow::Cow;

use super::{Day, Moment, Time};

/// Numbers nearer to each other than this are equal (the tolerance of JavaRosa).
const TOLERANCE: f64 = 1e-12;

/// The value of an expression or of an answer. An unanswered question is empty text;
/// chosen names of a select_multiple or rank are joined by spaces.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Boolean(bool),
    Day(Day),
    /// A time of day, which computes as that time of 1970-01-01.
    Time(Time),
    Moment(Moment),
}

impl<'a> Value<'a> {
    /// The value of an unanswered question.
    pub const EMPTY: Value<'static> = Value::Text(Cow::Borrowed(""));

    /// Whether this is what an unanswered question has: empty text or NaN.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::Number(number) => number.is_nan(),
            Value::Boolean(_) | Value::Day(_) | Value::Time(_) | Value::Moment(_) => false,
        }
    }

    /// The same value, borrowing its text.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Number(number) => Value::Number(*number),
            Value::Boolean(boolean) => Value::Boolean(*boolean),
            Value::Day(day) => Value::Day(*day),
            Value::Time(time) => Value::Time(*time),
            Value::Moment(moment) => Value::Moment(*moment),
        }
    }

    /// Text is true unless empty, a number unless zero or NaN, a day or a time always.
    pub fn to_boolean(&self) -> bool {
        match self {
            Value::Text(text) => !text.is_empty(),
            Value::Number(number) => number.abs() > TOLERANCE,
            Value::Boolean(boolean) => *boolean,
            Value::Day(_) | Value::Time(_) | Value::Moment(_) => true,
        }
    }

    /// Text is read as a decimal number (no exponent; a comma counts as a point), a
    /// boolean is 0 or 1, a day is days since 1970-01-01, a time a part of a day. Anything else is NaN.
    pub fn to_number(&self) -> f64 {
        match self {
            Value::Text(text) => number_from_text(text),
            Value::Number(number) => *number,
            Value::Boolean(boolean) => f64::from(u8::from(*boolean)),
            Value::Day(day) => f64::from(day.count()),
            Value::Time(time) => time.on(Day::FIRST).to_number(),
            Value::Moment(moment) => moment.to_number(),
        }
    }

    /// The value as text: whole numbers without a point, days as `yyyy-mm-dd`, times as `hh:mm`.
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) => text,
            Value::Number(number) => Cow::Owned(text_from_number(number)),
            Value::Boolean(true) => Cow::Borrowed("true"),
            Value::Boolean(false) => Cow::Borrowed("false"),
            Value::Day(day) => Cow::Owned(day.to_string()),
            Value::Time(time) => Cow::Owned(time.to_string()),
            Value::Moment(moment) => Cow::Owned(moment.to_string()),
        }
    }

    /// The day this value names: a day, the day of a moment, days since 1970-01-01,
    /// or text that begins with an ISO 8601 date. `None` for everything else.
    pub fn to_day(&self) -> Option<Day> {
        match self {
            Value::Day(day) => Some(*day),
            Value::Moment(moment) => Some(moment.day),
            Value::Time(_) => Some(Day::FIRST),
            Value::Number(number) if number.is_finite() && number.abs() < 1e7 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
                Day::from_count(number.trunc() as i64)
            }
            Value::Text(text) => Day::parse(text.split('T').next().unwrap_or_default()),
            Value::Number(_) | Value::Boolean(_) => None,
        }
    }

    /// The time of day this value names: a time, that of a moment, the part of a day that a number has, or text that
    /// is one of these. `None` for a day, which has none.
    pub fn to_time(&self) -> Option<Time> {
        match self {
            Value::Time(time) => Some(*time),
            Value::Text(text) if !text.contains('T') => Time::parse(text),
            Value::Day(_) | Value::Boolean(_) => None,
            Value::Moment(_) | Value::Number(_) | Value::Text(_) => self.to_moment().map(Moment::time),
        }
    }

    /// The moment this value names: as [`Value::to_day`], with the time of day if it has one. A zone written behind
    /// the time is not looked at.
    pub fn to_moment(&self) -> Option<Moment> {
        match self {
            Value::Moment(moment) => Some(*moment),
            Value::Number(number) => {
                let day = Value::Number(number.floor()).to_day()?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a fraction of a day")]
                let second = ((number - number.floor()) * 86_400.0).round() as u32;
                Some(Moment { day, second: second.min(86_399) })
            }
            Value::Text(text) => Moment::parse(text),
            Value::Day(day) => Some(Moment::from(*day)),
            Value::Time(time) => Some(time.on(Day::FIRST)),
            Value::Boolean(_) => None,
        }
    }

    /// Equality as XPath 1.0 has it: as booleans if either side is one, else as
    /// numbers if either side is one, else as text.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) => self.to_boolean() == other.to_boolean(),
            (Value::Number(_), _) | (_, Value::Number(_)) => {
                let (left, right) = (self.to_number(), other.to_number());
                // Infinities differ by NaN, so they need the exact comparison.
                (left - right).abs() < TOLERANCE || left.total_cmp(&right).is_eq() && !left.is_nan()
            }
            (Value::Text(left), Value::Text(right)) => left == right,
            _ => self.borrowed().into_text() == other.borrowed().into_text(),
        }
    }
}

impl Value<'_> {
    /// A computed value as it was stored: text, and a day, a time or a moment where it is written as one.
    pub(crate) fn stored(text: &str) -> Value<'_> {
        let day = Day::parse(text).map(Value::Day);
        let time = || Time::parse(text).map(Value::Time);
        let read = day.or_else(time).or_else(|| Moment::parse(text).map(Value::Moment));
        read.filter(|read| read.borrowed().into_text() == text).unwrap_or(Value::from(text))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

fn number_from_text(text: &str) -> f64 {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b',');
    if text.is_empty() || !text.bytes().all(plain) {
        return f64::NAN;
    }
    if text.contains(',') { text.replace(',', ".").parse().unwrap_or(f64::NAN) } else { text.parse().unwrap_or(f64::NAN) }
}

fn text_from_number(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number < 0.0 { "-Infinity" } else { "Infinity" }.to_owned()
    } else if number.abs() < TOLERANCE {
        "0".to_owned()
    } else if (number - number.round()).abs() < TOLERANCE {
        format!("{:.0}", number.round())
    } else {
        number.to_string()
    }
}
