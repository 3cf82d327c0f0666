//! Discovery (configmgr.md §2.4): what a discovery method says of a computer, which record that is about, and what the
//! record is afterwards.
//!
//! 1. A [`Ddr`] (data discovery record) arrives.
//! 2. [`resolve`] decides which of the known records it is about, or that it is about a new one.
//! 3. [`merge`] makes the record that follows, unless the data is stale or no name can be formed.
//!
//! Methods that read directories ([`Method`]) look in [`Location`]s as their [`Settings`] say; each finds
//! [`DirectoryObject`]s, known by their SID, of which computers become records of devices.

mod directory_object;
mod distinguished_name;
pub mod filter;
mod guid;
mod location;
mod matching;
mod merge;
mod method;
mod object_digest;
mod record;
mod settings;
mod sid;

pub use directory_object::{DirectoryObject, GroupScope, Membership, ObjectKind, group_type, in_lower_case};
pub use distinguished_name::{DistinguishedName, NotDistinguished};
pub use guid::{guid_bytes, guid_text};
pub use location::{InvalidLocation, Location};
pub use matching::{Candidate, resolve, resolve_directory};
pub use merge::{Merged, NoName, form_name, merge};
pub use method::{Method, RunKind};
pub use object_digest::ObjectDigest;
pub use record::{Agent, Array, Ddr, Device, Key, Scalar};
pub use settings::{DELTA_EVERY_SECONDS, FULL_EVERY_SECONDS, InvalidSettings, Progress, Settings};
pub use sid::split_sid;

#[cfg(test)]
mod tests;
