//! Labels on their way to codes, one look-up per cell of a file: the hottest place of reading.
//!
//! The rule to keep: which code a label gets depends on the order of the rows alone.

use super::codes::Codes;
use crate::names::Names;

/// Labels met so far and their codes.
#[derive(Debug, Default)]
pub(super) struct Register {
    names: Names,
    labels: Vec<String>,
}

impl Register {
    /// The code of a label; a new label gets the next code.
    pub(super) fn code(&mut self, label: &str) -> u32 {
        let code = self.names.intern(label.as_bytes());
        if code as usize == self.labels.len() {
            self.labels.push(label.to_owned());
        }
        code
    }

    /// The code of every level but the one registered first. It has no label of its own, for there
    /// is nothing that no level could be called.
    pub(super) fn code_of_others(&mut self) -> u32 {
        if self.labels.len() < 2 {
            self.labels.push(String::new());
        }
        1
    }

    pub(super) fn labels(&self) -> &[String] {
        &self.labels
    }

    pub(super) fn into_codes(self, codes: Vec<u32>) -> Codes {
        Codes::from_parts(codes, self.labels)
    }
}
