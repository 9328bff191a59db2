//! Whatever callers show as proof (`readers/tokens.rs`).

#![no_main]

#[path = "../readers/tokens.rs"]
mod tokens;

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokens::any(data));
