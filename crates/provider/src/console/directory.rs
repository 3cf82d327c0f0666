//! Users and groups of directories: what discovery found.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, filter_field, page};
use crate::document::List;
use crate::error::ApiError;
use crate::operations::users::{DirectoryResource, DirectoryResourceDetail, Related, Request};
use crate::operations::{user_groups, users};
use crate::request::{Path, Query};
use askama::Template;
use provost_domain::shell_word;
use serde::Deserialize;

/// Rows of one page.
const ROWS: usize = 60;
/// Groups and members that a page shows.
const RELATED_MAX: usize = 100;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    after: Option<String>,
}

/// Which of the two kinds a page is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Group,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::User => "/users",
            Self::Group => "/user-groups",
        }
    }

    const fn command(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "usergroup",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "User groups",
        }
    }
}

#[derive(Template)]
#[template(path = "directory.html")]
struct Page {
    shell: Shell,
    kind: Kind,
    sentence: String,
    filter: String,
    list: List<DirectoryResource>,
    trouble: Option<ApiError>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

/// Shows users.
pub async fn users(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    list(visit, Kind::User, asked).await
}

/// Shows groups.
pub async fn groups(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    list(visit, Kind::Group, asked).await
}

async fn list(visit: Visit, kind: Kind, asked: Asked) -> Answer {
    let Visit { site, caller, shell } = visit;
    let filter = asked.filter.trim().to_owned();
    let request = Request { limit: Some(ROWS), after: asked.after.clone(), filter: Some(filter.clone()).filter(|filter| !filter.is_empty()), sort: None };
    let asked_list = match kind {
        Kind::User => users::list::ask(&site, &caller, request).await,
        Kind::Group => user_groups::list::ask(&site, &caller, request).await,
    };
    let (list, trouble) = filter_field::told(asked_list)?;
    let (one, several) = if kind == Kind::User { ("user", "users") } else { ("security group", "security groups") };
    let sentence = match list.total {
        _ if trouble.is_some() => "The filter cannot be read.".to_owned(),
        Some(0) => format!("Discovery has found no {one} yet."),
        Some(n) => format!("{} that discovery found.", markup::counted(n, one, several)),
        None => format!("{} that match.", if list.items.is_empty() { format!("No {several}") } else { format!("The {several}") }),
    };
    let address = |path: &str, after: Option<&str>| markup::address(path, &[("filter", Some(&filter)), ("after", after)]);
    let next = list.next.as_deref().map(|next| address(kind.path(), Some(next)));
    let shown = format!(
        "{} shown{}",
        markup::counted(i64::try_from(list.items.len()).unwrap_or(0), one, several),
        if asked.after.is_some() { ", from where the page before ended" } else { "" }
    );
    let flag = if filter.is_empty() { String::new() } else { format!(" --filter {}", shell_word(&filter)) };
    let same_as = markup::same_as(&format!("provost {} list{flag}", kind.command()), &address(&format!("GET /api/v1{}", kind.path()), asked.after.as_deref()));
    let status = trouble.as_ref().map(|error| error.status);
    filter_field::with_status(page(&Page { shell, kind, sentence, filter, list, trouble, shown, next, same_as }), status)
}

#[derive(Template)]
#[template(path = "directory_resource.html")]
struct ResourcePage {
    shell: Shell,
    kind: Kind,
    sentence: String,
    detail: DirectoryResourceDetail,
    same_as: Markup,
}

impl ResourcePage {
    /// The first of what is related.
    fn first<'a>(&self, related: &'a [Related]) -> &'a [Related] {
        &related[..related.len().min(RELATED_MAX)]
    }

    /// Who is related, with the way to its page.
    fn related(&self, one: &Related) -> Markup {
        let name = if one.name.is_empty() { &one.sid } else { &one.name };
        match one.kind.as_str() {
            "user" => markup::link(&format!("/users/{}", markup::address_part(&one.sid)), name),
            "group" => markup::link(&format!("/user-groups/{}", markup::address_part(&one.sid)), name),
            _ => markup::name(name),
        }
    }
}

/// Shows a user.
pub async fn user(visit: Visit, Path(name): Path<String>) -> Answer {
    let detail = users::show::ask(&visit.site, &visit.caller, name).await?;
    resource(visit, Kind::User, detail)
}

/// Shows a group.
pub async fn group(visit: Visit, Path(name): Path<String>) -> Answer {
    let detail = user_groups::show::ask(&visit.site, &visit.caller, name).await?;
    resource(visit, Kind::Group, detail)
}

fn resource(visit: Visit, kind: Kind, detail: DirectoryResourceDetail) -> Answer {
    let found = detail.resource.discovered_at.0.relative_to(visit.shell.now);
    let sentence = if detail.resource.limited {
        format!("It was only seen as a member of a group, so no more is known. Last found {found}.")
    } else {
        format!("Last found {found}.")
    };
    let sid = &detail.resource.sid;
    let same_as = markup::same_as(&format!("provost {} show {sid}", kind.command()), &format!("GET /api/v1{}/{sid}", kind.path()));
    page(&ResourcePage { shell: visit.shell, kind, sentence, detail, same_as })
}
