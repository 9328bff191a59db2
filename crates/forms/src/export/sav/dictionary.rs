//! What stands before the rows of a system file: its head, its variables with their labels, and what newer programs
//! read beside the old records (names and texts that are longer than these could hold, UTF-8).

use std::fmt::Write;

use super::super::layout::{Holds, Layout, Variable};
use super::{Column, Made, PIECE, cut, eights};
use crate::questionnaire::Kind;

/// Longest labels that SPSS shows, in bytes.
const LABEL: usize = 255;
const VALUE_LABEL: usize = 120;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Formats by which values are shown: type, width and decimals.
const TEXT: i32 = 1;
const DECIMAL: i32 = 5 << 16 | 12 << 8 | 4;
const WHOLE: i32 = 5 << 16 | 8 << 8;
const DAY: i32 = 39 << 16 | 10 << 8;
const TIME: i32 = 21 << 16 | 5 << 8;
const MOMENT: i32 = 22 << 16 | 17 << 8;

/// Little-endian records.
#[derive(Default)]
struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, number: i32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn size(&mut self, size: usize) {
        self.number(i32::try_from(size).unwrap_or(i32::MAX));
    }

    /// Exactly `width` bytes, with blanks behind.
    fn text(&mut self, text: &str, width: usize) {
        let text = cut(text, width);
        self.0.extend_from_slice(text.as_bytes());
        self.0.resize(self.0.len() + width - text.len(), b' ');
    }

    /// A record of what newer programs read: so many parts of so many bytes.
    fn extension(&mut self, kind: i32, size: usize, bytes: &[u8]) {
        self.number(7);
        self.number(kind);
        self.size(size);
        self.size(bytes.len() / size);
        self.0.extend_from_slice(bytes);
    }
}

/// One variable as it lies in the dictionary.
struct Place<'a> {
    variable: &'a Variable,
    column: &'a Column,
    /// Eight bytes that no other record has.
    short: String,
    /// Of its first record, from 1 on; each eight bytes of a text count.
    index: usize,
}

