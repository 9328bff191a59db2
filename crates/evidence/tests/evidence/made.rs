//! Files made by hand: documents of parts, PDFs of objects.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};

use evidence::{Clean, Refused, Taken};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

pub const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A document of parts, with types for what is in it.
#[derive(Clone)]
pub struct Document {
    pub parts: Vec<(String, Vec<u8>)>,
    types: String,
}

impl Document {
    fn new(main: &str, main_type: &str, body: &str) -> Self {
        let types = concat!(
            r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
            r#"<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>"#
        );
        let root = link("rId1", "officeDocument", main, "");
        let new = Self { parts: Vec::new(), types: types.to_owned() };
        new.part(main, body).typed(main, main_type).part("_rels/.rels", links(&root))
    }

    pub fn word(body: &str) -> Self {
        let body =
            format!(r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}" xmlns:r="{RELS}"><w:body>{body}</w:body></w:document>"#);
        Self::new("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", &body)
    }

    pub fn excel(sheet: &str) -> Self {
        let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>"#;
        let sheet = format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#);
        let sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
        Self::new("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", book)
            .part("xl/worksheets/sheet1.xml", &sheet)
            .typed("xl/worksheets/sheet1.xml", sheet_type)
    }

    pub fn part(mut self, name: &str, body: impl AsRef<[u8]>) -> Self {
        self.parts.push((name.to_owned(), body.as_ref().to_vec()));
        self
    }

    pub fn typed(mut self, name: &str, media_type: &str) -> Self {
        self.types += &format!(r#"<Override PartName="/{name}" ContentType="{media_type}"/>"#);
        self
    }

    pub fn packed(&self) -> Vec<u8> {
        let types = format!(r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>"#, self.types);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file("[Content_Types].xml", packed).unwrap();
        zip.write_all(types.as_bytes()).unwrap();
        for (name, body) in &self.parts {
            zip.start_file(name, packed).unwrap();
            zip.write_all(body).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    pub fn taken(&self) -> Result<Kept, Refused> {
        let extension = if self.parts.iter().any(|(name, _)| name.starts_with("xl/")) { "xlsx" } else { "docx" };
        evidence::look(self.packed(), extension).map(Kept)
    }
}

pub fn link(id: &str, what: &str, target: &str, mode: &str) -> String {
    let mode = if mode.is_empty() { String::new() } else { format!(r#" TargetMode="{mode}""#) };
    format!(r#"<Relationship Id="{id}" Type="{RELS}/{what}" Target="{target}"{mode}/>"#)
}

pub fn links(all: &str) -> String {
    format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{all}</Relationships>"#)
}

/// A file that was kept.
#[derive(Debug)]
pub struct Kept(pub Clean);

impl Kept {
    /// A part of it as text; nothing where it has none of that name.
    pub fn part(&self, name: &str) -> Option<String> {
        let mut archive = ZipArchive::new(Cursor::new(&self.0.bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
        Some(text)
    }

    pub fn out(&self) -> Vec<Taken> {
        self.0.taken.iter().copied().collect()
    }

    /// Every byte of every part.
    pub fn all(&self) -> String {
        let mut archive = ZipArchive::new(Cursor::new(&self.0.bytes)).unwrap();
        let names: BTreeSet<String> = archive.file_names().map(str::to_owned).collect();
        let mut all = String::new();
        for name in names {
            let mut bytes = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            all += &format!("{name}\n{}\n", String::from_utf8_lossy(&bytes));
        }
        all
    }
}

/// A PDF of these objects, numbered from 1, with a table as good as readers need.
pub fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    for (at, object) in objects.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(*object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer\n<< /Root 1 0 R /Size 9 >>\nstartxref\n0\n%%EOF\n");
    bytes
}

pub fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
    bytes.extend(data);
    bytes.extend(b"\nendstream");
    bytes
}

pub fn deflated(data: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

/// A compressed stream of objects, numbered from 20.
pub fn objects_inside(objects: &[&str]) -> Vec<u8> {
    let (mut places, mut bodies) = (String::new(), String::new());
    for (at, object) in objects.iter().enumerate() {
        places += &format!("{} {} ", 20 + at, bodies.len());
        bodies += object;
        bodies.push(' ');
    }
    let dictionary = format!("/Type /ObjStm /N {} /First {} /Filter /FlateDecode", objects.len(), places.len());
    stream(&dictionary, &deflated(format!("{places}{bodies}").as_bytes()))
}

pub fn look_pdf(bytes: &[u8]) -> Option<Refused> {
    evidence::look(bytes.to_vec(), "pdf").err()
}
