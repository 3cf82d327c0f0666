//! Resolution: who acts for a use at a target.

pub mod show;
