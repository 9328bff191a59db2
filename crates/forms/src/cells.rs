//! Cells on their way into a spreadsheet and back. Pure.
//!
//! A spreadsheet runs a cell that begins like a formula, whoever wrote it. Such a cell leaves with an
//! apostrophe before it, and loses it when it comes back: what is exported and imported again is the
//! same, to the letter. An invisible sign beside the apostrophe tells it from one that an author wrote.

/// Signs that begin a formula, full-width ones too.
const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// An apostrophe, for spreadsheets, and a word joiner (U+2060), which nobody types.
const GUARD: &str = "'\u{2060}";

/// Whether a spreadsheet would run the cell, now or without its guards. A number is no formula.
fn runs(cell: &str) -> bool {
    let bare = cell.trim_start_matches(GUARD);
    bare.starts_with(BEGINS) && bare.parse::<f64>().is_err()
}

/// The cell as it leaves.
pub fn guarded(cell: &str) -> String {
    if runs(cell) { format!("{GUARD}{cell}") } else { cell.to_owned() }
}

/// The cell as it was, of one that comes back.
pub fn bare(cell: &str) -> &str {
    cell.strip_prefix(GUARD).filter(|_| runs(cell)).unwrap_or(cell)
}

/// Rows of equal length as the text of a CSV file, each cell guarded. The first row is the header.
pub fn to_csv(rows: &[Vec<String>]) -> String {
    let mut file = csv::Writer::from_writer(Vec::new());
    for row in rows {
        file.write_record(row.iter().map(|cell| guarded(cell))).expect("a Vec takes every write, and rows are even");
    }
    String::from_utf8(file.into_inner().expect("a Vec takes every write")).expect("cells are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_leaves_with_an_apostrophe_and_comes_back_without() {
        for cell in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1", "'\u{2060}=1", "'\u{2060}'\u{2060}=1"] {
            let left = guarded(cell);
            assert!(left.starts_with('\'') && left.len() > cell.len(), "{left}");
            assert_eq!(bare(&left), cell);
        }
        for cell in ["", "-1", "+2.5", "1,234", "${age} > 5", "'quoted'", "'+' means yes", "'-99' = ${q}", "''=1", "a = b", "نص"] {
            assert_eq!(guarded(cell), cell);
            assert_eq!(bare(cell), cell);
        }
    }
}
