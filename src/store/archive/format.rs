//! How a row is written: a JSON array in one line, cells in the order of the manifest's columns, exact for
//! whatever a column may hold. Nothing is `null`, a text is a text, however empty.
//!
//! Numbers with a fraction and bytes go as texts: a reader of JSON may round the former.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{NaiveDate, NaiveDateTime};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::tables::{Column, Kind};

/// To the microsecond, always.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S%.6f";

/// What one column of one row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    /// Of a whole number's columns, small and large.
    Whole(i64),
    Real(f64),
    Truth(bool),
    Bytes(Vec<u8>),
    Day(NaiveDate),
    Moment(NaiveDateTime),
}

impl Cell {
    /// Roughly the bytes that it takes.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            _ => 8,
        }
    }
}

/// Adds a row as one line.
pub fn write(row: &[Cell], line: &mut Vec<u8>) -> Result<(), String> {
    line.push(b'[');
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        put(cell, line).map_err(|e| e.to_string())?;
    }
    line.extend_from_slice(b"]\n");
    Ok(())
}

fn put(cell: &Cell, line: &mut Vec<u8>) -> serde_json::Result<()> {
    match cell {
        Cell::Null => serde_json::to_writer(line, &()),
        Cell::Text(text) => serde_json::to_writer(line, text),
        Cell::Whole(number) => serde_json::to_writer(line, number),
        // The shortest text that is read back as the same bits.
        Cell::Real(number) => serde_json::to_writer(line, &number.to_string()),
        Cell::Truth(truth) => serde_json::to_writer(line, truth),
        Cell::Bytes(bytes) => serde_json::to_writer(line, &STANDARD.encode(bytes)),
        Cell::Day(day) => serde_json::to_writer(line, day),
        Cell::Moment(at) => serde_json::to_writer(line, &at.format(MOMENT).to_string()),
    }
}

/// Reads a line. The error says which column is not what it should be.
pub fn read(line: &[u8], columns: &[Column]) -> Result<Vec<Cell>, String> {
    let mut line = serde_json::Deserializer::from_slice(line);
    line.deserialize_seq(Row(columns)).and_then(|row| line.end().map(|()| row)).map_err(|e| format!("is no row: {e}"))
}

/// Reads the cells of a row and no more of them than it has columns: what is longer is not taken into memory.
struct Row<'c>(&'c [Column]);

impl<'de> Visitor<'de> for Row<'_> {
    type Value = Vec<Cell>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a row")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut cells: A) -> Result<Self::Value, A::Error> {
        let mut row = Vec::with_capacity(self.0.len());
        for column in self.0 {
            let Some(value) = cells.next_element::<Plain>()? else {
                return Err(A::Error::custom(format!("{} cells for {} columns", row.len(), self.0.len())));
            };
            let Some(cell) = cell(value.0, column) else {
                return Err(A::Error::custom(format!("something else in {} than it holds", column.name)));
            };
            row.push(cell);
        }
        match cells.next_element::<Plain>()? {
            None => Ok(row),
            Some(_) => Err(A::Error::custom(format!("more cells than the {} columns", self.0.len()))),
        }
    }
}

