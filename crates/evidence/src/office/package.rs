//! The parts of a document: their names and types, and which of them are known to be harmless.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::{Reader, Writer, XmlVersion};
use zip::{CompressionMethod, ZipArchive};

use super::{Archive, COMPOUND, MOST_PARTS, MOST_UNPACKED, whole};
use crate::Refused;

const TYPES: &str = "[Content_Types].xml";

/// Words in a type that say that the part is a program.
const MACROS: [&str; 6] = ["macroenabled", "vbaproject", "vbadata", "macrosheet", "dialogsheet", "sheet.binary"];
/// Types of parts that are neither XML nor run: pictures, sounds, fonts, how a printer is set.
const HARMLESS: [&str; 10] = [
    "image/",
    "video/",
    "audio/",
    "application/x-font",
    "application/x-fontdata",
    "application/vnd.ms-opentype",
    "application/vnd.openxmlformats-officedocument.obfuscatedfont",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.printersettings",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.printersettings",
    "application/vnd.openxmlformats-package.digital-signature-origin",
];

pub struct Part {
    name: String,
    media_type: String,
    gone: bool,
    /// Notes of another program that are not read here.
    pub foreign: bool,
}

pub struct Package {
    pub parts: Vec<Part>,
    by_name: BTreeMap<String, usize>,
    defaults: Vec<(String, String)>,
    overrides: Vec<(String, String)>,
    pub types_index: usize,
}

/// Whether a part begins like something that is run or opened by another program.
pub fn runs(start: &[u8]) -> bool {
    let begins = |what: &[u8]| start.starts_with(what);
    // PostScript, open or with a preview, which some programs run to draw it.
    let draws = begins(b"%!") || begins(b"\xc5\xd0\xd3\xc6");
    draws || begins(&COMPOUND) || begins(b"MZ") || begins(b"\x7fELF") || begins(b"PK") || begins(b"%PDF") || begins(b"{\\rt") || begins(b"#!")
}

/// Whether what is said to be no markup begins like markup, open or packed: a picture that is drawn by what it says.
pub fn is_markup(start: &[u8]) -> bool {
    let wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    wide || start.starts_with(&[0x1f, 0x8b]) || text.starts_with(b"<") || (text.is_empty() && !start.is_empty())
}

