//! What every page has around its content, and who visits it.

use super::markup::{self, Markup};
use crate::access::{Access, Caller, named_cookie};
use crate::document::Time;
use crate::error::ApiError;
use crate::operations::clients;
use crate::site::Site;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use provost_domain::Timestamp;

/// Name of the cookie that keeps the theme.
pub const THEME_COOKIE: &str = "__Host-theme";
/// Name of the cookie that keeps the rail's width.
pub const RAIL_COOKIE: &str = "__Host-rail";

/// A page of the rail.
pub struct Place {
    /// Address.
    pub href: &'static str,
    /// Name.
    pub name: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Key that goes there after `g`.
    pub key: &'static str,
}

const fn place(href: &'static str, name: &'static str, icon: &'static str, key: &'static str) -> Place {
    Place { href, name, icon, key }
}

/// Workspaces in Configuration Manager's order, each with the pages that exist.
pub const WORKSPACES: &[(&str, &[Place])] = &[
    ("Overview", &[place("/", "Overview", "overview", "o"), place("/messages", "Messages", "message", "m"), place("/alerts", "Alerts", "alert", "n")]),
    (
        "Assets",
        &[
            place("/devices", "Devices", "device", "d"),
            place("/users", "Users", "person", "q"),
            place("/user-groups", "User groups", "group", "h"),
            place("/clients", "Clients", "client", "c"),
            place("/clients/waiting", "To approve", "approve", "w"),
        ],
    ),
    (
        "Identities",
        &[
            place("/accounts", "Accounts", "account", "a"),
            place("/resolve", "Who acts?", "resolve", "t"),
            place("/uses", "Credential use", "use", "e"),
            place("/groups", "Groups", "group", "s"),
        ],
    ),
    (
        "Sites",
        &[
            place("/roles", "Roles", "role", "r"),
            place("/discovery", "Discovery", "discovery", "v"),
            place("/forests", "Forests", "forest", "z"),
            place("/boundaries", "Boundaries", "boundary", "0"),
            place("/inboxes", "Inboxes", "inbox", "i"),
            place("/trusts", "Trusts", "trust", "f"),
            place("/proxies", "Proxies", "proxy", "x"),
        ],
    ),
    (
        "Administration",
        &[
            place("/people", "People", "person", "p"),
            place("/mail", "Mail", "mail", "b"),
            place("/security", "Security", "security", "y"),
            place("/ledger", "Ledger", "ledger", "l"),
            place("/rules", "Rules", "rule", "u"),
        ],
    ),
];

/// What is around a page's content.
pub struct Shell {
    /// Code of the site.
    pub site_code: String,
    /// Name of the site.
    pub site_name: String,
    /// Who visits.
    pub person: String,
    /// Whether over the local socket, where there is no session to end.
    pub local: bool,
    /// `light`, `dark`, or empty to follow the system.
    pub theme: &'static str,
    /// `narrow`, or empty.
    pub rail: &'static str,
    /// Path and query of this page.
    pub here: String,
    /// Path of the rail's page that this one belongs to.
    pub place: &'static str,
    /// How many clients wait for approval.
    pub waiting: i64,
    /// The time.
    pub now: Timestamp,
    /// What was just done, to be told once.
    pub done: &'static str,
}

impl Shell {
    /// A point in time.
    pub fn at(&self, time: &Time) -> Markup {
        markup::at(time, self.now)
    }

    /// A point in time, or that there is none.
    pub fn at_or(&self, time: &Option<Time>, none: &str) -> Markup {
        markup::at_or(time.as_ref(), self.now, none)
    }

    /// Whether a page of the rail is this one's.
    pub fn is_at(&self, place: &Place) -> bool {
        self.place == place.href
    }

    /// The rail.
    pub const fn workspaces(&self) -> &'static [(&'static str, &'static [Place])] {
        WORKSPACES
    }
}

