//! Splits CSV text into rows of cells while it streams by (RFC 4180: quoted cells, doubled quotation
//! marks, either line end).
//!
//! Millions of rows of three short cells are the case to be fast in, so that an unquoted row is
//! found in one pass over its bytes and its cells stay where they were read. The rule to keep: a row
//! has a longest length, so that no input can fill the memory.

use std::io::{ErrorKind, Read};
use std::ops::Range;

/// Bytes asked of the source at a time.
const CHUNK: usize = 1 << 18;
/// A longer row is no rating.
const LONGEST: usize = 1 << 20;

/// Why there is no next row.
#[derive(Debug)]
pub enum RowError {
    /// The source failed.
    Io(std::io::Error),
    /// The row is longer than any rating.
    Endless,
}

/// Rows of a CSV text.
pub struct Rows<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    drained: bool,
    /// Bytes and lines before `start`.
    bytes: u64,
    lines: u64,
    /// Line on which the current row begins, from 1.
    line: u64,
    cells: Vec<Range<usize>>,
    /// Cells of a row with quotation marks, without them.
    unquoted: Vec<u8>,
    quoted: bool,
}

/// What a scan found.
enum Scan {
    /// A row of so many bytes, its line end included.
    Row(usize),
    /// The row goes on behind the buffer.
    Cut,
}

impl<R: Read> Rows<R> {
    /// Rows from the beginning of a source.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            drained: false,
            bytes: 0,
            lines: 0,
            line: 1,
            cells: Vec::new(),
            unquoted: Vec::new(),
            quoted: false,
        }
    }

    /// Line on which the current row begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes up to the end of the current row.
    pub fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// How many cells the current row has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// One cell of the current row without the blanks around it; empty behind the last.
    pub fn cell(&self, column: usize) -> &[u8] {
        let bytes = if self.quoted { &self.unquoted } else { &self.buffer };
        self.cells.get(column).map_or(&[], |range| bytes[range.clone()].trim_ascii())
    }

    /// Moves to the next row that is not blank; false at the end.
    pub fn advance(&mut self) -> Result<bool, RowError> {
        loop {
            self.line = self.lines + 1;
            match self.scan() {
                Scan::Row(0) => return Ok(false),
                Scan::Row(length) => {
                    self.start += length;
                    self.bytes += length as u64;
                    if self.cells.len() > 1 || !self.cell(0).is_empty() {
                        return Ok(true);
                    }
                }
                Scan::Cut => self.refill()?,
            }
        }
    }

    fn scan(&mut self) -> Scan {
        self.cells.clear();
        self.quoted = false;
        let mut cell = self.start;
        for place in self.start..self.end {
            match self.buffer[place] {
                b',' => {
                    self.cells.push(cell..place);
                    cell = place + 1;
                }
                b'\n' => {
                    self.cells.push(cell..place);
                    self.lines += 1;
                    return Scan::Row(place + 1 - self.start);
                }
                b'"' if place == cell => return self.scan_quoted(),
                _ => {}
            }
        }
        if !self.drained {
            return Scan::Cut;
        }
        if self.start < self.end {
            self.cells.push(cell..self.end);
        }
        Scan::Row(self.end - self.start)
    }

    /// The same for a row with quotation marks, copying its cells.
    fn scan_quoted(&mut self) -> Scan {
        self.cells.clear();
        self.unquoted.clear();
        self.quoted = true;
        let (mut cell, mut inside, mut lines) = (0, false, 0);
        let mut fresh = true;
        let mut place = self.start;
        while place < self.end {
            let byte = self.buffer[place];
            place += 1;
            lines += u64::from(byte == b'\n');
            match byte {
                b'"' if inside => {
                    if place == self.end && !self.drained {
                        return Scan::Cut;
                    }
                    if place < self.end && self.buffer[place] == b'"' {
                        self.unquoted.push(b'"');
                        place += 1;
                    } else {
                        inside = false;
                    }
                }
                b'"' if fresh => {
                    inside = true;
                    fresh = false;
                }
                b',' | b'\n' if !inside => {
                    self.cells.push(cell..self.unquoted.len());
                    cell = self.unquoted.len();
                    fresh = true;
                    if byte == b'\n' {
                        self.lines += lines;
                        return Scan::Row(place - self.start);
                    }
                }
                other => {
                    self.unquoted.push(other);
                    fresh = false;
                }
            }
        }
        if !self.drained {
            return Scan::Cut;
        }
        self.cells.push(cell..self.unquoted.len());
        self.lines += lines;
        Scan::Row(self.end - self.start)
    }

    fn refill(&mut self) -> Result<(), RowError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end > LONGEST {
            return Err(RowError::Endless);
        }
        if self.end + CHUNK > self.buffer.len() {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(read) => {
                    self.drained = read == 0;
                    self.end += read;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(RowError::Io(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use std::io::Read;

    /// Gives one byte at a time, so that every row is cut everywhere.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn all(source: impl Read) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(source);
        let mut found = Vec::new();
        while rows.advance().unwrap() {
            let cells = (0..rows.len()).map(|c| String::from_utf8_lossy(rows.cell(c)).into_owned());
            found.push((rows.line(), cells.collect()));
        }
        found
    }

    #[test]
    fn rows_are_the_same_however_they_arrive() {
        let text = b"a,b\r\n\r\n1, 2 ,\n\"x, \"\"y\"\"\nz\",3\nlast,\"q\"".as_slice();
        let expected = vec![
            (1, vec!["a".to_owned(), "b".to_owned()]),
            (3, vec!["1".to_owned(), "2".to_owned(), String::new()]),
            (4, vec!["x, \"y\"\nz".to_owned(), "3".to_owned()]),
            (6, vec!["last".to_owned(), "q".to_owned()]),
        ];
        assert_eq!(all(text), expected);
        assert_eq!(all(Dripping(text)), expected);
        assert!(all(b"".as_slice()).is_empty());
        assert!(all(b"\n\n".as_slice()).is_empty());
    }
}
