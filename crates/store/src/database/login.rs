//! Logins of bound accounts.

use crate::keys::Secret;
use crate::vault::SecretId;

/// The login of a bound account.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// Its name on the server.
    pub name: &'a str,
    /// Its password.
    pub password: &'a Secret,
    /// The secret that it comes from.
    pub secret: SecretId,
    /// The version of the secret.
    pub version: i64,
}

/// How a login's rights differ from what they should be. Equal is the only good answer: missing and too much both count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginRights {
    /// Rights that it should have and does not.
    pub missing: Vec<String>,
    /// Rights that it has and should not: on tables, columns, routines, schemas, the database.
    pub extra: Vec<String>,
    /// What is wrong with the login itself: attributes and memberships.
    pub attributes: Vec<String>,
    /// How many rights were looked at.
    pub looked_at: usize,
}
