//! The site itself.

pub mod overview;
pub mod show;
