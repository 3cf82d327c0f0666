//! Users of directories: resources that discovery found. Who may sign in here are [`super::people`].

pub mod list;
pub mod show;

use crate::cursor;
use crate::document::{List, Time, cut};
use crate::error::ApiError;
use crate::narrowing::{self, Asked};
use crate::site::{Stop, Work};
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::discovery::{GroupScope, ObjectKind};
use provost_store::views::Page;
use provost_store::views::directory_objects::{self as views, Behind, Listed};
use provost_store::{Tx, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Members, or groups, of one answer at most.
pub(super) const RELATED_MAX: usize = 1000;

/// What is asked of a list of users or groups.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Request {
    /// Most items of the page, 1 to 500; 100 when not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Words that all must hold; an unknown one is answered with all there are.
    pub filter: Option<String>,
    /// Such as `name`, `display-name` or `found`; with `-` before it, greatest first. By name and domain when not given.
    pub sort: Option<String>,
}

/// A user or a group of a directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DirectoryResource {
    /// Its security identifier: what it is known by.
    #[schema(example = "S-1-5-21-1004336348-1177238915-682003330-1104")]
    pub sid: String,
    /// `dns.domain\name`.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its name in the domain.
    pub account_name: String,
    /// What it is called; empty when not known, as all texts here.
    pub display_name: String,
    /// Its user principal name.
    pub principal_name: String,
    /// Its mail address.
    pub mail: String,
    /// Where it is.
    pub distinguished_name: String,
    /// A group's scope: `domain-local`, `global` or `universal`; null for users.
    pub scope: Option<String>,
    /// Whether the account is disabled.
    pub disabled: bool,
    /// Whether it was only seen as a member of a group, so that no more is known.
    pub limited: bool,
    /// When it last logged on; up to two weeks behind the truth, null when never or not known.
    pub last_logon_at: Option<Time>,
    /// When its password was set; null when not known.
    pub password_set_at: Option<Time>,
    /// The method that found it.
    pub agent: String,
    /// When it was first found.
    pub created_at: Time,
    /// When it was last found.
    pub discovered_at: Time,
}

impl From<Listed> for DirectoryResource {
    fn from(listed: Listed) -> Self {
        let Listed { object, resource_id: _, agent, created_at, discovered_at } = listed;
        Self {
            name: object.name(),
            sid: object.sid.into_owned(),
            domain: object.domain.into_owned(),
            account_name: object.account_name.into_owned(),
            display_name: object.display_name.into_owned(),
            principal_name: object.principal_name.into_owned(),
            mail: object.mail.into_owned(),
            distinguished_name: object.distinguished_name.into_owned(),
            scope: object.scope.map(GroupScope::id).map(str::to_owned),
            disabled: object.disabled,
            limited: object.limited,
            last_logon_at: object.last_logon_at.map(Time),
            password_set_at: object.password_set_at.map(Time),
            agent,
            created_at: created_at.into(),
            discovered_at: discovered_at.into(),
        }
    }
}

/// All that is known of a user or a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DirectoryResourceDetail {
    /// What is known.
    #[serde(flatten)]
    pub resource: DirectoryResource,
    /// `objectGUID`.
    pub guid: String,
    /// Extra attributes.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// The groups that it is in, also through others; at most 1000.
    pub groups: Vec<Related>,
    /// A group's members, also through others; at most 1000. Empty for users.
    pub members: Vec<Related>,
}

/// A member, or a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Related {
    /// Its SID.
    pub sid: String,
    /// `dns.domain\name`; empty when only the SID is known.
    pub name: String,
    /// `user`, `computer`, `group` or `distribution-group`; empty when only the SID is known.
    pub kind: String,
    /// Whether the membership is direct, and not through another group.
    pub direct: bool,
}

impl From<views::Related> for Related {
    fn from(related: views::Related) -> Self {
        Self { sid: related.sid, name: related.name, kind: related.kind, direct: related.direct }
    }
}

/// A page of users or groups.
pub(super) fn page(work: &Work, kind: ObjectKind, request: &Request) -> Result<List<DirectoryResource>, ApiError> {
    // In its own order a list is continued behind a name, a domain and a SID.
    let own_order = request.sort.as_deref().is_none_or(str::is_empty);
    let after = request.after.as_deref().filter(|_| !own_order);
    let asked = Asked { filter: request.filter.as_deref(), sort: request.sort.as_deref(), after, limit: request.limit };
    let page = asked.page(&views::FIELDS, true, work.now())?;
    // Counting what holds a word means to look at all: only what is known is told.
    let total = |tx: &mut Tx<'_>, page: &Page| if page.terms.is_empty() { views::count(tx, kind).map(Some) } else { Ok(None) };
    if !own_order {
        return work.read(|tx| {
            let total = total(tx, &page)?;
            let found = views::sorted(tx, kind, &page)?;
            let next = narrowing::next(&page, found.next.as_ref());
            Ok(List::page(found.items.into_iter().map(DirectoryResource::from).collect(), next, total))
        });
    }
    let after = request.after.as_deref().map(|text| cursor::read(text, 3)).transpose()?;
    let keys: Vec<&str> = after.iter().flatten().filter_map(|key| if let Value::Text(text) = key { Some(text.as_str()) } else { None }).collect();
    let behind = match (after.is_some(), keys.as_slice()) {
        (false, _) => None,
        (true, [account_name, domain, sid]) => Some(Behind { account_name, domain, sid }),
        (true, _) => return Err(ApiError::malformed("cannot tell where the page begins", "`after` belongs to another list")),
    };
    work.read(|tx| {
        let total = total(tx, &page)?;
        let mut found = views::list(tx, kind, &page.terms, behind, page.limit + 1)?;
        let more = cut(&mut found, page.limit);
        let next = found.last().filter(|_| more).map(|last| {
            let object = &last.object;
            cursor::write(&[&object.account_name, &object.domain, &object.sid].map(|key| Value::Text(key.to_string())))
        });
        Ok(List::page(found.into_iter().map(DirectoryResource::from).collect(), next, total))
    })
}

/// The user or group that a person names.
pub(super) fn named(tx: &mut Tx<'_>, kind: ObjectKind, name: &str, what: &str, list_command: &str) -> Result<DirectoryResourceDetail, Stop> {
    let mut called = views::called(tx, kind, name)?;
    let Some(one) = called.pop() else { return Err(ApiError::not_found(what, name, list_command).into()) };
    if !called.is_empty() {
        let names: Vec<String> = called.iter().chain([&one]).map(|one| format!("{} ({})", one.object.name(), one.object.sid)).collect();
        let cause = format!("several have this name: {}", names.join(", "));
        let error = ApiError::new(StatusCode::CONFLICT, code::NAME_AMBIGUOUS, format!("{name} does not name one {what}"), cause);
        return Err(error.fix("name it by its domain or its SID").into());
    }
    let related = |related: Vec<views::Related>| related.into_iter().map(Related::from).collect();
    let groups = related(views::groups(tx, &one.object.sid, RELATED_MAX)?);
    let members = if kind == ObjectKind::Group { related(views::members(tx, &one.object.sid, RELATED_MAX)?) } else { Vec::new() };
    let (guid, attributes) = (one.object.guid.to_string(), one.object.attributes.clone());
    Ok(DirectoryResourceDetail { resource: one.into(), guid, attributes, groups, members })
}
