//! Mail about alerts, and tests: what waits, and what became of the rest.

pub mod list;
pub mod show;
