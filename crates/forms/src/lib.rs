//! Questionnaires: the sheets they are written in, the expressions in them, and the answers to them.
//!
//! Pure: no database, no web, no clock. What is asked is decided here, and what is accepted; who
//! asks whom, and where answers are kept, is the service's.

pub mod answers;
pub mod cells;
pub mod code;
pub mod digits;
pub mod expression;
pub mod questionnaire;
pub mod tag;
