//! Names of the lists that come whole and are narrowed in two places, by the command line and by the console: each word means the
//! same there because it stands here once.

/// Bound accounts: the columns of `provost account list` and the words of the console's page.
pub mod bindings {
    use super::super::{Kind, Name};

    /// The account's name.
    pub const ACCOUNT: Name = Name { name: "account", kind: Kind::Text };
    /// What it is bound as.
    pub const FOR: Name = Name { name: "for", kind: Kind::Text };
    /// For which object.
    pub const ON: Name = Name { name: "on", kind: Kind::Text };
    /// Its place among those of one kind.
    pub const ORDER: Name = Name { name: "order", kind: Kind::Number };
    /// How it stands.
    pub const STANDING: Name = Name { name: "standing", kind: Kind::Text };
    /// When it was checked.
    pub const CHECKED: Name = Name { name: "checked", kind: Kind::Time };
    /// When it was used.
    pub const USED: Name = Name { name: "used", kind: Kind::Time };
    /// When its password was sealed.
    pub const PASSWORD: Name = Name { name: "password", kind: Kind::Time };
    /// What kind of principal it is.
    pub const PRINCIPAL: Name = Name { name: "principal", kind: Kind::Text };
    /// Which version of its password is kept.
    pub const VERSION: Name = Name { name: "version", kind: Kind::Number };
    /// By which key that is sealed.
    pub const KEY: Name = Name { name: "key", kind: Kind::Text };
    /// Who bound it.
    pub const BOUND_BY: Name = Name { name: "bound-by", kind: Kind::Text };

    /// All of them, as a list shows them.
    pub const ALL: &[Name] = &[ACCOUNT, FOR, ON, ORDER, STANDING, CHECKED, USED, PASSWORD, PRINCIPAL, VERSION, KEY, BOUND_BY];
}

/// Boundaries: the columns of `provost boundary list` and the words of the console's page.
pub mod boundaries {
    use super::super::{Kind, Name};

    /// Its number.
    pub const ID: Name = Name { name: "id", kind: Kind::Number };
    /// Its name.
    pub const NAME: Name = Name { name: "name", kind: Kind::Text };
    /// What people say of it.
    pub const DESCRIPTION: Name = Name { name: "description", kind: Kind::Text };
    /// Who made it.
    pub const BY: Name = Name { name: "by", kind: Kind::Text };
    /// Of which kind it is.
    pub const KIND: Name = Name { name: "kind", kind: Kind::Text };
    /// Its value.
    pub const VALUE: Name = Name { name: "value", kind: Kind::Text };
    /// When it was made.
    pub const CREATED: Name = Name { name: "created", kind: Kind::Time };

    /// All of them, as a list shows them.
    pub const ALL: &[Name] = &[ID, NAME, DESCRIPTION, BY, KIND, VALUE, CREATED];
}
