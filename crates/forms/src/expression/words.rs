//! The functions on text: joining it, and taking parts of it.
//!
//! Places count UTF-16 units from 0, as the phones do. Rule to keep: what is put
//! together from other texts has a limit, since the next calculation may double it.

use std::borrow::Cow;
use std::collections::HashMap;

/// Bytes that a joined text may have; what comes after them is cut off.
pub const MAXIMUM_JOINED: usize = 8_192;

/// The texts one after the other with `between` between them.
pub(super) fn joined<'a>(texts: impl Iterator<Item = Cow<'a, str>>, between: &str) -> String {
    let mut joined = String::new();
    for (number, text) in texts.enumerate() {
        if number > 0 {
            joined.push_str(between);
        }
        joined.push_str(&text);
        if joined.len() > MAXIMUM_JOINED {
            joined.truncate(joined.floor_char_boundary(MAXIMUM_JOINED));
            break;
        }
    }
    joined
}

/// From place `start` to before place `end`; negative places count from the end.
pub(super) fn part(text: &str, start: f64, end: Option<f64>) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    #[expect(clippy::cast_precision_loss, reason = "texts are short")]
    let length = units.len() as f64;
    let place = |place: f64| {
        // Text that is no number is place 0.
        let place = if place.is_nan() { 0.0 } else { place.trunc() };
        let place = if place < 0.0 { place + length } else { place };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the text")]
        let place = place.clamp(0.0, length) as usize;
        place
    };
    let (start, end) = (place(start), end.map_or(units.len(), place));
    if start <= end { String::from_utf16_lossy(&units[start..end]) } else { String::new() }
}

/// Each character of `from` replaced by the one at its place in `to`; left out where `to` is shorter.
pub(super) fn translated(text: &str, from: &str, to: &str) -> String {
    let mut instead: HashMap<char, Option<char>> = HashMap::new();
    let mut to = to.chars();
    for character in from.chars() {
        // Of one that is there twice the first counts; its place in the other text passes all the same.
        let other = to.next();
        instead.entry(character).or_insert(other);
    }
    let replaced = |character: char| instead.get(&character).copied().unwrap_or(Some(character));
    text.chars().filter_map(replaced).take(MAXIMUM_JOINED).collect()
}

/// Without blanks around it, and with one blank for each run of them.
pub(super) fn with_single_blanks(text: &str) -> String {
    let words = text.split([' ', '\t', '\n', '\x0B', '\x0C', '\r']).filter(|word| !word.is_empty());
    joined(words.map(Cow::Borrowed), " ")
}
