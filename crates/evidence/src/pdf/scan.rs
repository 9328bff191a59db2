//! Looks through a whole PDF, wherever a reader could come by.
//!
//! Readers jump: to any place that a table names, also into the middle of what looks like data. So every
//! `… obj` and `trailer` of the file is read, wherever it stands, and every stream of objects is unpacked, up
//! to a limit. What cannot be judged is refused.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::lexer::{Lexer, Token, is_delimiter, is_space};
use super::object::{self, Object, Packing};
use crate::{Refused, find};

/// What the streams of objects of a file may unpack to, in bytes; one after the other is in memory.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
const MOST_AT_ONCE: u64 = 16 * 1024 * 1024;

struct Scan {
    /// How many bytes may still be read as words: objects that lie in each other cost more than their size.
    left: usize,
    unpacked: u64,
    reaching: BTreeSet<u64>,
    /// Something reaches out whose number is not known.
    nameless: bool,
    opens: Vec<u64>,
}

/// Refuses a PDF in which anything acts but a link that somebody presses.
pub fn check(bytes: &[u8]) -> Result<(), Refused> {
    let mut scan = Scan {
        left: bytes.len().saturating_mul(4).saturating_add(1_048_576),
        unpacked: MOST_UNPACKED,
        reaching: BTreeSet::new(),
        nameless: false,
        opens: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = find(bytes, b"obj", at) {
        at = found + 3;
        if bytes.get(at).is_none_or(|b| is_space(*b) || is_delimiter(*b))
            && let Some(number) = header(&bytes[..found], &mut scan.left)?
        {
            let object = scan.object(bytes, at, number)?;
            scan.stream(bytes, &object)?;
        }
    }
    at = 0;
    while let Some(found) = find(bytes, b"trailer", at) {
        at = found + 7;
        if Lexer::new(bytes, at).next() == Token::OpenDictionary {
            scan.object(bytes, at, None)?;
        }
    }
    let acts = !scan.opens.is_empty() && (scan.nameless || scan.opens.iter().any(|number| scan.reaching.contains(number)));
    if acts { Err(Refused::Acts) } else { Ok(()) }
}

/// The number of the object that is announced at the end of these bytes; `None` where none is, and `Some(None)`
/// where its number cannot be told. Comments count as blanks. What is read of them is taken from `left`.
#[expect(clippy::option_option, reason = "no object, or one whose number cannot be told")]
fn header(all: &[u8], left: &mut usize) -> Result<Option<Option<u64>>, Refused> {
    let (before, gap) = trimmed(all, left)?;
    let generation = digits(before);
    if generation == 0 {
        return Ok(None);
    }
    let (rest, between) = trimmed(&before[..before.len() - generation], left)?;
    let length = digits(rest);
    let start = rest.len() - length;
    let plain = !all[start..].contains(&b'%');
    let number = std::str::from_utf8(&rest[start..]).ok().filter(|_| plain).and_then(|n| n.parse().ok());
    // A word that ends in a digit, as `%PDF-1.4 obj` or a name.
    Ok(if gap || before.len() == generation || between { Some(number) } else { None })
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().rev().take(20).take_while(|b| b.is_ascii_digit()).count()
}

/// Without the blanks and comments at its end; whether there were any.
fn trimmed<'b>(mut bytes: &'b [u8], left: &mut usize) -> Result<(&'b [u8], bool), Refused> {
    let whole = bytes.len();
    for _ in 0..64 {
        let end = bytes.iter().rposition(|b| !is_space(*b)).map_or(0, |at| at + 1);
        *left = left.checked_sub(bytes.len() - end).ok_or(Refused::Unpacks)?;
        bytes = &bytes[..end];
        if bytes.last().is_some_and(u8::is_ascii_digit) {
            break;
        }
        let line = bytes
            .iter()
            .rev()
            .take(1024)
            .position(|b| matches!(b, b'\n' | b'\r'))
            .map_or(bytes.len().saturating_sub(1024), |back| bytes.len() - back);
        *left = left.checked_sub(bytes.len() - line).ok_or(Refused::Unpacks)?;
        match bytes[line..].iter().position(|b| *b == b'%') {
            Some(at) => bytes = &bytes[..line + at],
            None => break,
        }
    }
    Ok((bytes, bytes.len() < whole))
}

impl Scan {
    fn object(&mut self, bytes: &[u8], at: usize, number: Option<u64>) -> Result<Object, Refused> {
        let (object, end) = object::read(bytes, at)?;
        self.left = self.left.checked_sub(end - at).ok_or(Refused::Unpacks)?;
        if object.reaches {
            match number {
                Some(number) => {
                    self.reaching.insert(number);
                }
                None => self.nameless = true,
            }
        }
        self.opens.extend(&object.opens);
        Ok(object)
    }

    /// Unpacks a stream of objects and reads each of them.
    fn stream(&mut self, bytes: &[u8], object: &Object) -> Result<(), Refused> {
        let Some(start) = object.stream.filter(|_| object.holds_objects) else { return Ok(()) };
        let start = start + usize::from(bytes.get(start) == Some(&b'\r'));
        let start = start + usize::from(bytes.get(start) == Some(&b'\n'));
        let data = &bytes[start.min(bytes.len())..find(bytes, b"endstream", start).unwrap_or(bytes.len())];
        let unpacked;
        let data = match object.packing {
            Packing::Plain => data,
            Packing::Otherwise => return Err(Refused::Damaged),
            Packing::Flate => {
                let most = self.unpacked.min(MOST_AT_ONCE);
                let mut all = Vec::new();
                ZlibDecoder::new(data).take(most + 1).read_to_end(&mut all).map_err(|_| Refused::Damaged)?;
                if all.len() as u64 > most {
                    return Err(Refused::Unpacks);
                }
                self.unpacked -= all.len() as u64;
                self.left = self.left.saturating_add(all.len().saturating_mul(2));
                unpacked = all;
                &unpacked
            }
        };
        let (Some(first), Some(count)) = (object.first, object.count) else { return Err(Refused::Damaged) };
        let mut places = Lexer::new(data.get(..first).ok_or(Refused::Damaged)?, 0);
        let mut all = Vec::new();
        loop {
            match (places.next(), places.next()) {
                (Token::Whole(number), Token::Whole(offset)) => all.push((number, usize::try_from(offset).map_err(|_| Refused::Damaged)?)),
                (Token::End, Token::End) => break,
                _ => return Err(Refused::Damaged),
            }
        }
        if all.len() < count {
            return Err(Refused::Damaged);
        }
        for (number, offset) in all {
            self.object(data, first.saturating_add(offset), Some(number))?;
        }
        Ok(())
    }
}
