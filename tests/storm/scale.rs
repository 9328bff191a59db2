//! How much of a storm the tests raise: all of it under `make storm`, a twentieth in `cargo test`.

// Each test binary that includes this uses another part of it.
#![allow(dead_code, reason = "shared by several test binaries")]

/// Whether this is `make storm`, which sets `STORM`.
pub fn storm() -> bool {
    std::env::var_os("STORM").is_some()
}

/// The whole number in a storm, else a twentieth of it.
pub fn part(whole: usize) -> usize {
    if storm() { whole } else { (whole / 20).max(1) }
}

/// A figure for the summary of `script/storm`, which collects these lines.
pub fn figure(said: std::fmt::Arguments<'_>) {
    eprintln!("figure: {said}");
}
