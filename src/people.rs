//! Who may do what: accounts, grants, sessions, tokens, capabilities and the one policy.
//!
//! Every action of every room gets a `Call` from here and asks the policy before it does anything.

pub mod account;
pub mod actions;
pub mod api;
pub mod call;
pub mod caller;
pub mod capabilities;
pub mod device;
pub mod doors;
pub mod identity;
pub mod jobs;
pub mod messages;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod policy;
pub mod problems;
pub mod program;
pub mod second;
pub mod service_tokens;
pub mod sessions;
pub mod standing;
pub mod store;
pub mod throttle;
pub mod tokens;
pub mod views;
