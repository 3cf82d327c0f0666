//! What an account may do in a directory, judged twice: as the domain controller answers the account itself, and as the
//! object's descriptor says for the account's token (security.md RC-L06, RC-L07). The two must agree; where they do not, one
//! of them is wrong or was tampered with, and nothing passes.

mod account;
mod change;
mod container;
mod culprits;
mod deletion;
mod holders;
mod judgement;
mod memberships;
mod mending;
mod object;
mod outside;
mod password;
mod schema;
mod secrets;

pub use account::{AccountSeen, Leads, delegation, flags, is_privileged, kerberos_only, out_of, privileged, roaming_profile, unseen};
pub use change::Change;
pub use container::{Compared, Declared, Extra, compared, nobody_else};
pub use deletion::{Deletion, may_list};
pub use holders::{Holder, Holders, RESET_PASSWORD, Trustee, holders, own_object};
pub use judgement::{Needed, full_control, no_change, no_join, no_permissions, no_right, reads};
pub use memberships::{Counted, GroupSeen, counted_here, memberships_agree};
pub use mending::{Mending, containers_of};
pub use object::{ObjectSeen, ServerSays, Views};
pub use outside::{Outside, own_readers, reads_nothing_outside};
pub use password::{PasswordSeen, password_age};
pub use schema::{AttributeSchema, Schema};
pub use secrets::{COMPUTED_SECRETS, PASSWORD_READERS, no_confidential};

use super::verification::{Remedy, Verdict};
use culprits::Culprits;
use mending::Command;

/// How many names are told one by one.
const NAMED_MAX: usize = 5;

/// What was seen, and what that comes to.
type Seen = (Verdict, String);

/// What a check came to, with what was seen and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen, in words.
    pub evidence: String,
    /// What mends it; nothing where it does not fail.
    pub mending: Vec<Remedy>,
}

impl Told {
    /// Without anything that mends it.
    pub fn new(verdict: Verdict, evidence: impl Into<String>) -> Self {
        Self { verdict, evidence: evidence.into(), mending: Vec::new() }
    }

    /// The same with more that mends it.
    #[must_use]
    pub fn mended_by(mut self, remedies: impl IntoIterator<Item = Remedy>) -> Self {
        self.mending.extend(remedies);
        self
    }
}

impl From<(Verdict, String)> for Told {
    fn from((verdict, evidence): (Verdict, String)) -> Self {
        Self::new(verdict, evidence)
    }
}

/// Names, and how many more there are.
fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, ", ")
}

/// The same of distinguished names, which have commas themselves.
fn objects_named<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    joined(names, "; ")
}

fn joined<'a>(names: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let told = names[..names.len().min(NAMED_MAX)].join(between);
    match names.len().saturating_sub(NAMED_MAX) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

#[cfg(test)]
mod tests;
