//! When, and with whom: cities, rounds and participations.

pub mod actions;
pub mod api;
pub mod pages;
pub mod place;
pub mod store;
