//! The catalogue: areas › features › measures, read from the CSV that people correct. Pure.
//!
//! Columns: `type,code,kind,source,unit,direction,label::<lang>,description::<lang>…`. All errors
//! are collected with their line; nothing is dropped.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ground::cells::bare;
use crate::ground::given::Readable;
use crate::ground::text::languages;
use crate::ground::{Language, MeasureCode, Text};
use crate::words;

words! {
    /// Part of the temple front.
    pub enum AreaKind {
        WiderBenefit = "wider_benefit",
        BuildingBlock = "building_block",
        FundamentalCondition = "fundamental_condition",
    }
}

words! {
    /// Where a measure's value comes from.
    pub enum Source {
        OfficialStatistic = "official_statistic",
        Survey = "survey",
        ExpertReview = "expert_review",
    }
}

words! {
    /// Which way is better; `none` where neither is.
    pub enum Direction {
        Higher = "higher",
        Lower = "lower",
        None = "none",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Area {
    pub code: String,
    pub kind: AreaKind,
    pub label: Text,
    pub description: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Feature {
    pub code: String,
    pub area: String,
    pub label: Text,
    pub description: Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Measure {
    pub code: MeasureCode,
    pub feature: String,
    pub area: String,
    pub source: Source,
    /// `percent`, `per_1000`, `level_0_4` …
    pub unit: String,
    pub direction: Direction,
    pub label: Text,
    pub description: Text,
}

/// One version of the Key Features.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Catalogue {
    pub areas: Vec<Area>,
    pub features: Vec<Feature>,
    pub measures: Vec<Measure>,
}

/// What is wrong with one line of an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LineError {
    /// Line of the file, the header being 1.
    pub line: u64,
    pub column: String,
    /// Stable code with the text `error-<code>`.
    pub code: String,
    pub detail: String,
}

/// Units that measures may have.
pub const UNITS: &[&str] =
    &["percent", "per_100000", "per_1000", "ppp_dollars", "years", "tonnes", "kilograms", "ratio", "visits_per_month", "score_1_5", "level_0_4"];

impl Catalogue {
    pub fn measure(&self, code: &MeasureCode) -> Option<&Measure> {
        self.measures.iter().find(|m| m.code == *code)
    }

    /// Measures of one source, in the catalogue's order.
    pub fn measures_from(&self, source: Source) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(move |m| m.source == source)
    }

    /// The rows of the file that this catalogue is read from, the header first: `from_csv` gives it
    /// back. Each area, feature and measure stands below what it belongs to, in the catalogue's order.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let texts = self.areas.iter().flat_map(|a| [&a.label, &a.description]);
        let texts = texts.chain(self.features.iter().flat_map(|f| [&f.label, &f.description]));
        let tags = languages(texts.chain(self.measures.iter().flat_map(|m| [&m.label, &m.description])));
        let header = ["type", "code", "kind", "source", "unit", "direction"].map(str::to_owned).into_iter();
        let of = |column: &str| tags.iter().map(|tag| format!("{column}::{tag}")).collect::<Vec<_>>();
        let mut rows: Vec<Vec<String>> = vec![header.chain(of("label")).chain(of("description")).collect()];
        let mut push = |plain: [&str; 6], label: &Text, description: &Text| {
            let texts = [label, description].into_iter().flat_map(|text| tags.iter().map(|tag| text.0.get(*tag).cloned().unwrap_or_default()));
            rows.push(plain.iter().map(|cell| (*cell).to_owned()).chain(texts).collect());
        };
        let (mut a, mut f) = (0, 0);
        for measure in self.measures.iter().map(Some).chain([None]) {
            let features = measure.map_or(self.features.len(), |m| 1 + self.features.iter().position(|f| f.code == m.feature).unwrap_or(0));
            while f < features {
                let feature = &self.features[f];
                let areas = 1 + self.areas.iter().position(|a| a.code == feature.area).unwrap_or(0);
                while a < areas {
                    push(["area", &self.areas[a].code, self.areas[a].kind.as_str(), "", "", ""], &self.areas[a].label, &self.areas[a].description);
                    a += 1;
                }
                push(["feature", &feature.code, "", "", "", ""], &feature.label, &feature.description);
                f += 1;
            }
            if let Some(m) = measure {
                push(["measure", &m.code, "", m.source.as_str(), &m.unit, m.direction.as_str()], &m.label, &m.description);
            }
        }
        for area in &self.areas[a..] {
            push(["area", &area.code, area.kind.as_str(), "", "", ""], &area.label, &area.description);
        }
        rows
    }

    /// Reads a CSV file. Errors: every wrong line, none dropped.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, Vec<LineError>> {
        Reading::default().read(bytes)
    }
}

/// Areas, features and measures of one framework together: what reads it, reads all of it.
const MOST_PARTS: usize = 1_000;

