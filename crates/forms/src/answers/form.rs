//! Pairs of a posted form to answers.
//!
//! Nothing is judged here: what cannot be right is kept as it was typed, so that the
//! page can show it again with its error. Names that are no questions belong to the
//! page itself and are passed over.

use std::collections::BTreeMap;

use super::{Answer, Answers};
use crate::digits;
use crate::questionnaire::{Compiled, DayPart, Kind};

/// Turns the pairs of a form into answers.
///
/// - A select_multiple comes as its name repeated, once per ticked choice.
/// - A rank comes the same way in order, or as `name[choice]` = place from 1.
/// - A date comes as `yyyy-mm-dd`, or as `name[year]`, `name[month]`, `name[day]`, of which there are as many as are
///   asked for.
/// - A time comes as `hh:mm`, or as `name[hour]`, `name[minute]`; a date with a time as `yyyy-mm-ddThh:mm`, or as all
///   five.
/// - Of any other name that is repeated, the last non-blank value counts.
pub fn from_form(compiled: &Compiled, pairs: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    let mut parts: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, value) in pairs {
        if Answer::from(value.as_str()).is_blank() {
            continue;
        }
        let questions = &compiled.questionnaire().questions;
        if let Some(position) = compiled.position(name) {
            if !questions[position].is_visible() && !matches!(questions[position].kind, Kind::Hidden) {
                continue;
            }
            if questions[position].kind.joins_choices() {
                match answers.get_mut(name) {
                    Some(Answer::Many(names)) => names.push(value.into()),
                    _ => answers.insert(name, Answer::Many(vec![value.into()])),
                }
            } else {
                answers.insert(name, Answer::from(value.as_str()));
            }
        } else if let Some((base, part)) = name.strip_suffix(']').and_then(|name| name.split_once('['))
            && let Some(position) = compiled.position(base)
        {
            parts.entry(position).or_default().push((part, value.trim()));
        }
    }
    for (position, parts) in parts {
        let question = &compiled.questionnaire().questions[position];
        match question.kind {
            Kind::Rank { .. } => answers.insert(&question.name, ranked(&parts)),
            Kind::Date => answers.insert(&question.name, Answer::Text(date(&parts, question.day_part()).into())),
            Kind::Time => answers.insert(&question.name, Answer::Text(time(&parts).into())),
            Kind::DateTime => {
                let both = format!("{}T{}", date(&parts, DayPart::Day), time(&parts));
                answers.insert(&question.name, Answer::Text(both.into()));
            }
            _ => {}
        }
    }
    answers
}

/// The places that were typed for the choices of a rank, by choice name: from an
/// order, or from what [`from_form`] kept because it was none.
pub fn rank_positions(answer: &Answer) -> BTreeMap<String, String> {
    match answer {
        Answer::Many(names) => {
            let places = names.iter().zip(1..);
            places.map(|(name, place): (_, usize)| (name.to_string(), place.to_string())).collect()
        }
        Answer::Text(text) => {
            text.split_whitespace().filter_map(|pair| pair.split_once('=')).map(|(name, place)| (name.to_owned(), place.to_owned())).collect()
        }
        Answer::Number(_) | Answer::Malformed => BTreeMap::new(),
    }
}

fn ranked(parts: &[(&str, &str)]) -> Answer {
    let mut places: Vec<(usize, &str)> = Vec::new();
    for (name, place) in parts {
        match digits::whole(place) {
            Some(place) => places.push((place, name)),
            None => return Answer::Text(kept(parts).into()),
        }
    }
    places.sort_unstable();
    if places.iter().zip(1..).all(|((place, _), wanted): (_, usize)| *place == wanted) {
        Answer::Many(places.into_iter().map(|(_, name)| name.into()).collect())
    } else {
        Answer::Text(kept(parts).into())
    }
}

/// `choice=place` with spaces between, without what would break that form.
fn kept(parts: &[(&str, &str)]) -> String {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|character| !character.is_whitespace() && *character != '=');
        kept.collect()
    };
    let pairs = parts.iter().map(|(name, place)| format!("{}={}", plain(name), plain(place)));
    pairs.collect::<Vec<_>>().join(" ")
}

/// The parts as they were typed, of which nothing is lost.
fn date(parts: &[(&str, &str)], asked: DayPart) -> String {
    let (year, month) = (part(parts, "year"), part(parts, "month"));
    match asked {
        DayPart::Day => format!("{year}-{month}-{}", part(parts, "day")),
        DayPart::Month => format!("{year}-{month}"),
        DayPart::Year => year.to_owned(),
    }
}

/// Somebody may type all of it where the hour belongs.
fn time(parts: &[(&str, &str)]) -> String {
    let (hour, minute) = (part(parts, "hour"), part(parts, "minute"));
    if minute.is_empty() && hour.contains(':') { hour.to_owned() } else { format!("{hour}:{minute}") }
}

fn part<'a>(parts: &[(&str, &'a str)], wanted: &str) -> &'a str {
    let found = parts.iter().rev().find(|(name, _)| *name == wanted);
    found.map_or("", |(_, value)| *value)
}
