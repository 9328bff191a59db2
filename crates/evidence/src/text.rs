//! Plain text and CSV: which bytes are text, and cells that a spreadsheet would run.

use std::collections::BTreeSet;

use super::Taken;

/// Whether bytes are UTF-8 without control characters, and begin like neither a page nor a program.
pub fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    !start.starts_with(['<', '%']) && !start.starts_with("#!") && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether bytes look like text that somebody saved for Windows: UTF-16 with its mark, or one byte for each
/// letter.
pub fn is_of_another_encoding(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    marked || (std::str::from_utf8(bytes).is_err() && !bytes.iter().any(|b| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t')))
}

/// A sign that begins a formula, full-width ones too.
const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Puts an apostrophe before each cell that a spreadsheet would run, whatever sign parts its cells. A number
/// is no formula. UTF-8 in, UTF-8 out.
pub fn without_formulas(bytes: Vec<u8>, taken: &mut BTreeSet<Taken>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&bytes) else { return bytes };
    let mut kept = String::new();
    let (mut from, mut begins) = (0, true);
    if let Some(at) = other_sign(text) {
        kept.push_str(&text[..at]);
        kept.push('\'');
        from = at;
    }
    for (at, c) in text.char_indices() {
        if begins && BEGINS.contains(&c) && !is_number(&text[at..]) {
            kept.push_str(&text[from..at]);
            kept.push('\'');
            from = at;
        }
        // Blanks before a cell are no part of it for some programs.
        begins = matches!(c, ',' | ';' | '\t' | '|' | '\n' | '\r' | '"' | '\u{feff}') || (begins && c.is_whitespace());
    }
    if from == 0 && kept.is_empty() {
        return bytes;
    }
    taken.insert(Taken::Formula);
    kept.push_str(&text[from..]);
    kept.into_bytes()
}

/// Where a first line says that another sign parts the cells (`sep=a`): by it cells would begin that are not looked
/// at here. Made a text, it says nothing.
fn other_sign(text: &str) -> Option<usize> {
    let start = text.find(|c: char| !c.is_whitespace() && !matches!(c, '\u{feff}' | '"'))?;
    let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
    let says = line.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("sep"));
    let sign = line.get(3..)?.trim_start_matches(' ').strip_prefix('=').filter(|_| says)?;
    (!matches!(sign.trim_end_matches('"'), "," | ";" | "\t" | "|")).then_some(start)
}

const LONGEST_NUMBER: usize = 400;

/// Whether the cell that begins here is a number, a dash or nothing but a sign.
fn is_number(cell: &str) -> bool {
    // No number is longer, and each cell is looked at once.
    let cell = &cell[..cell.floor_char_boundary(LONGEST_NUMBER)];
    let cell = cell.split([',', ';', '\t', '|', '\n', '\r', '"']).next().unwrap_or_default().trim();
    cell.parse::<f64>().is_ok() || cell.trim_end_matches('%').parse::<f64>().is_ok() || matches!(cell, "-" | "+" | "--" | "－")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> (String, bool) {
        let mut taken = BTreeSet::new();
        let kept = without_formulas(text.as_bytes().to_vec(), &mut taken);
        (String::from_utf8(kept).unwrap(), taken.contains(&Taken::Formula))
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_become_text() {
        for (before, after) in [
            ("=cmd|'/C calc'!A0,2", "'=cmd|'/C calc'!A0,2"),
            ("a;\"=WEBSERVICE(\"\"http://x\"\")\"", "a;\"'=WEBSERVICE(\"\"http://x\"\")\""),
            ("a\n@SUM(A1)\n", "a\n'@SUM(A1)\n"),
            ("\u{feff}+1+cmd", "\u{feff}'+1+cmd"),
            ("a,  =1", "a,  '=1"),
            ("a\t－1+2", "a\t'－1+2"),
            ("-1-2", "'-1-2"),
            ("sep=a\nxa=WEBSERVICE(\"http://x\")", "'sep=a\nxa=WEBSERVICE(\"http://x\")"),
            ("\u{feff}SEP=~\r\nx~=1+1", "\u{feff}'SEP=~\r\nx~=1+1"),
            ("\"sep=^\"\nx^=cmd|'/C calc'!A0", "\"'sep=^\"\nx^=cmd|'/C calc'!A0"),
            ("\n sep=\nx", "\n 'sep=\nx"),
            ("sep=;;\nx", "'sep=;;\nx"),
            ("sep=;\n=1;2", "sep=;\n'=1;2"),
        ] {
            assert_eq!(run(before), (after.to_owned(), true));
            assert_eq!(run(after), (after.to_owned(), false), "what was made text once is text");
        }
        for plain in [
            "a,b\n1,2\n",
            "-1,+2.5,-3e4\n",
            "-5%;-\n",
            "x=1,y=2",
            "sep=;\na;b",
            "\"sep=,\"\r\na,b",
            "sep=\t\na",
            "separate=a",
            "مدينة,12",
            "a-b;c+d;e@f.org",
            "",
        ] {
            assert_eq!(run(plain), (plain.to_owned(), false));
        }
    }

    /// Marks of the order of bytes make cells begin again and again without an end.
    #[test]
    fn cells_that_never_end_cost_no_more_than_their_length() {
        let text = "\u{feff}-".repeat(100_000);
        assert!(run(&text).1);
        assert!(!run(&format!("-{}", "1".repeat(300))).1);
    }

    #[test]
    fn text_of_another_encoding_is_told_from_what_is_no_text() {
        assert!(is_of_another_encoding(b"caf\xe9;12\r\n") && is_of_another_encoding(b"\xff\xfea\0b\0"));
        assert!(!is_of_another_encoding(b"\x00\x01\xff"));
    }
}
