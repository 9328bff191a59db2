//! The ground everything stands on: errors, time, chance, identifiers, words and settings.
//!
//! Pure, and below every room. What is here knows no HTTP, no SQL and no room's rules.

pub mod chance;
pub mod clock;
pub mod config;
pub mod country;
pub mod email;
pub mod error;
pub mod gate;
pub mod given;
pub mod ids;
pub mod language;
pub mod limits;
pub mod measure;
pub mod network;
pub mod often;
pub mod problems;
pub mod receipt;
pub mod secrets;
pub mod text;
pub mod words;
pub mod zone;

pub use clock::UtcTime;
pub use country::Country;
pub use email::Email;
pub use error::{Error, FieldError, Result};
pub use forms::{cells, digits};
pub use given::Given;
pub use language::Language;
pub use measure::MeasureCode;
pub use text::Text;
pub use zone::Zone;
