//! Whom everybody is who signs in: identifiers that no directory lists as a group's members, and groups that hold everybody by
//! default. What they may do is no right of one account's own.

use provost_sd::{Sid, well_known};

/// Those that every server adds to whoever signs in over the network. No directory has an object with such a name.
const BY_SIGN_IN: &[(Sid, &str)] = &[
    (well_known::EVERYONE, "Everyone"),
    (well_known::AUTHENTICATED_USERS, "Authenticated Users"),
    (well_known::NETWORK, "Network"),
    (well_known::THIS_ORGANIZATION, "This Organization"),
];
/// Groups of every domain that hold everybody of it.
const BY_DEFAULT: &[(Sid, &str)] =
    &[(well_known::USERS, "BUILTIN\\Users"), (well_known::PRE_WINDOWS_2000_COMPATIBLE_ACCESS, "Pre-Windows 2000 Compatible Access")];
/// What else has a name everywhere and is nobody's account.
const OTHERS: &[(Sid, &str)] = &[
    (well_known::ANONYMOUS, "Anonymous Logon"),
    (well_known::PRINCIPAL_SELF, "Self"),
    (well_known::CREATOR_OWNER, "Creator Owner"),
    (well_known::OWNER_RIGHTS, "Owner Rights"),
];
/// Groups of one domain that everybody of it is in, by relative identifier.
const OF_DOMAIN: &[u32] = &[well_known::RID_DOMAIN_USERS, well_known::RID_DOMAIN_COMPUTERS];

/// The name of an identifier that means the same everywhere and that no directory tells.
#[must_use]
pub fn name(sid: &Sid) -> Option<&'static str> {
    [BY_SIGN_IN, BY_DEFAULT, OTHERS].into_iter().flatten().find(|(known, _)| known == sid).map(|(_, name)| *name)
}

/// Whether every account that signs in is this, by itself or by default; the object itself, for what is given to "self", too.
#[must_use]
pub fn is_everybody(sid: &Sid) -> bool {
    let known = [BY_SIGN_IN, BY_DEFAULT].into_iter().flatten().any(|(known, _)| known == sid);
    known || *sid == well_known::PRINCIPAL_SELF || sid.sub_authorities().first() == Some(&21) && OF_DOMAIN.contains(&sid.rid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_ones_own_making_is_not_everybody() {
        for sid in ["S-1-1-0", "S-1-5-11", "S-1-5-2", "S-1-5-10", "S-1-5-32-545", "S-1-5-32-554", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-515"] {
            assert!(is_everybody(&sid.parse().expect("an identifier")), "{sid}");
        }
        for sid in ["S-1-5-7", "S-1-5-32-544", "S-1-5-21-1-2-3-512", "S-1-5-21-1-2-3-1104", "S-1-5-32-513"] {
            assert!(!is_everybody(&sid.parse().expect("an identifier")), "{sid}");
        }
    }
}
