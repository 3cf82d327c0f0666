//! Uses of credentials.

pub mod list;
