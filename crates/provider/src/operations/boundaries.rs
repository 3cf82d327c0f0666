//! Boundaries: network locations of clients.

pub mod add;
pub mod list;
pub mod remove;
pub mod show;
