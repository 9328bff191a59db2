//! The kinds of questions, and how the type and parameters columns name them.
//! Rule to keep: a type that is not listed here is refused by name, never guessed.

use serde::{Deserialize, Serialize};

use super::SheetCode;

/// The kind of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    Text,
    /// A whole number of at most 32 bits, as in XForms.
    Integer,
    Decimal,
    SelectOne {
        list: String,
        /// Whether the list got a choice `other` with a text question after it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        or_other: bool,
    },
    SelectMultiple {
        list: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        or_other: bool,
    },
    /// All choices of a list, most preferred first.
    Rank {
        list: String,
    },
    /// A number from `start` to `end` in steps of `step`.
    Range {
        start: f64,
        end: f64,
        step: f64,
    },
    Date,
    /// Hours and minutes, in the reckoning of who answers.
    Time,
    /// A day with a time of it.
    #[serde(rename = "dateTime")]
    DateTime,
    /// Text without an answer.
    Note,
    /// A box to tick; its answer is `OK`.
    Acknowledge,
    Calculate,
    Hidden,
    /// Accepted in the sheets and never collected.
    Metadata {
        collects: Metadata,
    },
}

/// What a phone would record by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metadata {
    Start,
    End,
    Today,
    Deviceid,
    Phonenumber,
    Simserial,
    Subscriberid,
    Username,
    Email,
    Audit,
}

impl Metadata {
    /// All of them, by the word of the type column.
    const WORDS: [(&str, Self); 10] = [
        ("start", Self::Start),
        ("end", Self::End),
        ("today", Self::Today),
        ("deviceid", Self::Deviceid),
        ("phonenumber", Self::Phonenumber),
        ("simserial", Self::Simserial),
        ("subscriberid", Self::Subscriberid),
        ("username", Self::Username),
        ("email", Self::Email),
        ("audit", Self::Audit),
    ];

    /// The word of the type column.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, known)| *known == self).map_or("start", |(word, _)| word)
    }
}

impl Kind {
    /// Its word, as its JSON and the type column have it; what a phone records has one word more there.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::SelectOne { .. } => "select_one",
            Self::SelectMultiple { .. } => "select_multiple",
            Self::Rank { .. } => "rank",
            Self::Range { .. } => "range",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "dateTime",
            Self::Note => "note",
            Self::Acknowledge => "acknowledge",
            Self::Calculate => "calculate",
            Self::Hidden => "hidden",
            Self::Metadata { .. } => "metadata",
        }
    }

    /// The choice list of a select or rank question.
    pub fn list(&self) -> Option<&str> {
        match self {
            Kind::SelectOne { list, .. } | Kind::SelectMultiple { list, .. } | Kind::Rank { list } => Some(list),
            _ => None,
        }
    }

    /// Whether several choice names are stored in one value, so that they must not
    /// contain spaces.
    pub fn joins_choices(&self) -> bool {
        matches!(self, Kind::SelectMultiple { .. } | Kind::Rank { .. })
    }

    /// Whether its answer is chosen from a list.
    pub fn is_chosen(&self) -> bool {
        self.list().is_some()
    }

    /// The points that a range offers, from its start on, in the decimals in which start and step are written:
    /// none of them is beyond its end. Empty for any other kind.
    pub fn points(&self) -> impl Iterator<Item = f64> + use<> {
        let (start, step, count) = match *self {
            // A little more than the steps that fit, for what binary fractions lack.
            Kind::Range { start, end, step } => (start, step, ((end - start) / step + 1e-9).floor() + 1.0),
            _ => (0.0, 0.0, 0.0),
        };
        let mut at = 0.0;
        std::iter::from_fn(move || {
            (at < count).then(|| {
                at += 1.0;
                point(start, step, at - 1.0)
            })
        })
    }

    /// The point of a range that a number is, if it is one.
    pub(crate) fn point_at(&self, number: f64) -> Option<f64> {
        let Kind::Range { start, end, step } = *self else { return None };
        let steps = (number - start) / step;
        let near = (steps - steps.round()).abs() <= 1e-9 && (start..=end).contains(&number);
        near.then(|| point(start, step, steps.round()))
    }

    /// Whether it asks for a day, a time or both.
    pub fn is_of_the_calendar(&self) -> bool {
        matches!(self, Kind::Date | Kind::Time | Kind::DateTime)
    }

    /// Whether its value is a number.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Kind::Integer | Kind::Decimal | Kind::Range { .. })
    }
}

/// A point of a scale, without the noise of binary fractions: 0.3, not 0.30000000000000004.
fn point(start: f64, step: f64, at: f64) -> f64 {
    let decimals = |number: f64| number.to_string().split_once('.').map_or(0, |(_, after)| after.len());
    let decimals = decimals(start).max(decimals(step));
    format!("{:.decimals$}", start + at * step).parse().unwrap_or(start)
}

/// What a cell of the type column says.
pub(super) enum RowType {
    Question(Kind),
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    /// What no page asks.
    Beyond(Beyond),
}

/// What XLSForm knows and no page of Stoa asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beyond {
    Repeats,
    Media,
    Geo,
}

