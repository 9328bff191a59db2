//! Takes author metadata out of evidence files. Pure.
//!
//! JPEG: every APP and COM segment but JFIF, the colour profile, Adobe's colour transform and the
//! orientation. PNG: text, EXIF and time chunks. Word and Excel: the document properties; names in
//! comments and tracked changes stay. PDF: author, creator and the XMP packet where they lie open;
//! compressed, encrypted and signed PDFs keep theirs.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::evidence::Kind;

const MOST_PARTS: usize = 5000;

/// Why a file cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Damaged,
    /// A document that carries programs.
    Macros,
}

/// The file without author metadata.
pub fn removed(kind: Kind, bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    match kind {
        Kind::Jpeg => jpeg(&bytes).ok_or(Refused::Damaged),
        Kind::Png => png(&bytes).ok_or(Refused::Damaged),
        Kind::Word | Kind::Excel => office(&bytes),
        Kind::Pdf => Ok(pdf(bytes)),
        Kind::PlainText | Kind::Csv => Ok(bytes),
    }
}

/// Walks the segments of a JPEG and stops at its end, so that nothing hangs behind the picture.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2).filter(|b| *b == [0xff, 0xd8])?.to_vec();
    let (mut at, mut oriented) = (2, false);
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => {
                at += 1;
                continue;
            }
            0xd9 => {
                out.extend([0xff, 0xd9]);
                return Some(out);
            }
            0x01 | 0xd0..=0xd7 => {
                out.extend([0xff, marker]);
                at += 2;
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
        let body = &segment[4..];
        at += segment.len();
        match marker {
            0xe1 if body.starts_with(b"Exif\0\0") && !oriented => {
                if let Some(turned) = orientation(&body[6..]).filter(|o| (2..=8).contains(o)) {
                    oriented = true;
                    out.extend(orientation_segment(turned));
                }
            }
            0xe0 if body.starts_with(b"JFIF\0") => out.extend(segment),
            0xe2 if body.starts_with(b"ICC_PROFILE\0") => out.extend(segment),
            0xee if body.starts_with(b"Adobe") => out.extend(segment),
            0xe0..=0xef | 0xfe => {}
            _ => out.extend(segment),
        }
        if marker == 0xda {
            // The picture itself: until a marker that is neither stuffing nor a restart.
            let start = at;
            while *bytes.get(at)? != 0xff || matches!(*bytes.get(at + 1)?, 0x00 | 0xd0..=0xd7 | 0xff) {
                at += 1;
            }
            out.extend(&bytes[start..at]);
        }
    }
}

/// The orientation (tag 0x0112) in the first directory of an EXIF block.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = tiff.get(at..at + 2)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let four: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let directory = usize::try_from(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }).ok()?;
    (0..usize::from(short(directory)?)).map(|i| directory + 2 + 12 * i).find(|at| short(*at) == Some(0x0112)).and_then(|at| short(at + 8))
}

/// An EXIF segment that says how the picture is turned, and nothing else.
fn orientation_segment(turned: u16) -> Vec<u8> {
    let mut segment = vec![0xff, 0xe1, 0, 34];
    segment.extend(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    segment.extend(turned.to_be_bytes());
    segment.extend([0; 6]);
    segment
}

/// Copies the chunks of a PNG that make the picture, up to its end.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        at += chunk.len();
        let name = &chunk[4..8];
        if !matches!(name, b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME") {
            out.extend(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
    }
}

/// Whether a ZIP archive is a Word or an Excel document.
pub fn office_kind(bytes: &[u8]) -> Option<Kind> {
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    archive.index_for_name("[Content_Types].xml")?;
    let has = |name| archive.index_for_name(name).is_some();
    match (has("word/document.xml"), has("xl/workbook.xml")) {
        (true, false) => Some(Kind::Word),
        (false, true) => Some(Kind::Excel),
        _ => None,
    }
}

/// Copies a document part by part, without unpacking, with empty properties.
fn office(bytes: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Refused::Damaged);
    }
    let mut copy = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    // Parts that share their bytes would fill the memory.
    let mut left = bytes.len() as u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|_| Refused::Damaged)?;
        left = left.checked_sub(part.compressed_size()).ok_or(Refused::Damaged)?;
        let name = part.name().to_owned();
        let lower = name.to_lowercase();
        if lower.ends_with("vbaproject.bin") || lower.contains("/activex/") {
            return Err(Refused::Macros);
        }
        match (lower.as_str(), empty_properties(&lower)) {
            // A preview picture shows the first page as it once was.
            (thumbnail, None) if thumbnail.starts_with("docprops/thumbnail") => {
                drop(part);
                keep_blank(&mut copy, &name, b"")?;
            }
            (_, Some(blank)) => {
                drop(part);
                keep_blank(&mut copy, &name, blank.as_bytes())?;
            }
            _ => copy.raw_copy_file(part).map_err(|_| Refused::Damaged)?,
        }
    }
    copy.finish().map(Cursor::into_inner).map_err(|_| Refused::Damaged)
}

