//! Pictures without metadata.
//!
//! JPEG: every APP and COM segment goes but JFIF, the colour profile, Adobe's colour transform and the
//! orientation. PNG: what makes the picture stays, and nothing else; the colour profile loses its name. What hangs behind a picture is left behind.

/// Walks the segments of a JPEG and stops at its end, so that nothing hangs behind the picture.
pub fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
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

/// Chunks without which a PNG is another picture: its pixels, colours, size on paper and movement. Whatever else there
/// is, of any program, says something about the picture: who made it, where, by what.
const PICTURE: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"hIST", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
];

/// The colour profile of a PNG under no name of its own: whoever made it wrote that.
fn profile(chunk: &[u8]) -> Option<Vec<u8>> {
    let body = chunk.get(8..chunk.len().checked_sub(4)?)?;
    let packed = &body[body.iter().take(80).position(|b| *b == 0)?..];
    let mut out = u32::try_from(packed.len() + 1).ok()?.to_be_bytes().to_vec();
    out.extend(b"iCCPp");
    out.extend(packed);
    let sum = crc32(&out[4..]);
    out.extend(sum.to_be_bytes());
    Some(out)
}

/// The sum by which each chunk of a PNG is checked.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// Copies the chunks of a PNG that make the picture, up to its end.
pub fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        at += chunk.len();
        let name = &chunk[4..8];
        if name == b"iCCP" {
            // One that is broken is none to whoever shows the picture.
            out.extend(profile(chunk).unwrap_or_default());
        } else if PICTURE.iter().any(|known| *known == name) {
            out.extend(chunk);
        }
        if name == b"IEND" {
            return Some(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(bytes: &[u8], what: &str) -> bool {
        crate::find(bytes, what.as_bytes(), 0).is_some()
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
        let kept = crate::find(&clean, b"Exif\0\0", 0).unwrap();
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
        picture.extend(chunk(b"caBX", b"jumb c2pa.claim author: Amal Haddad"));
        picture.extend(chunk(b"prVt", b"Amal Haddad 51.5N"));
        picture.extend(chunk(b"iCCP", b"Profile of Amal\0\0packed"));
        picture.extend(chunk(b"iCCP", b"Amal without an end"));
        picture.extend(chunk(b"pHYs", b"size"));
        picture.extend(chunk(b"IDAT", b"pixels"));
        picture.extend(chunk(b"IEND", b""));
        picture.extend(b"Amal");
        let clean = png(&picture).unwrap();
        assert!(!has(&clean, "Amal") && has(&clean, "pixels") && has(&clean, "IHDR") && has(&clean, "size"));
        assert!(has(&clean, "\0\0\0\x09iCCPp\0\0packed"));
        assert_eq!(png(&clean).unwrap(), clean);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(png(&picture[..30]), None);
        assert_eq!(png(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR"), None);
    }
}
