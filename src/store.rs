//! The toolkit for the database: connections, migrations, transactions, audit chain, committer.
//!
//! `db.rs` alone knows that there are two databases. Rooms keep their own SQL in their `store.rs`.

mod alone;
pub mod archive;
pub mod audit;
mod checkpoint;
pub mod committer;
pub mod db;
mod health;
pub mod idempotency;
pub mod instance;
mod log;
pub mod migrate;
pub mod patience;
pub mod problems;
pub mod schema;
mod sql_types;

pub use db::{Claim, Commit, Db, Open, Store};
pub use health::Health;
