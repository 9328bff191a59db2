//! Word and Excel: any bytes as parts of a document, and any bytes as the archive itself.

#![no_main]

use std::io::{Cursor, Write};

use evidence::{Kind, clean, recognise};
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &[u8] = br#"<Types><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/></Types>"#;

fn holds(kind: Kind, bytes: Vec<u8>) {
    if let Ok(kept) = clean(kind, bytes) {
        let again = clean(kind, kept.bytes).expect("what was kept once is kept");
        assert!(again.taken.is_empty(), "{:?}", again.taken);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((how, data)) = data.split_first() else { return };
    let kind = if how & 1 == 0 { Kind::Word } else { Kind::Excel };
    if how & 2 != 0 {
        if recognise(data, "docx") == Ok(kind) {
            holds(kind, data.to_vec());
        }
        return;
    }
    let (main, folder) = if kind == Kind::Word { ("word/document.xml", "word") } else { ("xl/workbook.xml", "xl") };
    let mut parts = data.split(|b| *b == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (body, links, other) = (next(), next(), next());
    let types = if how & 4 == 0 { TYPES } else { next() };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let names = [main.to_owned(), format!("{folder}/_rels/{}.rels", main.rsplit('/').next().unwrap_or_default()), format!("{folder}/other.xml")];
    for (name, bytes) in [("[Content_Types].xml", types), (&names[0], body), (&names[1], links), (&names[2], other)] {
        zip.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).expect("a part");
        zip.write_all(bytes).expect("a Vec takes every write");
    }
    holds(kind, zip.finish().expect("an archive").into_inner());
});
