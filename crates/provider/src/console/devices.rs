//! The list of devices.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, Chip, Column, assets, filter_field, page};
use crate::document::List;
use crate::error::ApiError;
use crate::operations::devices::list::{self, Device, Request};
use crate::request::Query;
use askama::Template;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    sort: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "devices.html")]
struct Page {
    shell: Shell,
    sentence: String,
    filter: String,
    sort: String,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    list: List<Device>,
    trouble: Option<ApiError>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

const CHIPS: [(&str, &str); 5] = [
    ("All", ""),
    ("Without client", "approval:none"),
    ("To approve", "approval:registered"),
    ("Silent for 7 days", "approval:approved seen:>7d"),
    ("Obsolete", "obsolete:yes"),
];
const COLUMNS: [(&str, &str); 5] = [("Name", "name"), ("Operating system", "os"), ("Client", "client"), ("Last seen", "seen"), ("Inventory", "inventory")];

/// Shows it.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { filter, sort, after } = asked;
    let filter = filter.trim().to_owned();
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let request = Request { limit: None, after: after.clone(), filter: given(&filter), sort: given(&sort) };
    let (list, trouble) = filter_field::told(list::ask(&site, &caller, request).await)?;
    let total = list.total.unwrap_or(0);
    let sentence = match (trouble.is_some(), filter.is_empty(), total) {
        (true, ..) => "The filter cannot be read.".to_owned(),
        (false, true, 0) => "No device is known yet.".to_owned(),
        (false, true, n) => format!("{} {} known, managed or only discovered.", markup::counted(n, "device", "devices"), if n == 1 { "is" } else { "are" }),
        (false, false, n) => format!("{} {} the filter.", markup::counted(n, "device", "devices"), if n == 1 { "matches" } else { "match" }),
    };
    let chips = CHIPS
        .iter()
        .map(|(name, words)| Chip { name, href: markup::address("/devices", &[("filter", Some(words)), ("sort", Some(&sort))]), current: *words == filter })
        .collect();
    let columns = Column::all(&COLUMNS, &sort, "name", |sort| markup::address("/devices", &[("filter", Some(&filter)), ("sort", Some(sort))]));
    let shown = format!(
        "{} of {} shown{}",
        markup::thousands(i64::try_from(list.items.len()).unwrap_or(0)),
        markup::thousands(total),
        if after.is_some() { ", from where the page before ended" } else { "" }
    );
    let next = list.next.as_deref().map(|next| markup::address("/devices", &[("filter", Some(&filter)), ("sort", Some(&sort)), ("after", Some(next))]));
    let mut command = "provost device list".to_owned();
    for (flag, value) in [("--filter", &filter), ("--sort", &sort)] {
        if !value.is_empty() {
            command.push_str(&format!(" {flag} {}", shell_word(value)));
        }
    }
    let call = markup::address("GET /api/v1/devices", &[("filter", Some(&filter)), ("sort", Some(&sort)), ("after", after.as_deref())]);
    let same_as = markup::same_as(&command, &call);
    let status = trouble.as_ref().map(|error| error.status);
    filter_field::with_status(page(&Page { shell, sentence, filter, sort, chips, columns, list, trouble, shown, next, same_as }), status)
}
