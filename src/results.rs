//! What comes of it: a participation's value on every measure, the city's profile, and where a
//! round stands. No tables that rank cities.

pub mod actions;
pub mod api;
pub mod jobs;
pub mod messages;
pub mod pages;
pub mod problems;
pub mod profile;
pub mod standing;
pub mod store;
