//! The API itself.

pub mod document;
