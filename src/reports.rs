//! What cities submit: sections, official statistics, evidence, and frozen submissions of them.
//!
//! `form.rs` says what is asked, `statistic.rs` and `evidence.rs` what is accepted,
//! `submission.rs` what is frozen, `comparison.rs` what two of them differ in. Knows nothing of reviews; what
//! becomes of a panel is asked through `actions::Panels`, which the roof registers.

pub mod actions;
pub mod api;
pub mod comparison;
pub mod evidence;
pub mod form;
pub mod messages;
pub mod pages;
pub mod problems;
pub mod statistic;
pub mod store;
pub mod submission;
pub mod views;
