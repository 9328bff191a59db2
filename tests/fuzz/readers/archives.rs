//! Archives: any bytes as the file itself, any manifest, and any lines as the rows of a table whose hash is right.

use std::io::{Cursor, Write};

use stoa::ground::receipt::sha256_hex;
use stoa::server::rules;
use stoa::store::archive::{Reader, check, format};
use stoa::store::schema::tables;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn packed(manifest: &[u8], table: &str, rows: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [("manifest.json", manifest), (&format!("tables/{table}.jsonl"), rows)] {
        zip.start_file(name, stored).expect("a part");
        zip.write_all(bytes).expect("a Vec takes every write");
    }
    zip.finish().expect("an archive").into_inner()
}

fn held(bytes: Vec<u8>) -> Option<Vec<String>> {
    Some(check(&mut Reader::open(Cursor::new(bytes)).ok()?, &rules(), &mut ()))
}

pub fn any(data: &[u8]) {
    let Some((how, data)) = data.split_first() else { return };
    if how % 3 == 0 {
        let _ = held(data.to_vec());
        return;
    }
    let all = tables();
    let table = &all[usize::from(*how) % all.len()];
    if how % 3 == 1 {
        let (manifest, rows) = data.split_at(data.iter().position(|byte| *byte == 0).unwrap_or(data.len()));
        let _ = held(packed(manifest, &table.name, rows));
        return;
    }
    let columns = serde_json::to_value(&table.columns).expect("plain data");
    let rows = data.iter().filter(|byte| **byte == b'\n').count() + usize::from(data.last().is_some_and(|byte| *byte != b'\n'));
    let manifest = serde_json::json!({
        "format": "stoa archive", "version": 1, "stoa": "0", "made_at": "2026-03-02T09:00:00Z", "database": "sqlite", "migrations": [], "secret": null,
        "with_key": false, "tables": [{"name": table.name, "columns": columns, "rows": rows, "sha256": sha256_hex(data)}],
    });
    held(packed(manifest.to_string().as_bytes(), &table.name, data)).expect("a manifest of today");
    // A row that is read is written, and read again as the same.
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(row) = format::read(line, &table.columns) {
            let mut written = Vec::new();
            format::write(&row, &mut written).expect("what was read");
            let again = format::read(&written, &table.columns).expect("what was written");
            assert_eq!(format!("{again:?}"), format!("{row:?}"));
        }
    }
}
