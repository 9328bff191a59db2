//! Known population counts: one margin per variable, read from a small CSV file or given in memory,
//! and checked on their own. Whether a sample can meet them is decided in `calibration`.
//!
//! The rule to keep: counts are finite and not negative, and no level occurs twice.

use std::io::Read;

use super::error::EstimationError;
use super::records::{advance, text_at};
use crate::rows::Rows;

/// The population counts of the levels of one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    pub variable: String,
    pub counts: Vec<(String, f64)>,
}

impl Margin {
    /// A margin from its levels and counts.
    pub fn new(variable: &str, counts: &[(&str, f64)]) -> Self {
        let counts = counts.iter().map(|(level, n)| ((*level).to_owned(), *n));
        Self { variable: variable.to_owned(), counts: counts.collect() }
    }

    /// Sum of the counts.
    pub fn total(&self) -> f64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    pub(super) fn check(&self) -> Result<(), EstimationError> {
        let refuse = |level: &str, problem: &str| {
            Err(EstimationError::Margin { variable: self.variable.clone(), level: level.to_owned(), problem: problem.to_owned() })
        };
        for (index, (level, count)) in self.counts.iter().enumerate() {
            if !count.is_finite() || *count < 0.0 {
                return refuse(level, "its count is not a finite number of at least zero");
            }
            if self.counts[..index].iter().any(|(known, _)| known == level) {
                return refuse(level, "occurs twice");
            }
        }
        Ok(())
    }

    /// Reads one margin from rows `level,count`; a header row is optional.
    pub fn read(variable: &str, source: impl Read) -> Result<Self, EstimationError> {
        let mut margin = Self::new(variable, &[]);
        for row in read_rows(source, &["level", "count"])? {
            let [level, count] = row.fields.as_slice() else {
                continue;
            };
            margin.counts.push((level.clone(), row.number(count)?));
        }
        margin.check()?;
        Ok(margin)
    }

    /// Reads margins from rows `variable,level,count`; a header row is optional.
    pub fn read_all(source: impl Read) -> Result<Vec<Self>, EstimationError> {
        let mut margins: Vec<Self> = Vec::new();
        for row in read_rows(source, &["variable", "level", "count"])? {
            let [variable, level, count] = row.fields.as_slice() else {
                continue;
            };
            let entry = (level.clone(), row.number(count)?);
            match margins.iter_mut().find(|known| known.variable == *variable) {
                Some(margin) => margin.counts.push(entry),
                None => margins.push(Self { variable: variable.clone(), counts: vec![entry] }),
            }
        }
        for margin in &margins {
            margin.check()?;
        }
        Ok(margins)
    }
}

struct Row {
    line: u64,
    fields: Vec<String>,
}

impl Row {
    fn number(&self, text: &str) -> Result<f64, EstimationError> {
        match text.parse::<f64>() {
            Ok(count) if count.is_finite() && count >= 0.0 => Ok(count),
            _ => {
                let problem = format!("\"{text}\" is not a count (a number of at least zero)");
                Err(EstimationError::cell(self.line, "count", problem))
            }
        }
    }
}

/// Rows with the wanted columns in the wanted order. A header may put them in another order.
fn read_rows(source: impl Read, wanted: &[&str]) -> Result<Vec<Row>, EstimationError> {
    let mut records = Rows::new(source);
    let mut order: Option<Vec<usize>> = None;
    let mut rows = Vec::new();
    while advance(&mut records)? {
        let line = records.line();
        let refuse = |problem: String| Err(EstimationError::Line { line, problem });
        if records.len() != wanted.len() {
            let (found, wanted) = (records.len(), wanted.join(","));
            return refuse(format!("{found} fields where {wanted} are expected"));
        }
        let texts: Option<Vec<&str>> = (0..wanted.len()).map(|place| text_at(&records, place)).collect();
        let Some(texts) = texts else {
            return refuse("is not UTF-8 text".to_owned());
        };
        let fields: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        if order.is_none() {
            let place = |name: &&str| fields.iter().position(|f| f.eq_ignore_ascii_case(name));
            let header: Option<Vec<usize>> = wanted.iter().map(place).collect();
            let is_header = header.is_some();
            order = Some(header.unwrap_or_else(|| (0..wanted.len()).collect()));
            if is_header {
                continue;
            }
        }
        let order = order.as_deref().unwrap_or_default();
        rows.push(Row { line, fields: order.iter().map(|index| fields[*index].clone()).collect() });
    }
    if rows.is_empty() {
        return Err(EstimationError::File("holds no margins".to_owned()));
    }
    Ok(rows)
}
