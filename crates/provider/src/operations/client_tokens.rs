//! One-time approval tokens for clients.

pub mod create;
pub mod list;
