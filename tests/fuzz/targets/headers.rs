//! Headers of requests (`readers/headers.rs`).

#![no_main]

#[path = "../readers/headers.rs"]
mod headers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| headers::any(data));
