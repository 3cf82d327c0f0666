//! Trust between this site's forest and other domains: what people enter.

pub mod list;
pub mod remove;
pub mod set;
