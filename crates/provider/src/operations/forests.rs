//! Active Directory forests: those that people added, and what discovery found of them.

pub mod add;
pub mod extend_schema;
pub mod list;
pub mod publish;
pub mod remove;
pub mod show;
