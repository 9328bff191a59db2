//! One object of a PDF, read strictly: what two readers could understand differently is refused.

use std::borrow::Cow;

use super::lexer::{Lexer, Token};
use crate::Refused;

const DEEPEST: usize = 128;

/// What an object says that matters.
#[derive(Debug, Default)]
pub struct Object {
    /// Whether it could lead out of the document: a web address, another action after it, another object.
    pub reaches: bool,
    /// Objects that the document does when it is opened.
    pub opens: Vec<u64>,
    /// Where the data of a stream begin.
    pub stream: Option<usize>,
    /// Whether it is a stream of objects.
    pub holds_objects: bool,
    pub first: Option<usize>,
    pub count: Option<usize>,
    pub packing: Packing,
}

/// How a stream is packed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    #[default]
    Plain,
    Flate,
    /// In a way that is not read here.
    Otherwise,
}

/// What a name means that nobody may find in a PDF.
fn forbidden(name: &[u8]) -> Option<Refused> {
    match name {
        b"JavaScript" | b"JS" => Some(Refused::Script),
        b"Launch" | b"SubmitForm" | b"ImportData" | b"GoToR" | b"GoToE" | b"AA" | b"URL" => Some(Refused::Acts),
        b"EmbeddedFile" | b"EmbeddedFiles" | b"EF" | b"FileAttachment" | b"Collection" => Some(Refused::Attachments),
        b"RichMedia" | b"Rendition" | b"Movie" | b"Sound" | b"3D" | b"XFA" => Some(Refused::Media),
        b"Encrypt" => Some(Refused::Protected),
        _ => None,
    }
}

fn is_other_filter(name: &[u8]) -> bool {
    let others: [&[u8]; 11] =
        [b"LZWDecode", b"LZW", b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"RunLengthDecode", b"RL", b"Crypt", b"DCTDecode", b"JPXDecode"];
    others.contains(&name)
}

enum Frame<'a> {
    Array,
    /// With the key whose value comes next.
    Dictionary(Option<Cow<'a, [u8]>>),
}

/// Reads the object that begins at `at`; gives it, and where it ends.
pub fn read(bytes: &[u8], at: usize) -> Result<(Object, usize), Refused> {
    let mut lexer = Lexer::new(bytes, at);
    let mut object = Object::default();
    let mut stack: Vec<Frame<'_>> = Vec::new();
    let (mut filters, mut flates, mut others, mut parameters, mut elsewhere) = (0, 0, false, false, false);
    // How deep the value is that is done at opening.
    let mut opening: Option<usize> = None;
    loop {
        let token = lexer.next();
        if let Token::Name(name) = &token {
            if let Some(why) = forbidden(name) {
                return Err(why);
            }
            let reaches = matches!(&**name, b"URI" | b"Next");
            object.reaches |= reaches;
            if reaches && opening.is_some() {
                return Err(Refused::Acts);
            }
            object.holds_objects |= &**name == b"ObjStm";
            flates += usize::from(matches!(&**name, b"FlateDecode" | b"Fl"));
            others |= is_other_filter(name);
        }
        let depth = stack.len();
        // A key of a dictionary, or its end.
        if let Some(Frame::Dictionary(key @ None)) = stack.last_mut() {
            match token {
                Token::Name(name) => {
                    if depth == 1 {
                        filters += usize::from(matches!(&*name, b"Filter"));
                        parameters |= matches!(&*name, b"DecodeParms" | b"DP");
                        elsewhere |= matches!(&*name, b"F");
                    }
                    *key = Some(name);
                }
                Token::CloseDictionary => {
                    stack.pop();
                    opening = opening.filter(|from| stack.len() > *from);
                    if value_ends(&mut stack) {
                        break;
                    }
                }
                _ => return Err(Refused::Damaged),
            }
            continue;
        }
        let of = match stack.last() {
            Some(Frame::Dictionary(key)) => key.clone(),
            _ => None,
        };
        match token {
            Token::OpenDictionary | Token::OpenArray => {
                if depth == DEEPEST {
                    return Err(Refused::Damaged);
                }
                if of.as_deref() == Some(b"OpenAction") && opening.is_none() {
                    opening = Some(depth);
                }
                stack.push(if token == Token::OpenArray { Frame::Array } else { Frame::Dictionary(None) });
                continue;
            }
            Token::CloseArray => {
                if !matches!(stack.pop(), Some(Frame::Array)) {
                    return Err(Refused::Damaged);
                }
                opening = opening.filter(|from| stack.len() > *from);
            }
            Token::Whole(number) => {
                let back = lexer.at;
                let reference = matches!(lexer.next(), Token::Whole(_)) && lexer.next() == Token::Word(b"R");
                if !reference {
                    lexer.at = back;
                }
                object.reaches |= depth == 0;
                if reference && (of.as_deref() == Some(b"OpenAction") || (opening.is_some() && matches!(stack.last(), Some(Frame::Dictionary(_))))) {
                    object.opens.push(number);
                }
                let number = usize::try_from(number).ok().filter(|_| depth == 1 && !reference);
                match of.as_deref() {
                    Some(b"First") => object.first = number,
                    Some(b"N") => object.count = number,
                    _ => {}
                }
            }
            Token::Name(_) | Token::Text => {}
            // Numbers of other kinds, true, false, null; in an array also the R of a reference.
            Token::Word(b"endobj" | b"stream" | b"endstream" | b"obj" | b"R" | b")" | b">" | b"{" | b"}") if of.is_some() => {
                return Err(Refused::Damaged);
            }
            Token::Word(_) => {}
            Token::CloseDictionary | Token::End => return Err(Refused::Damaged),
        }
        if value_ends(&mut stack) {
            break;
        }
    }
    let end = lexer.at;
    object.holds_objects |= object.first.is_some() && object.count.is_some();
    object.packing = match (filters, flates, others || parameters) {
        (0, _, false) => Packing::Plain,
        (1, 1, false) => Packing::Flate,
        _ => Packing::Otherwise,
    };
    if lexer.next() == Token::Word(b"stream") {
        // Data that lie in another file.
        if elsewhere {
            return Err(Refused::Acts);
        }
        object.stream = Some(lexer.at);
    }
    Ok((object, end))
}

/// A value is complete: the next word is a key again. `true` when it was the whole object.
fn value_ends(stack: &mut [Frame<'_>]) -> bool {
    match stack.last_mut() {
        Some(Frame::Dictionary(key)) => {
            *key = None;
            false
        }
        Some(Frame::Array) => false,
        None => true,
    }
}
