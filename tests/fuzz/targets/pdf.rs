//! PDFs: any bytes, and any words as objects, in the open and inside of a compressed stream.

#![no_main]

use std::io::Write;

use evidence::{Kind, clean};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use libfuzzer_sys::fuzz_target;

fn holds(bytes: Vec<u8>) {
    if let Ok(kept) = clean(Kind::Pdf, bytes) {
        let again = clean(Kind::Pdf, kept.bytes.clone()).expect("what was kept once is kept");
        assert_eq!(again.bytes, kept.bytes);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((how, data)) = data.split_first() else { return };
    let mut bytes = b"%PDF-1.7\n".to_vec();
    match how % 3 {
        0 => bytes.extend(data),
        1 => {
            bytes.extend(b"1 0 obj\n");
            bytes.extend(data);
            bytes.extend(b"\nendobj\ntrailer << /Root 1 0 R >>\n");
        }
        _ => {
            let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(b"20 0 ").and_then(|()| packer.write_all(data)).expect("a Vec takes every write");
            let packed = packer.finish().expect("a Vec takes every write");
            bytes.extend(b"1 0 obj << /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode >> stream\n");
            bytes.extend(packed);
            bytes.extend(b"\nendstream endobj\n");
        }
    }
    holds(bytes);
});
