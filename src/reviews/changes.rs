//! What the city has changed in a section, for the expert who judges it again: word by word, and its files. Pure.

use similar::{ChangeTag, TextDiff};

use crate::ground::MeasureCode;
use crate::reports::submission::{Content, EvidenceRef};

/// Some words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub tag: ChangeTag,
    pub text: String,
}

/// A section before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<'c> {
    /// The text as it was.
    pub before: &'c str,
    /// Both texts in one; empty where only files or values are others.
    pub pieces: Vec<Piece>,
    /// Names of files that are gone, and of those that are new.
    pub files_gone: Vec<&'c str>,
    pub files_new: Vec<&'c str>,
}

pub fn changes<'c>(before: &'c Content, after: &'c Content, measure: &MeasureCode) -> Changes<'c> {
    let text = |content: &'c Content| content.section(measure).map_or("", |section| section.body.as_str());
    let (was, is) = (text(before), text(after));
    Changes {
        before: was,
        pieces: if was == is { Vec::new() } else { compared(was, is) },
        files_gone: only_in(before, after, measure),
        files_new: only_in(after, before, measure),
    }
}

/// Words that follow each other with the same fate are one piece.
fn compared(was: &str, is: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for change in TextDiff::from_words(was, is).iter_all_changes() {
        match pieces.last_mut() {
            Some(last) if last.tag == change.tag() => last.text.push_str(change.value()),
            _ => pieces.push(Piece { tag: change.tag(), text: change.value().to_owned() }),
        }
    }
    pieces
}

/// Names of a measure's files that are in one and, by their bytes, not in the other.
fn only_in<'c>(one: &'c Content, other: &Content, measure: &MeasureCode) -> Vec<&'c str> {
    let of = |file: &&EvidenceRef| file.measure.as_ref() == Some(measure);
    let there = |file: &&EvidenceRef| other.evidence.iter().filter(of).any(|o| o.sha256 == file.sha256);
    one.evidence.iter().filter(of).filter(|file| !there(file)).map(|file| file.file_name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_can_be_read_out_of_the_pieces() {
        let (was, is) = ("We meet twice a year in the library.", "We meet four times a year in the old library.");
        let pieces = compared(was, is);
        let read = |not: ChangeTag| pieces.iter().filter(|p| p.tag != not).map(|p| p.text.as_str()).collect::<String>();
        assert_eq!((read(ChangeTag::Insert).as_str(), read(ChangeTag::Delete).as_str()), (was, is));
        assert!(pieces.iter().any(|p| p.tag == ChangeTag::Delete && p.text == "twice"));
    }
}
