//! Who signs in, for one attempt.

use crate::keys::Secret;

/// Who signs in, for one attempt: what the broker hands to an adapter.
#[derive(Clone, Copy)]
pub struct Credential<'a> {
    /// The name, as the server wants it.
    pub user: &'a str,
    /// The password.
    pub password: &'a Secret,
}