#[derive(Default)]
struct Reading {
    catalogue: Catalogue,
    errors: Vec<LineError>,
    codes: BTreeSet<MeasureCode>,
}

/// The columns of the file by name.
struct Columns(BTreeMap<String, usize>);

impl Columns {
    fn get<'r>(&self, row: &'r csv::StringRecord, name: &str) -> &'r str {
        self.0.get(name).and_then(|i| row.get(*i)).map_or("", |cell| bare(cell.trim()))
    }

    fn text(&self, row: &csv::StringRecord, name: &str) -> Text {
        let prefix = format!("{name}::");
        let pairs = self.0.iter().filter_map(|(column, i)| Some((column.strip_prefix(&prefix)?, bare(row.get(*i)?.trim()))));
        Text(pairs.filter(|(_, t)| !t.is_empty()).map(|(l, t)| (l.parse().unwrap_or_else(|_| Language::from_stored(l)), t.to_owned())).collect())
    }
}

impl Reading {
    fn error(&mut self, line: u64, column: &str, code: &str, detail: impl Into<String>) {
        self.errors.push(LineError { line, column: column.to_owned(), code: code.to_owned(), detail: detail.into() });
    }

    fn read(mut self, bytes: &[u8]) -> Result<Catalogue, Vec<LineError>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let columns = match reader.headers() {
            Ok(headers) => Columns(headers.iter().enumerate().map(|(i, h)| (h.trim().to_lowercase(), i)).collect()),
            Err(e) => {
                self.error(1, "", "not_csv", e.to_string());
                return Err(self.errors);
            }
        };
        for column in columns.0.keys() {
            // `label::<language>` and its like.
            if let Some((_, tag)) = column.split_once("::").filter(|(_, tag)| tag.parse::<Language>().is_err()) {
                self.error(1, column, Language::WRONG, tag);
            }
        }
        for required in ["type", "code", "kind", "source", "unit", "label::en"] {
            if !columns.0.contains_key(required) {
                self.error(1, required, "column_missing", required);
            }
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let width = columns.0.len();
        for (at, record) in reader.records().enumerate() {
            if at == MOST_PARTS {
                let line = record.ok().and_then(|row| row.position().map(csv::Position::line)).unwrap_or_default();
                self.error(line, "", "too_many_parts", MOST_PARTS.to_string());
                return Err(self.errors);
            }
            match record {
                Ok(row) => {
                    let line = row.position().map_or(0, csv::Position::line);
                    if row.len() == width {
                        self.row(line, &columns, &row);
                    } else {
                        self.error(line, "", "ragged_row", format!("{} ≠ {width}", row.len()));
                    }
                }
                Err(e) => {
                    let line = e.position().map_or(0, csv::Position::line);
                    self.error(line, "", "not_csv", e.to_string());
                }
            }
        }
        if self.catalogue.measures.is_empty() && self.errors.is_empty() {
            self.error(1, "type", "no_measures", "");
        }
        if self.errors.is_empty() { Ok(self.catalogue) } else { Err(self.errors) }
    }

