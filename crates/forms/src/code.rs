//! Codes of measures, as sheets, catalogues and paths write them: `9.1.a`.

/// Longest code that is kept; as short as it needs no memory of its own.
const LONGEST: usize = 20;

/// Whether a text is a code: letters, digits and dots. Which codes there are, only a catalogue knows.
pub fn is_code(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
}
