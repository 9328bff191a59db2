//! A rubric: anchored levels 0 to 4 for every measure that experts judge. Pure.
//!
//! Read from the CSV `measure,level,label::<lang>…,anchor::<lang>…`. All errors are collected with
//! their line. A rubric is frozen by version and hash: a review keeps the one it began with.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::framework::catalogue::{Catalogue, LineError, Source};
use crate::ground::cells::bare;
use crate::ground::given::Readable;
use crate::ground::text::languages;
use crate::ground::{Language, MeasureCode, Text};

/// The highest level; the lowest is 0.
pub const TOP: i32 = 4;

/// One level with the words that anchor it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RubricLevel {
    pub level: i32,
    /// Short name, e.g. "Developing".
    pub label: Text,
    /// What a report shows at this level.
    pub anchor: Text,
}

/// The levels of one measure, lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RubricMeasure {
    pub measure: MeasureCode,
    pub levels: Vec<RubricLevel>,
}

/// One version of the levels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rubric {
    pub measures: Vec<RubricMeasure>,
}

impl Rubric {
    pub fn measure(&self, code: &MeasureCode) -> Option<&RubricMeasure> {
        self.measures.iter().find(|m| m.measure == *code)
    }

    /// The measures of a catalogue that experts judge with this rubric, in the catalogue's order.
    pub fn judged(&self, catalogue: &Catalogue) -> Vec<MeasureCode> {
        catalogue.measures_from(Source::ExpertReview).map(|m| &m.code).filter(|code| self.measure(code).is_some()).cloned().collect()
    }

    /// The rows of the file that this rubric is read from, the header first: `from_csv` gives it back.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let tags = languages(self.measures.iter().flat_map(|m| &m.levels).flat_map(|l| [&l.label, &l.anchor]));
        let of = |column: &str| tags.iter().map(|tag| format!("{column}::{tag}")).collect::<Vec<_>>();
        let header = ["measure".to_owned(), "level".to_owned()].into_iter().chain(of("label")).chain(of("anchor")).collect();
        let levels = self.measures.iter().flat_map(|m| m.levels.iter().map(move |l| (m, l)));
        let row = |(m, l): (&RubricMeasure, &RubricLevel)| {
            let texts = [&l.label, &l.anchor].into_iter().flat_map(|text| tags.iter().map(|tag| text.0.get(*tag).cloned().unwrap_or_default()));
            [m.measure.to_string(), l.level.to_string()].into_iter().chain(texts).collect()
        };
        std::iter::once(header).chain(levels.map(row)).collect()
    }

    /// Reads a CSV file. Errors: every wrong line, and every measure without all five levels.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, Vec<LineError>> {
        let mut reading = Reading::default();
        reading.read(bytes);
        reading.finish()
    }
}

#[derive(Default)]
struct Reading {
    /// Levels by measure, and the measures in the file's order.
    levels: BTreeMap<MeasureCode, BTreeMap<i32, RubricLevel>>,
    first_lines: BTreeMap<MeasureCode, u64>,
    order: Vec<MeasureCode>,
    errors: Vec<LineError>,
}

impl Reading {
    fn error(&mut self, line: u64, column: &str, code: &str, detail: impl Into<String>) {
        self.errors.push(LineError { line, column: column.to_owned(), code: code.to_owned(), detail: detail.into() });
    }

