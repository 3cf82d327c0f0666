//! What an operation needs of its caller.

use provost_catalog::permissions::{OPERATIONS, bits};
pub use provost_catalog::securables::Securable;
use std::fmt;

/// What may be done to a class of things: those bits of the catalog's permissions that operations of this version need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Read objects.
    Read,
    /// Change objects.
    Modify,
    /// Remove objects.
    Delete,
    /// Add objects.
    Create,
    /// Read what is known of a collection's machines.
    ReadResource,
    /// Decide about a collection's machines.
    ModifyResource,
    /// Remove a collection's machines.
    DeleteResource,
}

impl Operation {
    /// Its bit.
    #[must_use]
    pub const fn bit(self) -> u32 {
        match self {
            Self::Read => bits::READ,
            Self::Modify => bits::MODIFY,
            Self::Delete => bits::DELETE,
            Self::Create => bits::CREATE,
            Self::ReadResource => bits::READ_RESOURCE,
            Self::ModifyResource => bits::MODIFY_RESOURCE,
            Self::DeleteResource => bits::DELETE_RESOURCE,
        }
    }

    /// Its name in the catalog.
    #[must_use]
    pub fn name(self) -> &'static str {
        OPERATIONS.iter().find(|operation| operation.value() == self.bit()).map_or("", |operation| operation.name)
    }
}

/// One permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Class of things.
    pub class: Securable,
    /// What may be done to them.
    pub operation: Operation,
}

/// What an operation needs of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: signing in, which is how nobody becomes somebody.
    Anyone,
    /// To be somebody.
    SignedIn,
    /// A permission.
    Holding(Permission),
}

impl Access {
    /// A permission.
    #[must_use]
    pub const fn to(class: Securable, operation: Operation) -> Self {
        Self::Holding(Permission { class, operation })
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("nothing"),
            Self::SignedIn => f.write_str("a session"),
            Self::Holding(Permission { class, operation }) => write!(f, "{}: {}", class.words(), operation.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_have_the_catalogs_names() {
        assert_eq!(Access::to(Securable::Collection, Operation::ReadResource).to_string(), "Collection: Read Resource");
        for operation in [Operation::Read, Operation::Modify, Operation::Delete, Operation::Create, Operation::ModifyResource, Operation::DeleteResource] {
            assert!(!operation.name().is_empty(), "{operation:?}");
        }
    }
}
