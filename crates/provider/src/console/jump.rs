//! Jumping to anything by its name: one match is gone to, several are listed.

use super::markup;
use super::shell::{Shell, Visit, WORKSPACES};
use super::{Answer, assets, page, see};
use crate::operations::{accounts, bindings, clients, devices, groups, inboxes, rules};
use crate::request::Query;
use askama::Template;
use serde::Deserialize;

/// Most matches of one kind that are listed.
const MATCHES_MAX: usize = 10;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: String,
}

struct Match {
    kind: &'static str,
    name: String,
    detail: String,
    href: String,
    exact: bool,
}

#[derive(Template)]
#[template(path = "jump.html")]
struct Page {
    shell: Shell,
    to: String,
    sentence: String,
    matches: Vec<Match>,
}

/// Jumps.
pub async fn jump(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let to = asked.to.trim().to_owned();
    if to.is_empty() {
        return Ok(see("/"));
    }
    let wanted = to.to_lowercase();
    let contains = |text: &str| text.to_lowercase().contains(&wanted);
    let is = |text: &str| text.to_lowercase() == wanted;
    let mut matches = Vec::new();
    for place in WORKSPACES.iter().flat_map(|(_, places)| *places).filter(|place| contains(place.name)) {
        matches.push(Match { kind: "page", name: place.name.to_owned(), detail: String::new(), href: place.href.to_owned(), exact: is(place.name) });
    }
    let request = devices::list::Request { limit: Some(MATCHES_MAX), filter: Some(format!("\"{}\"", to.replace('"', ""))), ..Default::default() };
    // A word with a colon may be no filter; then it is no device either.
    for device in devices::list::ask(&site, &caller, request).await.map(|list| list.items).unwrap_or_default() {
        let exact =
            is(&device.name) || is(&device.dns_name) || device.resource_id.to_string() == wanted || device.ip_addresses.iter().any(|address| is(address));
        matches.push(Match { kind: "device", detail: device.operating_system, href: format!("/devices/{}", device.resource_id), name: device.name, exact });
    }
    let request = clients::list::Request { limit: Some(MATCHES_MAX), filter: Some(to.clone()), ..Default::default() };
    for client in clients::list::ask(&site, &caller, request).await?.items {
        let exact = is(&client.smsid);
        matches.push(Match { kind: "client", detail: client.smsid.clone(), href: format!("/clients/{}", client.smsid), name: client.name, exact });
    }
    for bound in
        bindings::list::ask(&site, &caller, bindings::list::Request::default()).await?.items.into_iter().filter(|one| contains(&one.name)).take(MATCHES_MAX)
    {
        let detail = format!("{} for {}", bound.title, bound.on);
        matches.push(Match { kind: "account", href: format!("/bindings/{}", bound.binding_id), exact: is(&bound.name), name: bound.name, detail });
    }
    for account in accounts::list::ask(&site, &caller)
        .await?
        .items
        .into_iter()
        .filter(|account| contains(&account.title) || contains(&account.kind) || contains(&account.display_name))
    {
        matches.push(Match {
            kind: "kind of account",
            href: format!("/accounts/{}", account.kind),
            exact: is(&account.title) || is(&account.kind),
            name: account.title,
            detail: account.kind,
        });
    }
    for group in groups::list::ask(&site, &caller).await?.items.into_iter().filter(|group| contains(&group.name) || contains(&group.id)) {
        matches.push(Match {
            kind: "group",
            href: format!("/groups/{}", group.id),
            exact: is(&group.name) || is(&group.id),
            name: group.name,
            detail: group.id,
        });
    }
    for inbox in inboxes::list::ask(&site, &caller).await?.items.into_iter().filter(|inbox| contains(&inbox.name)) {
        matches.push(Match { kind: "inbox", href: format!("/inboxes/{}", inbox.name), exact: is(&inbox.name), name: inbox.name, detail: inbox.meaning });
    }
    for rule in rules::list::ask(&site, &caller).await?.items.into_iter().filter(|rule| contains(&rule.code) || contains(&rule.title)) {
        matches.push(Match { kind: "rule", href: format!("/rules/{}", rule.code), exact: is(&rule.code), name: rule.code, detail: rule.title });
    }
    let mut exact = matches.iter().filter(|found| found.exact);
    if let (Some(only), None) = (exact.next(), exact.next()) {
        return Ok(see(&only.href));
    }
    if let [only] = matches.as_slice() {
        return Ok(see(&only.href));
    }
    matches.sort_by_key(|found| !found.exact);
    let sentence = match matches.len() {
        0 => format!("Nothing is called {to}: no page, device, client, account, group, inbox or rule."),
        n => markup::counted(i64::try_from(n).unwrap_or(i64::MAX), "match", "matches") + " by name, identifier or address.",
    };
    page(&Page { shell, to, sentence, matches })
}
