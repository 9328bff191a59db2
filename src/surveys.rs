//! What citizens answer: instruments, surveys, responses and the estimates from them.

pub mod answers;
pub mod expression;
pub mod questionnaire;
