//! Active Directory forests: those that people added, and what discovery found of them.

pub mod add;
pub mod list;
pub mod remove;
pub mod show;
