//! Journeys in a real browser: what only layout, script and assistive markup can get wrong.
//!
//! Needs Chromium and its driver (script/install-test-tools). Every window is looked at on a phone
//! and on a desk; pictures land in target/screenshots. What needs no browser is in tests/journeys.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[path = "../journeys/support/mod.rs"]
mod support;

#[path = "../journeys/expert/scene.rs"]
#[allow(dead_code, reason = "the journeys without a browser use more of it")]
mod scene;

mod axe;
mod checks;
mod driver;

mod answering;
mod citizen;
mod coordinator;
mod expert;
mod front;
mod kept;
mod officer;
mod passkey;
mod print;
mod sent;