fn keep_blank(copy: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, blank: &[u8]) -> Result<(), Refused> {
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    copy.start_file(name, plain).map_err(|_| Refused::Damaged)?;
    copy.write_all(blank).map_err(|_| Refused::Damaged)
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
        _ => None,
    }
}

/// Blanks what names people, in place: a PDF's table of contents counts bytes.
fn pdf(mut bytes: Vec<u8>) -> Vec<u8> {
    let has = |bytes: &[u8], what: &[u8]| find(bytes, what, 0).is_some();
    // A signature covers every byte; encrypted strings cannot be told apart.
    if has(&bytes, b"/ByteRange") || has(&bytes, b"/Encrypt") {
        return bytes;
    }
    for key in [&b"/Author"[..], b"/Creator", b"/Producer"] {
        let mut from = 0;
        while let Some(at) = find(&bytes, key, from) {
            from = at + key.len();
            let value = from + bytes[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            match bytes.get(value) {
                Some(b'(') => {
                    // What is never closed reaches to the end; to look on would take for ever.
                    let Some(end) = literal_end(&bytes, value) else { break };
                    bytes[value + 1..end].fill(b' ');
                }
                // Hexadecimal: an even number of digits stays; "20" is a blank.
                Some(b'<') if bytes.get(value + 1).is_some_and(u8::is_ascii_hexdigit) => {
                    let Some(end) = find(&bytes, b">", value) else { break };
                    for (i, b) in bytes[value + 1..end].iter_mut().enumerate() {
                        *b = if i % 2 == 0 { b'2' } else { b'0' };
                    }
                }
                _ => {}
            }
        }
    }
    let mut from = 0;
    while let Some(start) = find(&bytes, b"<x:xmpmeta", from) {
        let Some(end) = find(&bytes, b"</x:xmpmeta>", start) else { break };
        bytes[start..end + b"</x:xmpmeta>".len()].fill(b' ');
        from = end;
    }
    bytes
}

/// Where the literal string that opens at `start` closes; brackets nest, a backslash escapes.
fn literal_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (0, start);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|w| w == what).map(|i| i + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(bytes: &[u8], what: &str) -> bool {
        find(bytes, what.as_bytes(), 0).is_some()
    }

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let mut s = vec![0xff, marker];
        s.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
        s.extend(body);
        s
    }

    #[test]
    fn a_photograph_loses_its_author_and_place_but_not_which_way_is_up() {
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"Artist: Amal");
        let mut photo = vec![0xff, 0xd8];
        photo.extend(segment(0xe0, b"JFIF\0\x01\x01"));
        photo.extend(segment(0xe1, &exif));
        photo.extend(segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<dc:creator>Amal"));
        photo.extend(segment(0xe2, b"ICC_PROFILE\0colours"));
        photo.extend(segment(0xfe, b"by Amal"));
        photo.extend(segment(0xda, b"scan"));
        photo.extend([1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4, 0xff, 0xd9]);
        photo.extend(b"trailer of Amal");
        let clean = jpeg(&photo).unwrap();
        assert!(!has(&clean, "Amal"));
        assert!(has(&clean, "ICC_PROFILE") && has(&clean, "JFIF"));
        assert!(clean.ends_with(&[1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4, 0xff, 0xd9]));
        let kept = find(&clean, b"Exif\0\0", 0).unwrap();
        assert_eq!(orientation(&clean[kept + 6..]), Some(6));
        assert_eq!(usize::from(clean[kept - 1]), 34);
        assert_eq!(jpeg(&clean).unwrap(), clean);
        assert_eq!(jpeg(&photo[..40]), None);
    }

    #[test]
    fn a_picture_loses_its_text_chunks() {
        let chunk = |name: &[u8], body: &[u8]| {
            let mut c = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
            c.extend(name);
            c.extend(body);
            c.extend([0; 4]);
            c
        };
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        picture.extend(chunk(b"IHDR", &[0; 13]));
        picture.extend(chunk(b"tEXt", b"Author\0Amal"));
        picture.extend(chunk(b"eXIf", b"Amal"));
        picture.extend(chunk(b"IDAT", b"pixels"));
        picture.extend(chunk(b"IEND", b""));
        picture.extend(b"Amal");
        let clean = png(&picture).unwrap();
        assert!(!has(&clean, "Amal") && has(&clean, "pixels") && has(&clean, "IHDR"));
        assert_eq!(png(&picture[..30]), None);
        assert_eq!(png(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"), None);
    }

    fn document(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in parts {
            keep_blank(&mut zip, name, body.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_document_loses_its_properties_and_macros_are_refused() {
        let parts = [("[Content_Types].xml", "types"), ("docProps/core.xml", "<dc:creator>Amal"), ("word/document.xml", "the text")];
        let plain = document(&parts);
        assert_eq!(office_kind(&plain), Some(Kind::Word));
        let clean = office(&plain).unwrap();
        assert!(has(&clean, "the text") && !has(&clean, "Amal"));
        assert_eq!(office_kind(&clean), Some(Kind::Word));
        let mut with_macros = parts.to_vec();
        with_macros.push(("word/vbaProject.bin", "x"));
        assert_eq!(office(&document(&with_macros)), Err(Refused::Macros));
        assert_eq!(office_kind(&document(&[("evil.html", "x")])), None);
        assert_eq!(office(b"PK\x03\x04 broken"), Err(Refused::Damaged));
    }

    #[test]
    fn an_open_pdf_loses_its_author_without_moving_a_byte() {
        let open = b"%PDF-1.4 << /Author (Amal \\) Haddad) /Creator <FEFF0041> /Title (Plan) >> <x:xmpmeta>Amal</x:xmpmeta> %%EOF".to_vec();
        let clean = pdf(open.clone());
        assert!(!has(&clean, "Amal") && !has(&clean, "Haddad") && !has(&clean, "FEFF") && has(&clean, "(Plan)"));
        assert_eq!(clean.len(), open.len());
        let signed = b"%PDF-1.4 /ByteRange [0 1] /Author (Amal)".to_vec();
        assert_eq!(pdf(signed.clone()), signed);
    }

    #[test]
    fn files_made_to_cost_time_or_memory_cost_neither() {
        for never_closed in ["/Author (", "/Author <F"] {
            let endless = never_closed.repeat(40_000).into_bytes();
            assert_eq!(pdf(endless.clone()), endless);
        }
        // 1,000 names for the same 40,000 bytes.
        let plain = document(&[("[Content_Types].xml", &"x".repeat(40_000))]);
        let place = |what: &[u8]| plain.windows(4).rposition(|w| w == what).unwrap();
        let (directory, end) = (place(b"PK\x01\x02"), place(b"PK\x05\x06"));
        let mut shared = plain[..directory].to_vec();
        for number in 0..1000 {
            let mut entry = plain[directory..end].to_vec();
            entry[46..49].copy_from_slice(format!("{number:03}").as_bytes());
            shared.extend(entry);
        }
        let size = u32::try_from((end - directory) * 1000).unwrap();
        shared.extend(&plain[end..end + 8]);
        shared.extend([0xe8, 0x03, 0xe8, 0x03]);
        shared.extend(size.to_le_bytes());
        shared.extend(&plain[end + 16..]);
        assert_eq!(ZipArchive::new(Cursor::new(&shared)).map(|a| a.len()).ok(), Some(1000));
        assert_eq!(office(&shared), Err(Refused::Damaged));
    }
}
