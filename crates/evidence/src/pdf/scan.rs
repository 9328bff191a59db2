//! Looks through a whole PDF, wherever a reader could come by.
//!
//! Readers jump: to any place that a table names, also into the middle of what looks like data. So every
//! `… obj` and `trailer` of the file is read, wherever it stands, and every stream of objects is unpacked, up
//! to a limit. What cannot be judged is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use flate2::{Decompress, FlushDecompress, Status};

use super::lexer::{Lexer, Token, is_delimiter, is_odd, is_space};
use super::object::{self, Object, Packing, Value};
use crate::{Refused, find};

/// What the streams of objects of a file may unpack to, in bytes; one after the other is in memory.
const MOST_UNPACKED: usize = 64 * 1024 * 1024;
const MOST_AT_ONCE: usize = 16 * 1024 * 1024;

struct Scan {
    /// How many bytes may still be looked at, for whatever: objects that lie in each other cost more than their size,
    /// and so do streams that end at one place.
    left: usize,
    unpacked: usize,
    reaching: BTreeSet<u64>,
    /// Something reaches out whose number is not known.
    nameless: bool,
    opens: Vec<u64>,
    /// Objects that could name a file, and those that are to.
    names: BTreeSet<u64>,
    files: Vec<u64>,
    /// Objects that are numbers; nothing where one is two of them.
    numbers: BTreeMap<u64, Option<usize>>,
    /// How long streams of objects are, with the end of line or without, and which object says so.
    lengths: Vec<(u64, RangeInclusive<usize>)>,
}

/// How many bytes of a file may be looked at: each of them some times, for objects may lie in each other.
pub(super) fn budget(bytes: &[u8]) -> usize {
    bytes.len().saturating_mul(4).saturating_add(1_048_576)
}

/// Refuses a PDF in which anything acts but a link that somebody presses.
pub fn check(bytes: &[u8]) -> Result<(), Refused> {
    let mut scan = Scan {
        left: budget(bytes),
        unpacked: MOST_UNPACKED,
        reaching: BTreeSet::new(),
        nameless: false,
        opens: Vec::new(),
        names: BTreeSet::new(),
        files: Vec::new(),
        numbers: BTreeMap::new(),
        lengths: Vec::new(),
    };
    let mut at = 0;
    while let Some(found) = find(bytes, b"obj", at) {
        at = found + 3;
        let begins = found.checked_sub(1).is_some_and(|before| may_end_a_number(bytes[before]));
        if begins && bytes.get(at).is_none_or(|b| is_space(*b) || is_odd(*b) || is_delimiter(*b)) {
            let number = header(&bytes[..found], &mut scan.left)?;
            let object = scan.object(bytes, at, number)?.0;
            scan.nameless |= object.reaches && number.is_none();
            scan.stream(bytes, &object)?;
        }
    }
    at = 0;
    while let Some(found) = find(bytes, b"trailer", at) {
        at = found + 7;
        let mut lexer = Lexer::new(bytes, at);
        let begins = matches!(lexer.next(), Token::OpenDictionary | Token::Odd);
        scan.pay(lexer.read)?;
        if begins {
            scan.object(bytes, at, None)?;
        }
    }
    scan.together()
}

/// Whether what comes next could stand behind two numbers, as leniently as any reader takes them.
fn may_end_a_number(b: u8) -> bool {
    is_space(b) || is_odd(b) || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')
}

