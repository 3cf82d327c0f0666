//! Reading one location.

use super::entry::{self, ATTRIBUTES, Read};
use super::group;
use super::lately::Here;
use super::reports::Reports;
use provost_broker::directory::{Ended, Entry, Scope, Session};
use provost_domain::Failure;
use provost_domain::discovery::{DirectoryObject, Location, Method, ObjectKind, Settings, filter};
use provost_sd::{Guid, Sid};
use provost_store::discovery::Blocked;
use std::ops::ControlFlow;

/// Containers and objects that a run names as blocked at most; more are counted.
const BLOCKED_MAX: usize = 200;

/// What a look came to.
pub(super) enum Looked {
    /// Everything that may be read was, besides what is blocked.
    Read {
        /// What could not be read.
        blocked: Vec<Blocked>,
        /// What else there is to say.
        remark: String,
    },
    /// The location is not there, or may not be seen.
    NotThere,
}

/// What is read, and how.
pub(super) struct Place<'p> {
    /// Where.
    pub location: &'p Location,
    /// How.
    pub settings: &'p Settings,
    /// The SID of its domain; none when it may not be read, and then objects are not held to it.
    pub domain: Option<Sid>,
    /// Whom other methods found lately in the domain controller's database; none when these are not known apart.
    pub here: Option<Here>,
}

impl Place<'_> {
    /// Reads an entry of it, with the extra attributes that are asked for.
    pub(super) fn read<'e>(&'e self, entry: &'e Entry, extra: &[String]) -> Read<'e> {
        entry::read(entry, self.location.path.domain(), self.domain.as_ref(), extra)
    }
}

/// Reads a location: everything, or what changed after `since`.
pub(super) async fn look(
    session: &mut Session,
    location: &Location,
    settings: &Settings,
    since: Option<i64>,
    reports: &mut Reports<'_>,
) -> Result<Looked, Failure> {
    let head = session.root().domain_dn.clone();
    let own = session.read(&head, &["objectSid"]).await?;
    let domain = own.and_then(|entry| entry.bytes("objectSid").and_then(|bytes| Sid::from_bytes(bytes).ok()));
    let invocation = session.root().invocation_id.map(|bytes| Guid::from_bytes(bytes).to_string());
    let here = domain.as_ref().zip(invocation).map(|(domain, invocation)| reports.share(&domain.to_string(), &invocation));
    let place = &Place { location, settings, domain, here };
    let base = location.path.to_string();
    let scope = if location.recurse { Scope::Subtree } else { Scope::OneLevel };
    let (mut blocked, mut nobodies) = (Vec::new(), 0);
    let found = match location.method {
        Method::Group => group::look(session, place, since, reports, &mut blocked, &mut nobodies).await?,
        method => {
            let kind = if method == Method::System { ObjectKind::Computer } else { ObjectKind::User };
            let found = objects(session, &base, scope, &of_run(of_kind(kind), since), place, reports, &mut blocked).await?;
            if found == Ended::Complete && location.look_inside_groups {
                group::look_inside(session, place, since, kind, reports, &mut blocked, &mut nobodies).await?;
            }
            found
        }
    };
    if found == Ended::NoSuchBase {
        return Ok(Looked::NotThere);
    }
    let remark = match nobodies {
        0 => String::new(),
        1 => "one member of groups is a contact: it has no security identifier, so it is nobody who could be found".to_owned(),
        many => format!("{many} members of groups are contacts: they have no security identifier, so they are nobody who could be found"),
    };
    Ok(Looked::Read { blocked, remark })
}

/// The filter of a kind. Kinds of accounts have numbers of their own (MS-ADTS §2.2.17), which domain controllers index.
pub(super) const fn of_kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Computer => "(sAMAccountType=805306369)",
        ObjectKind::User => "(sAMAccountType=805306368)",
        ObjectKind::Group => "(objectCategory=group)",
    }
}

/// With only what changed after a number, when there is one.
pub(super) fn changed(filter: &str, since: Option<i64>) -> String {
    since.map_or_else(|| filter.to_owned(), |usn| format!("(&(uSNChanged>={}){filter})", usn.saturating_add(1)))
}

/// What a run reads: what changed, or everything and what may not be read besides. Every object has the class `top`: one that
/// is shown without any class is one whose attributes the account may not read, so what is in it cannot be found either. A
/// domain controller has no index for that, so only a full run asks, and once for both.
pub(super) fn of_run(filter: &str, since: Option<i64>) -> String {
    if since.is_some() { changed(filter, since) } else { format!("(|{filter}(!(objectClass=top)))") }
}

/// Notes an entry that is there and may not be read; tells whether it is one.
pub(super) fn unreadable(entry: &Entry, blocked: &mut Vec<Blocked>) -> bool {
    let unreadable = entry.bytes("objectClass").is_none();
    if unreadable {
        block(blocked, &entry.dn, "Read");
    }
    unreadable
}

/// The names of attributes that are read, with the extra ones.
pub(super) fn attributes(settings: &Settings) -> Vec<&str> {
    ATTRIBUTES.iter().copied().chain(settings.attributes.iter().map(String::as_str)).collect()
}

/// Takes an object unless a filter leaves it out. One whose state may not be read is named, for a filter cannot decide on it;
/// where none has to, it is known by its names only, so that nobody takes it for one that is enabled.
pub(super) fn take(
    dn: &str,
    mut object: DirectoryObject<'_>,
    disabled: Option<bool>,
    settings: &Settings,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
) -> ControlFlow<()> {
    let taken = filter::taken(settings, &object, disabled, reports.now());
    reports.count(taken.is_err());
    if disabled.is_none() {
        block(blocked, &object.distinguished_name, "Read userAccountControl");
        object.limited = true;
    }
    if taken.is_err() { reports.go_on() } else { reports.push(dn, object) }
}

/// Reads computers or users.
async fn objects(
    session: &mut Session,
    base: &str,
    scope: Scope,
    filter: &str,
    place: &Place<'_>,
    reports: &mut Reports<'_>,
    blocked: &mut Vec<Blocked>,
) -> Result<Ended, Failure> {
    let settings = place.settings;
    let found = session
        .search(base, scope, filter, &attributes(settings), |entry| match place.read(&entry, &settings.attributes) {
            _ if unreadable(&entry, blocked) => reports.go_on(),
            Read::Object(object, _) => {
                let disabled = entry::disabled(&entry, object.kind);
                take(&entry.dn, *object, disabled, settings, reports, blocked)
            }
            Read::Other(_) | Read::Nobody | Read::Unreadable => {
                reports.count(true);
                reports.go_on()
            }
        })
        .await?;
    Ok(found.ended)
}

/// Notes what could not be read.
pub(crate) fn block(blocked: &mut Vec<Blocked>, path: &str, missing: &str) {
    match blocked.len() {
        BLOCKED_MAX => blocked.push(Blocked { path: "and more".to_owned(), missing: String::new() }),
        0..BLOCKED_MAX => blocked.push(Blocked { path: path.to_owned(), missing: missing.to_owned() }),
        _ => {}
    }
}
