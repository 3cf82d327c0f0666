//! Groups that wait for their members' turn, and whom a walk from group to group has met.
//!
//! A group whose members are all known does not wait until the whole location is read: what is told of it is loaded meanwhile.

use super::entry::shortened;
use super::lately::{Here, Looking};
use super::look::{Place, block};
use super::names::{Member, Name, Names, OfSid};
use super::primary_groups::PrimaryGroups;
use super::reports::Reports;
use provost_broker::directory::Entry;
use provost_domain::discovery::{DirectoryObject, Membership, ObjectKind, split_sid};
use provost_domain::{Failure, Timestamp};
use provost_store::discovery::Blocked;
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// A group, and as many of its members as came with it. Every group of a domain may wait at once, so it is kept small.
pub(super) struct Group {
    pub(super) sid: OfSid,
    /// As people read it, unless it is an object that tells so itself.
    pub(super) name: Box<str>,
    pub(super) security: bool,
    pub(super) members: Box<[Member]>,
    /// The first member that was not known when it was looked at last, so that nobody before is looked up again.
    unknown: u32,
    /// What is to be asked besides, if anything.
    pub(super) rest: Option<Box<Rest>>,
    /// Whether its list was told already, and only those whose primary group it is are to be told.
    told: bool,
}

impl Group {
    /// The last part of a domain group's SID, by which others have it as their primary group.
    pub(super) fn rid(&self) -> Option<u32> {
        match &self.sid {
            OfSid::InDomain(rid) => Some(*rid),
            OfSid::Other(sid) => split_sid(sid).filter(|(beginning, _)| beginning.starts_with("S-1-5-21-")).map(|(_, rid)| rid),
        }
    }
}

/// What is to be asked of a group: more members than came with it, or whether it has none.
pub(super) struct Rest {
    pub(super) dn: String,
    /// The number of the first member that did not come.
    pub(super) next: Option<usize>,
}

/// What a walk has met, and what waits.
pub(super) struct Ahead<'p> {
    /// Only members of this kind are taken, and no groups: for looking inside groups.
    pub(super) only: Option<ObjectKind>,
    /// Groups whose members are not told yet.
    pub(super) waiting: VecDeque<Group>,
    /// Those that may be primary ones, as far as is known yet.
    pub(super) primary: PrimaryGroups,
    /// Groups whose lists were told while the location was read, by the last parts of their SIDs.
    told: Vec<u32>,
    /// Groups and members that were met.
    pub(super) known: Names,
    /// Whom other methods found lately.
    pub(super) here: Option<&'p Here>,
    pub(super) now: Timestamp,
}

impl<'p> Ahead<'p> {
    /// Nothing yet.
    pub(super) const fn new(only: Option<ObjectKind>, primary: PrimaryGroups, known: Names, here: Option<&'p Here>, now: Timestamp) -> Self {
        Self { only, waiting: VecDeque::new(), primary, told: Vec::new(), known, here, now }
    }

    /// Members by the names that a list holds. Who was found already is kept by much less than that.
    pub(super) fn members<'d>(&self, dns: &'d [&'d str]) -> impl Iterator<Item = Member> + use<'d> {
        // One after the other and nothing between: of hundreds of thousands each is far away in memory, and then some are fetched
        // at a time.
        let names: Vec<Name> = dns.iter().map(|dn| Name::of(dn)).collect();
        let looking = self.look();
        let rids: Vec<Option<u32>> = names.into_iter().map(|name| looking.as_ref().and_then(|looking| looking.rid(name))).collect();
        dns.iter().zip(rids).map(|(dn, rid)| rid.map_or_else(|| Member::Named((*dn).into()), Member::InDomain))
    }

    /// As [`Self::members`] for one.
    pub(super) fn member(&self, dn: &str) -> Member {
        let rid = self.look().and_then(|looking| looking.rid(Name::of(dn)));
        rid.map_or_else(|| Member::Named(dn.into()), Member::InDomain)
    }

    /// To look many up among whom other methods found lately.
    pub(super) fn look(&self) -> Option<Looking<'p>> {
        self.here.map(|here| here.look(self.now))
    }

