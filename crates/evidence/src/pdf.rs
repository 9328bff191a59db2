//! PDF: nothing in it may act, and authors are blanked where they lie open.
//!
//! A PDF is looked through, never rebuilt: its table of contents counts bytes. Compressed, signed and encrypted
//! texts keep their authors.

mod lexer;
mod object;
mod scan;

use super::{Refused, find};

/// The PDF without its author, if nothing in it acts.
pub fn clean(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    // What leaves is looked through, not what came: to blank a piece may make code of what was a text.
    let bytes = anonymous(bytes);
    scan::check(&bytes)?;
    Ok(bytes)
}

/// Blanks what names people, in place: a PDF's table of contents counts bytes.
fn anonymous(mut bytes: Vec<u8>) -> Vec<u8> {
    let has = |bytes: &[u8], what: &[u8]| find(bytes, what, 0).is_some();
    // A signature covers every byte; encrypted strings cannot be told apart.
    if has(&bytes, b"/ByteRange") || has(&bytes, b"/Encrypt") {
        return bytes;
    }
    for key in [&b"/Author"[..], b"/Creator", b"/Producer"] {
        let mut from = 0;
        while let Some(at) = find(&bytes, key, from) {
            from = at + key.len();
            let value = from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            match bytes.get(value) {
                Some(b'(') => {
                    // What is never closed reaches to the end; to look on would take for ever.
                    let Some(end) = literal_end(&bytes, value) else { break };
                    bytes[value + 1..end].fill(b' ');
                }
                // Hexadecimal: an even number of digits stays; "20" is a blank.
                Some(b'<') if bytes.get(value + 1).is_some_and(u8::is_ascii_hexdigit) => {
                    let Some(end) = find(&bytes, b">", value) else { break };
                    for (i, b) in bytes[value + 1..end].iter_mut().enumerate() {
                        *b = if i % 2 == 0 { b'2' } else { b'0' };
                    }
                }
                _ => {}
            }
        }
    }
    let mut from = 0;
    while let Some(start) = find(&bytes, b"<x:xmpmeta", from) {
        let Some(end) = find(&bytes, b"</x:xmpmeta>", start) else { break };
        bytes[start..end + b"</x:xmpmeta>".len()].fill(b' ');
        from = end;
    }
    bytes
}

/// Where the literal string that opens at `start` closes; brackets nest, a backslash escapes.
fn literal_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0, start);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
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
        let clean = anonymous(open.clone());
        assert!(!has(&clean, "Amal") && !has(&clean, "Haddad") && !has(&clean, "FEFF") && has(&clean, "(Plan)"));
        assert_eq!(clean.len(), open.len());
        let signed = b"%PDF-1.4 /ByteRange [0 1] /Author (Amal)".to_vec();
        assert_eq!(anonymous(signed.clone()), signed);
    }

    #[test]
    fn files_made_to_cost_time_cost_none() {
        for never_closed in ["/Author (", "/Author <F"] {
            let endless = never_closed.repeat(40_000).into_bytes();
            assert_eq!(anonymous(endless.clone()), endless);
        }
    }
}
