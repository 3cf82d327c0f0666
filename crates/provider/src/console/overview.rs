//! The overview: what needs a look, and the site in numbers.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, assets, page};
use crate::access::Caller;
use crate::error::ApiError;
use crate::operations::messages::list::Message;
use crate::operations::site::overview::Overview;
use crate::operations::site::show::SiteDocument;
use crate::operations::{alerts, bindings, components, inboxes, mail_server, messages, site};
use crate::site::Site;
use askama::Template;
use provost_catalog::rules::code;

/// Newest messages that are shown.
const MESSAGES_MAX: usize = 8;

/// Open alerts that are shown.
const ALERTS_MAX: usize = 5;

/// Filters for the classes that clients are counted in by when they were last seen.
const SEEN_FILTERS: [&str; 5] = [
    "approval:approved seen:<1h",
    "approval:approved seen:>1h seen:<24h",
    "approval:approved seen:>24h seen:<7d",
    "approval:approved seen:>7d seen:<30d",
    "approval:approved seen:>30d",
];

struct Look {
    state: Markup,
    what: String,
    detail: String,
    href: String,
    action: &'static str,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    shell: Shell,
    sentence: String,
    overview: Overview,
    site: SiteDocument,
    looks: Vec<Look>,
    messages: Vec<Message>,
}

impl Page {
    fn seen_address(&self, class: &usize) -> String {
        markup::address("/devices", &[("filter", SEEN_FILTERS.get(*class).copied())])
    }

    const fn seen_class(&self, class: &usize) -> &'static str {
        if *class >= 3 { "warn" } else { "" }
    }

    fn system_address(&self, name: &str) -> String {
        markup::address("/devices", &[("filter", Some(&format!("os:\"{name}\"")))])
    }
}

/// Shows it.
pub async fn show(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let overview = site::overview::ask(&site, &caller).await?;
    let facts = site::show::ask(&site, &caller).await?;
    let components = components::list::ask(&site, &caller).await?.items;
    let inboxes = inboxes::list::ask(&site, &caller).await?.items;
    let request = messages::list::Request { limit: Some(MESSAGES_MAX), severity: Some("error,warning".to_owned()), ..Default::default() };
    let messages = messages::list::ask(&site, &caller, request).await?.items;
    let mut looks = Vec::new();
    for component in components.iter().filter(|component| component.state == "failing") {
        looks.push(Look {
            state: markup::state("fail", "failing"),
            what: component.title.clone(),
            detail: component.reason.clone(),
            href: markup::address("/messages", &[("component", Some(&component.name))]),
            action: "See its messages",
        });
    }
    if overview.clients_registered > 0 {
        looks.push(Look {
            state: markup::state("unknown", "waiting"),
            what: format!("{} for approval", markup::counted(overview.clients_registered, "client waits", "clients wait")),
            detail: if overview.clients_registered == 1 { "it is given nothing until then" } else { "they are given nothing until then" }.to_owned(),
            href: "/clients/waiting".to_owned(),
            action: "Decide",
        });
    }
    looks.extend(accounts_to_look_at(&site, &caller).await?);
    looks.extend(alerts_to_look_at(&site, &caller).await?);
    for inbox in inboxes.iter().filter(|inbox| inbox.bad_files > 0) {
        looks.push(Look {
            state: markup::state("warning", "bad files"),
            what: format!("{} in inbox {} could not be read", markup::counted(inbox.bad_files, "file", "files"), inbox.name),
            detail: String::new(),
            href: format!("/inboxes/{}", inbox.name),
            action: "See why",
        });
    }
    let silent: i64 = overview.approved_clients_by_last_seen.iter().skip(3).map(|count| count.count).sum();
    if silent > 0 {
        looks.push(Look {
            state: markup::state("warning", "silent"),
            what: format!("{} not seen for more than 7 days, or never", markup::counted(silent, "approved client", "approved clients")),
            detail: String::new(),
            href: markup::address("/devices", &[("filter", Some("approval:approved seen:>7d"))]),
            action: "List them",
        });
    }
    if overview.inventories_old > 0 {
        looks.push(Look {
            state: markup::state("warning", "old"),
            what: format!("{} older than 30 days", markup::counted(overview.inventories_old, "hardware inventory is", "hardware inventories are")),
            detail: String::new(),
            href: "/devices?sort=inventory".to_owned(),
            action: "List by age",
        });
    }
    let sentence = sentence(&overview, components.iter().filter(|component| component.state == "failing").count(), looks.len());
    page(&Page { shell, sentence, overview, site: facts, looks, messages })
}

/// Accounts that are blocked.
async fn accounts_to_look_at(site: &Site, caller: &Caller) -> Result<Option<Look>, ApiError> {
    let bound = bindings::list::ask(site, caller, bindings::list::Request::default()).await?.items;
    let blocked: Vec<&str> = bound.iter().filter(|one| one.standing == "blocked").map(|one| one.name.as_str()).collect();
    Ok((!blocked.is_empty()).then(|| Look {
        state: markup::state("fail", "blocked"),
        what: format!("{} blocked and not used", markup::counted(i64::try_from(blocked.len()).unwrap_or(i64::MAX), "account is", "accounts are")),
        detail: blocked.iter().take(3).copied().collect::<Vec<_>>().join(", "),
        href: "/accounts?standing=blocked".to_owned(),
        action: "See why",
    }))
}

/// Alerts that are open, and mail about them that is not sent.
async fn alerts_to_look_at(site: &Site, caller: &Caller) -> Result<Vec<Look>, ApiError> {
    let mut looks = Vec::new();
    let request = alerts::list::Request { limit: Some(ALERTS_MAX), open: Some(true), ..Default::default() };
    for alert in alerts::list::ask(site, caller, request).await?.items {
        looks.push(Look {
            state: markup::state("warning", "alert"),
            what: alert.words,
            detail: format!("rule {}", alert.rule),
            href: format!("/alerts?open=true#alert-{}", alert.alert_id),
            action: "See the alert",
        });
    }
    match mail_server::show::ask(site, caller).await {
        Ok(server) => looks.extend(server.trouble.map(|trouble| Look {
            state: markup::state("warning", "not sent"),
            what: format!("{} for the SMTP server", markup::counted(server.mails_waiting, "mail waits", "mails wait")),
            detail: trouble,
            href: "/mail".to_owned(),
            action: "See why",
        })),
        Err(error) if error.code == code::MAIL_SERVER_UNSET => {}
        Err(error) => return Err(error),
    }
    Ok(looks)
}

/// The state of the site in one sentence; `looks` are the things that need one.
fn sentence(overview: &Overview, failing: usize, looks: usize) -> String {
    let mut parts = Vec::new();
    if failing > 0 {
        parts.push(markup::counted(i64::try_from(failing).unwrap_or(i64::MAX), "component fails", "components fail"));
    }
    if overview.clients_registered > 0 {
        parts.push(format!("{} for approval", markup::counted(overview.clients_registered, "client waits", "clients wait")));
    }
    if overview.errors + overview.warnings > 0 {
        parts.push(format!(
            "{} and {} in the last 24 hours",
            markup::counted(overview.errors, "error", "errors"),
            markup::counted(overview.warnings, "warning", "warnings")
        ));
    }
    match parts.as_slice() {
        [] if looks > 0 => format!("{} a look.", markup::counted(i64::try_from(looks).unwrap_or(i64::MAX), "thing needs", "things need")),
        [] => "Everything that was checked is as it should be.".to_owned(),
        [only] => format!("{only}."),
        [before @ .., last] => format!("{}; {last}.", before.join("; ")),
    }
}
