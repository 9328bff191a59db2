//! The outbox: messages put there by actions, rendered and sent by a job, every state recorded.
//!
//! No faces here (journal, mailbox and previews are in `mailroom/`), so that `people` can send mail.

pub mod delivery;
pub mod letter;
pub mod sentences;
pub mod store;
pub mod templates;
pub mod transport;
pub mod worker;
