//! Numbers only: agreement between experts, estimation from surveys, assignment of reports.
//!
//! Pure: no database, no clock, no global randomness. Every function states its formula's source,
//! and returns "undefined, because …" where a value does not exist; never NaN.

pub mod agreement;
pub mod assignment;
pub mod distribution;
pub mod estimation;

mod names;
mod rows;
