//! Reading one location.

use super::entry::{self, ATTRIBUTES, Read};
use super::group;
use super::reports::Reports;
use provost_broker::directory::{Ended, Scope, Session};
use provost_domain::Failure;
use provost_domain::discovery::{DirectoryObject, Location, Method, ObjectKind, Settings, filter};
use provost_sd::Sid;
use provost_store::discovery::Blocked;
use std::ops::ControlFlow;

/// Containers and objects that a run names as blocked at most; more are counted.
const BLOCKED_MAX: usize = 200;

/// What a look came to.
pub(super) enum Looked {
    /// Everything that may be read was, besides these.
    Read(Vec<Blocked>),
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
    let place = &Place { location, settings, domain };
    let base = location.path.to_string();
    let scope = if location.recurse { Scope::Subtree } else { Scope::OneLevel };
    let mut blocked = Vec::new();
    let found = match location.method {
        Method::Group => group::look(session, place, since, reports, &mut blocked).await?,
        method => {
            let kind = if method == Method::System { ObjectKind::Computer } else { ObjectKind::User };
            let found = objects(session, &base, scope, &changed(of_kind(kind), since), place, reports).await?;
            if found == Ended::Complete && location.look_inside_groups {
                group::look_inside(session, place, since, kind, reports, &mut blocked).await?;
            }
            found
        }
    };
    if found == Ended::NoSuchBase {
        return Ok(Looked::NotThere);
    }
    // A domain controller has no index for what is not readable, so only a full run asks.
    if since.is_none() {
        unreadable(session, &base, scope, &mut blocked).await?;
    }
    Ok(Looked::Read(blocked))
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

/// The names of attributes that are read, with the extra ones.
pub(super) fn attributes(settings: &Settings) -> Vec<&str> {
    ATTRIBUTES.iter().copied().chain(settings.attributes.iter().map(String::as_str)).collect()
}

/// Takes an object unless a filter leaves it out.
pub(super) fn take(object: DirectoryObject, settings: &Settings, reports: &mut Reports<'_>) -> ControlFlow<()> {
    let left_out = filter::taken(settings, &object, reports.now()).is_err();
    reports.count(left_out);
    if left_out { reports.go_on() } else { reports.push(object) }
}

/// Reads computers or users.
async fn objects(session: &mut Session, base: &str, scope: Scope, filter: &str, place: &Place<'_>, reports: &mut Reports<'_>) -> Result<Ended, Failure> {
    let settings = place.settings;
    let found = session
        .search(base, scope, filter, &attributes(settings), |entry| match entry::read(&entry, place, &settings.attributes) {
            Read::Object(object, _) => take(*object, settings, reports),
            Read::Other(_) | Read::Unreadable => {
                reports.count(true);
                reports.go_on()
            }
        })
        .await?;
    Ok(found.ended)
}

/// Adds what is there and may not be read. Every object has the class `top`: one that is shown without any class is one
/// whose attributes the account may not read, so what is in it cannot be found either.
async fn unreadable(session: &mut Session, base: &str, scope: Scope, blocked: &mut Vec<Blocked>) -> Result<(), Failure> {
    session
        .search(base, scope, "(!(objectClass=top))", &["objectClass"], |entry| {
            if entry.bytes("objectClass").is_none() {
                block(blocked, &entry.dn, "Read");
            }
            ControlFlow::Continue(())
        })
        .await?;
    Ok(())
}

/// Notes what could not be read.
pub(crate) fn block(blocked: &mut Vec<Blocked>, path: &str, missing: &str) {
    match blocked.len() {
        BLOCKED_MAX => blocked.push(Blocked { path: "and more".to_owned(), missing: String::new() }),
        0..BLOCKED_MAX => blocked.push(Blocked { path: path.to_owned(), missing: missing.to_owned() }),
        _ => {}
    }
}
