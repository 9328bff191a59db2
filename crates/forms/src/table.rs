//! A sheet as it was typed: rows of cells with the row numbers of the spreadsheet, whatever file it came in.
//!
//! Here live the limits that hold for every kind of file, so that a hostile one costs no more than an honest one,
//! and the readers: `csv`, `xlsx`, `xls`. Not here: headers, and what a cell means.

pub(crate) mod csv;
pub(crate) mod xls;
pub(crate) mod xlsx;

/// Rows a sheet may have, by the number of the last one.
pub(crate) const MAXIMUM_ROWS: usize = 20_000;
/// Columns of a sheet that are read; what stands further right is refused.
pub(crate) const MAXIMUM_COLUMNS: usize = 256;
/// Characters a cell may have: what a spreadsheet cell can hold.
pub(crate) const MAXIMUM_CELL: usize = 32_767;
/// Bytes that a file and the cells of one sheet may have.
pub(crate) const MAXIMUM_BYTES: usize = 16 << 20;

/// The filled rows of a sheet, in their order.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<TableRow>,
    /// Bytes of all cells.
    bytes: usize,
    /// Where reading stopped, and why: nothing below that row is known.
    stopped: Option<Stop>,
    /// Cells that cannot be used, by row and column counted from 1.
    pub(crate) wrong: Vec<(usize, usize, Wrong)>,
    /// How its bytes were read as text, where that was a guess.
    pub(crate) encoding: Option<&'static str>,
}

#[derive(Debug)]
pub(crate) struct TableRow {
    /// As a spreadsheet counts: from 1.
    pub number: usize,
    pub cells: Vec<String>,
}

/// Why a sheet was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Rows(usize),
    Columns(usize),
    Bytes(usize),
    /// A quotation mark that nothing closes begins in this row.
    OpenQuote(usize),
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The spreadsheet itself shows an error there, such as `#REF!`.
    Error(String),
    NotText,
}

impl Table {
    pub(crate) fn rows(&self) -> &[TableRow] {
        &self.rows
    }

    pub(crate) fn stopped(&self) -> Option<Stop> {
        self.stopped
    }

    pub(crate) fn stop(&mut self, why: Stop) {
        self.stopped.get_or_insert(why);
    }

    /// Puts a cell at a row and column counted from 0. Rows come in ascending order. Says whether there is room for more.
    pub(crate) fn put(&mut self, row: usize, column: usize, cell: String) -> bool {
        if cell.is_empty() {
            return true;
        }
        let before = self.rows.last().filter(|last| last.number == row + 1).map_or(0, |last| last.cells.len());
        // Empty cells before it are kept, too.
        self.bytes += cell.len() + (column.min(MAXIMUM_COLUMNS) + 1).saturating_sub(before) * std::mem::size_of::<String>();
        if row >= MAXIMUM_ROWS {
            self.stop(Stop::Rows(row + 1));
        } else if column >= MAXIMUM_COLUMNS {
            self.stop(Stop::Columns(row + 1));
        } else if self.bytes > MAXIMUM_BYTES {
            self.stop(Stop::Bytes(row + 1));
        }
        if self.stopped.is_some() {
            return false;
        }
        if self.rows.last().is_none_or(|last| last.number != row + 1) {
            self.rows.push(TableRow { number: row + 1, cells: Vec::new() });
        }
        if let Some(last) = self.rows.last_mut() {
            while last.cells.len() <= column {
                last.cells.push(String::new());
            }
            last.cells[column] = cell;
        }
        true
    }

    /// Rows of text, the first one being row 1.
    pub fn of_rows(rows: &[Vec<String>]) -> Self {
        let mut table = Self::default();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                if !table.put(row, column, cell.clone()) {
                    return table;
                }
            }
        }
        table
    }
}

/// A number as a spreadsheet shows it: 1 rather than 1.0.
pub(crate) fn number(value: f64) -> String {
    // Spreadsheets keep 15 digits; what is beyond is noise of binary fractions.
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let text = rounded.to_string();
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_as_they_were_typed() {
        let shown = [1.0, 0.1 + 0.2, 45_651.483_187_879_516, -0.0, 1e15, 201_807_171.0].map(number);
        assert_eq!(shown, ["1", "0.3", "45651.4831878795", "0", "1000000000000000", "201807171"]);
    }

    #[test]
    fn days_and_times_stand_as_a_questionnaire_has_them() {
        let at = |value: f64| calamine::ExcelDateTime::new(value, calamine::ExcelDateTimeType::DateTime, false);
        let shown = [46_387.0, 46_387.0 + 14.5 / 24.0, 14.5 / 24.0, 0.0].map(|value| xls::moment(&at(value)));
        assert_eq!(shown, ["2026-12-31", "2026-12-31T14:30:00", "14:30", "00:00"]);
    }

    #[test]
    fn a_cell_far_away_costs_nothing() {
        let mut table = Table::default();
        assert!(table.put(0, 0, "type".to_owned()));
        assert!(!table.put(1_048_575, 0, "x".to_owned()));
        assert_eq!((table.stopped(), table.rows().len()), (Some(Stop::Rows(1_048_576)), 1));
        let mut table = Table::default();
        assert!(!table.put(3, 16_383, "x".to_owned()));
        assert_eq!((table.stopped(), table.rows().len()), (Some(Stop::Columns(4)), 0));
    }
}
