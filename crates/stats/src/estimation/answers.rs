//! The answers of one item as they come from a file, row by row: into sums where the weights are
//! known at once, into columns where they are not.
//!
//! The rule to keep: an empty cell and NA are missing; anything else that is not what the item
//! needs is refused with its line and column.

use super::codes::{Codes, MISSING};
use super::error::EstimationError;
use super::item::{Answers, Item, Kind};
use super::register::Register;
use super::tally::{ItemTally, Place};

/// A cell of the file: where it is, and its text without spaces around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) line: u64,
    pub(super) column: &'a str,
    pub(super) text: &'a str,
}

impl Cell<'_> {
    pub(super) fn is_missing(self) -> bool {
        self.text.is_empty() || self.text == "NA"
    }

    pub(super) fn refused(self, problem: impl Into<String>) -> EstimationError {
        EstimationError::cell(self.line, self.column, problem)
    }

    /// A finite number; `None` if missing.
    pub(super) fn number(self) -> Result<Option<f64>, EstimationError> {
        if self.is_missing() {
            return Ok(None);
        }
        match self.text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            Ok(_) => Err(self.refused(format!("\"{}\" is not a finite number", self.text))),
            Err(_) => Err(self.refused(format!("\"{}\" is not a number", self.text))),
        }
    }
}

/// More levels than this are numbers or free text, and every one of them would be an estimate.
const MOST_LEVELS: usize = 2000;

/// Where answers go.
#[derive(Debug)]
enum Store {
    Sums(ItemTally),
    Numbers(Vec<Option<f64>>),
    Pairs(Vec<Option<f64>>, Vec<Option<f64>>),
    Levels(Vec<u32>),
}

/// What the answers are. A total may be of a number or, level by level, of a category: that shows
/// at the first answer.
#[derive(Debug, Clone, PartialEq)]
enum Nature {
    Number,
    Pair,
    Level,
    Open,
    /// A total that turned out categorical, with the line and text that showed it.
    Counted(u64, String),
}

/// One item being read.
#[derive(Debug)]
pub(super) struct ItemReader {
    pub(super) kind: Kind,
    pub(super) variable: String,
    pub(super) level: Option<String>,
    /// Positions of the columns it reads; two for a ratio.
    pub(super) columns: [usize; 2],
    nature: Nature,
    register: Register,
    store: Store,
    keeps_columns: bool,
    rows: usize,
}

impl ItemReader {
    pub(super) fn new(kind: Kind, variable: &str, level: Option<&str>, columns: [usize; 2], keeps_columns: bool) -> Self {
        let nature = match (kind, level) {
            (Kind::Mean, _) => Nature::Number,
            (Kind::Ratio, _) => Nature::Pair,
            (Kind::Total, None) => Nature::Open,
            (Kind::Proportion | Kind::Total, _) => Nature::Level,
        };
        let mut reader = Self {
            kind,
            variable: variable.to_owned(),
            level: level.map(str::to_owned),
            columns,
            nature: nature.clone(),
            register: Register::default(),
            store: Store::Numbers(Vec::new()),
            keeps_columns,
            rows: 0,
        };
        reader.settle(nature);
        reader
    }

    fn settle(&mut self, nature: Nature) {
        let missing = self.rows;
        self.store = match (&nature, self.keeps_columns) {
            (Nature::Level | Nature::Counted(..), false) => Store::Sums(ItemTally::Levels(Vec::new())),
            (_, false) => Store::Sums(ItemTally::Numbers(Vec::new())),
            (Nature::Pair, true) => Store::Pairs(vec![None; missing], vec![None; missing]),
            (Nature::Level | Nature::Counted(..), true) => Store::Levels(vec![MISSING; missing]),
            (Nature::Number | Nature::Open, true) => Store::Numbers(vec![None; missing]),
        };
        self.nature = nature;
        if let Some(level) = &self.level {
            self.register.code(level);
        }
    }

