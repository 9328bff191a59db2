//! What is measured: versioned catalogues of areas, features and measures.
//!
//! A published version never changes; rounds name the version they are on. No code depends on a
//! particular row: everything else asks the catalogue.

pub mod actions;
pub mod api;
pub mod catalogue;
pub mod pages;
pub mod store;