    /// Takes a group, when it is a security group, and has it wait until its members' turn comes; once.
    pub(super) fn follow(
        &mut self,
        entry: &Entry,
        object: DirectoryObject<'_>,
        security: bool,
        place: &Place<'_>,
        reports: &mut Reports<'_>,
    ) -> Result<ControlFlow<()>, Failure> {
        if !self.known.insert(Name::of(&entry.dn), Some(&object.sid)) {
            return Ok(reports.go_on());
        }
        self.now = reports.now();
        let (members, next) = entry.first_members()?;
        let members: Box<[Member]> = self.members(&members).collect();
        // A directory shows a group whose members may not be read as one without any.
        let rest = (next.is_some() || members.is_empty()).then(|| Box::new(Rest { dn: object.distinguished_name.to_string(), next }));
        let name = if security { Box::default() } else { shortened(&object.name()).into() };
        let group = Group { sid: self.known.of_sid(&object.sid), name, security, members, unknown: 0, rest, told: false };
        if self.only.is_none() {
            let left_out = !security && !place.settings.distribution_groups;
            reports.count(left_out);
            if left_out {
                return Ok(reports.go_on());
            }
            if security && reports.push(&entry.dn, object).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.waiting.push_back(group);
        Ok(self.tell_early(reports))
    }

    /// Tells the group that came last and the one that waits longest, each if all of its members are known. So every group that
    /// waits is looked at once for as many groups as wait.
    fn tell_early(&mut self, reports: &mut Reports<'_>) -> ControlFlow<()> {
        for next in [VecDeque::pop_back, VecDeque::pop_front] {
            let Some(mut group) = next(&mut self.waiting) else { break };
            if !self.may_be_told(&mut group) {
                self.waiting.push_back(group);
                continue;
            }
            self.told.extend(group.rid());
            // Nothing of it is unknown, so that nothing is blocked.
            self.tell(group, true, Vec::new(), reports, &mut Vec::new())?;
        }
        ControlFlow::Continue(())
    }

    /// Whether nothing has to be asked of a group. One that may be a primary one is told with those whose primary group it is.
    fn may_be_told(&self, group: &mut Group) -> bool {
        let is_primary = !matches!(group.sid, OfSid::InDomain(rid) if !self.primary.may_be(rid));
        if self.only.is_some() || group.rest.is_some() || is_primary {
            return false;
        }
        let looking = self.look();
        while let Some(member) = group.members.get_mut(group.unknown as usize) {
            if !self.knows(member, looking.as_ref()) {
                return false;
            }
            group.unknown += 1;
        }
        true
    }

    /// Whether a member is known. Of one that another method found since the list was read, the name is needed no more.
    pub(super) fn knows(&self, member: &mut Member, looking: Option<&Looking<'_>>) -> bool {
        let Member::Named(dn) = member else { return true };
        let name = Name::of(dn);
        match looking.and_then(|looking| looking.rid(name)) {
            Some(rid) => *member = Member::InDomain(rid),
            None => return self.known.contains(name),
        }
        true
    }

    /// Whether members of groups were told while the location was read.
    pub(super) const fn has_told(&self) -> bool {
        !self.told.is_empty()
    }

    /// Knows better which groups may be primary ones: groups that have become one since they were told wait once more.
    pub(super) fn take_primary_groups(&mut self, primary: PrimaryGroups) {
        let become_one = std::mem::take(&mut self.told).into_iter().filter(|rid| primary.may_be(*rid));
        self.waiting.extend(become_one.map(|rid| Group {
            sid: OfSid::InDomain(rid),
            name: Box::default(),
            security: true,
            members: Box::default(),
            unknown: 0,
            rest: None,
            told: true,
        }));
        self.primary = primary;
    }

    /// Tells who is in a group, by its list and by their primary group.
    pub(super) fn tell(
        &self,
        group: Group,
        mut complete: bool,
        by_primary: Vec<OfSid>,
        reports: &mut Reports<'_>,
        blocked: &mut Vec<Blocked>,
    ) -> ControlFlow<()> {
        let Group { sid, name, security, members, told, .. } = group;
        let known = &self.known;
        let mut sids: Vec<OfSid> = Vec::with_capacity(members.len());
        for member in members {
            let name = match member {
                Member::InDomain(rid) => {
                    sids.push(OfSid::InDomain(rid));
                    continue;
                }
                Member::Named(name) => name,
            };
            match known.sid(Name::of(&name)) {
                Some(Some(sid)) => sids.push(sid),
                // Whoever has no SID is in no group that gives rights, and the list is complete without it.
                Some(None) => {}
                None => {
                    complete = false;
                    block(blocked, &name, "Read");
                }
            }
        }
        if self.only.is_some() {
            return reports.go_on();
        }
        let list = |sids: Vec<OfSid>, complete, by_primary| {
            let (mut beside, mut members) = (Vec::new(), Vec::new());
            for member in sids {
                match (&sid, member) {
                    (OfSid::InDomain(_), OfSid::InDomain(rid)) => beside.push(rid),
                    (_, member) => members.push(known.text(&member)),
                }
            }
            Membership { group: known.text(&sid), name: name.to_string(), security, beside, members, complete, by_primary }
        };
        // Those by primary group go first: who was in the list before and is one of them now is in the group all the time.
        if !by_primary.is_empty() {
            reports.push_membership(list(by_primary, false, true))?;
        }
        if !told && (complete || !sids.is_empty()) {
            reports.push_membership(list(sids, complete, false))?;
        }
        reports.go_on()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_that_waits_is_looked_at_from_the_first_member_that_was_not_known() {
        let domain = "S-1-5-21-1-2-3".parse().expect("a SID");
        let mut ahead = Ahead::new(None, PrimaryGroups::asked([]), Names::new(Some(&domain)), None, Timestamp::default());
        let members: Vec<Member> = ["CN=a", "CN=b", "CN=c"].map(|dn| Member::Named(dn.into())).into();
        let sid = OfSid::InDomain(1104);
        let mut group = Group { sid, name: Box::default(), security: true, members: members.into(), unknown: 0, rest: None, told: false };
        for (name, unknown, may_be_told) in [("CN=b", 0, false), ("CN=a", 2, false), ("CN=C", 3, true)] {
            ahead.known.insert(Name::of(name), Some("S-1-5-21-1-2-3-1105"));
            assert_eq!((ahead.may_be_told(&mut group), group.unknown), (may_be_told, unknown), "{name}");
        }
        group.sid = OfSid::InDomain(513);
        assert!(!ahead.may_be_told(&mut group), "Domain Users, a primary group");
    }

    #[test]
    fn a_group_that_became_a_primary_one_since_it_was_told_waits_once_more_without_its_list() {
        let mut ahead = Ahead::new(None, PrimaryGroups::asked([]), Names::new(None), None, Timestamp::default());
        ahead.told = vec![1104, 1105];
        ahead.take_primary_groups(PrimaryGroups::asked([1105, 1106]));
        let waiting: Vec<_> = ahead.waiting.iter().map(|group| (group.rid(), group.told, group.members.len())).collect();
        assert_eq!(waiting, [(Some(1105), true, 0)]);
        assert!(ahead.primary.may_be(1106) && !ahead.has_told());
    }
}
