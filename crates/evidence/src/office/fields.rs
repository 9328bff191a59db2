//! Fields of Word documents: which of them read from elsewhere when they are brought up to date.
//!
//! A field is a code and a result; the code may lie in many pieces, and fields in each other. Every field whose
//! first word is not known to stay inside of the document loses its code and keeps its result.

use std::collections::BTreeSet;

use crate::{Refused, Taken};

/// First words of fields that stay inside.
const INSIDE: &str = " = ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT BARCODE BIBLIOGRAPHY CITATION COMMENTS COMPARE \
    CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FILLIN FORMCHECKBOX FORMDROPDOWN FORMTEXT FORMULA \
    GOTOBUTTON GREETINGLINE HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEBARCODE MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF \
    NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE PRIVATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF STYLEREF \
    SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE EMBED ";
const DEEPEST: usize = 64;
const LONGEST: usize = 256;

/// Whether a code may stay. One without a word says nothing.
pub fn stays_inside(code: &str) -> bool {
    let code = code.trim_start();
    let word: String = if code.starts_with('=') { "=".to_owned() } else { code.chars().take_while(|c| !c.is_whitespace() && *c != '\\').collect() };
    // A name alone stands for the bookmark of that name.
    word.is_empty() || INSIDE.contains(&format!(" {} ", word.to_uppercase())) || is_bookmark(code)
}

fn is_bookmark(code: &str) -> bool {
    let words: Vec<&str> = code.split_whitespace().collect();
    let reaching = ["INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DDE", "DDEAUTO", "DATABASE", "RD", "AUTOTEXT", "AUTOTEXTLIST"];
    words.len() == 1 && words[0].starts_with('_') && !reaching.contains(&words[0].to_uppercase().as_str())
}

#[derive(Default)]
struct Field {
    code: String,
    pieces: Vec<u32>,
    /// Past its code.
    judged: bool,
    /// Whether another field lies in its code.
    holds: bool,
    /// In which element of another namespace it began; 0 where in none.
    within: u32,
}

/// Follows the fields of one part.
#[derive(Default)]
pub struct Fields {
    open: Vec<Field>,
    /// Pieces of text so far.
    pieces: u32,
    /// Pieces of codes that go.
    pub blank: BTreeSet<u32>,
}

impl Fields {
    /// Whether what comes now belongs to a code.
    pub fn is_in_code(&self) -> bool {
        self.open.last().is_some_and(|field| !field.judged)
    }

    /// Whether the innermost field began there.
    pub fn began_within(&self, within: u32) -> bool {
        self.open.last().is_some_and(|field| field.within == within)
    }

    pub fn begins(&mut self, within: u32) -> Result<(), Refused> {
        // A field whose first word another field makes can be anything.
        if self.open.last().is_some_and(|field| !field.judged && !field.code.trim_start().contains(char::is_whitespace)) {
            return Err(Refused::LiveData);
        }
        if self.open.len() == DEEPEST {
            return Err(Refused::Damaged);
        }
        if let Some(outer) = self.open.last_mut().filter(|field| !field.judged) {
            outer.holds = true;
        }
        self.open.push(Field { within, ..Field::default() });
        Ok(())
    }

    pub fn separates(&mut self, taken: &mut BTreeSet<Taken>) -> Result<(), Refused> {
        if let Some(field) = self.open.last_mut().filter(|field| !field.judged) {
            field.judged = true;
            if !stays_inside(&field.code) {
                // Without its own words it would do what the field in it says.
                if field.holds {
                    return Err(Refused::LiveData);
                }
                taken.insert(Taken::Field);
                self.blank.extend(field.pieces.iter().copied());
            }
        }
        Ok(())
    }

    pub fn ends(&mut self, taken: &mut BTreeSet<Taken>) -> Result<(), Refused> {
        self.separates(taken)?;
        self.open.pop();
        Ok(())
    }

    /// A piece of text begins; its number.
    pub fn piece(&mut self) -> u32 {
        self.pieces += 1;
        if let Some(field) = self.open.last_mut().filter(|field| !field.judged) {
            field.pieces.push(self.pieces);
        }
        self.pieces
    }

    /// Text of the piece that began last.
    pub fn text(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut().filter(|field| !field.judged) {
            // Blanks in front are no part of its first word, however many.
            let text = if field.code.is_empty() { text.trim_start() } else { text };
            let room = LONGEST.saturating_sub(field.code.len());
            field.code.extend(text.chars().take(room));
        }
    }

    /// At the end of a part: what was never closed is judged too.
    pub fn finish(&mut self, taken: &mut BTreeSet<Taken>) -> Result<(), Refused> {
        while !self.open.is_empty() {
            self.ends(taken)?;
        }
        Ok(())
    }
}
