//! Names of a directory that were met, and whose they are.
//!
//! There may be hundreds of thousands: of a name its digest is kept, and of a SID what it has besides its domain's.

use provost_domain::Digest;
use provost_domain::discovery::split_sid;
use provost_sd::Sid;
use std::collections::HashMap;

/// A distinguished name, in whichever case it is written, as the first half of its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name([u8; 16]);

impl Name {
    pub(super) fn of(dn: &str) -> Self {
        let digest = Digest::of(dn.to_lowercase().as_bytes());
        Self(std::array::from_fn(|at| digest.as_bytes()[at]))
    }
}

/// A member of a group.
pub(super) enum Member {
    /// Somebody of the domain who is known, by the last part of the SID.
    InDomain(u32),
    /// Whoever has this name.
    Named(Box<str>),
}

/// Whose a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    /// Somebody of the domain, by the last part of the SID.
    InDomain(u32),
    /// Somebody else, by the SID.
    Elsewhere(Box<str>),
    /// Nobody: it has no SID.
    Nobody,
}

/// Names, and whose they are.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The SID of the domain, when it is known.
    domain: Option<String>,
    met: HashMap<Name, Who>,
    nobodies: usize,
}

impl Names {
    /// None yet, of the domain with this SID.
    pub(super) fn new(domain: Option<&Sid>) -> Self {
        Self { domain: domain.map(ToString::to_string), ..Self::default() }
    }

    /// Keeps whose a name is, nobody's without a SID; false when it was kept before.
    pub(super) fn insert(&mut self, name: Name, sid: Option<&str>) -> bool {
        let who = sid.map_or(Who::Nobody, |sid| self.rid(sid).map_or_else(|| Who::Elsewhere(sid.into()), Who::InDomain));
        self.nobodies += usize::from(who == Who::Nobody);
        let before = self.met.insert(name, who);
        self.nobodies -= usize::from(before == Some(Who::Nobody));
        before.is_none()
    }

    /// Whether it was met.
    pub(super) fn contains(&self, name: Name) -> bool {
        self.met.contains_key(&name)
    }

    /// The SID of a name that was met, none when it is nobody's.
    pub(super) fn sid(&self, name: Name) -> Option<Option<String>> {
        Some(match self.met.get(&name)? {
            Who::InDomain(rid) => Some(self.in_domain(*rid)),
            Who::Elsewhere(sid) => Some(sid.to_string()),
            Who::Nobody => None,
        })
    }

    /// How many are nobody's.
    pub(super) const fn nobodies(&self) -> usize {
        self.nobodies
    }

    /// The last part of a SID of the domain.
    pub(super) fn rid(&self, sid: &str) -> Option<u32> {
        rid(self.domain.as_deref()?, sid)
    }

    /// The SID in the domain with this last part.
    pub(super) fn in_domain(&self, rid: u32) -> String {
        format!("{}-{rid}", self.domain.as_deref().unwrap_or_default())
    }
}

/// The last part of a SID of the domain with this SID.
pub(super) fn rid(domain: &str, sid: &str) -> Option<u32> {
    let (beginning, rid) = split_sid(sid)?;
    (beginning.strip_suffix('-') == Some(domain)).then_some(rid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_kept_once_whatever_its_case_with_the_sid_that_it_came_with() {
        let domain: Sid = "S-1-5-21-1-2-3".parse().expect("a SID");
        for mut names in [Names::new(Some(&domain)), Names::new(None)] {
            for (dn, sid) in [
                ("CN=a,DC=x", Some("S-1-5-21-1-2-3-1104")),
                ("CN=b,DC=x", Some("S-1-5-21-1-2-30-1104")),
                ("CN=c,DC=x", Some("S-1-5-21-1-2-3-1104-5")),
                ("CN=d,DC=x", Some("S-1-5-32-544")),
                ("CN=\u{c4},DC=x", None),
            ] {
                let name = Name::of(dn);
                assert!(!names.contains(name) && names.sid(name).is_none());
                assert!(names.insert(name, sid));
                assert!(!names.insert(Name::of(&dn.to_lowercase()), sid));
                assert_eq!(names.sid(Name::of(&dn.to_lowercase())), Some(sid.map(ToOwned::to_owned)), "{dn}");
            }
            assert_eq!(names.nobodies(), 1);
            assert!(!names.insert(Name::of("CN=\u{e4},DC=x"), Some("S-1-5-32-545")));
            assert_eq!(names.nobodies(), 0);
        }
    }
}
