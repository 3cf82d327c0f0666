//! Groups and who is in them. Nested groups are followed wherever they are in the domain, each once.

use super::entry::{self, Read, shortened};
use super::look::{Place, attributes, block, changed, of_kind, take};
use super::reports::Reports;
use provost_broker::directory::escape::filter_text;
use provost_broker::directory::{Ended, Members, Observed, Scope, Session};
use provost_domain::Failure;
use provost_domain::discovery::{DirectoryObject, DistinguishedName, Membership, ObjectKind};
use provost_sd::{Asker, Guid, ObjectType, Token, access, effective_on_object};
use provost_store::discovery::Blocked;
use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;

/// Members whose names are looked up together.
const NAMES_TOGETHER: usize = 100;

/// Class of groups, and the property set and attribute of their members (MS-ADSC, MS-ADA2): who may read that attribute.
const GROUP: Guid = Guid::of(0xbf96_7a9c_0de6_11d0_a285_00aa_0030_49e2);
const MEMBERSHIP: Guid = Guid::of(0xbc0a_c240_79a9_11d0_9020_00c0_4fc2_d4cf);
const MEMBER: Guid = Guid::of(0xbf96_79c0_0de6_11d0_a285_00aa_0030_49e2);

/// A group whose members are still to be read.
struct Group {
    object: DirectoryObject,
    security: bool,
}

/// Reads groups of a location, and their members.
pub(super) async fn look(
    session: &mut Session,
    place: &Place<'_>,
    since: Option<i64>,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
) -> Result<Ended, Failure> {
    let (found, groups) = groups_of(session, place, since, reports).await?;
    if found != Ended::Complete {
        return Ok(found);
    }
    let mut walk = Walk::new(session, place);
    for group in groups {
        walk.follow(group);
    }
    walk.all(reports, blocked).await?;
    Ok(Ended::Complete)
}

/// Reads members of one kind of the groups of a location, as if they were in it.
pub(super) async fn look_inside(
    session: &mut Session,
    place: &Place<'_>,
    since: Option<i64>,
    kind: ObjectKind,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
) -> Result<(), Failure> {
    let (found, groups) = groups_of(session, place, since, reports).await?;
    if found != Ended::Complete {
        return Ok(());
    }
    let mut walk = Walk::new(session, place);
    walk.only = Some(kind);
    for group in groups {
        walk.follow(group);
    }
    walk.all(reports, blocked).await
}

/// The groups of a location: all, or those that it names.
async fn groups_of(session: &mut Session, place: &Place<'_>, since: Option<i64>, reports: &mut Reports<'_>) -> Result<(Ended, Vec<Group>), Failure> {
    let location = place.location;
    let scope = if location.recurse { Scope::Subtree } else { Scope::OneLevel };
    let named: String = location.groups.iter().map(|name| format!("(sAMAccountName={0})(cn={0})", filter_text(name))).collect();
    let filter = if named.is_empty() { of_kind(ObjectKind::Group).to_owned() } else { format!("(&{}(|{named}))", of_kind(ObjectKind::Group)) };
    let mut groups = Vec::new();
    let found = session
        .search(&location.path.to_string(), scope, &changed(&filter, since), entry::ATTRIBUTES, |entry| {
            if let Read::Object(object, security) = entry::read(&entry, place, &[]) {
                groups.push(Group { object: *object, security });
            } else {
                reports.count(true);
            }
            reports.go_on()
        })
        .await?;
    Ok((found.ended, groups))
}

/// A walk from group to group.
struct Walk<'w> {
    session: &'w mut Session,
    place: &'w Place<'w>,
    /// Only members of this kind are taken, and no groups: for looking inside groups.
    only: Option<ObjectKind>,
    waiting: VecDeque<Group>,
    /// SIDs of groups that were met.
    met: HashSet<String>,
    /// SIDs of members by distinguished name, in lower case.
    known: HashMap<String, String>,
    /// What the domain controller takes the account for, once it was asked.
    token: Option<Token>,
}

impl<'w> Walk<'w> {
    fn new(session: &'w mut Session, place: &'w Place<'w>) -> Self {
        Self { session, place, only: None, waiting: VecDeque::new(), met: HashSet::new(), known: HashMap::new(), token: None }
    }

    fn follow(&mut self, group: Group) {
        if self.met.insert(group.object.sid.clone()) {
            self.known.insert(group.object.distinguished_name.to_lowercase(), group.object.sid.clone());
            self.waiting.push_back(group);
        }
    }

