//! Sheets as CSV, in the encodings and with the delimiters that spreadsheets of many countries write.
//!
//! Rule to keep: an encoding that had to be guessed is said, and text that no encoding explains is refused.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8};

use super::{MAXIMUM_BYTES, Stop, Table, Wrong};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a file. What cannot be read is in the table's `stopped` and `wrong`.
pub(crate) fn read(bytes: &[u8]) -> Table {
    let mut table = Table::default();
    if bytes.len() > MAXIMUM_BYTES {
        table.stop(Stop::Bytes(1));
        return table;
    }
    let (text, guessed) = decode(bytes);
    table.encoding = guessed;
    let text = plain_line_ends(&text);
    let (declared, lines) = declared_delimiter(&text);
    let delimiter = declared.unwrap_or_else(|| delimiter(&text));
    if let Some(row) = open_quote(text.as_bytes(), delimiter) {
        table.stop(Stop::OpenQuote(row));
        return table;
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(&text.as_bytes()[lines..]);
    let mut record = StringRecord::new();
    // The reader skips empty lines; a spreadsheet counts them.
    let mut number = usize::from(lines > 0);
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        // Reading text from memory cannot fail and differing lengths are allowed.
        if !reader.read_record(&mut record).unwrap_or(false) {
            break;
        }
        let rest = text.as_bytes().get(lines + start..).unwrap_or_default();
        number += rest.iter().take_while(|&&byte| byte == b'\n').count();
        for (column, cell) in record.iter().enumerate() {
            if cell.contains('\u{fffd}') || cell.contains('\0') {
                table.wrong.push((number + 1, column + 1, Wrong::NotText));
            }
            if !table.put(number, column, cell.to_owned()) {
                return table;
            }
        }
        number += 1;
    }
    table
}

/// The text, and the name of the encoding where it was a guess.
fn decode(bytes: &[u8]) -> (String, Option<&'static str>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned(), None);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), None);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let (text, encoding, _) = detector.guess(None, Utf8Detection::Allow).decode(bytes);
    (text.into_owned(), (encoding != UTF_8).then(|| encoding.name()))
}

/// What a first line `sep=;` says, and where the next line begins.
fn declared_delimiter(text: &str) -> (Option<u8>, usize) {
    let line = text.as_bytes().split(|&byte| byte == b'\n').next().unwrap_or_default();
    match line {
        [name @ .., delimiter] if delimiter.is_ascii() && name.eq_ignore_ascii_case(b"sep=") => {
            (Some(*delimiter), line.len() + usize::from(text.len() > line.len()))
        }
        _ => (None, 0),
    }
}

/// Makes every line end a single line feed.
fn plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The row of a cell that begins with a quotation mark and has none at its end: whatever follows would be a part
/// of it. As the reader, marks inside a cell without one at its beginning are taken as they are.
fn open_quote(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (mut row, mut opened, mut begins) = (1, None, true);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, opened) {
            (b'"', Some(_)) if rest.peek() == Some(&b'"') => drop(rest.next()),
            (b'"', Some(_)) => opened = None,
            (b'"', None) if begins => opened = Some(row),
            _ => {}
        }
        begins = opened.is_none() && (byte == delimiter || byte == b'\n');
        row += usize::from(byte == b'\n');
    }
    opened
}

/// The delimiter that the header has most of, outside of quotation marks; of several the first in [`DELIMITERS`].
fn delimiter(text: &str) -> u8 {
    let header = text.split('\n').find(|line| !line.is_empty()).unwrap_or_default();
    let (mut counts, mut quoted) = ([0; DELIMITERS.len()], false);
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if let Some(at) = DELIMITERS.iter().position(|&known| known == byte && !quoted) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    counts.iter().position(|&count| count == most).map_or(b',', |at| DELIMITERS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
        read(bytes).rows().iter().map(|row| (row.number, row.cells.clone())).collect()
    }

    #[test]
    fn every_common_encoding_and_delimiter_is_read() {
        let said =
            vec![(1, vec!["type".to_owned(), "label".to_owned()]), (2, vec!["note".to_owned(), "Où êtes-vous né ? Là-bas, à côté.".to_owned()])];
        let text = "type;label\nnote;Où êtes-vous né ? Là-bas, à côté.\n";
        assert_eq!(cells(text.as_bytes()), said);
        assert_eq!(cells(text.replace(';', "\t").as_bytes()), said);
        assert_eq!(cells(text.replace(';', "|").as_bytes()), said);
        let (latin, ..) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(cells(&latin), said);
        assert_eq!(read(&latin).encoding, Some("windows-1252"));
        let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!((cells(&utf16), read(&utf16).encoding), (said.clone(), None));
        let arabic = "type,label\nnote,ما هو عمرك وأين تسكن في هذه المدينة الجميلة؟\n";
        let (bytes, ..) = encoding_rs::WINDOWS_1256.encode(arabic);
        assert_eq!(cells(&bytes)[1].1[1], "ما هو عمرك وأين تسكن في هذه المدينة الجميلة؟");
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_no_header_and_is_counted() {
        assert_eq!(cells(b"sep=;\ntype;name\n\ntext;a,b\n"), [(2, vec!["type".to_owned(), "name".into()]), (4, vec!["text".into(), "a,b".into()])]);
        assert!(cells(b"sep=;").is_empty());
    }

    #[test]
    fn an_open_quote_is_told_by_its_row() {
        assert_eq!(read(b"type,name\ntext,\"a\ntext,b\n").stopped(), Some(Stop::OpenQuote(2)));
    }
}
