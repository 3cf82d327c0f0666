//! Site system roles of this site.

pub mod list;
pub mod show;
