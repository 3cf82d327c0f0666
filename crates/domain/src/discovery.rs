//! Discovery (configmgr.md §2.4): what a discovery method says of a computer, which record that is about, and what the
//! record is afterwards.
//!
//! 1. A [`Ddr`] (data discovery record) arrives.
//! 2. [`resolve`] decides which of the known records it is about, or that it is about a new one.
//! 3. [`merge`] makes the record that follows, unless the data is stale or no name can be formed.

mod matching;
mod merge;
mod record;

pub use matching::{Candidate, resolve};
pub use merge::{Merged, NoName, form_name, merge};
pub use record::{Agent, Array, Ddr, Device, Key, Scalar};

#[cfg(test)]
mod tests;
