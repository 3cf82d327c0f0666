//! How strict the site is.

pub mod set;
pub mod show;
