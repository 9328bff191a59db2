//! Stoa: surveys of citizens and expert reviews for learning cities, from instrument to profile.
//!
//! The rooms, from the roof down; each uses only rooms below it (`tests/floors.rs`):

pub mod cli; //       the commands: serve, demo, agreement, estimate, assign …
pub mod server; //    the roof: mounts every room's routes, starts the workers
pub mod demo; //      an invented round to walk through
pub mod results; //   what comes of it
pub mod reviews; //   what experts judge
pub mod reports; //   what cities submit
pub mod surveys; //   what citizens answer
pub mod rounds; //    when, and with whom
pub mod framework; // what is measured
pub mod mailroom; //  the journal of mails, previews, the demo's mailbox
pub mod people; //    who may do what
pub mod mail; //      the outbox, templates, transports
pub mod jobs; //      durable work behind requests: leases, due instants, progress
pub mod service; //   what every action needs: settings, store, clock, chance, secrets
pub mod web; //       toolkit for both faces: bodies, forms, problems, pages, routes
pub mod store; //     toolkit for the database: connections, transactions, audit, committer
pub mod ground; //    errors, time, chance, identifiers, words, settings

pub use forms; //     crates/forms: questionnaires, the expressions in them, the answers to them
pub use stats; //     crates/stats, numbers only: agreement, estimation, assignment

/// The service makes and drops many small texts on several threads, which this allocator does faster
/// than the system's; it holds more memory in return.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
