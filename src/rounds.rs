//! When, and with whom: cities, rounds and participations.

pub mod place;
pub mod store;
