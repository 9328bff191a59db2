//! Forms with files (`readers/uploads.rs`).

#![no_main]

#[path = "../readers/uploads.rs"]
mod uploads;

libfuzzer_sys::fuzz_target!(|data: &[u8]| uploads::any(data));
