//! The toolkit for both faces: bodies, forms, problems, pages, texts, names, routes and static files.
//!
//! Knows actix and no room. What a request is allowed to do is decided in the rooms' actions.

pub mod blocking;
pub mod body;
pub mod download;
pub mod failure;
pub mod figures;
pub mod finding;
pub mod form;
pub mod headers;
pub mod in_flight;
pub mod metrics;
pub mod names;
pub mod openapi;
pub mod pace;
pub mod pages;
pub mod paging;
pub mod pieces;
pub mod problem;
pub mod replay;
pub mod request;
pub mod routes;
pub mod static_files;
pub mod texts;
pub mod unread;
