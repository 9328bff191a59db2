//! What sheets ask that no page of Stoa asks: repeats, media, places.
//!
//! Refused with one message a cause; on request left out, row by row, if nothing else needs it.

use super::SheetCode;
use super::kind::Beyond;
use super::sheet::excerpt;
use super::sheet_error::Faults;

/// Rows that a message names before it says how many more there are.
const NAMED: usize = 8;

/// The rows of each cause.
#[derive(Default)]
pub(super) struct BeyondRows {
    rows: Vec<BeyondRow>,
    /// Rows inside of what repeats, which go with it.
    inner: Vec<BeyondRow>,
}

struct BeyondRow {
    cause: Beyond,
    sheet: &'static str,
    row: usize,
    column: String,
    what: String,
}

impl BeyondRows {
    /// A row, with the column that says so and what stands there.
    pub(super) fn add(&mut self, cause: Beyond, sheet: &'static str, row: usize, column: &str, what: &str) {
        self.rows.push(BeyondRow { cause, sheet, row, column: column.to_owned(), what: excerpt(what) });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A row inside of what repeats, which goes with it.
    pub(super) fn add_inner(&mut self, sheet: &'static str, row: usize, column: &str, what: &str) {
        self.inner.push(BeyondRow { cause: Beyond::Repeats, sheet, row, column: column.to_owned(), what: excerpt(what) });
    }

    /// Says each row as a note, or each cause as an error.
    pub(super) fn tell(self, leave_out: bool, faults: &mut Faults) {
        if leave_out {
            for BeyondRow { sheet, row, column, what, .. } in self.rows.into_iter().chain(self.inner) {
                faults.note(sheet, row, &column, SheetCode::LeftOut, format!("\"{what}\" is left out"));
            }
            return;
        }
        for cause in Beyond::ALL {
            let rows: Vec<&BeyondRow> = self.rows.iter().filter(|row| row.cause == cause).collect();
            let Some(first) = rows.first() else { continue };
            let place = |row: &&BeyondRow| if row.sheet == first.sheet { row.row.to_string() } else { format!("{} {}", row.sheet, row.row) };
            let named: Vec<String> = rows.iter().take(NAMED).map(place).collect();
            let more = rows.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let word = if rows.len() == 1 { "row" } else { "rows" };
            let message = format!("{} are not asked here ({word} {}{more}); they can be left out", cause.said(), named.join(", "));
            faults.add(first.sheet, first.row, &first.column, cause.code(), message);
        }
    }
}
