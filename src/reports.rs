//! What cities submit: sections, official statistics, evidence, and frozen submissions of them.

pub mod store;
pub mod submission;
