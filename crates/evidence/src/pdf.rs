//! PDF: nothing in it may act, and authors are blanked where they lie open.
//!
//! A PDF is looked through, never rebuilt: its table of contents counts bytes. Compressed, signed and encrypted
//! texts keep their authors.

mod authors;
mod lexer;
mod object;
mod scan;

use super::Refused;

/// The PDF without its author, if nothing in it acts.
pub fn clean(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    // What leaves is looked through, not what came: to blank a piece may make code of what was a text.
    let bytes = authors::anonymous(bytes)?;
    scan::check(&bytes)?;
    Ok(bytes)
}
