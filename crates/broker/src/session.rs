//! A connection that is open as somebody, and may be kept for the next time.

use crate::idle::{Idle, Key};
use provost_domain::accounts::resolution::Identity;
use std::sync::Arc;

/// An open connection. Dropped, it closes; [`Session::keep`] leaves it for the next who asks for the same use, at the same
/// place, as the same account with the same password.
pub struct Session<S: Send + 'static> {
    pub(crate) inner: S,
    pub(crate) identity: Identity,
    pub(crate) account: String,
    pub(crate) key: Key,
    pub(crate) idle: Arc<Idle>,
}

impl<S: Send + 'static> Session<S> {
    /// The connection.
    pub const fn connection(&mut self) -> &mut S {
        &mut self.inner
    }

    /// As whom it is open.
    #[must_use]
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// The account's name, or words for an identity without one.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Ends the broker's part: the connection is the caller's alone and never reused.
    pub fn into_connection(self) -> S {
        self.inner
    }

    /// Leaves the connection open for the next time. Only for one that is in a known state.
    pub fn keep(self) {
        let Self { inner, key, idle, .. } = self;
        idle.put(key, inner);
    }
}
