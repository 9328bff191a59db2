//! Cursors of every list (`readers/cursors.rs`).

#![no_main]

#[path = "../readers/cursors.rs"]
mod cursors;

libfuzzer_sys::fuzz_target!(|data: &[u8]| cursors::any(data));
