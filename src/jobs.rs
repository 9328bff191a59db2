//! Durable work behind requests: what is due is claimed with a lease, done once, tried again when it
//! fails, and kept with its outcome.
//!
//! A kind of job is registered by the roof; this room knows none of them. A mail is no job: the outbox
//! has its own rows, and one job that sends what is due in it.

pub mod job;
pub mod store;
pub mod worker;
