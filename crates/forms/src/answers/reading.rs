//! One raw answer to the value its question takes.
//!
//! Tolerant in form, strict in meaning: digits of every script, spaces
//! around and a decimal comma are read; what is then not of the kind is an error. Of a day
//! no more is kept than was asked.

use std::borrow::Cow;

use super::{Answer, AnswerCode, MAXIMUM_TEXT};
use crate::digits;
use crate::expression::{Day, Moment, Time, Value};
use crate::questionnaire::{Compiled, DayPart, Kind, Question};

/// The answer of a ticked acknowledgement.
pub(super) const ACKNOWLEDGED: &str = "OK";

/// Reads a raw answer to the question at `position`. Blank answers are
/// [`Value::EMPTY`].
pub(super) fn read<'a>(compiled: &Compiled, position: usize, raw: &'a Answer) -> Result<Value<'a>, AnswerCode> {
    if raw.is_blank() {
        return Ok(Value::EMPTY);
    }
    let question = &compiled.questionnaire().questions[position];
    match &question.kind {
        Kind::Text | Kind::Hidden => text(raw),
        Kind::Integer => {
            let number = number(raw)?;
            if matches!(raw, Answer::Text(text) if is_grouped(text)) {
                Err(AnswerCode::Ambiguous)
            } else if number.fract() != 0.0 {
                Err(AnswerCode::NotAnInteger)
            } else if number.abs() > f64::from(i32::MAX) {
                Err(AnswerCode::OutOfRange)
            } else {
                Ok(Value::Number(number))
            }
        }
        Kind::Decimal => number(raw).map(Value::Number),
        range @ Kind::Range { start, end, .. } => {
            let number = number(raw)?;
            if !(*start..=*end).contains(&number) {
                return Err(AnswerCode::OutOfRange);
            }
            range.point_at(number).map(Value::Number).ok_or(AnswerCode::NotOnStep)
        }
        Kind::Date => day(question, raw).map(Value::Day),
        Kind::Time => match raw {
            Answer::Text(text) => Time::parse(&digits::ascii(text)).map(Value::Time).ok_or(AnswerCode::BadTime),
            _ => Err(AnswerCode::WrongType),
        },
        Kind::DateTime => match raw {
            Answer::Text(text) => {
                let moment = Moment::parse_answer(&digits::ascii(text));
                moment.map(Value::Moment).ok_or(AnswerCode::BadDateTime)
            }
            _ => Err(AnswerCode::WrongType),
        },
        Kind::SelectOne { .. } => one_choice(compiled, position, raw),
        Kind::SelectMultiple { .. } => several_choices(compiled, position, raw),
        Kind::Rank { .. } => ranked_choices(compiled, position, raw),
        Kind::Acknowledge => match raw {
            Answer::Text(text) if text.trim().eq_ignore_ascii_case(ACKNOWLEDGED) => Ok(Value::from(ACKNOWLEDGED)),
            _ => Err(AnswerCode::WrongType),
        },
        Kind::Note => Err(AnswerCode::WrongType),
        // Never collected: whatever was sent does not count.
        Kind::Calculate | Kind::Metadata { .. } => Ok(Value::EMPTY),
    }
}

fn text(raw: &Answer) -> Result<Value<'_>, AnswerCode> {
    let Answer::Text(text) = raw else {
        return Err(AnswerCode::WrongType);
    };
    let mut text = Cow::Borrowed(text.trim());
    if text.contains('\r') {
        text = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    // No character has more than four bytes: counting is rarely needed.
    if text.len() > MAXIMUM_TEXT && text.chars().count() > MAXIMUM_TEXT {
        return Err(AnswerCode::TooLong);
    }
    let refused = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if text.chars().any(refused) {
        return Err(AnswerCode::ControlCharacter);
    }
    Ok(Value::Text(text))
}

/// A day, or the first day of the month or the year that is asked for.
fn day(question: &Question, raw: &Answer) -> Result<Day, AnswerCode> {
    let part = question.day_part();
    let text = match raw {
        Answer::Text(text) => digits::ascii(text.trim()),
        // A year is a number, too.
        Answer::Number(_) if part == DayPart::Year => Cow::Owned(raw.to_text()),
        _ => return Err(AnswerCode::WrongType),
    };
    let (rest, code) = match part {
        DayPart::Day => ("", AnswerCode::BadDate),
        DayPart::Month => ("-1", AnswerCode::BadMonth),
        DayPart::Year => ("-1-1", AnswerCode::NotAYear),
    };
    let (year, month, _) = Day::parse(&text).or_else(|| Day::parse(&format!("{text}{rest}"))).ok_or(code)?.date();
    match part {
        DayPart::Day => Day::parse(&text),
        DayPart::Month => Day::from_date(year, month, 1),
        DayPart::Year => Day::from_date(year, 1, 1),
    }
    .ok_or(code)
}

