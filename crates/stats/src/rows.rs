//! Splits CSV text into rows of cells while it streams by (RFC 4180: quoted cells, doubled quotation
//! marks, either line end).
//!
//! Millions of rows of a few short cells are the case to be fast in: while no quotation mark is in
//! sight, commas and line ends are found eight bytes at a time, and cells stay where they were read.
//! (With the crate `csv`, 4.5 million ratings took 0.32 s of processor time instead of 0.23.)
//! The rule to keep: a row has a longest length, so that no input can fill the memory.

use std::io::{ErrorKind, Read};

/// Bytes asked of the source at a time.
const CHUNK: usize = 1 << 16;
/// No row of a table is longer.
const LONGEST: usize = 1 << 20;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why there is no next row.
#[derive(Debug)]
pub enum RowError {
    /// The source failed.
    Io(std::io::Error),
    /// The row is longer than any that can be meant.
    Endless,
    /// The text ends within quotation marks.
    Unclosed,
}

impl std::fmt::Display for RowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::Endless => f.write_str("the row is longer than a million characters; is a quotation mark open?"),
            Self::Unclosed => f.write_str("a quotation mark is opened here and never closed"),
        }
    }
}

/// Rows of a CSV text.
pub struct Rows<R> {
    source: R,
    buffer: Vec<u8>,
    /// What is read and not yet used: `buffer[start..end]`.
    start: usize,
    end: usize,
    drained: bool,
    /// Bytes and lines before `start`.
    bytes: u64,
    lines: u64,
    /// Line on which the current row begins, from 1.
    line: u64,
    /// Places of the commas and line ends in the buffer, as long as no quotation mark is in it.
    marks: Option<Vec<u32>>,
    /// The first mark that is not used.
    next_mark: usize,
    row: Row,
}

/// The current row: its cells lie one after the other with one byte between them.
#[derive(Default)]
struct Row {
    begin: usize,
    /// The ends of its cells: these of the marks, or those in `ends` if the row has quotation marks.
    marks: std::ops::Range<usize>,
    quoted: bool,
    ends: Vec<u32>,
    /// Cells of a row with quotation marks, without them.
    unquoted: Vec<u8>,
}

impl<R: Read> Rows<R> {
    /// Rows from the beginning of a source.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            drained: false,
            bytes: 0,
            lines: 0,
            line: 1,
            marks: Some(Vec::new()),
            next_mark: 0,
            row: Row::default(),
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

    fn ends(&self) -> &[u32] {
        match &self.marks {
            Some(marks) if !self.row.quoted => &marks[self.row.marks.clone()],
            _ => &self.row.ends,
        }
    }

    /// How many cells the current row has.
    pub fn len(&self) -> usize {
        self.ends().len()
    }

    /// One cell of the current row without the blanks around it; empty behind the last.
    #[inline]
    pub fn cell(&self, column: usize) -> &[u8] {
        let ends = self.ends();
        let Some(end) = ends.get(column) else {
            return &[];
        };
        let begin = if column == 0 { self.row.begin } else { ends[column - 1] as usize + 1 };
        let bytes = if self.row.quoted { &self.row.unquoted } else { &self.buffer };
        bytes[begin..*end as usize].trim_ascii()
    }

    /// Moves to the next row that is not blank; false at the end.
    #[inline]
    pub fn advance(&mut self) -> Result<bool, RowError> {
        loop {
            self.line = self.lines + 1;
            let Some(next) = self.find() else {
                if self.drained {
                    return if self.start == self.end { Ok(false) } else { Err(RowError::Unclosed) };
                }
                self.refill()?;
                continue;
            };
            self.bytes += (next - self.start) as u64;
            self.start = next;
            if self.len() > 1 || !self.cell(0).is_empty() {
                return Ok(true);
            }
        }
    }

    /// Finds the row that begins at `start` and where the next one begins; `None` if it goes on
    /// behind the buffer.
    #[inline]
    fn find(&mut self) -> Option<usize> {
        let Some(marks) = &self.marks else {
            return self.find_quoted();
        };
        let length = marks[self.next_mark..].iter().position(|place| self.buffer[*place as usize] == b'\n')?;
        let last = self.next_mark + length;
        self.row.begin = self.start;
        self.row.marks = self.next_mark..last + 1;
        self.next_mark = last + 1;
        self.lines += 1;
        Some(marks[last] as usize + 1)
    }

    /// The same with quotation marks in sight, copying the cells.
    fn find_quoted(&mut self) -> Option<usize> {
        let row = &mut self.row;
        row.begin = 0;
        row.ends.clear();
        row.unquoted.clear();
        row.quoted = true;
        let (mut inside, mut fresh, mut lines) = (false, true, 0);
        let mut place = self.start;
        while place < self.end {
            let byte = self.buffer[place];
            place += 1;
            lines += u64::from(byte == b'\n');
            match byte {
                b'"' if inside => {
                    // At the very end of the buffer the next byte is not known, but the row is not
                    // complete either.
                    if self.buffer[..self.end].get(place) == Some(&b'"') {
                        row.unquoted.push(b'"');
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
                    row.ends.push(place_of(row.unquoted.len()));
                    row.unquoted.push(byte);
                    fresh = true;
                    if byte == b'\n' {
                        self.lines += lines;
                        return Some(place);
                    }
                }
                other => {
                    row.unquoted.push(other);
                    fresh = false;
                }
            }
        }
        None
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
        let read = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(read) => break read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(RowError::Io(error)),
            }
        };
        self.end += read;
        if read == 0 {
            self.drained = true;
            // A closing line end makes the last row one like all the others.
            if self.end > 0 {
                self.buffer[self.end] = b'\n';
                self.end += 1;
            }
        }
        // Spreadsheets put a byte order mark in front.
        if self.bytes == 0 && self.buffer[..self.end].starts_with(BYTE_ORDER_MARK) {
            self.start = BYTE_ORDER_MARK.len();
            self.bytes = self.start as u64;
        }
        self.mark();
        Ok(())
    }

    /// Finds the commas and line ends of what was read.
    fn mark(&mut self) {
        let text = &self.buffer[..self.end];
        let mut marks = self.marks.take().unwrap_or_default();
        marks.clear();
        self.next_mark = 0;
        self.row.quoted = text.contains(&b'"');
        if self.row.quoted {
            return;
        }
        let (words, rest) = text.as_chunks::<8>();
        for (word, place) in words.iter().zip((0_u32..).step_by(8)) {
            let word = u64::from_le_bytes(*word);
            let mut found = equal_bytes(word, b',') | equal_bytes(word, b'\n');
            while found != 0 {
                marks.push(place + found.trailing_zeros() / 8);
                found &= found - 1;
            }
        }
        let from = text.len() - rest.len();
        let is_mark = |byte: u8| byte == b',' || byte == b'\n';
        marks.extend((from..text.len()).filter(|place| is_mark(text[*place])).map(place_of));
        self.marks = Some(marks);
    }
}

/// The highest bit of each byte of `word` that equals `byte`.
fn equal_bytes(word: u64, byte: u8) -> u64 {
    const LOW_BITS: u64 = u64::from_le_bytes([0x7f; 8]);
    let different = word ^ u64::from_le_bytes([byte; 8]);
    !(((different & LOW_BITS) + LOW_BITS) | different | LOW_BITS)
}

fn place_of(place: usize) -> u32 {
    u32::try_from(place).expect("the buffer holds little more than the longest row")
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
        let text = b"\xef\xbb\xbf\"a\",b\r\n\r\n1, 2 ,\n\"x, \"\"y\"\"\nz\",3\nlast,\"q\"".as_slice();
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