/// Acts that a page tells of after it was sent back to: names in addresses, and what they say.
const DONE: &[(&str, &str)] = &[
    ("approve", "The client is approved. It fetches its policy with its next poll."),
    ("block", "The client is blocked: nothing is given to it, nothing is taken from it."),
    ("unblock", "The block is lifted. The client is registered and waits for approval."),
    ("remove-client", "The client is forgotten. It may register again."),
    ("request-full-inventory", "The client is asked for a full hardware inventory; it sends one after its next poll."),
    ("remove-device", "The device is forgotten. A heartbeat of its client would make a new record."),
    ("add-binding", "The account is bound. Its checks begin at once; until they passed it is used, and not proved."),
    ("replace-password", "The password is sealed. The account is checked again; it is not proved until that passed."),
    ("place", "The account has its new place."),
    ("remove-binding", "The account is no longer bound, and its password is destroyed here."),
    ("waive", "The check is waived. The account is used and not proved until it passes."),
    ("unwaive", "The waiver is taken back: the failed check counts again."),
    ("add-rule", "The alert rule is set. It looks at what happens from now on."),
    ("remove-rule", "The alert rule is removed, and its alerts are closed."),
    ("enable-rule", "The alert rule is turned on. It looks at what happens from now on."),
    ("disable-rule", "The alert rule is turned off, and its alerts are closed."),
    ("set-mail", "The SMTP server is set. Mail that waits is tried at once, and the account is checked."),
    ("remove-mail", "The SMTP server is forgotten. Mail waits for another, three days at most."),
    ("test-mail", "The test is written and given to the server at once. Look below for what became of it."),
    ("set-trust", "It is entered. Who acts there follows from it at once."),
    ("remove-trust", "It is forgotten. The domain counts as untrusted."),
    ("set-proxy", "The proxy server is set, and the account that passes it is checked."),
    ("remove-proxy", "The proxy server is removed."),
    ("profile", "The profile is chosen. Every account is checked again."),
    ("allow", "It is switched on, and a finding for as long as it is."),
    ("disallow", "It is switched off."),
    ("set-discovery", "The method is set. When that changes what is read, the next run reads everything again."),
    ("run-discovery", "It runs. Each place has a run of its own, which tells how far it is."),
    ("add-location", "The location is added. Bind the account that reads it, or let it be read as the site server's computer account."),
    ("remove-location", "The location is removed. What was found there stays."),
    ("add-forest", "The forest is added. Forest discovery reads it."),
    ("publish-forest", "Publishing is switched on. What became of it stands below, in a moment."),
    ("withdraw-forest", "Publishing is switched off. What is published is removed first."),
    ("remove-forest", "The forest is forgotten."),
    ("add-boundary", "The boundary is added."),
    ("remove-boundary", "The boundary is removed."),
    ("add-person", "The person was added. Make a welcome link to let them in."),
    ("remove-person", "The person was removed and their sessions are ended."),
    ("password", "The password is set. Other sessions of the person are ended."),
    ("welcome", "You are signed in. The link is used up."),
];

/// Who visits which page: somebody. Nobody is sent to the sign-in.
pub struct Visit {
    /// The site.
    pub site: Site,
    /// Who.
    pub caller: Caller,
    /// What is around the page.
    pub shell: Shell,
}

impl Visit {
    /// Of somebody who is known already.
    pub async fn of(site: &Site, caller: &Caller, uri: &Uri, headers: &HeaderMap) -> Result<Self, ApiError> {
        let facts = site.status().facts();
        let waiting = clients::list::Request { limit: Some(1), approval: Some("registered".to_owned()), ..Default::default() };
        let waiting = clients::list::ask(site, caller, waiting).await.map(|list| list.total.unwrap_or(0));
        let done = uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("done="));
        let shell = Shell {
            site_code: facts.code.to_string(),
            site_name: facts.name.clone(),
            person: caller.name().to_owned(),
            local: matches!(caller, Caller::Owner { .. }),
            theme: theme(headers),
            rail: if named_cookie(headers, RAIL_COOKIE) == Some("narrow") { "narrow" } else { "" },
            here: here(uri),
            place: place_of(uri.path()),
            // A page that tells of a database that is gone must not need it.
            waiting: waiting.unwrap_or(0),
            now: site.clock().now(),
            done: DONE.iter().find(|(name, _)| Some(*name) == done).map_or("", |(_, says)| says),
        };
        Ok(Self { site: site.clone(), caller: caller.clone(), shell })
    }
}

/// The theme that the visitor chose.
pub fn theme(headers: &HeaderMap) -> &'static str {
    match named_cookie(headers, THEME_COOKIE) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    }
}

/// Path and query without what was just done.
fn here(uri: &Uri) -> String {
    let kept: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

/// Paths whose page of the rail is another one.
const ELSEWHERE: &[(&str, &str)] = &[("/bindings/", "/accounts")];

/// The rail's page that a path belongs to: the longest that it begins with.
fn place_of(path: &str) -> &'static str {
    if let Some((_, place)) = ELSEWHERE.iter().find(|(begin, _)| path.starts_with(begin)) {
        return place;
    }
    let all = WORKSPACES.iter().flat_map(|(_, places)| places.iter().map(|place| place.href));
    all.filter(|href| path == *href || (*href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))))
        .max_by_key(|href| href.len())
        .unwrap_or("")
}

impl FromRequestParts<Site> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        if caller.check(Access::SignedIn).is_err() {
            let ended = matches!(caller, Caller::Nobody { session_ended: true, .. });
            // Back only to a page, never to a form's address.
            let back = (parts.method == axum::http::Method::GET).then(|| here(&parts.uri)).filter(|back| back != "/");
            let to = markup::address("/sign-in", &[("back", back.as_deref()), ("ended", ended.then_some("yes"))]);
            return Err(Redirect::to(&to).into_response());
        }
        Self::of(site, &caller, &parts.uri, &parts.headers).await.map_err(|error| super::error_response(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_the_nearest_place() {
        assert_eq!(place_of("/"), "/");
        assert_eq!(place_of("/devices/12"), "/devices");
        assert_eq!(place_of("/clients/waiting"), "/clients/waiting");
        assert_eq!(place_of("/clients/GUID:1/approve"), "/clients");
        assert_eq!(place_of("/bindings/3/waive"), "/accounts");
        assert_eq!(place_of("/clientsx"), "");
    }

    #[test]
    fn what_was_done_is_told_once() {
        assert_eq!(here(&Uri::from_static("/clients?done=approve&filter=x")), "/clients?filter=x");
        assert_eq!(here(&Uri::from_static("/clients?done=approve")), "/clients");
    }
}