/// A value that holds no others.
struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct OfOne;
        impl Visitor<'_> for OfOne {
            type Value = Plain;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a single value")
            }
            fn visit_unit<E>(self) -> Result<Plain, E> {
                Ok(Plain(Value::Null))
            }
            fn visit_bool<E>(self, truth: bool) -> Result<Plain, E> {
                Ok(Plain(Value::Bool(truth)))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Plain, E> {
                Ok(Plain(number.into()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Plain, E> {
                Ok(Plain(number.into()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Plain, E> {
                Ok(Plain(number.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
                Ok(Plain(text.into()))
            }
            fn visit_string<E>(self, text: String) -> Result<Plain, E> {
                Ok(Plain(text.into()))
            }
        }
        from.deserialize_any(OfOne)
    }
}

fn cell(value: Value, column: &Column) -> Option<Cell> {
    Some(match (column.kind, value) {
        (_, Value::Null) => return column.nullable.then_some(Cell::Null),
        (Kind::Text, Value::String(text)) => Cell::Text(text),
        (Kind::Integer, Value::Number(number)) => Cell::Whole(i32::try_from(number.as_i64()?).ok()?.into()),
        (Kind::BigInt, Value::Number(number)) => Cell::Whole(number.as_i64()?),
        (Kind::Double, Value::String(text)) => Cell::Real(text.parse().ok()?),
        (Kind::Bool, Value::Bool(truth)) => Cell::Truth(truth),
        (Kind::Binary, Value::String(text)) => Cell::Bytes(STANDARD.decode(text).ok()?),
        (Kind::Date, Value::String(text)) => Cell::Day(text.parse().ok()?),
        (Kind::Timestamp, Value::String(text)) => Cell::Moment(NaiveDateTime::parse_from_str(&text, MOMENT).ok()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Kind) -> Column {
        Column { name: "it".to_owned(), kind, nullable: true }
    }

    #[test]
    fn every_value_comes_back_to_the_bit() {
        let at = |text: &str| NaiveDateTime::parse_from_str(text, MOMENT).unwrap();
        let doubles = [0.1, -0.0, 1.0 / 3.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::INFINITY, 1e21, 123_456_789.123_456_78];
        let mut cells: Vec<(Kind, Cell)> = doubles.map(|number| (Kind::Double, Cell::Real(number))).into();
        for text in ["", "null", "\u{0}\n\r\t\"\\", "مدينة 🏛 \u{2028}\u{feff}", "[1,2]"] {
            cells.push((Kind::Text, Cell::Text(text.to_owned())));
        }
        cells.extend([i64::MIN, i64::MAX, 0].map(|number| (Kind::BigInt, Cell::Whole(number))));
        cells.extend([Cell::Whole(i32::MIN.into()), Cell::Null].map(|cell| (Kind::Integer, cell)));
        cells.extend([true, false].map(|truth| (Kind::Bool, Cell::Truth(truth))));
        cells.extend([vec![], (0..=255).collect()].map(|bytes| (Kind::Binary, Cell::Bytes(bytes))));
        cells.push((Kind::Date, Cell::Day("2024-02-29".parse().unwrap())));
        cells.extend(["2026-03-02T09:00:00.000000", "1969-12-31T23:59:59.999999"].map(|text| (Kind::Timestamp, Cell::Moment(at(text)))));
        let (kinds, row): (Vec<Kind>, Vec<Cell>) = cells.into_iter().unzip();
        let mut line = Vec::new();
        write(&row, &mut line).unwrap();
        assert_eq!(line.split(|byte| *byte == b'\n').count(), 2, "a row is a line");
        let back = read(&line, &kinds.into_iter().map(column).collect::<Vec<_>>()).unwrap();
        assert_eq!(back, row);
        assert!(matches!(back[1], Cell::Real(zero) if zero.is_sign_negative()));
    }

    #[test]
    fn what_a_column_cannot_hold_is_refused() {
        let strict = |kind| Column { nullable: false, ..column(kind) };
        for (line, columns) in [
            ("[1]", vec![column(Kind::Text)]),
            ("[null]", vec![strict(Kind::Text)]),
            ("[2147483648]", vec![column(Kind::Integer)]),
            ("[0.5]", vec![column(Kind::BigInt)]),
            ("[0.5]", vec![column(Kind::Double)]),
            ("[\"2026-02-30\"]", vec![column(Kind::Date)]),
            ("[\"?\"]", vec![column(Kind::Binary)]),
            ("[1", vec![column(Kind::Integer)]),
            ("[1,2]", vec![column(Kind::Integer)]),
            ("{}", vec![]),
        ] {
            assert!(read(line.as_bytes(), &columns).is_err(), "{line}");
        }
    }
}