    fn read(&mut self, bytes: &[u8]) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let columns: Vec<String> = match reader.headers() {
            Ok(headers) => headers.iter().map(|h| h.trim().to_lowercase()).collect(),
            Err(e) => return self.error(1, "", "not_csv", e.to_string()),
        };
        for column in &columns {
            if let Some((_, tag)) = column.split_once("::").filter(|(_, tag)| tag.parse::<Language>().is_err()) {
                self.error(1, column, Language::WRONG, tag);
            }
        }
        for required in ["measure", "level", "label::en", "anchor::en"] {
            if !columns.iter().any(|c| c == required) {
                self.error(1, required, "column_missing", required);
            }
        }
        if !self.errors.is_empty() {
            return;
        }
        for record in reader.records() {
            match record {
                Ok(row) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    if row.len() == columns.len() {
                        self.row(line, &columns, &row);
                    } else {
                        self.error(line, "", "ragged_row", format!("{} ≠ {}", row.len(), columns.len()));
                    }
                }
                Err(e) => {
                    let line = e.position().map_or(0, csv::Position::line);
                    self.error(line, "", "not_csv", e.to_string());
                }
            }
        }
    }

    fn row(&mut self, line: u64, columns: &[String], row: &csv::StringRecord) {
        let get = |name: &str| columns.iter().position(|c| c == name).and_then(|i| row.get(i)).map_or("", |cell| bare(cell.trim()));
        let text = |name: &str| {
            let prefix = format!("{name}::");
            let cells = columns.iter().zip(row.iter()).filter_map(|(c, cell)| Some((c.strip_prefix(&prefix)?, bare(cell.trim()))));
            Text(cells.filter(|(_, t)| !t.is_empty()).map(|(l, t)| (l.parse().unwrap_or_else(|_| Language::from_stored(l)), t.to_owned())).collect())
        };
        let Ok(measure) = get("measure").parse::<MeasureCode>() else {
            return self.error(line, "measure", MeasureCode::WRONG, get("measure"));
        };
        let Some(level) = get("level").parse::<i32>().ok().filter(|l| (0..=TOP).contains(l)) else {
            return self.error(line, "level", "level_unknown", get("level"));
        };
        let (label, anchor) = (text("label"), text("anchor"));
        for (column, value) in [("label::en", &label), ("anchor::en", &anchor)] {
            if value.get(Language::english()).is_empty() {
                self.error(line, column, "required", format!("{measure} {level}"));
            }
        }
        if !self.levels.contains_key(&measure) {
            self.order.push(measure.clone());
            self.first_lines.insert(measure.clone(), line);
        }
        let twice = self.levels.entry(measure.clone()).or_default().insert(level, RubricLevel { level, label, anchor }).is_some();
        if twice {
            self.error(line, "level", "duplicate", format!("{measure} {level}"));
        }
    }

    fn finish(mut self) -> Result<Rubric, Vec<LineError>> {
        for (measure, levels) in &self.levels {
            let have: BTreeSet<i32> = levels.keys().copied().collect();
            let lacking: Vec<String> = (0..=TOP).filter(|l| !have.contains(l)).map(|l| l.to_string()).collect();
            if !lacking.is_empty() {
                let line = self.first_lines.get(measure).copied().unwrap_or(1);
                let detail = format!("{measure}: {}", lacking.join(", "));
                self.errors.push(LineError { line, column: "level".to_owned(), code: "levels_missing".to_owned(), detail });
            }
        }
        if self.order.is_empty() && self.errors.is_empty() {
            self.error(1, "measure", "no_measures", "");
        }
        self.errors.sort_by_key(|e| e.line);
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut levels = self.levels;
        let measures = self
            .order
            .into_iter()
            .map(|measure| RubricMeasure { levels: levels.remove(&measure).unwrap_or_default().into_values().collect(), measure });
        Ok(Rubric { measures: measures.collect() })
    }
}

/// The rubric that Stoa ships.
pub const DEFAULT_CSV: &[u8] = include_bytes!("../../config/rubrics/default.csv");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rubric_anchors_every_measure_that_experts_judge_in_both_languages() {
        let rubric = Rubric::from_csv(DEFAULT_CSV).unwrap();
        let catalogue = Catalogue::from_csv(include_bytes!("../../config/frameworks/key-features-2013.csv")).unwrap();
        assert_eq!((rubric.judged(&catalogue).len(), catalogue.measures_from(Source::ExpertReview).count()), (16, 16));
        for measure in &rubric.measures {
            assert_eq!(measure.levels.iter().map(|l| l.level).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
            assert!(measure.levels.iter().all(|l| l.anchor.0.contains_key("ar") && l.label.0.contains_key("ar")));
        }
    }

    #[test]
    fn a_rubric_is_written_as_it_is_read() {
        let written = crate::ground::cells::to_csv(&Rubric::from_csv(DEFAULT_CSV).unwrap().rows());
        assert_eq!(written, std::str::from_utf8(DEFAULT_CSV).unwrap(), "the shipped file, to the letter");
    }

    #[test]
    fn every_wrong_line_is_named() {
        let csv = "measure,level,label::en,anchor::en\na.1,0,No,none\na.1,5,Yes,all\na.1,x,Yes,all\na.1,0,No,again\n b/c,1,A,B\na.1,1,,\n";
        let errors = Rubric::from_csv(csv.as_bytes()).unwrap_err();
        let seen: Vec<(u64, &str)> = errors.iter().map(|e| (e.line, e.code.as_str())).collect();
        let expected =
            [(2, "levels_missing"), (3, "level_unknown"), (4, "level_unknown"), (5, "duplicate"), (6, "bad_code"), (7, "required"), (7, "required")];
        assert_eq!(seen, expected);
        assert!(errors[0].detail.ends_with("2, 3, 4"));
    }

    #[test]
    fn an_empty_file_a_header_alone_and_broken_bytes_are_refused() {
        assert_eq!(Rubric::from_csv(b"").unwrap_err()[0].code, "column_missing");
        assert_eq!(Rubric::from_csv(b"measure,level,label::en,anchor::en\n").unwrap_err()[0].code, "no_measures");
        assert_eq!(Rubric::from_csv(b"measure,level,label::en,anchor::en\n\xff,1,a,b\n").unwrap_err()[0].code, "not_csv");
    }
}