    async fn all(mut self, reports: &mut Reports<'_>, blocked: &mut Vec<Blocked>) -> Result<(), Failure> {
        while let Some(group) = self.waiting.pop_front() {
            if self.one(group, reports, blocked).await?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// One group: itself, when it is a security group, and who is in it.
    async fn one(&mut self, group: Group, reports: &mut Reports<'_>, blocked: &mut Vec<Blocked>) -> Result<ControlFlow<()>, Failure> {
        let Group { object, security } = group;
        let (dn, sid, name) = (object.distinguished_name.clone(), object.sid.clone(), object.name());
        let takes_groups = self.only.is_none();
        if takes_groups {
            let left_out = !security && !self.place.settings.distribution_groups;
            reports.count(left_out);
            if left_out {
                return Ok(reports.go_on());
            }
            if security && reports.push(object).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let mut names: Vec<String> = Vec::new();
        let members = self
            .session
            .members(&dn, |member| {
                names.push(member.to_owned());
                ControlFlow::Continue(())
            })
            .await?;
        // A directory shows a group whose members may not be read as one without any.
        let mut complete = matches!(members, Members::All(_)) && (!names.is_empty() || self.may_read_members(&dn).await?);
        if !complete {
            block(blocked, &dn, "Read Members");
        }
        let mut sids: Vec<String> = Vec::with_capacity(names.len());
        for together in names.chunks(NAMES_TOGETHER) {
            if self.learn(together, reports).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            for name in together {
                match self.known.get(&name.to_lowercase()) {
                    Some(sid) => sids.push(sid.clone()),
                    None => {
                        complete = false;
                        block(blocked, name, "Read");
                    }
                }
            }
        }
        let mut primary = Vec::new();
        if self.by_primary_group(&sid, reports, &mut primary).await?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if !takes_groups {
            return Ok(reports.go_on());
        }
        // Those by primary group go first: who was in the list before and is one of them now is in the group all the time.
        let listed = Membership { group: sid, name: shortened(&name), security, members: sids, complete, by_primary: false };
        let by_primary = Membership { members: primary, complete: false, by_primary: true, ..listed.clone() };
        for membership in [by_primary, listed] {
            if (membership.complete || !membership.members.is_empty()) && reports.push_membership(membership).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(reports.go_on())
    }

    /// Whether the account may read a group's members; not when that cannot be told.
    async fn may_read_members(&mut self, dn: &str) -> Result<bool, Failure> {
        let Observed::Seen(descriptor) = self.session.descriptor(dn).await? else { return Ok(false) };
        let token = match self.token.take() {
            Some(token) => token,
            None => Token::new(self.session.own_token().await?),
        };
        let part = ObjectType::attribute(GROUP, Some(MEMBERSHIP), MEMBER);
        let rights = effective_on_object(&descriptor, Asker::of_directory(&token), part);
        self.token = Some(token);
        Ok(rights.granted & access::READ_PROPERTY != 0)
    }

    /// Adds those whose primary group it is: a directory does not list them among its members.
    async fn by_primary_group(&mut self, group: &str, reports: &mut Reports<'_>, sids: &mut Vec<String>) -> Result<ControlFlow<()>, Failure> {
        let Some(rid) = group.rsplit('-').next().filter(|_| group.starts_with("S-1-5-21-")) else { return Ok(reports.go_on()) };
        let mut learnt = Vec::new();
        let flow = self.search(&format!("(primaryGroupID={rid})"), reports, &mut learnt).await?;
        sids.extend(learnt.iter().map(|(_, sid)| sid.clone()));
        Ok(flow)
    }

    /// Looks up who these are, unless they were met before; groups among them are followed.
    async fn learn(&mut self, names: &[String], reports: &mut Reports<'_>) -> Result<ControlFlow<()>, Failure> {
        let here = |name: &&String| name.parse::<DistinguishedName>().is_ok_and(|dn| dn.domain() == self.place.location.path.domain());
        let unknown: Vec<&String> = names.iter().filter(|name| !self.known.contains_key(&name.to_lowercase())).filter(here).collect();
        if unknown.is_empty() {
            return Ok(reports.go_on());
        }
        let any: String = unknown.iter().map(|name| format!("(distinguishedName={})", filter_text(name))).collect();
        let mut learnt = Vec::new();
        let flow = self.search(&format!("(|{any})"), reports, &mut learnt).await?;
        self.known.extend(learnt);
        Ok(flow)
    }

    /// Finds members anywhere in the domain, takes them, and tells their names and SIDs; groups among them are followed.
    async fn search(&mut self, filter: &str, reports: &mut Reports<'_>, learnt: &mut Vec<(String, String)>) -> Result<ControlFlow<()>, Failure> {
        let head = self.session.root().domain_dn.clone();
        let (only, place, settings) = (self.only, self.place, self.place.settings);
        let (mut groups, mut flow) = (Vec::new(), ControlFlow::Continue(()));
        self.session
            .search(&head, Scope::Subtree, filter, &attributes(settings), |entry| {
                match entry::read(&entry, place, &settings.attributes) {
                    Read::Object(object, security) if object.kind == ObjectKind::Group => groups.push(Group { object: *object, security }),
                    Read::Object(mut object, _) => {
                        learnt.push((entry.dn.to_lowercase(), object.sid.clone()));
                        // Inside a group it is read as everything else of a location; from a group only its names are taken.
                        object.limited = only.is_none();
                        if only.is_none_or(|kind| kind == object.kind) {
                            flow = take(*object, settings, reports);
                        }
                    }
                    Read::Other(sid) => learnt.push((entry.dn.to_lowercase(), sid)),
                    Read::Unreadable => {}
                }
                flow
            })
            .await?;
        groups.into_iter().for_each(|group| self.follow(group));
        Ok(flow)
    }
}
