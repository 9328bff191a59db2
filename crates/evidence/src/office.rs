//! Word and Excel documents: archives whose parts are looked at one by one and written anew.
//!
//! What is stored is what was looked at: the archive that comes out has the parts that were read, each under
//! one name, and nothing before, between or behind them. Parts are read in a stream; none is held whole.

mod fields;
mod formulas;
mod links;
mod markup;
mod package;
mod style;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::io::{BufWriter, Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{Kind, Refused, Taken};
use links::Links;
use markup::{Authors, Markup};
use package::Package;

const MOST_PARTS: usize = 5000;
/// What a document may unpack to, in bytes.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
/// The largest part that is read whole: links and the list of types.
const MOST_WHOLE: u64 = 4 * 1024 * 1024;
/// Where OLE files begin: objects, macros, documents with a password.
pub const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether a ZIP archive is a Word or an Excel document.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    archive.index_for_name("[Content_Types].xml")?;
    let has = |name| archive.index_for_name(name).is_some();
    match (has("word/document.xml"), has("xl/workbook.xml")) {
        (true, false) => Some(Kind::Word),
        (false, true) => Some(Kind::Excel),
        _ => None,
    }
}

/// What is to become of a part.
enum Fate {
    Same,
    Gone,
    /// Other bytes in its place: empty properties, links that lead nowhere, types of fewer parts.
    Instead(Vec<u8>),
    /// Written anew without some elements and attributes.
    Rewritten(Markup),
}

/// The document without what acts, and without the names of its authors.
pub fn clean(kind: Kind, bytes: &[u8], taken: &mut BTreeSet<Taken>) -> Result<Vec<u8>, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::Damaged)?;
    let mut package = Package::read(&mut archive, bytes)?;
    let unpacked = Cell::new(MOST_UNPACKED);
    look_into_binaries(&mut archive, &mut package, &unpacked, taken)?;
    let mut links = Vec::new();
    for index in package.of_links() {
        let mut document = Links::read(package.name(index), &whole(&mut archive, index)?)?;
        document.settle(&mut package, taken)?;
        links.push((index, document));
    }
    let places: HashMap<String, usize> = links.iter().enumerate().map(|(at, (_, links))| (links.of.to_lowercase(), at)).collect();
    let mut authors = Authors::default();
    let mut fates = Vec::new();
    for index in 0..archive.len() {
        let of = places.get(&package.name(index).to_lowercase()).map(|at| &mut links[*at].1);
        fates.push(fate(kind, &mut archive, &mut package, index, of, &unpacked, &mut authors, taken)?);
    }
    for (index, mut document) in links {
        // What was a part a moment ago may be none now.
        document.forget_the_gone(&package);
        if document.changed && !package.is_gone(index) {
            fates[index] = Fate::Instead(document.written());
        }
    }
    if let Some(types) = package.types_written() {
        fates[package.types_index] = Fate::Instead(types);
    }
    write(&mut archive, fates, bytes.len(), &mut authors)
}

