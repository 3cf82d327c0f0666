//! Groups and who is in them. Nested groups are followed wherever they are in the domain, each once.
//!
//! A directory has many more groups than anybody wants to ask for one by one: their members come along with them, and what has
//! to be asked besides is asked for many groups together.

use super::ahead::{Ahead, Group, Rest};
use super::entry::{self, Read};
use super::look::{Place, attributes, block, changed, of_kind, of_run, take, unreadable};
use super::names::{Member, Name, Names, OfSid};
use super::primary_groups::{PRIMARY, PrimaryGroups};
use super::reports::Reports;
use provost_broker::directory::escape::filter_text;
use provost_broker::directory::{Ended, Entry, Members, Observed, Scope, Session};
use provost_domain::Failure;
use provost_domain::discovery::{DistinguishedName, ObjectKind};
use provost_sd::{Asker, Guid, ObjectType, Sid, Token, access, effective_on_object};
use provost_store::discovery::Blocked;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Members whose names are looked up together. A server may compare each that it finds with all of them.
const NAMES_TOGETHER: usize = 100;
/// Groups that are seen to together, and asked for as somebody's primary one, unless they have more than so many members.
const GROUPS_TOGETHER: usize = 500;
const MEMBERS_TOGETHER: usize = 10_000;
/// When more groups wait, it is asked once which of all are somebody's primary one.
const GROUPS_MANY: usize = 1000;

/// Class of groups, and the property set and attribute of their members (MS-ADSC, MS-ADA2): who may read that attribute.
const GROUP: Guid = Guid::of(0xbf96_7a9c_0de6_11d0_a285_00aa_0030_49e2);
const MEMBERSHIP: Guid = Guid::of(0xbc0a_c240_79a9_11d0_9020_00c0_4fc2_d4cf);
const MEMBER: Guid = Guid::of(0xbf96_79c0_0de6_11d0_a285_00aa_0030_49e2);

/// Reads groups of a location, and their members.
pub(super) async fn look(
    session: &mut Session,
    place: &Place<'_>,
    since: Option<i64>,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
    nobodies: &mut usize,
) -> Result<Ended, Failure> {
    walk(session, place, since, None, reports, blocked, nobodies).await
}

/// Reads members of one kind of the groups of a location, as if they were in it.
pub(super) async fn look_inside(
    session: &mut Session,
    place: &Place<'_>,
    since: Option<i64>,
    kind: ObjectKind,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
    nobodies: &mut usize,
) -> Result<(), Failure> {
    walk(session, place, since, Some(kind), reports, blocked, nobodies).await.map(drop)
}

/// Walks from the groups of a location, all or those that it names, to those that are in them. `nobodies` counts members that
/// have no SID.
#[allow(clippy::too_many_arguments, reason = "what is read, how, and what comes of it")]
async fn walk(
    session: &mut Session,
    place: &Place<'_>,
    since: Option<i64>,
    only: Option<ObjectKind>,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
    nobodies: &mut usize,
) -> Result<Ended, Failure> {
    let location = place.location;
    let scope = if location.recurse { Scope::Subtree } else { Scope::OneLevel };
    let named: String = location.groups.iter().map(|name| format!("(sAMAccountName={0})(cn={0})", filter_text(name))).collect();
    let filter = if named.is_empty() { of_kind(ObjectKind::Group).to_owned() } else { format!("(&{}(|{named}))", of_kind(ObjectKind::Group)) };
    let members = session.members_attribute();
    let asked: Vec<&str> = entry::ATTRIBUTES.iter().copied().chain([members.as_str()]).collect();
    // Looking inside groups, whoever is found is one of the location's, whoever else found them.
    let here = place.here.as_ref().filter(|_| only.is_none());
    // Of a whole location most groups' members can be told while it is read, once it is known which are primary groups.
    let primary = if since.is_none() && only.is_none() && named.is_empty() { PrimaryGroups::of(session).await? } else { PrimaryGroups::default() };
    let mut ahead = Ahead::new(only, primary, Names::new(place.domain.as_ref()), here, reports.now());
    let mut failure = None;
    // Looking inside groups, the place itself was read before.
    let filter = if only.is_none() { of_run(&filter, since) } else { changed(&filter, since) };
    let found = session
        .search(&location.path.to_string(), scope, &filter, &asked, |entry| match place.read(&entry, &[]) {
            _ if unreadable(&entry, blocked) => reports.go_on(),
            Read::Object(object, security) => ahead.follow(&entry, *object, security, place, reports).unwrap_or_else(|why| broken(&mut failure, why)),
            Read::Other(_) | Read::Nobody | Read::Unreadable => {
                reports.count(true);
                reports.go_on()
            }
        })
        .await?;
    match failure {
        Some(failure) => return Err(failure),
        None if found.ended != Ended::Complete => return Ok(found.ended),
        None => {}
    }
    let many = ahead.waiting.len() > GROUPS_MANY || ahead.has_told();
    let primary = if many { PrimaryGroups::of(session).await? } else { PrimaryGroups::default() };
    ahead.take_primary_groups(primary);
    let mut walk = Walk { session, place, ahead, token: None };
    while walk.some(reports, blocked).await?.is_continue() && !walk.ahead.waiting.is_empty() {}
    *nobodies += walk.ahead.known.nobodies();
    Ok(Ended::Complete)
}

