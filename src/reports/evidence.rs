//! Which files are taken as evidence, and under which name; what was taken out of them. Pure.
//!
//! What a file is, and what in it acts, `crates/evidence` knows. A name never decides what a file is, but must
//! agree with it: a web page called `plan.pdf` or `plan.html` is refused either way.

use std::collections::BTreeSet;

use evidence::{Kind, Refused, Taken};

use crate::ground::FieldError;
use crate::words;

/// Files that a report may have, removed ones included.
pub const MOST_FILES: usize = 200;
/// By which rules files are looked into; goes up when they become stricter. What came by older ones is looked
/// into again when it leaves.
pub const RULES: i32 = 3;
const NAME_CHARACTERS: usize = 120;

words! {
    /// What was taken out of a file, so that nothing of it acts when it is opened.
    pub enum TakenOut {
        Template = "template",
        Picture = "picture",
        Link = "link",
        Object = "object",
        Field = "field",
        Connection = "connection",
        Extension = "extension",
        Formula = "formula",
    }
}

impl From<Taken> for TakenOut {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Template => Self::Template,
            Taken::Picture => Self::Picture,
            Taken::Link => Self::Link,
            Taken::Object => Self::Object,
            Taken::Field => Self::Field,
            Taken::Connection => Self::Connection,
            Taken::Extension => Self::Extension,
            Taken::Formula => Self::Formula,
        }
    }
}

/// What a file input offers: `.pdf,.png,…`.
pub fn accept() -> String {
    Kind::ALL.iter().flat_map(|k| k.extensions()).map(|e| format!(".{e}")).collect::<Vec<_>>().join(",")
}

/// A file as it came.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file as it is kept: cleaned name, type by content, bytes in which nothing acts and nobody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanFile {
    pub name: String,
    pub kind: Kind,
    pub bytes: Vec<u8>,
    pub taken_out: Vec<TakenOut>,
}

fn words_of(taken: &BTreeSet<Taken>) -> Vec<TakenOut> {
    taken.iter().map(|t| TakenOut::from(*t)).collect()
}

/// Takes a file or says what is wrong with it. `most` is the largest size in bytes.
pub fn take(file: NewFile, most: usize) -> Result<CleanFile, FieldError> {
    let name = clean_name(&file.name);
    let refuse = |code: &str| FieldError::new("file", code).with("name", &name);
    if file.bytes.is_empty() {
        return Err(refuse("file_empty"));
    }
    if file.bytes.len() > most {
        return Err(refuse("file_too_large").with("max", most / 1_048_576));
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let kind = evidence::recognise(&file.bytes, &extension).map_err(|why| refuse(code(why)))?;
    if !kind.extensions().contains(&extension.as_str()) {
        return Err(refuse("file_name_mismatch").with("extension", kind.extensions()[0]));
    }
    match evidence::clean(kind, file.bytes) {
        // What was packed anew may have grown a little.
        Ok(clean) if clean.bytes.len() > most.saturating_add(most / 8) => Err(refuse("file_too_large").with("max", most / 1_048_576)),
        Ok(clean) => Ok(CleanFile { name, kind, taken_out: words_of(&clean.taken), bytes: clean.bytes }),
        Err(why) => Err(refuse(code(why))),
    }
}

/// A file that came by older rules as it may leave by those of today: nothing where it may not.
pub fn again(media_type: &str, bytes: Vec<u8>) -> Option<(Vec<u8>, Vec<TakenOut>)> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.media_type() == media_type)?;
    evidence::clean(kind, bytes).ok().map(|clean| (clean.bytes, words_of(&clean.taken)))
}

fn code(why: Refused) -> &'static str {
    match why {
        Refused::Kind => "file_type_not_allowed",
        Refused::Encoding => "file_not_utf8",
        Refused::Damaged => "file_damaged",
        Refused::Protected => "file_protected",
        Refused::Unpacks => "file_unpacks_too_large",
        Refused::Macros => "file_has_macros",
        Refused::Controls => "file_has_controls",
        Refused::LiveData => "file_has_live_data",
        Refused::Fetches => "file_fetches",
        Refused::Script => "file_has_script",
        Refused::Acts => "file_acts",
        Refused::Attachments => "file_has_attachments",
        Refused::Media => "file_has_media",
    }
}

/// A name for people: no folders, no control or direction characters, at most 120 characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let misleading =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}');
    let kept: String = last.chars().filter(|c| !misleading(*c) && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let joined = joined.trim_end_matches(['.', ' ']);
    let (stem, extension) = joined.rsplit_once('.').map_or((joined, ""), |(s, e)| (s, e));
    let cut = |text: &str, most: usize| text.trim_matches(['.', ' ']).chars().take(most).collect::<String>().trim_end_matches(['.', ' ']).to_owned();
    let (stem, extension) = (cut(stem, NAME_CHARACTERS - 11), cut(extension, 10));
    let stem = if stem.is_empty() { "file" } else { &stem };
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(name: &str, bytes: &[u8]) -> String {
        let file = NewFile { name: name.to_owned(), bytes: bytes.to_vec() };
        take(file, 1000).map_or_else(|e| e.code, |f| f.kind.to_string())
    }

    #[test]
    fn a_clean_name_is_clean() {
        let long = format!("{} .b", "a".repeat(200));
        for name in ["../C:\\Plan 2026.azpwZXJ@MDE5pYTdf\u{3}A.", "a.bcdefghi jkl", ". .", "x. . .pdf ", "a..b", long.as_str()] {
            let clean = clean_name(name);
            assert_eq!(clean_name(&clean), clean, "{name:?}");
            assert!(!clean.ends_with(['.', ' ']), "{clean:?}");
        }
        assert_eq!(clean_name("Plan 2026.pdf"), "Plan 2026.pdf");
    }

    #[test]
    fn the_content_decides_and_the_name_must_agree() {
        assert_eq!(code_of("a.pdf", b"%PDF-1.4\n%%EOF"), "application/pdf");
        assert_eq!(code_of("A.TXT", b"plain words"), "text/plain");
        assert_eq!(code_of("plan.html", b"just words"), "file_name_mismatch");
        assert_eq!(code_of("plan.txt", b"%PDF-1.4\n"), "file_name_mismatch");
        assert_eq!(code_of("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "file_type_not_allowed");
        assert_eq!(code_of("a.csv", b"Stra\xdfe;12"), "file_not_utf8");
        assert_eq!(code_of("a.pdf", b"%PDF-1.4\n1 0 obj << /S /JavaScript >> endobj"), "file_has_script");
        assert_eq!(code_of("a.txt", b""), "file_empty");
        assert_eq!(code_of("a.txt", &[b'a'; 1001]), "file_too_large");
    }

    #[test]
    fn what_came_by_older_rules_leaves_by_those_of_today() {
        assert_eq!(again("text/csv", b"=1,2".to_vec()), Some((b"'=1,2".to_vec(), vec![TakenOut::Formula])));
        assert_eq!(again("application/pdf", b"%PDF-1.4\n1 0 obj << /S /Launch >> endobj".to_vec()), None);
    }

    #[test]
    fn names_lose_folders_and_tricks_but_stay_readable() {
        assert_eq!(clean_name("C:\\plans\\Plan 2026.pdf"), "Plan 2026.pdf");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(clean_name("خطة التعلّم.pdf"), "خطة التعلّم.pdf");
        assert_eq!(clean_name(" \r\n.pdf"), "file.pdf");
        assert_eq!(clean_name(&"a".repeat(500)).chars().count(), NAME_CHARACTERS - 11);
        assert!(!clean_name("a\"b\r\nX: y.pdf").contains(['"', '\n']));
    }
}
