//! Which objects a run deposited, for the domain controller that it goes on at when it loses one: what that gives as well is
//! no further object.
//!
//! There may be hundreds of thousands: of one of the domain the last part of the SID is kept.

use super::names;
use std::collections::HashSet;

/// What was deposited.
#[derive(Debug, Default)]
pub(super) struct Deposited {
    /// The SID of the domain, once it is known.
    domain: Option<String>,
    /// Those of the domain that the present domain controller gave.
    here: Vec<u32>,
    /// Those that others gave before, in order.
    before: Vec<u32>,
    others_here: Vec<Box<str>>,
    others_before: HashSet<Box<str>>,
}

impl Deposited {
    /// The domain has this SID.
    pub(super) fn of(&mut self, domain: &str) {
        self.domain = Some(domain.to_owned());
    }

    /// Keeps an object; tells whether a domain controller that was lost gave it as well.
    pub(super) fn keep(&mut self, sid: &str) -> bool {
        match self.domain.as_deref().and_then(|domain| names::rid(domain, sid)) {
            Some(rid) => {
                self.here.push(rid);
                self.before.binary_search(&rid).is_ok()
            }
            None => {
                self.others_here.push(sid.into());
                self.others_before.contains(sid)
            }
        }
    }

    /// The present domain controller is lost.
    pub(super) fn lose_controller(&mut self) {
        self.before.append(&mut self.here);
        self.before.sort_unstable();
        self.before.dedup();
        self.others_before.extend(self.others_here.drain(..));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lost_controller_gave_as_well_is_known_and_what_the_same_gave_twice_is_another_matter() {
        let sids = ["S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-3-500", "S-1-5-21-9-9-9-1104"];
        let mut deposited = Deposited::default();
        deposited.of("S-1-5-21-1-2-3");
        assert_eq!(sids.map(|sid| deposited.keep(sid)), [false; 3]);
        assert!(!deposited.keep(sids[0]), "by the same controller");
        deposited.lose_controller();
        assert_eq!(sids.map(|sid| deposited.keep(sid)), [true; 3]);
        assert!(!deposited.keep("S-1-5-21-1-2-3-1105"));
        deposited.lose_controller();
        assert!(deposited.keep("S-1-5-21-1-2-3-1105") && deposited.keep(sids[1]));
    }
}
