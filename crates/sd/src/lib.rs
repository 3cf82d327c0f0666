//! Security identifiers, security descriptors, SDDL and effective access: pure, from bytes and values.
//!
//! What is read comes from strangers, so every reader is bounded and says what is wrong and where. What this crate cannot
//! judge (a conditional entry, a kind of entry that it does not know, a list that was not sent) is *undecided*, never granted
//! and never refused: unknown does not pass.

pub mod access;
mod ace;
mod acl;
mod bytes;
mod check;
mod control;
mod descriptor;
mod guid;
mod inheritance;
mod object_type;
mod sddl;
mod sid;
mod token;
pub mod well_known;

pub use access::GenericMapping;
pub use ace::{Ace, AceFlags, AceKind};
pub use acl::{ACL_BYTES_MAX, Acl};
pub use bytes::Malformed;
pub use check::{Asker, Decision, Effective, access_check, effective, effective_on_object};
pub use control::Control;
pub use descriptor::{DESCRIPTOR_BYTES_MAX, Dacl, SecurityDescriptor};
pub use guid::{Guid, GuidError};
pub use inheritance::{Child, inherited};
pub use object_type::ObjectType;
pub use sddl::{Domains, SDDL_BYTES_MAX, SddlError};
pub use sid::{Sid, SidError};
pub use token::Token;
