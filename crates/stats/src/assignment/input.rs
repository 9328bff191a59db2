//! Reading a matrix of affinities: first line `P R`, then P rows of R numbers. A negative affinity
//! forbids the pair. Says line and column (both from 1, columns in characters) of what it refuses.
//!
//! Rule to keep: nothing is repaired in silence; a row too many is refused like a row too few.

use std::io::{BufRead, BufReader, Read};

use thiserror::Error;

use super::problem::{Candidate, Invalid, LARGEST_AFFINITY, Load, Problem};

/// The most affinities one matrix may hold.
const LARGEST_MATRIX: usize = 1 << 28;
/// Characters that one number may take, with the blanks around it.
const LONGEST_NUMBER: usize = 100;

/// Affinities of reports (rows) and experts (columns), row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub reports: usize,
    pub experts: usize,
    pub affinity: Vec<f64>,
}

impl Matrix {
    /// The problem of giving every report `per_report` experts with the same load for all.
    pub fn problem(&self, per_report: u32, load: Load) -> Result<Problem, Invalid> {
        let candidates = self.affinity.iter().enumerate().map(|(cell, &affinity)| Candidate {
            report: cell / self.experts,
            expert: cell % self.experts,
            affinity,
        });
        Problem::uniform(self.reports, self.experts, per_report, load, candidates)
    }
}

/// Why a matrix was refused, and where.
#[derive(Debug, Error)]
pub enum Refused {
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("line {line}, column {column}: {what}")]
    At { line: usize, column: usize, what: String },
}

/// Reads a matrix, line by line.
pub fn read_matrix(source: impl Read) -> Result<Matrix, Refused> {
    let mut lines = Lines { source: BufReader::new(source), bytes: Vec::new(), line: 0 };
    let Some((_, first)) = lines.next(0)? else {
        return refuse(1, 1, "the input is empty; the first line must be `P R`");
    };
    let (reports, experts) = read_counts(first.strip_prefix('\u{feff}').unwrap_or(first))?;
    let mut affinity = Vec::new();
    let mut last = 1;
    while let Some((line, row)) = lines.next(experts)? {
        if row.trim().is_empty() && affinity.len() == reports * experts {
            continue;
        }
        if affinity.len() == reports * experts {
            let what = format!("a row too many: the first line announces {reports}");
            return refuse(line, column_of_first(row), &what);
        }
        read_row(row, line, experts, &mut affinity)?;
        last = line;
    }
    let rows = affinity.len() / experts;
    if rows < reports {
        let what = format!("the input ends after {rows} of {reports} rows");
        return refuse(last + 1, 1, &what);
    }
    Ok(Matrix { reports, experts, affinity })
}

/// The lines of a text, one in memory at a time.
struct Lines<R> {
    source: R,
    bytes: Vec<u8>,
    line: usize,
}

impl<R: BufRead> Lines<R> {
    /// The next line with its number, of at most so many affinities.
    fn next(&mut self, numbers: usize) -> Result<Option<(usize, &str)>, Refused> {
        self.line += 1;
        self.bytes.clear();
        let longest = (numbers + 10) * LONGEST_NUMBER;
        let read = self.source.by_ref().take(longest as u64).read_until(b'\n', &mut self.bytes)?;
        if read == longest {
            return refuse(self.line, 1, "this line is longer than its numbers can be");
        }
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Ok((read > 0).then_some((self.line, text))),
            Err(error) => {
                let before = String::from_utf8_lossy(&self.bytes[..error.valid_up_to()]);
                refuse(self.line, before.chars().count() + 1, "this is not UTF-8 text")
            }
        }
    }
}

fn read_counts(first: &str) -> Result<(usize, usize), Refused> {
    let mut counts = Vec::new();
    for (column, word) in words(first) {
        if counts.len() == 2 {
            return refuse(1, column, "the first line must be `P R` and nothing more");
        }
        match word.parse::<usize>() {
            Ok(0) => {
                let what = if counts.is_empty() { "no reports" } else { "no experts" };
                return refuse(1, column, &format!("there are {what} to assign"));
            }
            Ok(count) => counts.push(count),
            Err(_) => {
                let what = format!("`{}` is not a whole number above 0", shortened(word));
                return refuse(1, column, &what);
            }
        }
    }
    let [reports, experts] = counts[..] else {
        return refuse(1, first.trim_end().chars().count() + 1, "the first line must be `P R`");
    };
    match reports.checked_mul(experts) {
        Some(cells) if cells <= LARGEST_MATRIX => Ok((reports, experts)),
        _ => refuse(1, 1, &format!("more than {LARGEST_MATRIX} affinities are announced")),
    }
}

