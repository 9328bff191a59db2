//! The words of a PDF: names with their escapes read, brackets, strings, numbers.

use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token<'a> {
    Name(Cow<'a, [u8]>),
    OpenDictionary,
    CloseDictionary,
    OpenArray,
    CloseArray,
    /// A string of either kind; what it says matters to nobody here.
    Text,
    Whole(u64),
    /// Any other number or word.
    Word(&'a [u8]),
    /// A word with a sign that some readers take for a blank.
    Odd,
    End,
}

pub struct Lexer<'a> {
    bytes: &'a [u8],
    pub at: usize,
    /// How many bytes were looked at, those twice that were read again.
    pub read: usize,
}

pub fn is_space(b: u8) -> bool {
    matches!(b, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// What some readers take for a blank, and others for a letter.
pub fn is_odd(b: u8) -> bool {
    matches!(b, 0x80 | 0xff)
}

pub fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, read: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// To where the next word begins: past blanks and comments.
    pub fn skip(&mut self) {
        let from = self.at;
        self.skip_blank();
        self.read += self.at - from;
    }

    fn skip_blank(&mut self) {
        while let Some(b) = self.peek() {
            if b == b'%' {
                while self.peek().is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_space(b) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(|b| !is_space(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    pub fn next(&mut self) -> Token<'a> {
        let from = self.at;
        let token = self.token();
        self.read += self.at - from;
        token
    }

    fn token(&mut self) -> Token<'a> {
        self.skip_blank();
        let Some(b) = self.peek() else { return Token::End };
        self.at += 1;
        match b {
            b'/' => Token::Name(unescaped(self.regular())),
            b'[' => Token::OpenArray,
            b']' => Token::CloseArray,
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                Token::OpenDictionary
            }
            b'>' if self.peek() == Some(b'>') => {
                self.at += 1;
                Token::CloseDictionary
            }
            b'<' => {
                while self.peek().is_some_and(|b| b != b'>') {
                    self.at += 1;
                }
                self.at += 1;
                Token::Text
            }
            b'(' => {
                self.literal();
                Token::Text
            }
            b')' | b'>' | b'{' | b'}' => Token::Word(&self.bytes[self.at - 1..self.at]),
            _ => {
                self.at -= 1;
                let word = self.regular();
                if word.iter().any(|b| is_odd(*b)) {
                    return Token::Odd;
                }
                let whole = std::str::from_utf8(word).ok().filter(|w| w.bytes().all(|b| b.is_ascii_digit())).and_then(|w| w.parse().ok());
                whole.map_or(Token::Word(word), Token::Whole)
            }
        }
    }

    /// Past the end of a literal string; brackets nest, a backslash escapes.
    fn literal(&mut self) {
        let mut depth = 1;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

/// What other readers may understand by a name that is read as this one: cut off where a blank could be, or an
/// escape of one digit taken for a whole one. Nothing where all read it alike.
pub fn otherwise(name: &[u8]) -> Vec<Vec<u8>> {
    let mut readings = Vec::new();
    if let Some(cut) = name.iter().position(|b| *b == 0 || is_odd(*b)) {
        readings.push(name[..cut].to_vec());
    }
    if name.contains(&b'#') {
        let (mut read, mut at) = (Vec::new(), 0);
        while at < name.len() {
            match (name[at], name.get(at + 1).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok())) {
                (b'#', Some(high)) => {
                    read.push(high * 16);
                    at += 3;
                }
                (b, _) => {
                    read.push(b);
                    at += 1;
                }
            }
        }
        readings.push(read);
    }
    readings
}

/// A name with `#61` read as `a`.
fn unescaped(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let digit = |at: usize| name.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let (mut read, mut at) = (Vec::new(), 0);
    while at < name.len() {
        match (name[at], digit(at + 1), digit(at + 2)) {
            (b'#', Some(high), Some(low)) => {
                read.push(high * 16 + low);
                at += 3;
            }
            (b, ..) => {
                read.push(b);
                at += 1;
            }
        }
    }
    Cow::Owned(read)
}
