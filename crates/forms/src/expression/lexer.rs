//! Text to tokens.
//!
//! Curly quotes, which spreadsheets put in place of straight ones, are taken as the
//! quotes their author typed. Whether `*` or `div` is an operator is the parser's
//! question: it knows what it expects.

use super::parser::ParseError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// `${name}`
    Reference(String),
    /// A function, an operator word or a bare column name.
    Name(String),
    /// `.`
    Current,
    /// Punctuation and operators of one or two characters.
    Sign(&'static str),
}

/// The tokens of `source`, each with the position of its first character (0-based).
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, ParseError> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        let next = characters.get(at + 1).copied();
        let (token, end) = match character {
            _ if character.is_whitespace() => {
                at += 1;
                continue;
            }
            '$' if next == Some('{') => reference(&characters, at)?,
            '"' | '\'' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => literal(&characters, at)?,
            '0'..='9' => number(&characters, at)?,
            '.' if next.is_some_and(|next| next.is_ascii_digit()) => number(&characters, at)?,
            '.' if next == Some('.') => {
                return Err(ParseError::new(at, "a path such as \"..\" is not supported; write ${name}"));
            }
            '.' => (Token::Current, at + 1),
            '!' if next == Some('=') => (Token::Sign("!="), at + 2),
            '<' if next == Some('=') => (Token::Sign("<="), at + 2),
            '>' if next == Some('=') => (Token::Sign(">="), at + 2),
            '<' => (Token::Sign("<"), at + 1),
            '>' => (Token::Sign(">"), at + 1),
            '=' => (Token::Sign("="), at + 1),
            '+' => (Token::Sign("+"), at + 1),
            '-' => (Token::Sign("-"), at + 1),
            '*' => (Token::Sign("*"), at + 1),
            '(' => (Token::Sign("("), at + 1),
            ')' => (Token::Sign(")"), at + 1),
            ',' => (Token::Sign(","), at + 1),
            _ if character.is_alphabetic() || character == '_' => name(&characters, at),
            _ => {
                return Err(ParseError::new(at, &format!("\"{}\" does not belong here", character.escape_debug())));
            }
        };
        tokens.push((token, at));
        at = end;
    }
    Ok(tokens)
}

fn reference(characters: &[char], start: usize) -> Result<(Token, usize), ParseError> {
    let mut name = String::new();
    for (offset, &character) in characters[start + 2..].iter().enumerate() {
        if character == '}' {
            let name = name.trim();
            if name.is_empty() {
                return Err(ParseError::new(start, "${} names no question"));
            }
            return Ok((Token::Reference(name.to_owned()), start + 2 + offset + 1));
        }
        name.push(character);
    }
    Err(ParseError::new(start, "\"${\" without its \"}\""))
}

fn literal(characters: &[char], start: usize) -> Result<(Token, usize), ParseError> {
    let double = matches!(characters[start], '"' | '\u{201c}' | '\u{201d}');
    let straight = matches!(characters[start], '"' | '\'');
    let mut text = String::new();
    for (offset, &character) in characters[start + 1..].iter().enumerate() {
        // A straight opening quote needs a straight closing one, so that an
        // apostrophe inside straight quotes stays text.
        let closes = match character {
            '"' => double,
            '\'' => !double,
            '\u{201c}' | '\u{201d}' => double && !straight,
            '\u{2018}' | '\u{2019}' => !double && !straight,
            _ => false,
        };
        if closes {
            return Ok((Token::Text(text), start + 1 + offset + 1));
        }
        text.push(character);
    }
    Err(ParseError::new(start, "a quote that is never closed"))
}

fn number(characters: &[char], start: usize) -> Result<(Token, usize), ParseError> {
    let mut end = start;
    let mut points = 0;
    while let Some(&character) = characters.get(end) {
        match character {
            '0'..='9' => {}
            '.' => points += 1,
            _ => break,
        }
        end += 1;
    }
    let text: String = characters[start..end].iter().collect();
    match text.parse() {
        Ok(number) if points <= 1 => Ok((Token::Number(number), end)),
        _ => Err(ParseError::new(start, &format!("\"{text}\" is not a number"))),
    }
}

fn name(characters: &[char], start: usize) -> (Token, usize) {
    let inside = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':');
    let end = characters[start..].iter().position(|&character| !inside(character)).map_or(characters.len(), |length| start + length);
    (Token::Name(characters[start..end].iter().collect()), end)
}
