//! Receipts: short codes that people can read aloud, type back and keep.
//!
//! Crockford's alphabet (no I, L, O, U), ten characters in two groups: 50 bits.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The receipt of a thing: the same input gives the same receipt, e.g. `7KQ2M-X4D9A`.
pub fn receipt(kind: &str, id: &str) -> String {
    let digest = Sha256::new().chain_update(kind).chain_update([0]).chain_update(id).finalize();
    let mut bits = u64::from_be_bytes(digest[..8].try_into().expect("a SHA-256 digest has 32 bytes"));
    let mut code = String::with_capacity(11);
    for place in 0..10 {
        if place == 5 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::try_from(bits & 31).expect("five bits fit")]));
        bits >>= 5;
    }
    code
}

/// SHA-256 of bytes as lower-case hex: content hashes, stored forms of secrets.
pub fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    hex
}
