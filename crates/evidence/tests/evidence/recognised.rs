//! A file is what its content says.

use evidence::{Kind, Refused, look};

fn code(extension: &str, bytes: &[u8]) -> Result<Kind, Refused> {
    look(bytes.to_vec(), extension).map(|clean| clean.kind)
}

#[test]
fn the_content_decides() {
    assert_eq!(code("pdf", b"%PDF-1.4\n%%EOF"), Ok(Kind::Pdf));
    assert_eq!(code("csv", "مدينة,12\n".as_bytes()), Ok(Kind::Csv));
    assert_eq!(code("txt", b"plain words"), Ok(Kind::PlainText));
    for (extension, bytes) in [
        ("pdf", &b"<html><script>alert(1)</script>"[..]),
        ("pdf", b"  <!DOCTYPE html><p>"),
        ("txt", b"#!/bin/sh\n"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("txt", b"\x00\x01"),
        ("exe", b"MZ\x90\x00"),
        ("zip", b"PK\x03\x04nothing"),
        ("docx", b"PK\x03\x04 broken"),
    ] {
        assert_eq!(code(extension, bytes), Err(Refused::Kind), "{extension}");
    }
}

#[test]
fn what_a_spreadsheet_saves_by_default_is_refused_for_its_encoding() {
    assert_eq!(code("csv", b"Stra\xdfe;12\r\n"), Err(Refused::Encoding));
    assert_eq!(code("csv", b"\xff\xfea\0;\x001\0"), Err(Refused::Encoding));
    assert_eq!(code("txt", b"latin \xe9"), Err(Refused::Encoding));
    assert_eq!(code("docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a password"), Err(Refused::Protected));
}
