//! What may come in of the files that strangers send, and what must not: each row is a file made here.

mod any;
mod documents;
mod made;
mod portable;
mod recognised;
