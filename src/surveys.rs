//! What citizens answer: instruments, surveys, responses and the estimates from them.

pub mod actions;
pub mod api;
pub mod beginning;
pub mod disclosure;
pub mod draft;
pub mod edition;
pub mod estimates;
pub mod export;
pub mod files;
pub mod instrument;
pub mod intake;
pub mod jobs;
pub mod language;
pub mod live;
pub mod pages;
pub mod poster;
pub mod problems;
pub mod receipt;
pub mod reliance;
pub mod store;
pub mod survey;
pub mod texts;
pub mod views;
pub mod wording;
pub mod watching;
