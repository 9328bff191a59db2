//! Archives (`readers/archives.rs`).

#![no_main]

#[path = "../readers/archives.rs"]
mod archives;

libfuzzer_sys::fuzz_target!(|data: &[u8]| archives::any(data));
