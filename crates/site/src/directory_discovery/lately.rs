//! Users and computers that a method found lately, for the one that asks who is in groups: what was read of a domain controller
//! and is in the discovery inbox need not be read of it again.
//!
//! A name tells who it is only for a while: an object may be moved and another take its name. So it counts no longer than a run
//! over a large domain takes, in which a name is met long after the list that holds it was read as well; and only for the same
//! database of the same domain controller.

use super::names::{self, Name, OfNames};
use provost_domain::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long, in seconds.
const LATELY: i64 = 300;
/// Most that are kept of one domain controller; more are read again.
const FOUND_MAX: usize = 1_000_000;

/// What the methods found lately, of each domain controller that they read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lately(Arc<Mutex<HashMap<Whence, Found>>>);

/// A domain by its SID, and a domain controller's database by its invocation id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Whence {
    domain: String,
    invocation: String,
}

/// Whom runs have found there.
#[derive(Clone, Debug, Default)]
struct Found(Arc<Mutex<OfOne>>);

/// Who was found, by the last part of the SID, and when.
#[derive(Debug, Default)]
struct OfOne {
    /// When the first of them was found, of those that are kept.
    oldest: Option<Timestamp>,
    names: OfNames<(u32, Second)>,
}

/// A time to the second since 1970, for it is kept with each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Second(u32);

impl Second {
    fn of(at: Timestamp) -> Self {
        Self(u32::try_from(at.seconds_since(Timestamp::default())).unwrap_or(0))
    }

    fn at(self) -> Timestamp {
        Timestamp::default().plus_seconds(i64::from(self.0))
    }
}

/// What was found lately of the domain controller that a run reads.
#[derive(Clone, Debug)]
pub(super) struct Here {
    found: Found,
    domain: String,
}

impl Lately {
    /// What was found lately, of the domain with this SID, in the database with this invocation id.
    pub(super) fn of(&self, domain: &str, invocation: &str) -> Here {
        let whence = Whence { domain: domain.to_owned(), invocation: invocation.to_owned() };
        Here { found: locked(&self.0).entry(whence).or_default().clone(), domain: domain.to_owned() }
    }

    /// Forgets what is no longer of use to anybody.
    pub(super) fn forget(&self, now: Timestamp) {
        locked(&self.0).retain(|_, found| {
            let mut here = locked(&found.0);
            if here.oldest.is_some_and(|oldest| !is_lately(oldest, now)) {
                here.names.retain(|_, (_, at)| is_lately(at.at(), now));
                here.names.shrink_to_fit();
                here.oldest = here.names.values().map(|(_, at)| *at).min().map(Second::at);
            }
            // Whoever uses it has it too.
            Arc::strong_count(&found.0) > 1 || !here.names.is_empty()
        });
    }
}

impl Here {
    /// Notes who was found: each name with the last part of the SID.
    pub(super) fn note(&self, found: impl Iterator<Item = (Name, u32)>, at: Timestamp) {
        let mut here = locked(&self.found.0);
        here.oldest.get_or_insert(at);
        for (name, rid) in found {
            if here.names.len() < FOUND_MAX {
                here.names.insert(name, (rid, Second::of(at)));
            }
        }
    }

    /// To look many up: meanwhile nobody notes anything.
    pub(super) fn look(&self, now: Timestamp) -> Looking<'_> {
        Looking { found: locked(&self.found.0), now }
    }

    /// The last part of a SID, when it is one of the domain.
    pub(super) fn rid_of(&self, sid: &str) -> Option<u32> {
        names::rid(&self.domain, sid)
    }
}

/// Whom runs have found, while somebody is looked up.
pub(super) struct Looking<'h> {
    found: MutexGuard<'h, OfOne>,
    now: Timestamp,
}

impl Looking<'_> {
    /// The last part of the SID of whoever was found lately by this name.
    pub(super) fn rid(&self, name: Name) -> Option<u32> {
        self.found.names.get(&name).filter(|(_, at)| is_lately(at.at(), self.now)).map(|(rid, _)| *rid)
    }
}

/// Whether it is not long ago; what others found since this run looked at the clock is not.
const fn is_lately(at: Timestamp, now: Timestamp) -> bool {
    now.seconds_since(at).abs() < LATELY
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_found_is_known_for_a_while_and_for_that_domain_controller_only() {
        let (lately, at) = (Lately::default(), Timestamp::from_micros(1_000_000_000_000));
        let [a, b] = ["CN=a,DC=x", "CN=b,DC=x"].map(Name::of);
        lately.of("S-1-5-21-1-2-3", "dc1").note([(a, 1104)].into_iter(), at);
        let known = |domain: &str, invocation: &str, name, now| lately.of(domain, invocation).look(now).rid(name);
        assert_eq!(known("S-1-5-21-1-2-3", "dc1", a, at), Some(1104));
        assert_eq!(known("S-1-5-21-1-2-3", "dc1", Name::of("cn=A,dc=X"), at.plus_seconds(LATELY - 1)), Some(1104));
        assert_eq!(known("S-1-5-21-1-2-3", "dc1", b, at), None);
        assert_eq!(known("S-1-5-21-1-2-3", "dc2", a, at), None);
        assert_eq!(known("S-1-5-21-1-2-4", "dc1", a, at), None);
        assert_eq!(known("S-1-5-21-1-2-3", "dc1", a, at.plus_seconds(LATELY)), None);
        assert_eq!(known("S-1-5-21-1-2-3", "dc1", a, at.plus_seconds(-LATELY)), None, "a clock that was set back");
    }

    #[test]
    fn what_was_found_long_ago_is_forgotten_unless_a_run_uses_it() {
        let (lately, at) = (Lately::default(), Timestamp::from_micros(1_000_000_000_000));
        let used = lately.of("S-1-5-21-1-2-3", "dc1");
        used.note([(Name::of("CN=a"), 1104)].into_iter(), at);
        lately.of("S-1-5-21-1-2-3", "dc2").note([(Name::of("CN=a"), 1104)].into_iter(), at);
        lately.forget(at.plus_seconds(LATELY - 1));
        assert_eq!(locked(&lately.0).len(), 2);
        lately.forget(at.plus_seconds(LATELY));
        assert_eq!(locked(&lately.0).len(), 1);
        assert!(locked(&used.found.0).names.is_empty());
        drop(used);
        lately.forget(at.plus_seconds(LATELY));
        assert!(locked(&lately.0).is_empty());
    }
}