    /// Takes the answer of the next row. `place` is `None` for rows that count nowhere: of no
    /// domain, or with a weight of zero.
    pub(super) fn take(&mut self, cells: [Cell<'_>; 2], place: Option<Place>) -> Result<(), EstimationError> {
        let [cell, second] = cells;
        if self.nature == Nature::Open && !cell.is_missing() {
            let nature = match cell.text.parse::<f64>() {
                Ok(_) => Nature::Number,
                Err(_) => Nature::Counted(cell.line, cell.text.to_owned()),
            };
            self.settle(nature);
        }
        self.rows += 1;
        match &self.nature {
            Nature::Number | Nature::Open => {
                let y = cell.number().map_err(|error| self.with_advice(error))?;
                self.put_number(y, y.map(|_| 0.0), place);
            }
            Nature::Pair => {
                let (y, x) = (cell.number()?, second.number()?);
                self.put_number(y, x, place);
            }
            Nature::Counted(line, text) if cell.text.parse::<f64>().is_ok() => {
                let first = Cell { line: *line, text, ..cell };
                return Err(first.refused(format!("\"{text}\" is not a number")));
            }
            Nature::Level | Nature::Counted(..) => self.put_level(cell, place),
        }
        if self.register.labels().len() > MOST_LEVELS {
            let problem =
                format!("\"{}\" is one level more than the {MOST_LEVELS} that can be told apart; ask for one level, or for a mean", cell.text);
            return Err(cell.refused(problem));
        }
        Ok(())
    }

    fn with_advice(&self, error: EstimationError) -> EstimationError {
        match error {
            EstimationError::Cell { line, column, problem } if self.rows == 1 && self.kind == Kind::Mean => {
                EstimationError::Cell { line, column, problem: format!("{problem}; for answers in words ask for a proportion") }
            }
            other => other,
        }
    }

    fn put_number(&mut self, y: Option<f64>, x: Option<f64>, place: Option<Place>) {
        match &mut self.store {
            Store::Sums(tally) => {
                if let (Some(y), Some(x), Some(place)) = (y, x, place) {
                    tally.add_number(place, y, x);
                }
            }
            Store::Numbers(column) => column.push(y),
            Store::Pairs(ys, xs) => {
                ys.push(y);
                xs.push(x);
            }
            Store::Levels(_) => {}
        }
    }

    fn put_level(&mut self, cell: Cell<'_>, place: Option<Place>) {
        let code = if cell.is_missing() {
            MISSING
        } else {
            match &self.level {
                // Only in or out matters, however many other levels there are.
                Some(level) if cell.text == level => 0,
                Some(_) => self.register.code_of_others(),
                None => self.register.code(cell.text),
            }
        };
        match &mut self.store {
            Store::Sums(tally) => {
                if let (Some(place), true) = (place, code != MISSING) {
                    tally.add_level(place, code);
                }
            }
            Store::Levels(column) => column.push(code),
            Store::Numbers(_) | Store::Pairs(..) => {}
        }
    }

    /// The labels of the levels, for categorical answers.
    pub(super) fn labels(&self) -> Option<&[String]> {
        matches!(self.nature, Nature::Level | Nature::Counted(..)).then(|| self.register.labels())
    }

    /// The sums, if it was not told to keep columns.
    pub(super) fn tally(&self) -> Option<&ItemTally> {
        match &self.store {
            Store::Sums(tally) => Some(tally),
            _ => None,
        }
    }

    /// Turns what was read into columns.
    pub(super) fn into_column(self) -> Column {
        let answers = match self.store {
            Store::Pairs(y, x) => ColumnAnswers::Pairs(y, x),
            Store::Levels(codes) => ColumnAnswers::Levels(self.register.into_codes(codes)),
            Store::Numbers(column) => ColumnAnswers::Numbers(column),
            Store::Sums(_) => ColumnAnswers::Numbers(Vec::new()),
        };
        Column { kind: self.kind, variable: self.variable, level: self.level, answers }
    }
}

/// An item with the column it owns.
#[derive(Debug)]
pub(super) struct Column {
    kind: Kind,
    variable: String,
    level: Option<String>,
    answers: ColumnAnswers,
}

#[derive(Debug)]
enum ColumnAnswers {
    Numbers(Vec<Option<f64>>),
    Pairs(Vec<Option<f64>>, Vec<Option<f64>>),
    Levels(Codes),
}

impl Column {
    pub(super) fn item(&self) -> Item<'_> {
        Item {
            kind: self.kind,
            variable: self.variable.clone(),
            level: self.level.clone(),
            answers: match &self.answers {
                ColumnAnswers::Numbers(y) => Answers::Numbers(y),
                ColumnAnswers::Pairs(y, x) => Answers::Pairs(y, x),
                ColumnAnswers::Levels(codes) => Answers::Levels(codes),
            },
        }
    }
}
