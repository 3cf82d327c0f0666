//! Alerts that were opened, and whether somebody was told.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, Chip, assets, page};
use crate::document::List;
use crate::operations::alert_rules;
use crate::operations::alerts::list::{self, Alert, Request};
use crate::request::Query;
use askama::Template;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    open: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct Page {
    shell: Shell,
    sentence: String,
    chips: Vec<Chip>,
    only_open: bool,
    rules: usize,
    list: List<Alert>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

/// Shows them.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let only_open = asked.open == "true";
    let list = list::ask(&site, &caller, Request { after: asked.after.clone(), open: only_open.then_some(true), ..Default::default() }).await?;
    let rules = alert_rules::list::ask(&site, &caller).await?.items;
    let looking = rules.iter().filter(|rule| rule.enabled).count();
    let open = list.items.iter().filter(|alert| alert.closed_at.is_none()).count();
    let watched = match looking {
        0 => "No rule looks, so nobody is told of anything".to_owned(),
        1 => "1 rule looks".to_owned(),
        n => format!("{n} rules look"),
    };
    let sentence = match (open, list.next.is_some()) {
        (0, _) => format!("{watched}; nothing of it is the matter now."),
        (n, more) => format!(
            "{watched}; {n}{} open.",
            if more {
                " or more alerts are"
            } else if n == 1 {
                " alert is"
            } else {
                " alerts are"
            }
        ),
    };
    let address = |path: &str, open: bool, after: Option<&str>| markup::address(path, &[("open", open.then_some("true")), ("after", after)]);
    let chips = vec![
        Chip { name: "All", href: address("/alerts", false, None), current: !only_open },
        Chip { name: "Open", href: address("/alerts", true, None), current: only_open },
    ];
    let next = list.next.as_deref().map(|next| address("/alerts", only_open, Some(next)));
    let shown = markup::counted(i64::try_from(list.items.len()).unwrap_or(i64::MAX), "alert", "alerts") + ", newest first";
    let command = if only_open { "provost alert list" } else { "provost alert list --all" };
    let same_as = markup::same_as(command, &address("GET /api/v1/alerts", only_open, asked.after.as_deref()));
    page(&Page { shell, sentence, chips, only_open, rules: rules.len(), list, shown, next, same_as })
}
