//! The mailroom: the journal of mails, previews of every template, and the demo's open mailbox.
//!
//! Looks at the outbox and puts mails back into it; sending is `mail`'s own work. Capabilities in
//! mails of others are masked here.

pub mod actions;
pub mod api;
pub mod messages;
pub mod pages;
pub mod reading;
pub mod samples;
pub mod views;
