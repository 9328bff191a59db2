//! The demo: an invented round in full swing, and a page to step into every role.
//!
//! Everything is done through the rooms' own actions, as the people of the demo would do it; only
//! the survey's answers are written in batches. Exists for `stoa demo` alone.

pub mod citizens;
pub mod fill;
pub mod pages;
pub mod people;
