//! Answers as tables for analysts: the variables that a questionnaire gives, under names that every program takes, and
//! writers of CSV, of workbooks and of system files of SPSS, row by row.
//!
//! Not here: which answers, for whom, and in which order. Rules to keep: memory is that of one row, however many there
//! are; what was not asked is kept apart from what was not answered; what people wrote runs in no spreadsheet.

mod cell;
mod delimited;
mod layout;
mod names;
mod sav;
mod shape;
mod workbook;

pub use cell::Cell;
pub use delimited::Delimited;
pub use layout::{Holds, Layout, Variable};
pub use sav::{Made, Sav};
pub use shape::{Missing, Shapes};
pub use workbook::{MOST_COLUMNS, MOST_ROWS, Workbook};