impl Beyond {
    pub(super) const ALL: [Self; 3] = [Self::Repeats, Self::Media, Self::Geo];

    pub(super) fn code(self) -> SheetCode {
        match self {
            Self::Repeats => SheetCode::Repeats,
            Self::Media => SheetCode::Media,
            Self::Geo => SheetCode::Geo,
        }
    }

    /// What it is called in a message.
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Repeats => "sections that repeat",
            Self::Media => "pictures, sounds and other files",
            Self::Geo => "places on a map",
        }
    }
}

/// Reads a cell of the type column.
pub(super) fn row_type(cell: &str) -> Result<RowType, (SheetCode, String)> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let question = |kind| Ok(RowType::Question(kind));
    match lower.as_slice() {
        ["begin_group"] | ["begin", "group"] => Ok(RowType::BeginGroup),
        ["end_group"] | ["end", "group"] => Ok(RowType::EndGroup),
        ["text" | "string"] => question(Kind::Text),
        ["integer" | "int"] => question(Kind::Integer),
        ["decimal"] => question(Kind::Decimal),
        ["range"] => question(Kind::Range { start: 1.0, end: 10.0, step: 1.0 }),
        ["date"] => question(Kind::Date),
        ["time"] => question(Kind::Time),
        ["datetime"] => question(Kind::DateTime),
        ["note"] => question(Kind::Note),
        ["acknowledge"] => question(Kind::Acknowledge),
        ["calculate"] => question(Kind::Calculate),
        ["hidden"] => question(Kind::Hidden),
        ["imei"] => question(Kind::Metadata { collects: Metadata::Deviceid }),
        ["begin_repeat" | "begin_loop"] | ["begin", "repeat" | "loop"] => Ok(RowType::BeginRepeat),
        ["end_repeat" | "end_loop"] | ["end", "repeat" | "loop"] => Ok(RowType::EndRepeat),
        ["geopoint" | "geotrace" | "geoshape" | "start-geopoint" | "background-geopoint" | "gps" | "location"] => Ok(RowType::Beyond(Beyond::Geo)),
        ["image" | "photo" | "audio" | "video" | "file" | "barcode" | "background-audio" | "csv-external" | "xml-external"]
        | ["select_one_from_file" | "select_multiple_from_file", ..] => Ok(RowType::Beyond(Beyond::Media)),
        [word] if Metadata::WORDS.iter().any(|(known, _)| known == word) => {
            let collects = Metadata::WORDS.iter().find(|(known, _)| known == word).map_or(Metadata::Start, |(_, collects)| *collects);
            question(Kind::Metadata { collects })
        }
        ["select_one_external", ..] => select(&words[1..], "select_one"),
        ["select_one", ..] => select(&words[1..], "select_one"),
        ["select", "one", ..] => select(&words[2..], "select_one"),
        ["select_multiple", ..] => select(&words[1..], "select_multiple"),
        ["select", "multiple", ..] => select(&words[2..], "select_multiple"),
        ["rank", ..] => select(&words[1..], "rank"),
        _ => Err((SheetCode::UnknownType, format!("the type \"{cell}\" is not supported"))),
    }
}

fn select(words: &[&str], select: &str) -> Result<RowType, (SheetCode, String)> {
    let (list, or_other) = match words {
        [list] => ((*list).to_owned(), false),
        [list, other] if select != "rank" && other.eq_ignore_ascii_case("or_other") => ((*list).to_owned(), true),
        [] => {
            return Err((SheetCode::MissingList, format!("{select} needs the name of a choice list")));
        }
        _ => {
            return Err((SheetCode::UnknownType, format!("{select} takes one list name, not \"{}\"", words.join(" "))));
        }
    };
    Ok(RowType::Question(match select {
        "select_one" => Kind::SelectOne { list, or_other },
        "select_multiple" => Kind::SelectMultiple { list, or_other },
        _ => Kind::Rank { list },
    }))
}

/// Applies a cell of the parameters column (`start=0 end=10 step=1`) to a range; any
/// other kind of question has no parameters.
pub(super) fn apply_parameters(kind: &mut Kind, cell: &str) -> Result<(), String> {
    for pair in cell.split([' ', ',', ';', '\n', '\t']).filter(|pair| !pair.is_empty()) {
        let Kind::Range { start, end, step } = kind else {
            return Err(format!("the parameter \"{pair}\" is not supported here"));
        };
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let number = value
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite() && number.abs() < 1e9)
            .ok_or_else(|| format!("\"{pair}\" has no number after \"=\""))?;
        match name.to_lowercase().as_str() {
            "start" => *start = number,
            "end" => *end = number,
            "step" => *step = number,
            _ => return Err(format!("the parameter \"{name}\" is not supported here")),
        }
    }
    match kind {
        Kind::Range { start, end, .. } if *start >= *end => Err("start must be smaller than end".to_owned()),
        Kind::Range { start, end, step } if *step <= 0.0 || *step > *end - *start => {
            Err("step must be positive and fit between start and end".to_owned())
        }
        _ => Ok(()),
    }
}
