//! Security descriptors as text (MS-DTYP §2.5.1): owner, group and lists in letters, well-known identifiers as aliases.
//!
//! Text has the owner, the group, and of the control flags those that say how the lists are inherited. Conditions and
//! resource attributes have no form here: such a descriptor is not written.

mod alias;
mod read;
mod rights;
mod write;

use crate::{AceFlags, AceKind, Control, SecurityDescriptor, Sid};
use std::fmt;

/// Longest text that is read, in bytes.
pub const SDDL_BYTES_MAX: usize = 1 << 20;

/// Which domain the aliases of a domain's groups mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Domains {
    /// The domain, for `DA`, `DU` and others; `None`: those aliases are refused and not written.
    pub domain: Option<Sid>,
    /// The root domain of the forest, for `EA`, `SA`, `RO` and `EK`.
    pub forest_root: Option<Sid>,
}

impl Domains {
    /// A forest of one domain.
    #[must_use]
    pub const fn single(domain: Sid) -> Self {
        Self { domain: Some(domain), forest_root: Some(domain) }
    }
}

/// A text that is no security descriptor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SddlError {
    /// What is wrong.
    pub what: &'static str,
    /// Where, in bytes.
    pub at: usize,
}

impl fmt::Display for SddlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

impl std::error::Error for SddlError {}

impl SecurityDescriptor {
    /// Reads text such as `O:DAG:DAD:PAI(A;CI;GA;;;SY)(OA;;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;AU)`.
    ///
    /// # Errors
    /// What is wrong and where.
    pub fn from_sddl(text: &str, domains: &Domains) -> Result<Self, SddlError> {
        read::descriptor(text, domains)
    }

    /// The text, with aliases where there are some. `None` when an entry has what text cannot say: a condition, an
    /// attribute, a kind or flag that is not known.
    #[must_use]
    pub fn to_sddl(&self, domains: &Domains) -> Option<String> {
        write::descriptor(self, domains)
    }
}

/// Kinds of entries in letters.
const KINDS: &[(&str, AceKind)] = &[
    ("A", AceKind::Allow),
    ("D", AceKind::Deny),
    ("AU", AceKind::Audit),
    ("OA", AceKind::AllowObject),
    ("OD", AceKind::DenyObject),
    ("OU", AceKind::AuditObject),
    ("ML", AceKind::MandatoryLabel),
];

/// Flags of entries in letters.
const FLAGS: &[(&str, AceFlags)] = &[
    ("OI", AceFlags::OBJECT_INHERIT),
    ("CI", AceFlags::CONTAINER_INHERIT),
    ("NP", AceFlags::NO_PROPAGATE),
    ("IO", AceFlags::INHERIT_ONLY),
    ("ID", AceFlags::INHERITED),
    ("SA", AceFlags::SUCCESSFUL_ACCESS),
    ("FA", AceFlags::FAILED_ACCESS),
];

/// Flags of the discretionary list in letters.
const DACL_FLAGS: &[(&str, Control)] = &[("P", Control::DACL_PROTECTED), ("AR", Control::DACL_AUTO_INHERIT_REQUIRED), ("AI", Control::DACL_AUTO_INHERITED)];

/// The same of the audit list.
const SACL_FLAGS: &[(&str, Control)] = &[("P", Control::SACL_PROTECTED), ("AR", Control::SACL_AUTO_INHERIT_REQUIRED), ("AI", Control::SACL_AUTO_INHERITED)];

/// In place of the entries: there is no list, so that everybody may do everything.
const NO_LIST: &str = "NO_ACCESS_CONTROL";

#[cfg(test)]
mod tests;
