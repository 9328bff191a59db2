//! Who made a PDF, and who wrote the notes on its pages: blanked in place, wherever it lies open.
//!
//! Names of keys are read as every reader reads them, with their escapes, and values where they lie, be it in another
//! object. A colour profile of a picture and what is compressed stays as it is.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexer::{Lexer, Token, is_delimiter, is_space};
use super::scan::{budget, header};
use crate::{Refused, find};

/// Keys whose text names who made a document, or the program of theirs.
const KEYS: [&[u8]; 3] = [b"Author", b"Creator", b"Producer"];
/// Kinds of notes on a page; in one of them `/T` is who wrote it, in a field of a form what it is called.
const NOTES: [&[u8]; 18] = [
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Stamp",
    b"Caret",
    b"Ink",
    b"Popup",
    b"Redact",
    b"FileAttachment",
    b"Projection",
];
/// Letters of a name that could be one of the keys, each written as an escape.
const LONGEST_KEY: usize = 3 * 8;
const DEEPEST: usize = 128;

/// Blanks what names people, in place: a PDF's table of contents counts bytes. What takes too long to look through is
/// refused.
pub fn anonymous(mut bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    let has = |bytes: &[u8], what: &[u8]| find(bytes, what, 0).is_some();
    // A signature covers every byte; encrypted strings cannot be told apart.
    if has(&bytes, b"/ByteRange") || has(&bytes, b"/Encrypt") {
        return Ok(bytes);
    }
    let mut found = Found { left: budget(&bytes), texts: Vec::new(), objects: BTreeSet::new(), data: Vec::new() };
    found.keys(&bytes)?;
    let mut at = 0;
    while let Some(begins) = find(&bytes, b"obj", at) {
        at = begins + 3;
        found.notes(&bytes, at)?;
    }
    found.elsewhere(&bytes)?;
    for text in found.texts {
        blank(&mut bytes, text);
    }
    for data in found.data {
        bytes[data].fill(b' ');
    }
    for (begin, end) in [(&b"<x:xmpmeta"[..], &b"</x:xmpmeta>"[..]), (b"<rdf:RDF", b"</rdf:RDF>")] {
        let mut from = 0;
        while let Some(start) = find(&bytes, begin, from) {
            let Some(ends) = find(&bytes, end, start) else { break };
            bytes[start..ends + end.len()].fill(b' ');
            from = ends;
        }
    }
    Ok(bytes)
}

/// Blanks a text between its brackets. Hexadecimal: an even number of digits stays; "20" is a blank.
fn blank(bytes: &mut [u8], text: Range<usize>) {
    let hexadecimal = bytes[text.start] == b'<';
    for (i, b) in bytes[text.start + 1..text.end - 1].iter_mut().enumerate() {
        *b = match (hexadecimal, i % 2) {
            (false, _) => b' ',
            (true, 0) => b'2',
            (true, _) => b'0',
        };
    }
}

/// What is to be blanked.
struct Found {
    /// How many bytes may still be looked at.
    left: usize,
    texts: Vec<Range<usize>>,
    /// Objects that are such texts.
    objects: BTreeSet<u64>,
    /// Data of streams that say who made what.
    data: Vec<Range<usize>>,
}

/// A dictionary that is open: the key whose value comes next, whether it is a note, and who wrote it.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about one dictionary")]
struct Frame {
    array: bool,
    key: Option<Vec<u8>>,
    note: bool,
    metadata: bool,
    packed: bool,
    texts: Vec<Range<usize>>,
    objects: Vec<u64>,
}

impl Found {
    fn pay(&mut self, bytes: usize) -> Result<(), Refused> {
        self.left = self.left.checked_sub(bytes).ok_or(Refused::Unpacks)?;
        Ok(())
    }

