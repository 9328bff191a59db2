//! Words that callers send to the service (`readers/words.rs`).

#![no_main]

#[path = "../readers/words.rs"]
mod words;

libfuzzer_sys::fuzz_target!(|data: &[u8]| words::any(data));
