//! What may come in of the files that strangers send, and what must not: each row is a file made here.

#![allow(clippy::pedantic, reason = "pedantry is for the code; here a sentence about people matters more")]

mod any;
mod documents;
mod made;
mod portable;
mod recognised;
