//! The receipt of a response: the first bits of its random id, written for people.
//!
//! So the id's index finds it, and nothing more need be kept. Two responses may share a receipt (of
//! tens of millions, some do); it proves that one was received, and on which day.

use crate::ground::ids::ResponseId;
use crate::ground::receipt;

/// Bits of an id that are not in its receipt.
const REST: u32 = u128::BITS - receipt::BITS;

/// The id made of 128 bits.
pub fn id(bits: u128) -> ResponseId {
    from_bytes(bits.to_be_bytes())
}

/// The id with `run` for its first 16 bits. Ids of one run lie together in the index, so that many are
/// added at the cost of few; 34 random bits remain in the receipt.
pub fn in_run(id: &ResponseId, run: u16) -> ResponseId {
    let mut bytes = bits_of(id).to_be_bytes();
    bytes[..2].copy_from_slice(&run.to_be_bytes());
    from_bytes(bytes)
}

fn from_bytes(bytes: [u8; 16]) -> ResponseId {
    let mut text = String::with_capacity(ResponseId::PREFIX.len() + 33);
    text.push_str(ResponseId::PREFIX);
    text.push('_');
    receipt::push_hex(&mut text, &bytes);
    ResponseId::from_stored(text)
}

fn bits_of(id: &ResponseId) -> u128 {
    let hex = id.as_str().rsplit('_').next().unwrap_or_default();
    u128::from_str_radix(hex, 16).unwrap_or_default()
}

/// The receipt that belongs to an id, e.g. `7KQ2M-X4D9A`.
pub fn receipt_of(id: &ResponseId) -> String {
    receipt::code(u64::try_from(bits_of(id) >> REST).unwrap_or_default())
}

/// The first and the last id to which a receipt, as somebody typed it, can belong. `None` if it
/// cannot be a receipt.
pub fn ids_of(typed: &str) -> Option<(ResponseId, ResponseId)> {
    let first = u128::from(receipt::typed(typed)?) << REST;
    Some((id(first), id(first | ((1 << REST) - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_leads_back_to_its_response() {
        let response = id(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(response.as_str(), "rsp_0123456789abcdef0123456789abcdef");
        let (first, last) = ids_of(&receipt_of(&response).to_lowercase()).unwrap();
        assert!(first < response && response < last, "{first} {last}");
        assert_eq!(receipt_of(&first), receipt_of(&last));
        assert_eq!(ids_of("no receipt"), None);
        assert_eq!(in_run(&response, 0xabc).as_str(), "rsp_0abc456789abcdef0123456789abcdef");
    }
}