/// Reads each part that is no XML to its end, so that what it unpacks to is known, and drops what is neither
/// picture, font nor the like.
fn look_into_binaries(archive: &mut Archive<'_>, package: &mut Package, unpacked: &Cell<u64>, taken: &mut BTreeSet<Taken>) -> Result<(), Refused> {
    for index in 0..archive.len() {
        if package.is_folder(index) || package.is_links(index) {
            continue;
        }
        let mut part = archive.by_index(index).map_err(|_| Refused::Damaged)?;
        let mut start = [0; 16];
        let mut read = 0;
        while read < start.len() {
            match part.read(&mut start[read..]).map_err(|_| Refused::Damaged)? {
                0 => break,
                n => read += n,
            }
        }
        let drawn = !package.is_xml(index) && package::is_markup(&start[..read]);
        if drawn || package::runs(&start[..read]) || !package.is_known(index) {
            if package.is_macro(index) {
                return Err(Refused::Macros);
            }
            package.drop_part(index);
            taken.insert(Taken::Object);
        } else if package.is_xml(index) {
            let wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
            package.parts[index].foreign = wide && package.name(index).to_lowercase().starts_with("customxml/");
        } else {
            // A part that says less than it holds makes the next reader believe it.
            let more = std::io::copy(&mut part.by_ref().take(unpacked.get() + 1), &mut std::io::sink()).map_err(|_| Refused::Damaged)?;
            let all = more + read as u64;
            unpacked.set(unpacked.get().checked_sub(all).ok_or(Refused::Unpacks)?);
            if all != part.size() {
                return Err(Refused::Damaged);
            }
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one way through one part, and what it leaves behind")]
fn fate(
    kind: Kind,
    archive: &mut Archive<'_>,
    package: &mut Package,
    index: usize,
    of: Option<&mut Links>,
    unpacked: &Cell<u64>,
    authors: &mut Authors,
    taken: &mut BTreeSet<Taken>,
) -> Result<Fate, Refused> {
    if package.is_gone(index) || package.is_folder(index) {
        return Ok(Fate::Gone);
    }
    let name = package.name(index).to_lowercase();
    if let Some(blank) = empty_properties(&name) {
        return Ok(Fate::Instead(blank.as_bytes().to_vec()));
    }
    // What other programs keep for themselves, in letters that are not read here.
    if package.parts[index].foreign {
        return Ok(Fate::Instead(b"<none/>".to_vec()));
    }
    if !package.is_xml(index) || package.is_links(index) || index == package.types_index {
        return Ok(Fate::Same);
    }
    let part = archive.by_index(index).map_err(|_| Refused::Damaged)?;
    let pressed = of.as_ref().map(|links| links.pressed()).unwrap_or_default();
    let (mut markup, size, before) = (Markup::new(kind), part.size(), unpacked.get());
    markup.look(part, pressed, unpacked, authors, taken)?;
    if before - unpacked.get() != size {
        return Err(Refused::Damaged);
    }
    if let Some(links) = of {
        links.followed(&markup.followed);
    }
    // A picture that draws what lies elsewhere goes; programs show the one beside it.
    if markup.fetches {
        package.drop_part(index);
        taken.insert(Taken::Picture);
        return Ok(Fate::Gone);
    }
    Ok(if markup.changes() { Fate::Rewritten(markup) } else { Fate::Same })
}

fn write(archive: &mut Archive<'_>, fates: Vec<Fate>, size: usize, authors: &mut Authors) -> Result<Vec<u8>, Refused> {
    let damaged = |_| Refused::Damaged;
    let mut copy = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (index, fate) in fates.into_iter().enumerate() {
        let name = archive.by_index_raw(index).map_err(damaged)?.name().to_owned();
        match fate {
            Fate::Gone => {}
            Fate::Same => copy.raw_copy_file(archive.by_index_raw(index).map_err(damaged)?).map_err(damaged)?,
            Fate::Instead(bytes) => {
                copy.start_file(name, packed).map_err(damaged)?;
                copy.write_all(&bytes).map_err(|_| Refused::Damaged)?;
            }
            Fate::Rewritten(mut markup) => {
                copy.start_file(name, packed).map_err(damaged)?;
                // A word at a time takes the packer far longer.
                let mut copy = BufWriter::with_capacity(65_536, &mut copy);
                markup.write(archive.by_index(index).map_err(damaged)?, &mut copy, authors)?;
                copy.flush().map_err(|_| Refused::Damaged)?;
            }
        }
    }
    copy.finish().map(Cursor::into_inner).map_err(damaged)
}

/// A small part, whole.
fn whole(archive: &mut Archive<'_>, index: usize) -> Result<Vec<u8>, Refused> {
    let part = archive.by_index(index).map_err(|_| Refused::Damaged)?;
    let mut bytes = Vec::new();
    part.take(MOST_WHOLE + 1).read_to_end(&mut bytes).map_err(|_| Refused::Damaged)?;
    if bytes.len() as u64 > MOST_WHOLE { Err(Refused::Unpacks) } else { Ok(bytes) }
}

/// What stands in place of a document's properties.
fn empty_properties(part: &str) -> Option<&'static str> {
    match part {
        "docprops/core.xml" => Some(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>"#,
        ),
        "docprops/app.xml" => Some(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>"#,
        ),
        "docprops/custom.xml" => Some(
            r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>"#,
        ),
        // A preview picture shows the first page as it once was.
        _ if part.starts_with("docprops/thumbnail") => Some(""),
        _ => None,
    }
}
