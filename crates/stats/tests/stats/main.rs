//! The numbers, from outside: against published values and other exact solvers, against what must hold
//! for any data, and against the truth in simulations. One binary, a module for each subject.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

mod agreement;
mod any_survey;
mod assignment;
mod estimation;
mod examples;
mod simulations;

use std::path::PathBuf;

/// A folder of known answers. They lie beside the checkout and are not part of the project; without
/// them their tests say so loudly and pass.
fn known_answers(folder: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT CHECKED: the known answers are absent ({})", folder.display());
    None
}