pub(super) fn written(layout: &Layout<'_>, columns: &[Column], rows: u64, made: &Made) -> Vec<u8> {
    let mut out = Out::default();
    head(&mut out, columns, rows, made);
    let (mut places, mut index, mut record) = (Vec::with_capacity(columns.len()), 1, 0);
    let mut shown = Vec::new();
    for (variable, column) in layout.variables.iter().zip(columns) {
        for (piece, width) in column.records().into_iter().enumerate() {
            record += 1;
            let short = format!("V_{record:06}");
            describe(&mut out, layout, (variable, column), width, &short, piece == 0);
            if piece == 0 {
                places.push(Place { variable, column, short, index });
            }
            index += eights(width);
            let measure: i32 = if variable.holds.is_continuous() && width == 0 { 3 } else { 1 };
            let wide = i32::try_from(width.clamp(8, 40)).unwrap_or(8);
            shown.extend([measure, wide, i32::from(width == 0)].iter().flat_map(|number| number.to_le_bytes()));
        }
    }
    for place in &places {
        labels(&mut out, layout, place, made);
    }
    // Version of the program; IEEE numbers, little-endian, UTF-8.
    let about: Vec<u8> = [1_i32, 0, 0, -1, 1, 1, 2, 65_001].iter().flat_map(|number| number.to_le_bytes()).collect();
    out.extension(3, 4, &about);
    let ends = [-f64::MAX, f64::MAX, f64::from_bits((-f64::MAX).to_bits() - 1)];
    out.extension(4, 8, &ends.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
    out.extension(11, 4, &shown);
    let names: Vec<String> = places.iter().map(|place| format!("{}={}", place.short, place.variable.name)).collect();
    out.extension(13, 1, names.join("\t").as_bytes());
    let mut long = String::new();
    let mut missing = Out::default();
    for place in &places {
        let Column::Text { width } = place.column else { continue };
        if *width > PIECE {
            write!(long, "{}={width:05}\0\t", place.short).expect("a String takes every write");
        }
        if *width > 8 {
            missing.size(place.variable.name.len());
            missing.0.extend_from_slice(place.variable.name.as_bytes());
            missing.0.push(1);
            missing.number(8);
            missing.text(layout.not_asked, 8);
        }
    }
    if !long.is_empty() {
        out.extension(14, 1, long.as_bytes());
    }
    out.extension(16, 8, &[1, rows].iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
    out.extension(20, 1, b"UTF-8");
    if !missing.0.is_empty() {
        out.extension(22, 1, &missing.0);
    }
    out.number(999);
    out.number(0);
    out.0
}

fn head(out: &mut Out, columns: &[Column], rows: u64, made: &Made) {
    out.text("$FL2", 4);
    out.text("@(#) SPSS DATA FILE Stoa", 60);
    out.number(2);
    out.size(columns.iter().flat_map(Column::records).map(eights).sum());
    // Small whole numbers as a byte.
    out.number(1);
    out.number(0);
    out.number(i32::try_from(rows).unwrap_or(-1));
    out.0.extend_from_slice(&100_f64.to_le_bytes());
    let (year, month, day) = made.day.date();
    let month = MONTHS[(month as usize - 1) % 12];
    out.text(&format!("{day:02} {month} {:02}", year % 100), 9);
    out.text(&format!("{:02}:{:02}:{:02}", made.second / 3600, made.second / 60 % 60, made.second % 60), 8);
    out.text(&made.title, 64);
    out.0.extend_from_slice(&[0; 3]);
}

/// The record of one variable, or of one piece of a long text, and the empty ones behind a text.
fn describe(out: &mut Out, layout: &Layout<'_>, (variable, column): (&Variable, &Column), width: usize, short: &str, first: bool) {
    out.number(2);
    out.size(width);
    out.number(i32::from(first));
    let short_text = matches!(column, Column::Text { width } if *width <= 8);
    let missing = match column {
        Column::Number { .. } => 2,
        Column::Text { .. } if short_text => 1,
        Column::Text { .. } => 0,
    };
    out.number(missing);
    let format = match column {
        Column::Text { .. } => TEXT << 16 | i32::try_from(width).unwrap_or(1) << 8,
        Column::Number { .. } => match (variable.holds, &layout.question(variable).kind) {
            (Holds::Day, _) => DAY,
            (Holds::Time, _) => TIME,
            (Holds::Moment, _) => MOMENT,
            (Holds::Computed, _) | (_, Kind::Decimal | Kind::Range { .. }) => DECIMAL,
            _ => WHOLE,
        },
    };
    out.number(format);
    out.number(format);
    out.text(short, 8);
    if first {
        let label = layout.label(variable).replace(['\n', '\r'], " ");
        let label = cut(&label, LABEL);
        out.size(label.len());
        out.text(label, label.len().next_multiple_of(4));
    }
    match column {
        Column::Number { missing, .. } => {
            for value in [missing.not_asked, missing.not_answered] {
                out.0.extend_from_slice(&(value as f64).to_le_bytes());
            }
        }
        Column::Text { .. } if short_text => out.text(layout.not_asked, 8),
        Column::Text { .. } => {}
    }
    for _ in 1..eights(width) {
        out.number(2);
        out.number(-1);
        [0; 4].into_iter().for_each(|nothing| out.number(nothing));
        out.text("", 8);
    }
}

/// Labels of the values of one variable.
fn labels(out: &mut Out, layout: &Layout<'_>, place: &Place<'_>, made: &Made) {
    let Column::Number { missing, .. } = place.column else { return };
    let mut labels: Vec<(i64, String)> = layout.values(place.variable).into_iter().map(|(code, _, label)| (code, label)).collect();
    match place.variable.holds {
        Holds::Chosen => labels.extend([(0, made.not_chosen.clone()), (1, made.chosen.clone())]),
        Holds::Ticked => labels.push((1, made.chosen.clone())),
        _ => {}
    }
    labels.extend([(missing.not_asked, made.not_asked.clone()), (missing.not_answered, made.not_answered.clone())]);
    out.number(3);
    out.size(labels.len());
    for (value, label) in labels {
        let label = label.replace(['\n', '\r'], " ");
        let label = cut(&label, VALUE_LABEL);
        out.0.extend_from_slice(&(value as f64).to_le_bytes());
        out.0.push(u8::try_from(label.len()).unwrap_or(0));
        out.text(label, (label.len() + 1).next_multiple_of(8) - 1);
    }
    out.number(4);
    out.number(1);
    out.size(place.index);
}
