//! Receipts: short codes that people can read aloud, type back and keep.
//!
//! Crockford's alphabet (no I, L, O, U) in groups of five: ten characters for 50 bits, twenty for 100.

use sha2::{Digest, Sha256};

use super::digits;

/// Nothing in it is misread on a poster or over the telephone.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters of a short receipt.
pub const SHORT: u32 = 10;
/// Bits in a letter.
pub const LETTER: u32 = 5;

/// The receipt of a thing: the same input gives the same receipt, e.g. `7KQ2M-X4D9A`.
pub fn receipt(kind: &str, id: &str) -> String {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(id).finalize();
    let first = u64::from_be_bytes(digest[..8].try_into().expect("a SHA-256 digest has 32 bytes"));
    code(u128::from(first >> (u64::BITS - SHORT * LETTER)), SHORT)
}

/// The lowest bits of a number as so many letters, the highest of them first.
pub fn code(bits: u128, letters: u32) -> String {
    let mut code = String::with_capacity(24);
    for place in (0..letters).rev() {
        code.push(char::from(ALPHABET[usize::try_from(bits >> (LETTER * place) & 31).expect("five bits fit")]));
        if place > 0 && place % 5 == 0 {
            code.push('-');
        }
    }
    code
}

/// The number of a receipt of so many letters as somebody typed it: without regard to case, spaces and
/// hyphens, and with the usual confusions mended, in the digits of any script. `None` if it cannot be one.
pub fn typed(typed: &str, letters: u32) -> Option<u128> {
    let (mut bits, mut count) = (0, 0);
    for letter in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‑')) {
        let letter = digits::digit(letter).map_or(letter, |value| char::from(b'0' + value));
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let five = ALPHABET.iter().position(|known| char::from(*known) == letter)?;
        bits = bits << LETTER | five as u128;
        count += 1;
        if count > letters {
            return None;
        }
    }
    (count == letters).then_some(bits)
}

/// SHA-256 of bytes as lower-case hex: content hashes, stored forms of secrets.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    push_hex(&mut hex, &Sha256::digest(bytes));
    hex
}

/// Adds bytes as lower-case hex.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_understood_however_it_is_typed() {
        for text in ["7KQ2M-X4D90", "7kq2mx4d9o", "٧KQ٢M-X٤D٩٠", "७KQ２M-X4D90", " 7kq2m – x4d9O ", "7 K Q 2 M X 4 D 9 0"] {
            assert_eq!(typed(text, SHORT).map(|bits| code(bits, SHORT)).as_deref(), Some("7KQ2M-X4D90"), "{text}");
        }
        for wrong in ["", "7KQ2M", "7KQ2M-X4D900", "7KQ2M-X4D9U", "7KQ2M-X4D9ſ"] {
            assert_eq!(typed(wrong, SHORT), None, "{wrong}");
        }
        assert_eq!(code(typed("FFAJ4-Q7KX2-MC4A9-2TRX8", 20).unwrap(), 20), "FFAJ4-Q7KX2-MC4A9-2TRX8");
    }
}