fn read_row(row: &str, line: usize, experts: usize, affinity: &mut Vec<f64>) -> Result<(), Refused> {
    let mut count = 0;
    for word in row.split_ascii_whitespace() {
        let column = || column_in(row, word);
        if count == experts {
            let what = format!("an affinity too many: rows have {experts}");
            return refuse(line, column(), &what);
        }
        let Ok(value) = word.parse::<f64>() else {
            return refuse(line, column(), &format!("`{}` is not a number", shortened(word)));
        };
        if !value.is_finite() {
            let what = format!("`{}` is not a finite number", shortened(word));
            return refuse(line, column(), &what);
        }
        if value.abs() > LARGEST_AFFINITY {
            let what = format!("`{}` is beyond ±10⁶", shortened(word));
            return refuse(line, column(), &what);
        }
        affinity.push(value);
        count += 1;
    }
    if count < experts {
        let column = row.trim_end().chars().count() + 1;
        return refuse(line, column, &format!("the row ends after {count} of {experts} affinities"));
    }
    Ok(())
}

/// Words with their columns.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_ascii_whitespace().map(move |word| (column_in(line, word), word))
}

/// The column of `word`, which is a slice of `line`.
fn column_in(line: &str, word: &str) -> usize {
    let offset = word.as_ptr() as usize - line.as_ptr() as usize;
    line[..offset].chars().count() + 1
}

fn column_of_first(line: &str) -> usize {
    line.chars().take_while(|character| character.is_whitespace()).count() + 1
}

/// Enough of a word to recognise it in an error.
fn shortened(word: &str) -> String {
    let mut short: String = word.chars().take(20).flat_map(char::escape_debug).collect();
    if word.chars().count() > 20 {
        short.push('…');
    }
    short
}

fn refuse<T>(line: usize, column: usize, what: &str) -> Result<T, Refused> {
    Err(Refused::At { line, column, what: what.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        read_matrix(text.as_bytes()).expect_err("must be refused").to_string()
    }

    #[test]
    fn a_matrix_is_read_with_any_spacing_and_line_ends() {
        let matrix = read_matrix("2 3\r\n 1 0.5\t0\r\n-1 2e-1 .25  \r\n\r\n".as_bytes());
        let matrix = matrix.expect("well formed");
        assert_eq!((matrix.reports, matrix.experts), (2, 3));
        assert_eq!(matrix.affinity, [1.0, 0.5, 0.0, -1.0, 0.2, 0.25]);
    }

    #[test]
    fn what_is_refused_is_named_with_line_and_column() {
        for (text, start) in [
            ("", "line 1, column 1: the input is empty"),
            ("\n1 1\n1\n", "line 1, column 1: the first line"),
            ("2\n", "line 1, column 2: the first line"),
            ("2 2 2\n", "line 1, column 5: the first line"),
            ("0 2\n", "line 1, column 1: there are no reports"),
            ("2 0\n\n\n", "line 1, column 3: there are no experts"),
            ("2 -1\n", "line 1, column 3: `-1` is not a whole number"),
            ("2 2\n1 1\n1\n", "line 3, column 2: the row ends after 1 of 2"),
            ("2 2\n1 1\n1 1 é\n", "line 3, column 5: an affinity too many"),
            ("2 2\n1 1\n", "line 3, column 1: the input ends after 1 of 2 rows"),
            ("1 2\n1 1\n1 1\n", "line 3, column 1: a row too many"),
            ("1 2\n1 x\n", "line 2, column 3: `x` is not a number"),
            ("1 2\n1 NaN\n", "line 2, column 3: `NaN` is not a finite number"),
            ("1 2\n-inf 1\n", "line 2, column 1: `-inf` is not a finite number"),
            ("1 2\n1e400 1\n", "line 2, column 1: `1e400` is not a finite number"),
            ("1 2\n1 2e6\n", "line 2, column 3: `2e6` is beyond"),
            ("99999999999 99999999999\n", "line 1, column 1: more than"),
            (&format!("1 1\n1{}\n", " ".repeat(5000)), "line 2, column 1: this line is longer"),
        ] {
            let said = refusal(text);
            assert!(said.starts_with(start), "{text:?}: {said}");
        }
        let bad = read_matrix(&b"1 2\n1 \xff\n"[..]).expect_err("must be refused").to_string();
        assert!(bad.starts_with("line 2, column 3: this is not UTF-8"), "{bad}");
    }
}
