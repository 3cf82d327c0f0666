//! The ledger: a chained log of every privileged act.

pub mod list;
pub mod verification;
