//! What experts judge: rubrics, assignments, reviews, agreement, disagreements and panel scores.
//!
//! Independent ratings are never overwritten: a third expert's, a consensus and an adjudication
//! stand beside them. Agreement is computed on the independent ones. A panel belongs to the newest submission
//! of its report: `resubmission.rs` says what becomes of it when there is another, `store/panel.rs` what counts.

pub mod actions;
pub mod affinity;
pub mod api;
pub mod changes;
pub mod checks;
pub mod coefficients;
pub mod conflict;
pub mod expert;
pub mod jobs;
pub mod messages;
pub mod pages;
pub mod panel;
pub mod problems;
pub mod proposal;
pub mod resubmission;
pub mod review;
pub mod rubric;
pub mod store;
pub mod views;
