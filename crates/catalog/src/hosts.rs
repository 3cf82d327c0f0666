//! What hosts of a domain must not give an account that has nothing to do there (security.md RC-S01, RC-S03, RC-M06).

use crate::groups::GROUPS;

/// Shares that lead to the whole of a host, and that its administrators alone may open.
pub const ADMIN_SHARES: &[&str] = &["ADMIN$", "C$"];

/// Built-in local groups whose members reach a host from afar, by relative identifier.
pub const REMOTE_ACCESS: &[(u32, &str)] = &[(555, "Remote Desktop Users"), (562, "Distributed COM Users"), (580, "Remote Management Users")];

/// Other local groups that give rights on a host, by name, beside the eight groups.
const NAMED: &[&str] = &["WSUS Administrators"];

/// Whether a local group of this name is one of the eight, or another that gives rights on a host. Some of the eight end with the code
/// of their site.
#[must_use]
pub fn gives_rights(name: &str) -> bool {
    let is = |known: &str| match known.split_once('<') {
        Some((begins, _)) => name.get(..begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(begins)),
        None => name.eq_ignore_ascii_case(known),
    };
    GROUPS.iter().map(|group| group.name).chain(NAMED.iter().copied()).any(is)
}