    fn row(&mut self, line: u64, columns: &Columns, row: &csv::StringRecord) {
        let (kind, code) = (columns.get(row, "type"), columns.get(row, "code"));
        let (label, description) = (columns.text(row, "label"), columns.text(row, "description"));
        // Areas and features have codes of the same form.
        let Ok(code) = code.parse::<MeasureCode>() else {
            self.error(line, "code", MeasureCode::WRONG, code);
            return;
        };
        if !self.codes.insert(code.clone()) {
            self.error(line, "code", "duplicate", &*code);
            return;
        }
        if label.get(Language::english()).is_empty() {
            self.error(line, "label::en", "required", &*code);
        }
        let parent = code.rsplit_once('.').map(|(p, _)| p.to_owned()).unwrap_or_default();
        match kind {
            "area" => match columns.get(row, "kind").parse() {
                Ok(kind) => self.catalogue.areas.push(Area { code: code.to_string(), kind, label, description }),
                Err(e) => self.error(line, "kind", "unknown_choice", e),
            },
            "feature" => {
                if self.catalogue.areas.iter().any(|a| a.code == parent) {
                    self.catalogue.features.push(Feature { code: code.to_string(), area: parent, label, description });
                } else {
                    self.error(line, "code", "parent_missing", parent);
                }
            }
            "measure" => self.measure(line, columns, row, code, parent, label, description),
            other => self.error(line, "type", "unknown_choice", other),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row, already read")]
    fn measure(&mut self, line: u64, columns: &Columns, row: &csv::StringRecord, code: MeasureCode, feature: String, label: Text, description: Text) {
        let Some(area) = self.catalogue.features.iter().find(|f| f.code == feature).map(|f| f.area.clone()) else {
            self.error(line, "code", "parent_missing", feature);
            return;
        };
        let unit = columns.get(row, "unit").to_owned();
        if !UNITS.contains(&unit.as_str()) {
            self.error(line, "unit", "unknown_choice", &unit);
        }
        let direction = match columns.get(row, "direction") {
            "" => Ok(Direction::None),
            word => word.parse(),
        };
        match (columns.get(row, "source").parse::<Source>(), direction) {
            (Ok(source), Ok(direction)) => {
                self.catalogue.measures.push(Measure { code, feature, area, source, unit, direction, label, description });
            }
            (Err(e), _) => self.error(line, "source", "unknown_choice", e),
            (_, Err(e)) => self.error(line, "direction", "unknown_choice", e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::cells::to_csv;

    #[test]
    fn the_shipped_catalogue_has_twelve_areas_and_forty_two_features() {
        let read = Catalogue::from_csv(include_bytes!("../../config/frameworks/key-features-2013.csv")).unwrap();
        assert_eq!((read.areas.len(), read.features.len()), (12, 42));
        let kinds = |k| read.areas.iter().filter(|a| a.kind == k).count();
        assert_eq!((kinds(AreaKind::WiderBenefit), kinds(AreaKind::BuildingBlock), kinds(AreaKind::FundamentalCondition)), (3, 6, 3));
        assert!(read.features.iter().all(|f| read.measures.iter().any(|m| m.feature == f.code)));
        assert!(read.measures.iter().all(|m| !m.label.get(&Language::of("ar")).is_empty()));
    }

    #[test]
    fn a_catalogue_is_written_as_it_is_read() {
        let shipped = include_bytes!("../../config/frameworks/key-features-2013.csv");
        let read = Catalogue::from_csv(shipped).unwrap();
        let written = to_csv(&read.rows());
        assert_eq!(written, std::str::from_utf8(shipped).unwrap(), "the shipped file, to the letter");
        // Areas first, an area and a feature without anything below, and cells that a spreadsheet would run.
        let odd = "type,code,kind,source,unit,direction,label::en,label::pt-br,description::en\narea,2,building_block,,,,'\u{2060}=B(),,'\u{2060}+b\narea,1,wider_benefit,,,,A,,\nfeature,1.1,,,,,C,'\u{2060}@c,\nfeature,2.1,,,,,D,,\nmeasure,2.1.a,,survey,percent,,-5,,\narea,3,wider_benefit,,,,E,,\n";
        let read = Catalogue::from_csv(odd.as_bytes()).unwrap();
        assert_eq!((read.areas[0].label.0["en"].as_str(), read.features[0].label.0["pt-BR"].as_str()), ("=B()", "@c"));
        let written = to_csv(&read.rows());
        assert!(written.contains(",'\u{2060}=B(),,'\u{2060}+b") && written.contains("'\u{2060}@c"), "{written}");
        assert_eq!(Catalogue::from_csv(written.as_bytes()).unwrap(), read);
    }

    #[test]
    fn every_wrong_line_is_named() {
        let csv = "type,code,kind,source,unit,direction,label::en\narea,1,nonsense,,,,A\nfeature,2.1,,,,,B\narea,3,wider_benefit,,,,\narea,3,wider_benefit,,,,C\nwhat,4,,,,,D\n";
        let errors = Catalogue::from_csv(csv.as_bytes()).unwrap_err();
        let seen: Vec<(u64, &str)> = errors.iter().map(|e| (e.line, e.code.as_str())).collect();
        assert_eq!(seen, [(2, "unknown_choice"), (3, "parent_missing"), (4, "required"), (5, "duplicate"), (6, "unknown_choice")]);
    }

    #[test]
    fn a_catalogue_has_an_end() {
        let head = "type,code,kind,source,unit,direction,label::en\narea,1,wider_benefit,,,,A\nfeature,1.1,,,,,B\n";
        let of = |measures: usize| {
            let lines = (0..measures).map(|n| format!("measure,1.1.a{n},,survey,percent,,C\n"));
            Catalogue::from_csv(format!("{head}{}", lines.collect::<String>()).as_bytes())
        };
        assert_eq!(of(MOST_PARTS - 2).map(|read| read.measures.len()), Ok(MOST_PARTS - 2));
        let errors = of(25_000).unwrap_err();
        assert_eq!(errors.iter().map(|e| (e.line, e.code.as_str())).collect::<Vec<_>>(), [(1002, "too_many_parts")]);
    }

    #[test]
    fn an_empty_file_and_a_header_alone_are_refused() {
        assert_eq!(Catalogue::from_csv(b"").unwrap_err()[0].code, "column_missing");
        assert_eq!(Catalogue::from_csv(b"type,code,kind,source,unit,direction,label::en\n").unwrap_err()[0].code, "no_measures");
    }
}
