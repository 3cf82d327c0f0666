//! Groups that wait for their members' turn, and whom a walk from group to group has met.

use super::entry::shortened;
use super::lately::Here;
use super::look::Place;
use super::names::{Member, Name, Names, OfSid};
use super::reports::Reports;
use provost_broker::directory::Entry;
use provost_domain::discovery::{DirectoryObject, ObjectKind};
use provost_domain::{Failure, Timestamp};
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// A group, and as many of its members as came with it. Every group of a domain may wait at once, so it is kept small.
pub(super) struct Group {
    pub(super) sid: OfSid,
    /// As people read it, unless it is an object that tells so itself.
    pub(super) name: Box<str>,
    pub(super) security: bool,
    pub(super) members: Box<[Member]>,
    /// What is to be asked besides, if anything.
    pub(super) rest: Option<Box<Rest>>,
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
    pub(super) waiting: VecDeque<Group>,
    /// Groups and members that were met.
    pub(super) known: Names,
    /// Whom other methods found lately.
    pub(super) here: Option<&'p Here>,
    pub(super) now: Timestamp,
}

impl Ahead<'_> {
    /// A member by the name that a list holds. Who was found already is kept by much less than that.
    pub(super) fn member(&self, dn: impl AsRef<str> + Into<Box<str>>) -> Member {
        match self.here.and_then(|here| here.rid(Name::of(dn.as_ref()), self.now)) {
            Some(rid) => Member::InDomain(rid),
            None => Member::Named(dn.into()),
        }
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
        let members: Box<[Member]> = members.into_iter().map(|dn| self.member(dn)).collect();
        // A directory shows a group whose members may not be read as one without any.
        let rest = (next.is_some() || members.is_empty()).then(|| Box::new(Rest { dn: object.distinguished_name.to_string(), next }));
        let name = if security { Box::default() } else { shortened(&object.name()).into() };
        let group = Group { sid: self.known.of_sid(&object.sid), name, security, members, rest };
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
        Ok(reports.go_on())
    }
}
