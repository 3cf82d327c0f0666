//! Alerts that were opened.

pub mod list;
