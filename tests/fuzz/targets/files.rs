//! Any bytes under any extension: pictures, text, CSV, and telling them apart.

#![no_main]

use evidence::look;
use libfuzzer_sys::fuzz_target;

const EXTENSIONS: [&str; 8] = ["pdf", "png", "jpg", "txt", "csv", "docx", "xlsx", ""];

fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    let extension = EXTENSIONS[usize::from(*which) % EXTENSIONS.len()];
    if let Ok(kept) = look(data.to_vec(), extension) {
        let again = look(kept.bytes, extension).expect("what was kept once is kept");
        assert!(again.taken.is_empty() && again.kind == kept.kind);
    }
});
