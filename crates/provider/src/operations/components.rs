//! Components of this site.

pub mod list;
