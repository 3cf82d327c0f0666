//! Tokens: everything that a principal is, when something is asked of it.

use crate::{Sid, well_known};
use std::collections::BTreeSet;

/// The identifiers that a principal carries: its own, its groups', and those of how it signed in. It has no privileges:
/// what a list alone grants is what is asked here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    sids: BTreeSet<Sid>,
}

impl Token {
    /// Of these identifiers and no others.
    #[must_use]
    pub fn new(sids: impl IntoIterator<Item = Sid>) -> Self {
        Self { sids: sids.into_iter().collect() }
    }

    /// Of a principal that signed in over the network: its own identifier, its groups, and the three that every such
    /// sign-in adds. A directory's `tokenGroups` has none of the three (security.md RC-L02).
    #[must_use]
    pub fn of_network_sign_in(principal: Sid, groups: impl IntoIterator<Item = Sid>) -> Self {
        let added = [principal, well_known::EVERYONE, well_known::AUTHENTICATED_USERS, well_known::NETWORK];
        Self::new(groups.into_iter().chain(added))
    }

    /// Adds one more.
    pub fn insert(&mut self, sid: Sid) {
        self.sids.insert(sid);
    }

    /// Whether it carries `sid`.
    #[must_use]
    pub fn holds(&self, sid: &Sid) -> bool {
        self.sids.contains(sid)
    }

    /// Everything that it carries, in order.
    pub fn sids(&self) -> impl Iterator<Item = &Sid> {
        self.sids.iter()
    }
}
