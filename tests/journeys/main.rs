//! The journeys: what people do with Stoa, told as tests against a real server on a real port.
//!
//! One file per kind of person. Every journey runs on SQLite and on PostgreSQL (`both!`), with a
//! clock that stands still until told to move and chance that repeats itself. No sleeps.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

#[macro_use]
mod support;

mod answering;
mod apart;
mod assigning;
mod bodies;
mod bounds;
mod calendar;
mod cases;
mod choosing;
mod citizen;
mod entrance;
mod erasing;
mod cookies;
mod disclosure;
mod doors;
mod city;
mod expert;
mod front;
mod frozen;
mod intake;
mod inviting;
mod jobs;
mod leaving;
mod limits;
mod lists;
mod mail;
mod matrix;
mod programs;
mod results;
mod retention;
mod second;
mod sheets;
mod standing;
mod starting;
mod twice;
mod versions;
mod watching;
mod workbooks;
mod worth;
