//! One object of a PDF, read strictly: what two readers could understand differently is refused.

use std::borrow::Cow;

use super::lexer::{self, Lexer, Token};
use crate::Refused;

const DEEPEST: usize = 128;

/// What an object says that matters.
#[derive(Debug, Default)]
pub struct Object {
    /// Whether, done at opening, it could do more than go to a page: it is no action of that kind, or leads to
    /// another object.
    pub reaches: bool,
    /// Whether it is a text, or leads to another object: it could name a file.
    pub names: bool,
    /// Objects that the document does when it is opened.
    pub opens: Vec<u64>,
    /// Objects that are to name a file.
    pub files: Vec<u64>,
    /// The number that it is, if it is one.
    pub number: Option<usize>,
    /// Where the data of a stream begin.
    pub stream: Option<usize>,
    /// Whether it is called a stream of objects.
    pub holds_objects: bool,
    pub first: Value,
    pub count: Value,
    pub length: Value,
    pub packing: Packing,
}

/// A number that a stream says of itself.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    #[default]
    Absent,
    Plain(usize),
    /// It is what another object says.
    Of(u64),
    /// Its key was read, and no number yet.
    Said,
    /// Said twice.
    Odd,
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
        b"Launch" | b"SubmitForm" | b"ImportData" | b"GoToR" | b"GoToE" | b"AA" | b"URL" | b"OPI" => Some(Refused::Acts),
        b"EmbeddedFile" | b"EmbeddedFiles" | b"EF" | b"FileAttachment" | b"Collection" => Some(Refused::Attachments),
        b"RichMedia"
        | b"RichMediaExecute"
        | b"Rendition"
        | b"Renditions"
        | b"AlternatePresentations"
        | b"GoTo3DView"
        | b"Movie"
        | b"Sound"
        | b"3D"
        | b"XFA" => Some(Refused::Media),
        b"Encrypt" => Some(Refused::Protected),
        _ => None,
    }
}

/// Names by which a document is judged.
fn matters(name: &[u8]) -> bool {
    let others: [&[u8]; 16] = [
        b"ObjStm",
        b"XRef",
        b"OpenAction",
        b"S",
        b"URI",
        b"Next",
        b"N",
        b"First",
        b"Length",
        b"Filter",
        b"DecodeParms",
        b"DP",
        b"F",
        b"UF",
        b"Ref",
        b"FlateDecode",
    ];
    forbidden(name).is_some() || others.contains(&name)
}

fn is_other_filter(name: &[u8]) -> bool {
    let others: [&[u8]; 11] =
        [b"LZWDecode", b"LZW", b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"RunLengthDecode", b"RL", b"Crypt", b"DCTDecode", b"JPXDecode"];
    others.contains(&name)
}

/// Keys that say where a file lies, where their value is a text.
fn is_of_a_file(key: &[u8]) -> bool {
    matches!(key, b"F" | b"UF" | b"DOS" | b"Mac" | b"Unix")
}

/// Keys of an action that goes to a page of the same document.
fn is_of_going(key: &[u8]) -> bool {
    matches!(key, b"Type" | b"S" | b"D" | b"SD")
}

enum Frame<'a> {
    Array,
    /// With the key whose value comes next.
    Dictionary(Option<Cow<'a, [u8]>>),
}

/// What a name means wherever it stands.
fn judge(name: &[u8]) -> Result<(), Refused> {
    if let Some(why) = forbidden(name) {
        return Err(why);
    }
    if lexer::otherwise(name).iter().any(|read| matters(read)) { Err(Refused::Damaged) } else { Ok(()) }
}

/// Reads the object that begins at `at`; gives it, where it ends, and how many bytes were looked at for it.
pub fn read(bytes: &[u8], at: usize) -> Result<(Object, usize, usize), Refused> {
    let mut lexer = Lexer::new(bytes, at);
    let mut object = Object::default();
    let mut stack: Vec<Frame<'_>> = Vec::new();
    let (mut filters, mut flates, mut others, mut parameters, mut elsewhere) = (0, 0, false, false, false);
    // How deep the value is that is done at opening.
    let mut opening: Option<usize> = None;
    loop {
        let token = lexer.next();
        if let Token::Name(name) = &token {
            judge(name)?;
            object.reaches |= matches!(&**name, b"URI" | b"Next");
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
                        object.says(&name, Value::Said);
                        object.reaches |= !is_of_going(&name);
                    }
                    if opening.is_some() && !is_of_going(&name) {
                        return Err(Refused::Acts);
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
        let of = of.as_deref();
        // An action that does not go to a page, or does not say at once what it does.
        if of == Some(b"S") && !matches!(&token, Token::Name(what) if &**what == b"GoTo") {
            object.reaches |= depth == 1;
            if opening.is_some() {
                return Err(Refused::Acts);
            }
        }
        match token {
            Token::OpenDictionary | Token::OpenArray => {
                if depth == DEEPEST {
                    return Err(Refused::Damaged);
                }
                // A page of another document in place of a picture.
                if of == Some(b"Ref") && token == Token::OpenDictionary {
                    return Err(Refused::Acts);
                }
                if of == Some(b"OpenAction") && opening.is_none() {
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
                if depth == 0 {
                    object.reaches = true;
                    object.names = reference;
                    object.number = usize::try_from(number).ok().filter(|_| !reference);
                }
                if reference && of == Some(b"Ref") {
                    return Err(Refused::Acts);
                }
                if reference && of.is_some_and(is_of_a_file) {
                    object.files.push(number);
                }
                if reference && (of == Some(b"OpenAction") || (opening.is_some() && matches!(stack.last(), Some(Frame::Dictionary(_))))) {
                    object.opens.push(number);
                }
                if let Some(key) = of.filter(|_| depth == 1) {
                    let plain = usize::try_from(number).map_or(Value::Odd, Value::Plain);
                    object.says(key, if reference { Value::Of(number) } else { plain });
                }
            }
            Token::Text => {
                object.names |= depth == 0;
                if of.is_some_and(is_of_a_file) {
                    return Err(Refused::Acts);
                }
            }
            Token::Name(_) => {}
            // Numbers of other kinds, true, false, null; in an array also the R of a reference.
            Token::Word(b"endobj" | b"stream" | b"endstream" | b"obj" | b"R" | b")" | b">" | b"{" | b"}") if of.is_some() => {
                return Err(Refused::Damaged);
            }
            // What some read as a whole number may be the begin of a reference.
            Token::Word(word) => {
                let number = word.first().is_some_and(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9'));
                object.reaches |= depth == 0 && number;
                object.names |= depth == 0 && number;
            }
            Token::CloseDictionary | Token::End | Token::Odd => return Err(Refused::Damaged),
        }
        if value_ends(&mut stack) {
            break;
        }
    }
    let end = lexer.at;
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
    Ok((object, end, lexer.read))
}

impl Object {
    /// Takes down what a stream says of itself: the key first, then its value.
    fn says(&mut self, key: &[u8], value: Value) {
        let said = match key {
            b"First" => &mut self.first,
            b"N" => &mut self.count,
            b"Length" => &mut self.length,
            _ => return,
        };
        *said = match (*said, value) {
            (Value::Absent, Value::Said) | (Value::Said, _) => value,
            _ => Value::Odd,
        };
    }
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
