//! What a run found, on its way into the discovery inbox.

use super::deposited::Deposited;
use super::lately::Here;
use super::names::Name;
use crate::run_outcome::Outcome;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_domain::discovery::{DirectoryObject, Membership, ObjectKind};
use provost_runtime::random;
use provost_store::discovery::{Counts, Run, runs};
use provost_store::{Connection, StoreError};
use provost_wire::directory::{MEMBERS_MAX, MEMBERSHIPS_MAX, ObjectsWritten};
use provost_wire::envelope::{Envelope, Kind};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Objects that are deposited together at most. A report may have more; with these, what is gathered of three methods at once
/// and what is loaded of it leave a site below 100 MB.
const OBJECTS_TOGETHER: usize = 1000;
/// Members that are deposited together at most.
const MEMBERS_TOGETHER: usize = 50_000;
/// Bytes of a report from which on it is deposited. The largest object has less than 5 MiB and the longest list 8 MiB, so
/// that a report with one of them more is less than the 16 MiB that the discovery inbox takes.
pub(super) const TOGETHER_BYTES: usize = 4 << 20;
/// Members of a part of a list: of the longest SIDs less than 5 MiB.
const PART_MEMBERS: usize = 25_000;
/// Bytes of members' SIDs from which on a list goes in parts.
const LIST_BYTES: usize = 8 << 20;

/// How often it is told at most how far a run is: each time is a transaction of its own, after which every other connection to
/// an embedded database reads its pages anew.
const TELL: Duration = Duration::from_secs(1);

/// Gathers records and deposits many of them together; tells meanwhile how far the run is.
pub(super) struct Reports<'r> {
    run_id: i64,
    method: &'static str,
    surroundings: &'r Surroundings,
    connection: &'r mut Connection,
    account: String,
    domain_controller: String,
    counts: Counts,
    objects: ObjectsWritten,
    deposited: Deposited,
    /// How many of `objects` a domain controller that was lost gave before.
    repeated: usize,
    /// SIDs of `objects`.
    gathered: HashSet<String>,
    /// Where others look up who was found, when that may be shared.
    here: Option<Here>,
    /// Names of `objects` that others may look up once they are deposited.
    found: Vec<(Name, u32)>,
    memberships: Vec<Membership>,
    members: usize,
    /// Bytes of members in a report.
    bytes: usize,
    component: ComponentName,
    told_at: Option<Instant>,
    trouble: Option<Outcome>,
}

impl<'r> Reports<'r> {
    pub(super) fn new(run: &Run, surroundings: &'r Surroundings, connection: &'r mut Connection) -> Self {
        Self {
            run_id: run.run_id,
            method: run.method.id(),
            surroundings,
            connection,
            account: String::new(),
            domain_controller: String::new(),
            counts: Counts::default(),
            objects: ObjectsWritten::default(),
            deposited: Deposited::default(),
            repeated: 0,
            gathered: HashSet::new(),
            here: None,
            found: Vec::new(),
            memberships: Vec::new(),
            members: 0,
            bytes: 0,
            component: run.method.component(),
            told_at: None,
            trouble: None,
        }
    }

    /// Tells as whom and where the run reads, and what else there is to say of it, such as that it read elsewhere before.
    pub(super) fn reads_as(&mut self, account: &str, domain_controller: &str, remark: &str) -> Result<(), StoreError> {
        (self.account, self.domain_controller) = (account.to_owned(), domain_controller.to_owned());
        if !remark.is_empty() {
            let run_id = self.run_id;
            self.connection.write(|tx| runs::remark(tx, run_id, remark))?;
        }
        self.tell()
    }

    /// The domain controller is lost: what it gave is deposited, and what the next gives is counted anew, but no object is
    /// twice among those that were found. Breaks as [`Reports::go_on`] does.
    pub(super) fn lose_controller(&mut self) -> ControlFlow<()> {
        self.deposit()?;
        self.here = None;
        self.deposited.lose_controller();
        (self.counts.read, self.counts.left_out) = (0, 0);
        ControlFlow::Continue(())
    }

    /// Shares what is found from now on in the domain with this SID, in the database with this invocation id; gives what others
    /// found there.
    pub(super) fn share(&mut self, domain: &str, invocation: &str) -> Here {
        self.deposited.of(domain);
        self.here.insert(self.surroundings.lately.of(domain, invocation)).clone()
    }

    pub(super) const fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(super) fn now(&self) -> provost_domain::Timestamp {
        self.surroundings.clock.now()
    }

    /// Counts an entry that the directory gave, and one that is not taken.
    pub(super) const fn count(&mut self, left_out: bool) {
        self.counts.read += 1;
        self.counts.left_out += left_out as i64;
    }