/// The number of the object that is announced at the end of these bytes; `None` where it cannot be told. Comments
/// count as blanks. What is read of them is taken from `left`.
pub(super) fn header(all: &[u8], left: &mut usize) -> Result<Option<u64>, Refused> {
    let (before, _) = trimmed(all, left)?;
    let generation = digits(before);
    let (rest, between) = trimmed(&before[..before.len() - generation], left)?;
    let start = rest.len() - digits(rest);
    let plain = between && generation > 0 && !all[start..].contains(&b'%');
    // A number with a sign or a fraction is none that all read alike.
    let whole = start == 0 || all.get(start - 1).is_none_or(|b| is_space(*b) || is_delimiter(*b));
    Ok(std::str::from_utf8(&rest[start..]).ok().filter(|_| plain && whole).and_then(|n| n.parse().ok()))
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

/// Unpacks data to their end, or as far as they can be; the second says whether it was their end.
fn unpack(data: &[u8], most: usize) -> Result<(Vec<u8>, bool), Refused> {
    let (mut packer, mut all) = (Decompress::new(true), Vec::new());
    loop {
        let read = usize::try_from(packer.total_in()).unwrap_or(usize::MAX);
        all.reserve(65_536);
        let before = (packer.total_in(), all.len());
        let status = packer.decompress_vec(data.get(read..).unwrap_or_default(), &mut all, FlushDecompress::None);
        if all.len() > most {
            return Err(Refused::Unpacks);
        }
        match status {
            Ok(Status::StreamEnd) => return Ok((all, true)),
            Ok(_) if before != (packer.total_in(), all.len()) => {}
            _ => return Ok((all, false)),
        }
    }
}

/// Whether a reader that does not ask where objects begin could find a list of them here; and how many bytes that took.
fn begins_with_numbers(data: &[u8]) -> (bool, usize) {
    let mut lexer = Lexer::new(data, 0);
    let mut number = || match lexer.next() {
        Token::Whole(_) | Token::Odd => true,
        Token::Word(word) => word.first().is_some_and(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9')),
        _ => false,
    };
    let begins = number() && number();
    (begins, lexer.read)
}

impl Scan {
    fn pay(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused::Unpacks)?;
        Ok(())
    }

    /// Reads an object, and says where it ends.
    fn object(&mut self, bytes: &[u8], at: usize, number: Option<u64>) -> Result<(Object, usize), Refused> {
        let (mut object, end, read) = object::read(bytes, at)?;
        self.pay(read)?;
        if let Some(number) = number {
            if object.reaches {
                self.reaching.insert(number);
            }
            if object.names {
                self.names.insert(number);
            }
            let value = self.numbers.entry(number).or_insert(object.number);
            *value = value.filter(|known| Some(*known) == object.number);
        }
        self.opens.append(&mut object.opens);
        self.files.append(&mut object.files);
        Ok((object, end))
    }

    /// What only all objects together tell.
    fn together(&self) -> Result<(), Refused> {
        let acts = !self.opens.is_empty() && (self.nameless || self.opens.iter().any(|number| self.reaching.contains(number)));
        if acts || self.files.iter().any(|number| self.names.contains(number)) {
            return Err(Refused::Acts);
        }
        let as_said =
            |number: &u64, is: &RangeInclusive<usize>| self.numbers.get(number).is_some_and(|said| said.is_some_and(|said| is.contains(&said)));
        if self.lengths.iter().all(|(number, is)| as_said(number, is)) { Ok(()) } else { Err(Refused::Damaged) }
    }

    /// Unpacks a stream of objects and reads each of them. A stream is one for some readers as soon as it says how
    /// many there are (`/N`), which a colour profile does, too.
    fn stream(&mut self, bytes: &[u8], object: &Object) -> Result<(), Refused> {
        let Some(after) = object.stream else { return Ok(()) };
        let holds = object.holds_objects || object.first != Value::Absent;
        if !holds && object.count == Value::Absent {
            return Ok(());
        }
        // Readers go on differently after anything else.
        let start = match bytes.get(after..) {
            Some([b'\r', b'\n', ..]) => after + 2,
            Some([b'\n', ..]) => after + 1,
            _ => return Err(Refused::Damaged),
        };
        let end = find(bytes, b"endstream", start).ok_or(Refused::Damaged)?;
        self.pay(end - start)?;
        let packed = &bytes[start..end];
        let unpacked;
        let data = match object.packing {
            Packing::Plain => packed,
            Packing::Otherwise => return Err(Refused::Damaged),
            Packing::Flate => {
                let (all, whole) = unpack(packed, self.unpacked.min(MOST_AT_ONCE))?;
                if holds && !whole {
                    return Err(Refused::Damaged);
                }
                self.unpacked -= all.len();
                self.left = self.left.saturating_add(all.len().saturating_mul(2));
                unpacked = all;
                &unpacked
            }
        };
        if !holds {
            let (begins, read) = begins_with_numbers(data);
            self.pay(read)?;
            return if begins { Err(Refused::Damaged) } else { Ok(()) };
        }
        self.ends_as_said(object.length, packed)?;
        let (Value::Plain(first), Value::Plain(count)) = (object.first, object.count) else { return Err(Refused::Damaged) };
        self.inside(data, first, count)
    }

    /// A stream of objects is as long as it says, but for an end of line: a shorter one would cut off a word.
    fn ends_as_said(&mut self, length: Value, packed: &[u8]) -> Result<(), Refused> {
        let bare = match packed {
            [bare @ .., b'\r', b'\n'] | [bare @ .., b'\n' | b'\r'] => bare.len(),
            _ => packed.len(),
        };
        let is = bare..=packed.len();
        match length {
            Value::Plain(length) if is.contains(&length) => Ok(()),
            Value::Of(number) => {
                self.lengths.push((number, is));
                Ok(())
            }
            _ => Err(Refused::Damaged),
        }
    }

    /// Reads the objects of a stream: one after the other with nothing but blanks between them, as the list before
    /// them says. Some readers go by the list, some by the order, and some end an object where the next one begins.
    fn inside(&mut self, data: &[u8], first: usize, count: usize) -> Result<(), Refused> {
        let list = data.get(..first).ok_or(Refused::Damaged)?;
        let parted = list.last().is_none_or(|b| is_space(*b)) || data.get(first).is_none_or(|b| is_delimiter(*b));
        if !parted || !list.iter().all(|b| b.is_ascii_digit() || is_space(*b)) {
            return Err(Refused::Damaged);
        }
        let mut places = Lexer::new(list, 0);
        let mut all = Vec::new();
        loop {
            match (places.next(), places.next()) {
                (Token::Whole(number), Token::Whole(offset)) => all.push((number, usize::try_from(offset).map_err(|_| Refused::Damaged)?)),
                (Token::End, Token::End) => break,
                _ => return Err(Refused::Damaged),
            }
        }
        if all.len() != count {
            return Err(Refused::Damaged);
        }
        let mut ended = first;
        for (number, offset) in all {
            let at = first.saturating_add(offset);
            if !data.get(ended..at).is_some_and(|between| between.iter().all(|b| is_space(*b))) {
                return Err(Refused::Damaged);
            }
            ended = self.object(data, at, Some(number))?.1;
        }
        Ok(())
    }
}
