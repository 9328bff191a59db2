//! The records of a CSV file with the line on which each begins, for messages that can be acted on.
//!
//! The rule to keep: lines are counted as an editor counts them, also with Windows line ends, blank
//! lines and line breaks inside quotes.

use std::io::{Chain, Read};

use csv::{ByteRecord, Terminator};

use super::error::EstimationError;

/// A CSV file being read. Fields keep the spaces around them.
pub(super) struct Records<R> {
    reader: csv::Reader<Chain<R, &'static [u8]>>,
    record: ByteRecord,
}

impl<R: Read> Records<R> {
    pub(super) fn new(source: R) -> Self {
        // A closing line break ends the last record of every file alike; "\r" is left to trimming.
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(1 << 18)
            .from_reader(source.chain(b"\n".as_slice()));
        Self { reader, record: ByteRecord::new() }
    }

    /// The next record that is not a blank line, and the line on which it begins.
    pub(super) fn next(&mut self) -> Result<Option<(u64, &ByteRecord)>, EstimationError> {
        loop {
            let read = self.reader.read_byte_record(&mut self.record);
            match read {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => {
                    return Err(EstimationError::File(format!("cannot be read: {error}")));
                }
            }
            if self.record.len() > 1 || !self.record.as_slice().trim_ascii().is_empty() {
                break;
            }
        }
        let breaks = self.record.as_slice().iter().filter(|byte| **byte == b'\n');
        let line = self.reader.position().line() - 1 - breaks.count() as u64;
        Ok(Some((line, &self.record)))
    }
}

/// The text of a field without the spaces around it; of the file's first field also without a
/// byte order mark.
pub(super) fn text_of(field: &[u8]) -> Option<&str> {
    let field = field.strip_prefix(b"\xef\xbb\xbf").unwrap_or(field);
    std::str::from_utf8(field.trim_ascii()).ok()
}