fn number(raw: &Answer) -> Result<f64, AnswerCode> {
    match raw {
        Answer::Number(number) if number.is_finite() => Ok(*number),
        Answer::Number(_) => Err(AnswerCode::NotANumber),
        Answer::Text(text) => typed_number(text),
        Answer::Many(_) | Answer::Malformed => Err(AnswerCode::WrongType),
    }
}

/// Whether a whole number could be meant in groups of three: `1.000` is one or one thousand, while `0.125` is no
/// group.
fn is_grouped(text: &str) -> bool {
    let text = digits::ascii(text.trim());
    text.split_once(['.', '\u{066b}']).is_some_and(|(before, after)| may_group(before, after))
}

/// Whether what stands before and after a mark could be thousands: one to three digits that do not begin with
/// zero, and three more.
fn may_group(before: &str, after: &str) -> bool {
    let before = before.trim_start_matches(['-', '+', '\u{2212}']);
    after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0')
}

/// A number as people type it. A single comma is a decimal comma, unless it could stand between thousands:
/// `1,234` could mean either and is refused.
fn typed_number(text: &str) -> Result<f64, AnswerCode> {
    let plain = digits::ascii(text.trim());
    let (sign, digits) = match plain.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => ("-", digits),
        None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let digits = match digits.split_once([',', '\u{066b}']) {
        Some((before, after)) if digits.contains(',') && may_group(before, after) => return Err(AnswerCode::Ambiguous),
        Some((whole, after)) => Cow::Owned(format!("{whole}.{after}")),
        None => Cow::Borrowed(digits),
    };
    let good =
        digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.len() <= 40;
    let number = if good { format!("{sign}{digits}").parse().ok() } else { None };
    number.ok_or(AnswerCode::NotANumber)
}

fn one_choice<'a>(compiled: &Compiled, position: usize, raw: &'a Answer) -> Result<Value<'a>, AnswerCode> {
    let name = match raw {
        Answer::Text(text) => Cow::Borrowed(text.trim()),
        Answer::Number(_) => Cow::Owned(raw.to_text()),
        Answer::Many(_) | Answer::Malformed => return Err(AnswerCode::WrongType),
    };
    match compiled.choice_position(position, &name) {
        Some(_) => Ok(Value::Text(name)),
        None => Err(AnswerCode::UnknownChoice),
    }
}

/// The names in a raw answer: an array, or text with spaces between them.
fn names(raw: &Answer) -> Result<Vec<&str>, AnswerCode> {
    match raw {
        Answer::Many(names) => Ok(names.iter().map(|name| name.trim()).collect()),
        Answer::Text(text) => Ok(text.split_whitespace().collect()),
        Answer::Number(_) | Answer::Malformed => Err(AnswerCode::WrongType),
    }
}

fn several_choices(compiled: &Compiled, position: usize, raw: &Answer) -> Result<Value<'static>, AnswerCode> {
    let mut chosen = Vec::new();
    let single = match raw {
        Answer::Number(_) => Some(raw.to_text()),
        _ => None,
    };
    let names = match &single {
        Some(name) => vec![name.as_str()],
        None => names(raw)?,
    };
    for name in names {
        let choice = compiled.choice_position(position, name);
        chosen.push((choice.ok_or(AnswerCode::UnknownChoice)?, name));
    }
    // In the order of the list, each once, so that equal answers are stored alike.
    chosen.sort_unstable();
    chosen.dedup();
    Ok(joined(chosen.into_iter().map(|(_, name)| name)))
}

fn ranked_choices(compiled: &Compiled, position: usize, raw: &Answer) -> Result<Value<'static>, AnswerCode> {
    let names = names(raw)?;
    let mut seen = Vec::with_capacity(names.len());
    for name in &names {
        // A form leaves `name=place` when the places given are no order.
        let Some(choice) = compiled.choice_position(position, name) else {
            return Err(if name.contains('=') { AnswerCode::IncompleteRank } else { AnswerCode::UnknownChoice });
        };
        seen.push(choice);
    }
    seen.sort_unstable();
    if seen.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(AnswerCode::IncompleteRank);
    }
    Ok(joined(names.into_iter()))
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> Value<'static> {
    let mut text = String::new();
    for name in names {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(name);
    }
    Value::Text(Cow::Owned(text))
}
