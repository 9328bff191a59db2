//! The harness of the journeys: a fresh instance per test, people in it, and ways to talk to it.
//!
//! `app.rs` starts the server, `databases.rs` makes a migrated database in milliseconds,
//! `postgres.rs` runs a private PostgreSQL cluster, `people.rs` makes accounts, `mails.rs` reads the
//! outbox, `turns.rs` lets two write at once, `clients.rs` speaks HTTP as an API client or as a browser without
//! script; `documented.rs` holds what the API answers against its document. Nothing here
//! asserts a rule of Stoa.

// Each test binary that includes this harness uses another part of it.
#![allow(dead_code, unused_imports, unused_macros, reason = "shared by several test binaries")]

mod app;
mod clients;
mod databases;
pub mod device;
pub mod documented;
mod mails;
mod people;
mod places;
pub mod postgres;
mod turns;

pub use app::{Backend, START, TestApp, settings};
pub use clients::{Answer, Api, Browser, Upload, access_token};
pub use databases::{Database, bare, fresh};
pub use mails::Mail;
pub use people::{Grants, Person};
pub use places::issue_in_amman;

/// Tests that run once on SQLite and once on PostgreSQL:
///
/// ```text
/// both! {
///     async fn an_expert_who_declines_is_replaced(app) { … }
/// }
/// ```
///
/// `app` is a `&TestApp`. The tests are called `an_expert_who_declines_is_replaced::sqlite` and
/// `…::postgres`.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a journey may need nothing from its file")]
            use super::*;

            async fn journey($app: &$crate::support::TestApp) $body

            $(#[$meta])*
            #[actix_web::test]
            async fn sqlite() {
                journey(&$crate::support::TestApp::sqlite().await).await;
            }

            $(#[$meta])*
            #[actix_web::test]
            async fn postgres() {
                if let Some(app) = $crate::support::TestApp::postgres().await {
                    journey(&app).await;
                }
            }
        }
    )+};
}
