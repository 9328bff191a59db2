//! Who may do what: accounts, grants, sessions, tokens, capabilities and the one policy.
//!
//! Every action of every room gets a `Call` from here and asks the policy before it does anything.

pub mod call;
pub mod caller;
pub mod capabilities;
pub mod identity;
pub mod policy;
pub mod store;
pub mod tokens;
