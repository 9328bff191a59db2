//! A questionnaire as an .xlsx workbook, as its author would have written it: the way back from [`super::Workbook`].
//!
//! Every cell is text, which no spreadsheet runs. Rule to keep: the same questionnaire is the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook as Book, XlsxError};

use crate::questionnaire::measures::{self, MeasureRule};
use crate::questionnaire::{Questionnaire, Rows, write};

/// Widths of columns, in characters.
const NARROW: f64 = 18.0;
const WIDE: f64 = 48.0;

/// The sheets survey, choices, settings and measures; those with nothing in them are not there, but for the first.
///
/// # Errors
/// What a workbook cannot hold: more rows or longer cells than one has.
pub fn to_xlsx(questionnaire: &Questionnaire, rules: &[MeasureRule]) -> Result<Vec<u8>, XlsxError> {
    let sheets = write(questionnaire);
    let mut book = Book::new();
    // The moment of writing would make each copy another file.
    let long_ago = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&long_ago));
    let measures = measures::rows(rules);
    for (name, rows) in [("survey", &sheets.survey), ("choices", &sheets.choices), ("settings", &sheets.settings), ("measures", &measures)] {
        if name == "survey" || rows.len() > 1 {
            sheet(&mut book, name, rows)?;
        }
    }
    book.save_to_buffer()
}

fn sheet(book: &mut Book, name: &str, rows: &Rows) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = book.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(rows.first().into_iter().flatten()) {
        let wide = ["label", "hint", "guidance_hint", "constraint_message", "required_message"].iter().any(|key| header.starts_with(key));
        sheet.set_column_width(column, if wide { WIDE } else { NARROW })?;
    }
    for (at, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(at, column, cell, if at == 0 { &head } else { &plain })?;
        }
    }
    Ok(())
}
