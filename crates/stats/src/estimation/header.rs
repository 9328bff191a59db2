//! The header of a survey file: which column is meant by what a plan says.
//!
//! The rule to keep: a name is a whole column name before it is anything with = or / in it, because
//! column names hold such characters too.

use std::io::Read;

use super::answers::ItemReader;
use super::error::EstimationError;
use super::input::Plan;
use super::item::Kind;
use super::records::text_at;
use crate::rows::Rows;

/// The names in the header.
pub(super) struct Header {
    line: u64,
    pub(super) names: Vec<String>,
}

impl Header {
    pub(super) fn read(row: &Rows<impl Read>) -> Result<Self, EstimationError> {
        let line = row.line();
        let mut names = Vec::with_capacity(row.len());
        for place in 0..row.len() {
            let Some(name) = text_at(row, place) else {
                let problem = format!("the name of column {} is not UTF-8 text", place + 1);
                return Err(EstimationError::Line { line, problem });
            };
            names.push(name.to_owned());
        }
        Ok(Self { line, names })
    }

    fn refused<T>(&self, problem: String) -> Result<T, EstimationError> {
        let line = self.line;
        Err(EstimationError::Line { line, problem })
    }

    fn find(&self, name: &str) -> Result<Option<usize>, EstimationError> {
        let mut places = (0..self.names.len()).filter(|place| self.names[*place] == name);
        let first = places.next();
        if places.next().is_some() {
            return self.refused(format!("there are two columns \"{name}\""));
        }
        Ok(first)
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, EstimationError> {
        if let Some(place) = self.find(name)? {
            return Ok(place);
        }
        let known = self.names.join(", ");
        self.refused(format!("no column \"{name}\" (there are: {known})"))
    }

    pub(super) fn optional(&self, name: Option<&String>) -> Result<Option<usize>, EstimationError> {
        name.map(|name| self.column(name)).transpose()
    }

    /// `column` or `column=level`; a column of that whole name comes first.
    fn column_and_level<'a>(&self, text: &'a str) -> Result<(usize, &'a str, Option<&'a str>), EstimationError> {
        if let Some(place) = self.find(text)? {
            return Ok((place, text, None));
        }
        for (at, _) in text.match_indices('=') {
            let (name, level) = (text[..at].trim(), text[at + 1..].trim());
            if let Some(place) = self.find(name)? {
                return Ok((place, name, Some(level)));
            }
        }
        let name = text.split('=').next().unwrap_or(text);
        self.column(name.trim()).map(|place| (place, name, None))
    }

    fn two_columns(&self, text: &str) -> Result<[usize; 2], EstimationError> {
        for (at, _) in text.match_indices('/') {
            let (above, below) = (text[..at].trim(), text[at + 1..].trim());
            if let (Some(above), Some(below)) = (self.find(above)?, self.find(below)?) {
                return Ok([above, below]);
            }
        }
        match text.split_once('/') {
            Some((above, below)) => Ok([self.column(above.trim())?, self.column(below.trim())?]),
            None => Err(EstimationError::File(format!("a ratio is written numerator/denominator, not \"{text}\""))),
        }
    }

    pub(super) fn items(&self, plan: &Plan, keep: bool) -> Result<Vec<ItemReader>, EstimationError> {
        let mut items = Vec::new();
        for name in &plan.means {
            let place = self.column(name)?;
            items.push(ItemReader::new(Kind::Mean, name, None, [place; 2], keep));
        }
        let with_levels = [(Kind::Proportion, &plan.proportions), (Kind::Total, &plan.totals)];
        for (kind, wanted) in with_levels {
            for text in wanted {
                let (place, name, level) = self.column_and_level(text)?;
                items.push(ItemReader::new(kind, name, level, [place; 2], keep));
            }
        }
        for text in &plan.ratios {
            let places = self.two_columns(text)?;
            items.push(ItemReader::new(Kind::Ratio, text, None, places, keep));
        }
        if items.is_empty() {
            let problem = "nothing to estimate: ask for a mean, a proportion, a total or a ratio";
            return Err(EstimationError::File(problem.to_owned()));
        }
        Ok(items)
    }
}