    /// Takes an object with this distinguished name; breaks when nothing more can be taken.
    pub(super) fn push(&mut self, dn: &str, object: DirectoryObject<'_>) -> ControlFlow<()> {
        if !self.gathered.contains(&*object.sid) {
            self.objects.push(&object);
            self.repeated += usize::from(self.deposited.keep(&object.sid));
            // Of somebody who is known by less, more may have to be read.
            if object.kind != ObjectKind::Group
                && !object.limited
                && let Some(rid) = self.here.as_ref().and_then(|here| here.rid_of(&object.sid))
            {
                self.found.push((Name::of(dn), rid));
            }
            self.gathered.insert(object.sid.into_owned());
        }
        if self.objects.count() >= OBJECTS_TOGETHER || self.is_full() { self.deposit() } else { self.go_on_and_tell() }
    }

    fn is_full(&self) -> bool {
        self.objects.len() + self.bytes >= TOGETHER_BYTES
    }

    /// Takes who is in a group; a list that is too long for one report goes in parts, which take nobody out.
    pub(super) fn push_membership(&mut self, mut membership: Membership) -> ControlFlow<()> {
        let count = |list: &Membership| list.beside.len() + list.members.len();
        // A SID behind its length, or a number of 32 bits in seven bits a byte.
        let bytes = |list: &Membership| list.members.iter().map(|sid| sid.len() + 2).sum::<usize>() + list.beside.len() * 5;
        let parts: Vec<Membership> = if count(&membership) <= MEMBERS_MAX && bytes(&membership) <= LIST_BYTES {
            vec![membership]
        } else {
            let (beside, members) = (std::mem::take(&mut membership.beside), std::mem::take(&mut membership.members));
            membership.complete = false;
            let part = |beside: &[u32], members: &[String]| Membership { beside: beside.to_vec(), members: members.to_vec(), ..membership.clone() };
            let beside = beside.chunks(PART_MEMBERS).map(|beside| part(beside, &[]));
            beside.chain(members.chunks(PART_MEMBERS).map(|members| part(&[], members))).collect()
        };
        for part in parts {
            self.members += count(&part);
            self.bytes += bytes(&part) + part.name.len();
            self.memberships.push(part);
            if self.members >= MEMBERS_TOGETHER || self.memberships.len() >= MEMBERSHIPS_MAX || self.is_full() {
                self.deposit()?;
            }
        }
        self.go_on()
    }

    /// Breaks when the site stops, or when something could not be deposited.
    pub(super) fn go_on(&mut self) -> ControlFlow<()> {
        if self.trouble.is_none() && self.surroundings.bells.of(self.component).is_stopped() {
            self.trouble = Some(Outcome::failed("interrupted", "the site stops".to_owned()));
        }
        if self.trouble.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Deposits what was gathered: it is on disk when this goes on.
    fn deposit(&mut self) -> ControlFlow<()> {
        self.go_on()?;
        if self.objects.is_empty() && self.memberships.is_empty() {
            return ControlFlow::Continue(());
        }
        let at = self.now();
        let count = i64::try_from(self.objects.count().saturating_sub(self.repeated)).unwrap_or(i64::MAX);
        let id = random::message_id(at);
        let envelope = Envelope { id, kind: Kind::Directory, client: None, received_at: at, management_point: self.surroundings.status.system().to_owned() };
        let body = self.objects.report(self.method, self.run_id, at, std::mem::take(&mut self.repeated), &self.memberships);
        let deposited = self.surroundings.inboxes.deposit_blocking(Kind::Directory.inbox(), &envelope.to_bytes(), body);
        self.gathered.clear();
        self.memberships.clear();
        (self.members, self.bytes) = (0, 0);
        if let Err(error) = deposited {
            self.trouble = Some(Outcome::failed("not-deposited", error.to_string()));
            return ControlFlow::Break(());
        }
        self.counts.deposited += count;
        self.counts.reports += 1;
        self.surroundings.bells.ring(ComponentName::DiscoveryDataManager);
        if let Some(here) = &self.here {
            here.note(self.found.drain(..), at);
        }
        self.go_on_and_tell()
    }

    /// As [`Reports::go_on`], and tells how far the run is when it is time, also while a slow directory has not given a report's worth.
    fn go_on_and_tell(&mut self) -> ControlFlow<()> {
        if self.told_at.is_none_or(|at| at.elapsed() >= TELL)
            && let Err(error) = self.tell()
        {
            self.trouble.get_or_insert(Outcome::failed("not-deposited", error.to_string()));
        }
        self.go_on()
    }

    fn tell(&mut self) -> Result<(), StoreError> {
        self.told_at = Some(Instant::now());
        let Self { connection, run_id, account, domain_controller, counts, .. } = self;
        connection.write(|tx| runs::tell(tx, *run_id, account, domain_controller, counts))
    }

    /// Deposits the rest.
    ///
    /// # Errors
    /// What kept the run from depositing all that it found.
    pub(super) fn finish(&mut self) -> Result<(), Outcome> {
        if self.deposit().is_continue()
            && let Err(error) = self.tell()
        {
            self.trouble = Some(Outcome::failed("not-deposited", error.to_string()));
        }
        self.trouble.take().map_or(Ok(()), Err)
    }
}