    /// Looks for the keys wherever they stand, also where no object is announced.
    fn keys(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let mut at = 0;
        while let Some(found) = bytes[at..].iter().position(|b| *b == b'/') {
            at += found + 1;
            let length = bytes[at..].iter().take(LONGEST_KEY + 1).take_while(|b| !is_space(**b) && !is_delimiter(**b)).count();
            if length > LONGEST_KEY {
                continue;
            }
            let Token::Name(name) = Lexer::new(&bytes[..at + length], at - 1).next() else { continue };
            if KEYS.contains(&&*name) {
                let mut lexer = Lexer::new(bytes, at + length);
                let value = value(bytes, &mut lexer);
                self.pay(lexer.read)?;
                match value {
                    Some(Said::Text(text)) => self.texts.push(text),
                    Some(Said::Object(number)) => drop(self.objects.insert(number)),
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Looks through the object that begins here for notes and for what describes the document, as far as it can be read.
    fn notes(&mut self, bytes: &[u8], at: usize) -> Result<(), Refused> {
        let mut lexer = Lexer::new(bytes, at);
        let mut stack: Vec<Frame> = Vec::new();
        let described = loop {
            let before = lexer.at;
            lexer.skip();
            let start = lexer.at;
            let token = lexer.next();
            let expects_key = stack.last().is_some_and(|frame| !frame.array && frame.key.is_none());
            let closed = match token {
                Token::Name(name) if expects_key => {
                    if let Some(frame) = stack.last_mut() {
                        frame.packed |= matches!(&*name, b"Filter" | b"F" | b"FFilter");
                        frame.key = Some(name.into_owned());
                    }
                    continue;
                }
                Token::OpenDictionary | Token::OpenArray if stack.len() < DEEPEST => {
                    stack.push(Frame { array: token == Token::OpenArray, ..Frame::default() });
                    continue;
                }
                Token::CloseDictionary | Token::CloseArray => {
                    let Some(frame) = stack.pop() else { break false };
                    if frame.note {
                        self.texts.extend(frame.texts);
                        self.objects.extend(frame.objects);
                    }
                    frame.metadata && !frame.packed
                }
                Token::Name(name) => {
                    if let Some(frame) = stack.last_mut() {
                        frame.note |= frame.key.as_deref() == Some(b"Subtype") && NOTES.contains(&&*name);
                        frame.metadata |= matches!((frame.key.as_deref(), &*name), (Some(b"Type"), b"Metadata") | (Some(b"Subtype"), b"XML"));
                    }
                    false
                }
                Token::Text | Token::Whole(_) => {
                    lexer.at = start;
                    let said = value(bytes, &mut lexer);
                    if let Some(frame) = stack.last_mut().filter(|frame| frame.key.as_deref() == Some(b"T")) {
                        match said {
                            Some(Said::Text(text)) => frame.texts.push(text),
                            Some(Said::Object(number)) => frame.objects.push(number),
                            None => {}
                        }
                    }
                    false
                }
                Token::Word(_) if !stack.is_empty() => false,
                _ => break false,
            };
            if lexer.at <= before {
                break false;
            }
            match stack.last_mut() {
                Some(frame) => frame.key = None,
                None => break closed,
            }
            if lexer.read > self.left {
                break false;
            }
        };
        if described && lexer.next() == Token::Word(b"stream") {
            let start = lexer.at;
            let end = find(bytes, b"endstream", start).unwrap_or(bytes.len());
            self.pay(end - start)?;
            // The ends of lines around the data stay.
            let whole = &bytes[start..end];
            let front = whole.iter().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
            let back = whole.iter().rev().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
            if front + back < whole.len() {
                self.data.push(start + front..end - back);
            }
        }
        self.pay(lexer.read)
    }

    /// Finds the texts that lie in objects of their own.
    fn elsewhere(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let mut at = 0;
        while let Some(begins) = find(bytes, b"obj", at) {
            at = begins + 3;
            let number = header(&bytes[..begins], &mut self.left)?;
            // What has no number that all read alike could be any.
            if number.is_none_or(|number| self.objects.contains(&number)) {
                let mut lexer = Lexer::new(bytes, at);
                let said = value(bytes, &mut lexer);
                self.pay(lexer.read)?;
                if let Some(Said::Text(text)) = said {
                    self.texts.push(text);
                }
            }
        }
        Ok(())
    }
}

/// What stands for a text: itself, or where it lies.
enum Said {
    Text(Range<usize>),
    Object(u64),
}

/// The text that comes next, from its opening bracket to behind its closing one, or the object that it is. Where neither
/// comes the lexer is behind the next word.
fn value(bytes: &[u8], lexer: &mut Lexer<'_>) -> Option<Said> {
    lexer.skip();
    let start = lexer.at;
    match lexer.next() {
        // What is never closed reaches to the end.
        Token::Text if lexer.at <= bytes.len() && lexer.at >= start + 2 => Some(Said::Text(start..lexer.at)),
        Token::Whole(number) => {
            let back = lexer.at;
            if matches!(lexer.next(), Token::Whole(_)) && lexer.next() == Token::Word(b"R") {
                return Some(Said::Object(number));
            }
            lexer.at = back;
            None
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(bytes: &[u8], what: &str) -> bool {
        find(bytes, what.as_bytes(), 0).is_some()
    }

    #[test]
    fn an_open_pdf_loses_its_author_without_moving_a_byte() {
        let open = b"%PDF-1.4 << /Author (Amal \\) Haddad) /Creator <FEFF0041> /Title (Plan) >> <x:xmpmeta>Amal</x:xmpmeta> %%EOF".to_vec();
        let clean = anonymous(open.clone()).unwrap();
        assert!(!has(&clean, "Amal") && !has(&clean, "Haddad") && !has(&clean, "FEFF") && has(&clean, "(Plan)"));
        assert_eq!(clean.len(), open.len());
        let signed = b"%PDF-1.4 /ByteRange [0 1] /Author (Amal)".to_vec();
        assert_eq!(anonymous(signed.clone()).unwrap(), signed);
    }

    #[test]
    fn an_author_is_found_however_it_is_written_and_wherever_it_lies() {
        for open in [
            "1 0 obj<</#41uthor (Amal)>>endobj",
            "1 0 obj<</#41#75#74#68#6f#72<416d616c>/Title(Plan)>>endobj Amal".trim_end_matches(" Amal"),
            "1 0 obj<</Author%c\n(Amal)>>endobj",
            "1 0 obj<</Author 2 0 R>>endobj\n2 0 obj (Amal) endobj",
            "2 0 obj\n(Amal)\nendobj 1 0 obj<</Creator 2 0 R>>endobj",
            "1 0 obj<</Length 60/Subtype/XML>>stream\n<rdf:RDF><dc:creator>Amal</dc:creator></rdf:RDF>\nendstream endobj",
            "1 0 obj<</Length 60/Type/Metadata/Subtype/XML>>stream\n<y:xmpmeta><dc:creator>Amal</dc:creator></y:xmpmeta>\nendstream endobj",
            "1 0 obj<</Type/Annot/Subtype/Text/T(Amal)/Contents(hi)>>endobj",
            "1 0 obj<</T 2 0 R/Subtype/Highlight/Rect[0 0 1 1]>>endobj 2 0 obj (Amal)endobj",
            "1 0 obj<</Annots[<</Subtype/Ink/AP<</N 3 0 R>>/T<416d616c>>>]>>endobj",
        ] {
            let open = format!("%PDF-1.4\n{open}\n%%EOF");
            let clean = anonymous(open.clone().into_bytes()).unwrap();
            assert!(!has(&clean, "Amal") && !has(&clean, "416d616c"), "{open}: {}", String::from_utf8_lossy(&clean));
            assert_eq!(clean.len(), open.len());
        }
        for kept in [
            "1 0 obj<</FT/Tx/Subtype/Widget/T(name of a field)>>endobj",
            "1 0 obj<</Title(On Amal)/T(x)>>endobj",
            "1 0 obj<</Length 9/Type/Page>>stream\nAmal was\nendstream",
        ] {
            let open = format!("%PDF-1.4\n{kept}\n%%EOF").into_bytes();
            assert_eq!(anonymous(open.clone()).unwrap(), open, "{kept}");
        }
    }

    #[test]
    fn files_made_to_cost_time_cost_none() {
        for never_closed in [
            "/Author (",
            "/Author <F",
            "/Author%",
            "/Author 1 0 ",
            "1 0 obj<</T (",
            "1 0 obj[",
            "1 0 obj 5 (",
            "1 0 obj%",
            "1 0 obj<</Subtype/XML>>stream\n",
        ] {
            let endless = never_closed.repeat(60_000).into_bytes();
            let _ = anonymous(endless);
        }
    }
}