impl Package {
    /// Reads names and types. Names that lead elsewhere, or that two parts have, are refused.
    pub fn read(archive: &mut Archive<'_>, bytes: &[u8]) -> Result<Self, Refused> {
        if archive.len() > MOST_PARTS || counted(bytes).is_some_and(|count| count != archive.len()) {
            return Err(Refused::Damaged);
        }
        let mut parts = Vec::new();
        let mut by_name = BTreeMap::new();
        // Parts that share their bytes would fill the memory.
        let (mut left, mut unpacked) = (bytes.len() as u64, 0_u64);
        for index in 0..archive.len() {
            let part = ZipArchive::by_index_raw(archive, index).map_err(|_| Refused::Damaged)?;
            if part.encrypted() {
                return Err(Refused::Protected);
            }
            let known = matches!(part.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
            if !known || part.is_symlink() || std::str::from_utf8(part.name_raw()).is_err() || !is_good(part.name()) {
                return Err(Refused::Damaged);
            }
            left = left.checked_sub(part.compressed_size()).ok_or(Refused::Damaged)?;
            unpacked = unpacked.saturating_add(part.size());
            if unpacked > MOST_UNPACKED {
                return Err(Refused::Unpacks);
            }
            let name = part.name().to_owned();
            if by_name.insert(name.to_lowercase(), index).is_some() {
                return Err(Refused::Damaged);
            }
            parts.push(Part { name, media_type: String::new(), gone: false, foreign: false });
        }
        let types_index = *by_name.get(&TYPES.to_lowercase()).ok_or(Refused::Damaged)?;
        let mut package = Self { parts, by_name, defaults: Vec::new(), overrides: Vec::new(), types_index };
        package.read_types(&whole(archive, types_index)?)?;
        Ok(package)
    }

    fn read_types(&mut self, xml: &[u8]) -> Result<(), Refused> {
        for (element, attributes) in elements(xml)? {
            let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
            match element.as_str() {
                "Default" => self.defaults.push((get("Extension").to_lowercase(), get("ContentType"))),
                "Override" => self.overrides.push((get("PartName"), get("ContentType"))),
                _ => {}
            }
        }
        let overrides: BTreeMap<String, &str> =
            self.overrides.iter().map(|(name, kind)| (name.trim_start_matches('/').to_lowercase(), kind.as_str())).collect();
        let defaults: BTreeMap<&str, &str> = self.defaults.iter().map(|(extension, kind)| (extension.as_str(), kind.as_str())).collect();
        for part in &mut self.parts {
            let lower = part.name.to_lowercase();
            let extension = lower.rsplit_once('.').map_or("", |(_, e)| e);
            let kind = overrides.get(&lower).or_else(|| defaults.get(extension)).copied().unwrap_or_default();
            part.media_type = kind.to_lowercase();
        }
        // A type alone is enough, and so is one that no part has (yet).
        let all = self.defaults.iter().chain(&self.overrides).map(|(_, kind)| kind.to_lowercase());
        let named = |words: &[&str], kind: &str| words.iter().any(|word| kind.contains(word));
        let used: BTreeSet<&str> = self.parts.iter().map(|part| part.media_type.as_str()).collect();
        for kind in all {
            if named(&["activex"], &kind) {
                return Err(Refused::Controls);
            }
            // A default for what is not there is what a template leaves behind.
            if named(&MACROS, &kind) && used.contains(kind.as_str()) {
                return Err(Refused::Macros);
            }
        }
        if self.parts.iter().any(|part| part.name.to_lowercase().ends_with("vbaproject.bin")) {
            return Err(Refused::Macros);
        }
        Ok(())
    }

    pub fn name(&self, index: usize) -> &str {
        &self.parts[index].name
    }

    pub fn is_gone(&self, index: usize) -> bool {
        self.parts[index].gone
    }

    pub fn is_folder(&self, index: usize) -> bool {
        self.parts[index].name.ends_with('/')
    }

    pub fn is_links(&self, index: usize) -> bool {
        self.parts[index].name.to_lowercase().ends_with(".rels")
    }

    pub fn is_xml(&self, index: usize) -> bool {
        let kind = &self.parts[index].media_type;
        index == self.types_index || kind.ends_with("+xml") || kind.ends_with("/xml") || kind.ends_with(".vmldrawing")
    }

    pub fn is_macro(&self, index: usize) -> bool {
        MACROS.iter().any(|word| self.parts[index].media_type.contains(word))
    }

    /// Whether it is of a type that may stay. Pages and documents inside are read by other programs.
    pub fn is_known(&self, index: usize) -> bool {
        let kind = &self.parts[index].media_type;
        (self.is_xml(index) && !kind.contains("xhtml")) || HARMLESS.iter().any(|known| kind.starts_with(known))
    }

    pub fn drop_part(&mut self, index: usize) {
        self.parts[index].gone = true;
    }

    /// The part of that name, by which a link leads to it.
    pub fn part(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    pub fn of_links(&self) -> Vec<usize> {
        (0..self.parts.len()).filter(|index| self.is_links(*index) && !self.is_folder(*index)).collect()
    }

    /// The list of types without the parts that are gone; nothing where none is.
    pub fn types_written(&self) -> Option<Vec<u8>> {
        let gone: BTreeSet<String> = self.parts.iter().filter(|part| part.gone).map(|part| format!("/{}", part.name.to_lowercase())).collect();
        if gone.is_empty() {
            return None;
        }
        let mut writer = Writer::new(Vec::new());
        let mut put = |event: Event<'_>| writer.write_event(event).expect("a Vec takes every write");
        put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        let root = BytesStart::new("Types").with_attributes([("xmlns", "http://schemas.openxmlformats.org/package/2006/content-types")]);
        put(Event::Start(root.clone()));
        for (extension, kind) in &self.defaults {
            let attributes = [("Extension", extension.as_str()), ("ContentType", kind.as_str())];
            put(Event::Empty(BytesStart::new("Default").with_attributes(attributes)));
        }
        for (name, kind) in self.overrides.iter().filter(|(name, _)| !gone.contains(&name.to_lowercase())) {
            let attributes = [("PartName", name.as_str()), ("ContentType", kind.as_str())];
            put(Event::Empty(BytesStart::new("Override").with_attributes(attributes)));
        }
        put(Event::End(root.to_end()));
        Some(writer.into_inner())
    }
}

/// How many entries the archive says that it has: fewer were read where two had one name.
fn counted(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let count = u16::from_le_bytes(bytes.get(end + 10..end + 12)?.try_into().ok()?);
    (count != u16::MAX).then(|| usize::from(count))
}

/// A name that stays inside of the archive, as one reader and the next understand it.
fn is_good(name: &str) -> bool {
    let name = name.strip_suffix('/').unwrap_or(name);
    let lower = name.to_lowercase();
    let escapes = ["%2e", "%2f", "%5c", "%00"].iter().any(|e| lower.contains(e));
    let odd = name.chars().any(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'));
    !escapes && !odd && name.len() < 400 && name.split('/').all(|segment| !segment.is_empty() && !segment.ends_with('.'))
}

/// The local name of an element and its attributes, read. Those of other namespaces, and the names of namespaces,
/// are no attributes of it, whatever they are called.
pub type Element = (String, Vec<(String, String)>);

/// Every element of a small part.
pub fn elements(xml: &[u8]) -> Result<Vec<Element>, Refused> {
    if super::markup::is_wide(xml) {
        return Err(Refused::Damaged);
    }
    let mut reader = Reader::from_reader(xml);
    let mut all = Vec::new();
    loop {
        match reader.read_event().map_err(|_| Refused::Damaged)? {
            Event::Start(e) | Event::Empty(e) => {
                let mut attributes = Vec::new();
                for attribute in e.attributes() {
                    let attribute = attribute.map_err(|_| Refused::Damaged)?;
                    if attribute.key.prefix().is_some() || attribute.key.as_ref() == "xmlns" {
                        continue;
                    }
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refused::Damaged)?.into_owned();
                    attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
                }
                all.push((e.local_name().as_ref().to_owned(), attributes));
            }
            Event::DocType(_) => return Err(Refused::Damaged),
            Event::Eof => return Ok(all),
            _ => {}
        }
    }
}
