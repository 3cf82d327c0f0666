//! Where discovery methods look.

pub mod add;
pub mod list;
pub mod remove;
