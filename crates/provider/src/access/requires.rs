//! What an operation needs of its caller.

/// Classes of things that permissions are given on (configmgr.md §8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Securable {
    Collection,
    StatusMessage,
    Site,
    AdministrativeUser,
    SecurityRole,
}

/// What may be done to a class of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Read,
    Modify,
    Delete,
    Create,
    ReadResource,
    ModifyResource,
    DeleteResource,
}

/// One permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    pub class: Securable,
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

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anyone => f.write_str("nothing"),
            Self::SignedIn => f.write_str("a session"),
            Self::Holding(Permission { class, operation }) => write!(f, "{class:?}: {operation:?}"),
        }
    }
}
