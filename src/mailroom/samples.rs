//! One complete example of every letter, for previews and for the test that renders them all.
//!
//! Letters belong to rooms above this one; the roof collects them (`server/letters.rs`).

use serde_json::Value;

use crate::ground::{Error, Result};
use crate::mail::letter::Letter;

/// Template and example context, in the order in which they are shown.
#[derive(Debug, Clone, Default)]
pub struct Samples(pub Vec<(&'static str, Value)>);

impl Samples {
    /// Adds a letter by its type.
    #[must_use]
    pub fn with<L: Letter>(mut self) -> Self {
        let sample = serde_json::to_value(L::sample()).expect("a letter is plain data, which is always JSON");
        self.0.push((L::TEMPLATE, sample));
        self
    }

    /// The example of a template.
    pub fn get(&self, template: &str) -> Result<&Value> {
        self.0.iter().find(|(name, _)| *name == template).map(|(_, sample)| sample).ok_or(Error::NotFound("template"))
    }
}