/// Keeps what is wrong with an entry, and wants no more of them.
fn broken(kept: &mut Option<Failure>, failure: Failure) -> ControlFlow<()> {
    *kept = Some(failure);
    ControlFlow::Break(())
}

/// A walk from group to group.
struct Walk<'w> {
    session: &'w mut Session,
    place: &'w Place<'w>,
    ahead: Ahead<'w>,
    /// What the domain controller takes the account for, once it was asked.
    token: Option<Token>,
}

impl Walk<'_> {
    /// Who is in the groups that wait longest.
    async fn some(&mut self, reports: &mut Reports<'_>, blocked: &mut Vec<Blocked>) -> Result<ControlFlow<()>, Failure> {
        self.ahead.now = reports.now();
        let (mut groups, mut members) = (Vec::new(), 0);
        while groups.len() < GROUPS_TOGETHER
            && members < MEMBERS_TOGETHER
            && let Some(group) = self.ahead.waiting.pop_front()
        {
            let (group, complete) = self.whole(group, blocked).await?;
            members += group.members.len();
            groups.push((group, complete));
        }
        let looking = self.ahead.look();
        for member in groups.iter_mut().flat_map(|(group, _)| group.members.iter_mut()) {
            self.ahead.knows(member, looking.as_ref());
        }
        drop(looking);
        if self.learn(&groups, reports, blocked).await?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let mut primary = HashMap::new();
        if self.by_primary_group(&groups, reports, blocked, &mut primary).await?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        for (group, complete) in groups {
            let by_primary = group.rid().and_then(|rid| primary.remove(&rid)).unwrap_or_default();
            if self.ahead.tell(group, complete, by_primary, reports, blocked).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(reports.go_on())
    }

    /// A group with all its members, and whether these are all that it has.
    async fn whole(&mut self, mut group: Group, blocked: &mut Vec<Blocked>) -> Result<(Group, bool), Failure> {
        let Some(Rest { dn, next }) = group.rest.take().map(|rest| *rest) else { return Ok((group, true)) };
        let mut complete = true;
        if let Some(next) = next {
            let ahead = &self.ahead;
            let mut members = std::mem::take(&mut group.members).into_vec();
            let rest = self
                .session
                .members_from(&dn, next, |member| {
                    members.push(ahead.member(member));
                    ControlFlow::Continue(())
                })
                .await?;
            complete = matches!(rest, Members::All(_));
            group.members = members.into();
        }
        complete = complete && (!group.members.is_empty() || self.may_read_members(&dn).await?);
        if !complete {
            block(blocked, &dn, "Read Members");
        }
        Ok((group, complete))
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

    /// Finds those whose primary group one of these is, by its RID: a directory does not list them among its members.
    async fn by_primary_group(
        &mut self,
        groups: &[(Group, bool)],
        reports: &mut Reports<'_>,
        blocked: &mut Vec<Blocked>,
        primary: &mut HashMap<u32, Vec<OfSid>>,
    ) -> Result<ControlFlow<()>, Failure> {
        let rids: Vec<u32> = groups.iter().filter_map(|(group, _)| group.rid()).filter(|rid| self.ahead.primary.may_be(*rid)).collect();
        for together in rids.chunks(GROUPS_TOGETHER) {
            let any: String = together.iter().map(|rid| format!("(primaryGroupID={rid})")).collect();
            let learnt = |entry: &Entry, sid: OfSid| {
                if let Some(of) = entry.text(PRIMARY).and_then(|rid| rid.parse().ok()) {
                    primary.entry(of).or_default().push(sid);
                }
            };
            if self.search(&format!("(|{any})"), reports, blocked, learnt).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(reports.go_on())
    }

    /// Looks up who the members are, unless they were met before; groups among them are followed. Of members in another domain of
    /// the forest this one knows the SIDs, and no more.
    async fn learn(&mut self, groups: &[(Group, bool)], reports: &mut Reports<'_>, blocked: &mut Vec<Blocked>) -> Result<ControlFlow<()>, Failure> {
        let domain = self.place.location.path.domain();
        let is_here = |name: &str| name.parse::<DistinguishedName>().is_ok_and(|dn| dn.domain() == domain);
        let mut met = HashSet::new();
        let (mut unknown, mut with_strangers): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
        let known = &self.ahead.known;
        for (group, _) in groups {
            let mut strangers = false;
            for member in &group.members {
                let Member::Named(dn) = member else { continue };
                let name = Name::of(dn);
                if known.contains(name) || !met.insert(name) {
                    continue;
                }
                if is_here(dn) {
                    unknown.push(dn);
                } else {
                    strangers = true;
                }
            }
            if strangers {
                with_strangers.push(format!("<SID={}>", known.text(&group.sid)));
            }
        }
        drop(met);
        for together in unknown.chunks(NAMES_TOGETHER) {
            let any: String = together.iter().map(|name| format!("(distinguishedName={})", filter_text(name))).collect();
            if self.search(&format!("(|{any})"), reports, blocked, |_, _| {}).await?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        // Looking inside groups, all of a member is wanted: one of whom only the SID is known was not read.
        if self.ahead.only.is_none() {
            let known = &mut self.ahead.known;
            for group in with_strangers {
                let keep = |name: &str, sid: Option<Sid>| {
                    if !is_here(name) {
                        known.insert(Name::of(name), sid.map(|sid| sid.to_string()).as_deref());
                    }
                };
                self.session.members_with_sids(&group, keep).await?;
            }
        }
        Ok(reports.go_on())
    }

    /// Finds members anywhere in the domain, takes them, and keeps their names and SIDs; groups among them are followed. Each
    /// that is no group is told to `learnt`.
    async fn search(
        &mut self,
        filter: &str,
        reports: &mut Reports<'_>,
        blocked: &mut Vec<Blocked>,
        mut learnt: impl FnMut(&Entry, OfSid) + Send,
    ) -> Result<ControlFlow<()>, Failure> {
        let head = self.session.root().domain_dn.clone();
        let members = self.session.members_attribute();
        let Self { session, place, ahead, .. } = self;
        let (place, settings, only) = (*place, place.settings, ahead.only);
        let asked: Vec<&str> = attributes(settings).into_iter().chain([members.as_str(), PRIMARY]).collect();
        let (mut flow, mut failure) = (ControlFlow::Continue(()), None);
        session
            .search(&head, Scope::Subtree, filter, &asked, |entry| {
                match place.read(&entry, &settings.attributes) {
                    Read::Object(object, security) if object.kind == ObjectKind::Group => {
                        flow = ahead.follow(&entry, *object, security, place, reports).unwrap_or_else(|why| broken(&mut failure, why));
                    }
                    Read::Object(mut object, _) => {
                        learnt(&entry, ahead.known.of_sid(&object.sid));
                        let name = Name::of(&entry.dn);
                        let met = !ahead.known.insert(name, Some(&object.sid));
                        let disabled = entry::disabled(&entry, object.kind);
                        // Inside a group it is read as everything else of a location; from a group only its names are taken.
                        object.limited = only.is_none();
                        let found = ahead.look().is_some_and(|looking| looking.rid(name).is_some());
                        if !met && found {
                            // More is in the inbox than would be said of it here.
                            reports.count(false);
                        } else if !met && only.is_none_or(|kind| kind == object.kind) {
                            flow = take(&entry.dn, *object, disabled, settings, reports, blocked);
                        }
                    }
                    Read::Other(sid) => {
                        learnt(&entry, ahead.known.of_sid(&sid));
                        ahead.known.insert(Name::of(&entry.dn), Some(&sid));
                    }
                    Read::Nobody => {
                        reports.count(true);
                        ahead.known.insert(Name::of(&entry.dn), None);
                    }
                    Read::Unreadable => {}
                }
                flow
            })
            .await?;
        failure.map_or(Ok(flow), Err)
    }
}
