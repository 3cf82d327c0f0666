//! The site key.

pub mod change;
