//! The groups of an account, asked three ways: as the directory counts them for a sign-in (`tokenGroups`, security.md RC-L02), as
//! its matching rule 1.2.840.113556.1.4.1941 follows memberships (RC-L03), and by following them from here. Where they part, one
//! of them is wrong or was tampered with, and nothing passes.

use super::{AccountSeen, Mending, Told, named};
use crate::accounts::verification::Verdict;
use provost_sd::Sid;
use std::collections::BTreeSet;

/// In `groupType`: the group counts for access (MS-ADTS §2.2.12).
const SECURITY: i64 = 0x8000_0000;

/// A group that memberships lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSeen {
    /// Its distinguished name.
    pub dn: String,
    /// Its identifier; none when the account does not see it, or not all that it is in.
    pub sid: Option<Sid>,
    /// `groupType`; none when it did not come.
    pub group_type: Option<i64>,
}

impl GroupSeen {
    /// Whether it counts for access: what a distribution group is in does not count for its members.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.group_type.is_some_and(|group_type| group_type & SECURITY != 0)
    }
}

/// A group that is counted for a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its identifier.
    pub sid: Sid,
    /// Its distinguished name; none when the account does not see it.
    pub dn: Option<String>,
    /// Whether the directory's rule finds that memberships lead there; none when it could not follow them.
    pub by_rule: Option<bool>,
}

/// Groups of the account's own domain, and built-in ones, among `token`, the account's `tokenGroups`. Other domains' memberships
/// are not seen here.
#[must_use]
pub fn counted_here(own: &Sid, token: &[Sid]) -> Vec<Sid> {
    let builtin = |sid: &Sid| sid.sub_authorities().first() == Some(&32);
    let here = |sid: &Sid| builtin(sid) || (own.domain().is_some() && sid.domain() == own.domain());
    token.iter().filter(|sid| *sid != own && here(sid)).copied().collect()
}

/// Whether the three agree: `counted` are the groups of this domain that are counted, `led` those that the memberships of the
/// account and of its primary group lead to, that group included.
#[must_use]
pub fn memberships_agree(account: &AccountSeen, counted: &[Counted], led: &[GroupSeen], mending: &Mending) -> Told {
    if counted.is_empty() {
        return Told::new(Verdict::Unknown, "the domain controller did not say which groups it counts");
    }
    let followed: BTreeSet<Sid> = led.iter().filter_map(|group| group.sid).collect();
    let unseen: Vec<&str> = led.iter().filter(|group| group.sid.is_none() || group.group_type.is_none()).map(|group| group.dn.as_str()).collect();
    let is_counted = |sid: &Sid| counted.iter().any(|group| group.sid == *sid);
    let uncounted: Vec<&str> =
        led.iter().filter(|group| group.counts() && group.sid.is_some_and(|sid| !is_counted(&sid))).map(|group| group.dn.as_str()).collect();
    let (mut unled, mut unknown) = (Vec::new(), Vec::new());
    for group in counted {
        let sid = group.sid.to_string();
        match (&group.dn, group.by_rule) {
            (None, _) => unknown.push(format!("{sid} is counted when it signs in, and it may not see what that is")),
            (Some(dn), Some(false)) => unled.push(dn.clone()),
            (Some(dn), None) => unknown.push(format!("whether memberships lead to {dn} the domain controller could not tell")),
            (Some(dn), Some(true)) if !followed.contains(&group.sid) => {
                if unseen.is_empty() {
                    unled.push(dn.clone())
                } else {
                    unknown.push(format!("to {dn} only what it may not see leads"))
                }
            }
            (Some(_), Some(true)) => {}
        }
    }
    if !unseen.is_empty() {
        unknown.push(format!("it may not see all of {}", named(unseen)));
    }
    let mut alarms = Vec::new();
    if !unled.is_empty() {
        alarms.push(format!("counted when it signs in, though no membership that it may see leads there: {}", named(unled.iter().map(String::as_str))));
    }
    if !uncounted.is_empty() {
        alarms.push(format!("not counted when it signs in, though memberships lead there: {}", named(uncounted)));
    }
    if !alarms.is_empty() {
        Told::new(Verdict::Fail, format!("the domain controller contradicts itself; {}", alarms.join("; ")))
            .mended_by(account.memberships(mending, "as an administrator"))
    } else if !unknown.is_empty() {
        Told::new(Verdict::Unknown, named(unknown.iter().map(String::as_str)))
    } else {
        Told::new(Verdict::Pass, format!("{} groups are counted when it signs in, and its memberships lead to the same", counted.len()))
    }
}
