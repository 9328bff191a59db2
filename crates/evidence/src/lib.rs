//! Files that one stranger sends and another opens. Pure: knows neither database nor web.
//!
//! `look` recognises a file by its content, takes out the names of its authors and what would act when it is
//! opened, and says what that was; or it refuses the file and says why. What it cannot judge it refuses.

mod office;
mod pdf;
mod picture;
mod text;

use std::collections::BTreeSet;
use std::fmt;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    Png,
    Jpeg,
    PlainText,
    Csv,
    Word,
    Excel,
}

impl Kind {
    pub const ALL: [Self; 7] = [Self::Pdf, Self::Png, Self::Jpeg, Self::PlainText, Self::Csv, Self::Word, Self::Excel];

    /// Its media type, which is also its word.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::PlainText => "text/plain",
            Self::Csv => "text/csv",
            Self::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Extensions that agree with the content; the first is the usual one.
    pub const fn extensions(self) -> &'static [&'static str] {
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

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}

/// What was taken out of a file that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// A template that lies elsewhere.
    Template,
    /// A picture that would be fetched.
    Picture,
    /// A link to another file, which would be read.
    Link,
    /// An object or a file inside the document.
    Object,
    /// A field that would read from elsewhere.
    Field,
    /// A connection to a database or a page of the web.
    Connection,
    /// Buttons or panes of a program.
    Extension,
    /// Cells of a CSV file that a spreadsheet would run; they are text now.
    Formula,
}

impl Taken {
    pub const ALL: [Self; 8] =
        [Self::Template, Self::Picture, Self::Link, Self::Object, Self::Field, Self::Connection, Self::Extension, Self::Formula];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Picture => "picture",
            Self::Link => "link",
            Self::Object => "object",
            Self::Field => "field",
            Self::Connection => "connection",
            Self::Extension => "extension",
            Self::Formula => "formula",
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Of none of the kinds.
    Kind,
    /// Text in another encoding than UTF-8.
    Encoding,
    Damaged,
    /// It needs a password, or is encrypted without one: nobody can look into it.
    Protected,
    /// It unpacks to more than anybody should have to open.
    Unpacks,
    /// A document that carries programs.
    Macros,
    /// Controls that run programs (ActiveX).
    Controls,
    /// Values that another program is to give (DDE).
    LiveData,
    /// Formulas that fetch something from elsewhere.
    Fetches,
    /// A PDF with JavaScript.
    Script,
    /// A PDF that starts a program, opens another file or sends what is typed.
    Acts,
    /// A PDF with files inside.
    Attachments,
    /// A PDF with a form of XFA, or with sound, film or scenes.
    Media,
}

impl Refused {
    pub const ALL: [Self; 13] = [
        Self::Kind,
        Self::Encoding,
        Self::Damaged,
        Self::Protected,
        Self::Unpacks,
        Self::Macros,
        Self::Controls,
        Self::LiveData,
        Self::Fetches,
        Self::Script,
        Self::Acts,
        Self::Attachments,
        Self::Media,
    ];
}

/// A file that may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    pub kind: Kind,
    pub bytes: Vec<u8>,
    pub taken: BTreeSet<Taken>,
}

/// Recognises a file and takes out what must not stay in it. The extension, in small letters, only tells CSV
/// from other text.
pub fn look(bytes: Vec<u8>, extension: &str) -> Result<Clean, Refused> {
    let kind = recognise(&bytes, extension)?;
    clean(kind, bytes)
}

/// As `look`, of a file whose kind is known.
pub fn clean(kind: Kind, bytes: Vec<u8>) -> Result<Clean, Refused> {
    let mut taken = BTreeSet::new();
    let bytes = match kind {
        Kind::Jpeg => picture::jpeg(&bytes).ok_or(Refused::Damaged)?,
        Kind::Png => picture::png(&bytes).ok_or(Refused::Damaged)?,
        Kind::Word | Kind::Excel => office::clean(kind, &bytes, &mut taken)?,
        Kind::Pdf => pdf::clean(bytes)?,
        Kind::PlainText => bytes,
        Kind::Csv => text::without_formulas(bytes, &mut taken),
    };
    Ok(Clean { kind, bytes, taken })
}

/// The kind of a file by its content.
pub fn recognise(bytes: &[u8], extension: &str) -> Result<Kind, Refused> {
    match infer::get(bytes).map(|t| t.mime_type()) {
        Some("application/pdf") => Ok(Kind::Pdf),
        Some("image/png") => Ok(Kind::Png),
        Some("image/jpeg") => Ok(Kind::Jpeg),
        // Every program writes the parts of a document in another order: look inside.
        _ if bytes.starts_with(b"PK\x03\x04") => office::kind(bytes).ok_or(Refused::Kind),
        // A document with a password is no archive any more.
        _ if bytes.starts_with(&office::COMPOUND) && matches!(extension, "docx" | "xlsx") => Err(Refused::Protected),
        found => match (found.is_none(), extension) {
            (true, "csv") if text::is_text(bytes) => Ok(Kind::Csv),
            (true, _) if text::is_text(bytes) => Ok(Kind::PlainText),
            (_, "csv" | "txt") if text::is_of_another_encoding(bytes) => Err(Refused::Encoding),
            _ => Err(Refused::Kind),
        },
    }
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|w| w == what).map(|i| i + from)
}
