//! Names of a directory that were met, and whose they are.
//!
//! There may be hundreds of thousands: of a name a digest is kept, and of a SID what it has besides its domain's.

use provost_domain::discovery::split_sid;
use provost_sd::Sid;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::LazyLock;

/// Names up to so many bytes are short.
const SHORT_BYTES: usize = 256;

/// A distinguished name, in whichever case it is written, as a digest that counts in this process only: 64 bits of a hash with a
/// key, and 32 of a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name([u32; 3]);

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) << 32 | u64::from(self.0[1]));
    }
}

/// Finds a name by what it is already: a hash whose key nobody knows.
#[derive(Debug, Default)]
pub(super) struct ByItself(u64);

impl Hasher for ByItself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// What is kept by names.
pub(super) type OfNames<T> = HashMap<Name, T, BuildHasherDefault<ByItself>>;

impl Name {
    /// A hash with a key that nobody knows, so that whoever writes in a directory cannot give two objects names of one digest; with
    /// the checksum no two of millions have one by chance.
    pub(super) fn of(dn: &str) -> Self {
        // Nearly all are short and plain, and need no memory of their own.
        let mut short = [0; SHORT_BYTES];
        match short.get_mut(..dn.len()) {
            Some(name) if dn.is_ascii() => {
                name.copy_from_slice(dn.as_bytes());
                name.make_ascii_lowercase();
                Self::of_lower_case(name)
            }
            _ => Self::of_lower_case(dn.to_lowercase().as_bytes()),
        }
    }

    fn of_lower_case(name: &[u8]) -> Self {
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        let [a, b, c, d, e, f, g, h] = KEY.hash_one(name).to_be_bytes();
        Self([u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]), crc32fast::hash(name)])
    }
}

/// A member of a group.
pub(super) enum Member {
    /// Somebody of the domain who is known, by the last part of the SID.
    InDomain(u32),
    /// Whoever has this name.
    Named(Box<str>),
}

/// A SID, by what it has besides the domain's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OfSid {
    /// One of the domain, by its last part.
    InDomain(u32),
    /// Another, or any while the domain's is not known.
    Other(Box<str>),
}

/// Whose a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Somebody of the domain, by the last part of the SID.
    InDomain(u32),
    /// Somebody else, by the place among those: a hundredth of all, and the others would have their size.
    Other(u32),
    /// Nobody: it has no SID.
    Nobody,
}

/// Names, and whose they are.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The SID of the domain, when it is known.
    domain: Option<String>,
    met: OfNames<Who>,
    /// SIDs of somebody else.
    others: Vec<Box<str>>,
    nobodies: usize,
}

impl Names {
    /// None yet, of the domain with this SID.
    pub(super) fn new(domain: Option<&Sid>) -> Self {
        Self { domain: domain.map(ToString::to_string), ..Self::default() }
    }

    /// Keeps whose a name is, nobody's without a SID; false when it was kept before.
    pub(super) fn insert(&mut self, name: Name, sid: Option<&str>) -> bool {
        let who = match sid.map(|sid| self.of_sid(sid)) {
            Some(OfSid::InDomain(rid)) => Who::InDomain(rid),
            Some(OfSid::Other(sid)) => match self.met.get(&name) {
                // Whoever is found once more needs no place of their own.
                Some(Who::Other(place)) if self.others.get(*place as usize) == Some(&sid) => return false,
                _ => {
                    let Ok(place) = u32::try_from(self.others.len()) else { return false };
                    self.others.push(sid);
                    Who::Other(place)
                }
            },
            None => Who::Nobody,
        };
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
    pub(super) fn sid(&self, name: Name) -> Option<Option<OfSid>> {
        Some(match self.met.get(&name)? {
            Who::InDomain(rid) => Some(OfSid::InDomain(*rid)),
            Who::Other(place) => self.others.get(*place as usize).map(|sid| OfSid::Other(sid.clone())),
            Who::Nobody => None,
        })
    }

    /// How many are nobody's.
    pub(super) const fn nobodies(&self) -> usize {
        self.nobodies
    }

    /// A SID by what it has besides the domain's.
    pub(super) fn of_sid(&self, sid: &str) -> OfSid {
        let rid = self.domain.as_deref().and_then(|domain| rid(domain, sid));
        rid.map_or_else(|| OfSid::Other(sid.into()), OfSid::InDomain)
    }

    /// A SID as a text.
    pub(super) fn text(&self, sid: &OfSid) -> String {
        match sid {
            OfSid::InDomain(rid) => format!("{}-{rid}", self.domain.as_deref().unwrap_or_default()),
            OfSid::Other(sid) => sid.to_string(),
        }
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
            let long = format!("CN=e,{}DC=x", "OU=f,".repeat(SHORT_BYTES / 5));
            for (dn, sid) in [
                (long.as_str(), Some("S-1-5-21-1-2-3-1105")),
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
                let kept = names.sid(Name::of(&dn.to_lowercase())).expect("it was met");
                assert_eq!(kept.map(|kept| names.text(&kept)).as_deref(), sid, "{dn}");
            }
            assert_eq!(names.nobodies(), 1);
            assert!(!names.insert(Name::of("CN=\u{e4},DC=x"), Some("S-1-5-32-545")));
            assert_eq!(names.nobodies(), 0);
            let others = names.others.len();
            assert!(!names.insert(Name::of("CN=d,DC=x"), Some("S-1-5-32-544")));
            assert_eq!(names.others.len(), others, "whoever is met again takes no more room");
        }
    }
}
