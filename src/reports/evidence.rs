//! Which files are taken as evidence, decided by their content, and under which name. Pure.
//!
//! A name never decides what a file is, but must agree with what it is: a web page called
//! `plan.pdf` or `plan.html` is refused either way.

use super::metadata;
use crate::ground::FieldError;
use crate::words;

/// Files that a report may have, removed ones included.
pub const MOST_FILES: usize = 200;
const NAME_CHARACTERS: usize = 120;

words! {
    pub enum Kind {
        Pdf = "application/pdf",
        Png = "image/png",
        Jpeg = "image/jpeg",
        PlainText = "text/plain",
        Csv = "text/csv",
        Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

impl Kind {
    /// Extensions that agree with the content; the first is the usual one.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::PlainText => &["txt"],
            Self::Csv => &["csv"],
            Self::Word => &["docx"],
            Self::Excel => &["xlsx"],
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

/// A file as it is kept: cleaned name, type by content, bytes without author metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanFile {
    pub name: String,
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

/// Takes a file or says what is wrong with it. `most` is the largest size in bytes.
pub fn take(file: NewFile, most: usize) -> Result<CleanFile, FieldError> {
    let name = clean_name(&file.name);
    let refuse = |code: &str| Err(FieldError::new("file", code).with("name", &name));
    if file.bytes.is_empty() {
        return refuse("file_empty");
    }
    if file.bytes.len() > most {
        return Err(FieldError::new("file", "file_too_large").with("name", &name).with("max", most / 1_048_576));
    }
    let extension = name.rsplit_once('.').map(|(_, e)| e.to_lowercase()).unwrap_or_default();
    let Some(kind) = sniff(&file.bytes, &extension) else { return refuse("file_type_not_allowed") };
    if !kind.extensions().contains(&extension.as_str()) {
        return Err(FieldError::new("file", "file_name_mismatch").with("name", &name).with("extension", kind.extensions()[0]));
    }
    match metadata::removed(kind, file.bytes) {
        Ok(bytes) => Ok(CleanFile { name, kind, bytes }),
        Err(metadata::Refused::Damaged) => refuse("file_damaged"),
        Err(metadata::Refused::Macros) => refuse("file_has_macros"),
    }
}

/// The kind of a file by its content; the extension only tells CSV from other text.
pub fn sniff(bytes: &[u8], extension: &str) -> Option<Kind> {
    match infer::get(bytes).map(|t| t.mime_type()) {
        Some("application/pdf") => Some(Kind::Pdf),
        Some("image/png") => Some(Kind::Png),
        Some("image/jpeg") => Some(Kind::Jpeg),
        // Every program writes the parts of a document in another order: look inside.
        _ if bytes.starts_with(b"PK\x03\x04") => metadata::office_kind(bytes),
        Some(_) => None,
        None if is_text(bytes) => Some(if extension == "csv" { Kind::Csv } else { Kind::PlainText }),
        None => None,
    }
}

/// UTF-8 without control characters, and nothing that begins like a page or a program.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    !start.starts_with(['<', '%']) && !start.starts_with("#!") && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// A name for people: no folders, no control or direction characters, at most 120 characters.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let misleading =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}' | '\u{feff}');
    let kept: String = last.chars().filter(|c| !misleading(*c) && !matches!(c, '"' | '<' | '>' | '|' | ':' | '*' | '?')).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let (stem, extension) = joined.rsplit_once('.').map_or((joined.as_str(), ""), |(s, e)| (s, e));
    let extension: String = extension.chars().take(10).collect();
    let stem: String = stem.trim_matches(['.', ' ']).chars().take(NAME_CHARACTERS - 11).collect();
    let stem = if stem.is_empty() { "file" } else { &stem };
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: &[u8]) -> NewFile {
        NewFile { name: name.to_owned(), bytes: bytes.to_vec() }
    }

    fn code(name: &str, bytes: &[u8]) -> String {
        take(file(name, bytes), 1000).map_or_else(|e| e.code, |f| f.kind.to_string())
    }

    #[test]
    fn the_content_decides_and_the_name_must_agree() {
        assert_eq!(code("a.pdf", b"%PDF-1.4\n%%EOF"), "application/pdf");
        assert_eq!(code("a.csv", "مدينة,12\n".as_bytes()), "text/csv");
        assert_eq!(code("A.TXT", b"plain words"), "text/plain");
        assert_eq!(code("plan.pdf", b"<html><script>alert(1)</script>"), "file_type_not_allowed");
        assert_eq!(code("plan.pdf", b"  <!DOCTYPE html><p>"), "file_type_not_allowed");
        assert_eq!(code("plan.html", b"just words"), "file_name_mismatch");
        assert_eq!(code("plan.txt", b"%PDF-1.4\n"), "file_name_mismatch");
        assert_eq!(code("run.txt", b"#!/bin/sh\n"), "file_type_not_allowed");
        assert_eq!(code("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "file_type_not_allowed");
        assert_eq!(code("a.txt", b"\x00\x01"), "file_type_not_allowed");
        assert_eq!(code("a.txt", b"latin \xe9"), "file_type_not_allowed");
        assert_eq!(code("a.exe", b"MZ\x90\x00"), "file_type_not_allowed");
        assert_eq!(code("a.zip", b"PK\x03\x04nothing"), "file_type_not_allowed");
        assert_eq!(code("a.txt", b""), "file_empty");
        assert_eq!(code("a.txt", &[b'a'; 1001]), "file_too_large");
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
