//! When was which account used? The picture, and the table that holds the same.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::timeline::{Lane, SPANS, Span};
use super::{Answer, Chip, assets, page};
use crate::document::List;
use crate::operations::bindings;
use crate::operations::bindings::list::Binding;
use crate::operations::uses::list::{self, Request, Used};
use crate::request::Query;
use askama::Template;
use provost_catalog::accounts::Use;
use provost_domain::shell_word;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// Most uses that are drawn: what one call of the API gives.
pub const DRAWN_MAX: usize = 500;
/// Rows of one page of the table.
const ROWS: usize = 50;
/// Most lanes that are drawn.
const LANES_MAX: usize = 30;
/// The stretch of time that is shown when nobody says which.
pub const DEFAULT_SPAN: &str = "week";

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    span: String,
    after: Option<String>,
    binding: Option<i64>,
}

#[derive(Template)]
#[template(path = "uses.html")]
struct Page {
    shell: Shell,
    sentence: String,
    chips: Vec<Chip>,
    span: Span,
    lanes: Vec<Lane>,
    more_lanes: usize,
    read_all: bool,
    list: List<Used>,
    shown: String,
    next: Option<String>,
    binding: Option<Binding>,
    same_as: Markup,
}

/// What an operation does, in words.
pub fn operation(id: &str) -> &str {
    Use::ALL.iter().find(|known| known.id() == id).map_or(id, |known| known.words())
}

/// Shows them.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { span, after, binding } = asked;
    let span = Span::before(shell.now, if span.is_empty() { DEFAULT_SPAN } else { &span });
    let drawn = list::ask(&site, &caller, Request { limit: Some(DRAWN_MAX), binding_id: binding, ..Default::default() }).await?;
    let list = list::ask(&site, &caller, Request { limit: Some(ROWS), after: after.clone(), binding_id: binding, ..Default::default() }).await?;
    let mut bound = bindings::list::ask(&site, &caller, bindings::list::Request::default()).await?.items;
    bound.retain(|one| binding.is_none_or(|only| one.binding_id == only));
    let (lanes, more_lanes) = lanes(&bound, &drawn, &span, &shell);
    let failed: usize = lanes.iter().map(|lane| lane.failed).sum();
    let uses: usize = lanes.iter().map(|lane| lane.uses).sum();
    let read_all = drawn.next.is_none() || drawn.items.last().is_some_and(|last| !span.holds(last.at.0));
    let counted = markup::counted(i64::try_from(uses).unwrap_or(i64::MAX), "use", "uses");
    let sentence = match (uses, failed) {
        (0, _) => format!("{}: no account was used.", span.name),
        (_, 0) => format!("{}: {counted}; every one signed in.", span.name),
        (_, failed) => format!("{}: {counted}; {failed} did not sign in.", span.name),
    };
    let number = binding.map(|id| id.to_string());
    let address =
        |path: &str, span: &str, after: Option<&str>| markup::address(path, &[("binding", number.as_deref()), ("span", Some(span)), ("after", after)]);
    let chips = SPANS.iter().map(|(id, name, _)| Chip { name, href: address("/uses", id, None), current: *id == span.id }).collect();
    let next = list.next.as_deref().map(|next| address("/uses", span.id, Some(next)));
    let shown = markup::counted(i64::try_from(list.items.len()).unwrap_or(i64::MAX), "use", "uses") + " shown, newest first, of all times";
    let binding = if binding.is_some() { bound.into_iter().next() } else { None };
    let whose = binding.as_ref().map_or(String::new(), |one| format!(" {}", shell_word(&one.name)));
    let call = markup::address("GET /api/v1/uses", &[("binding_id", number.as_deref()), ("after", after.as_deref())]);
    let same_as = markup::same_as(&format!("provost account uses{whose}"), &call);
    page(&Page { shell, sentence, chips, span, lanes, more_lanes, read_all, list, shown, next, binding, same_as })
}

/// The lanes, last used first: of what is bound, and of identities that act without a binding. Gives how many more there are.
fn lanes(bound: &[Binding], drawn: &List<Used>, span: &Span, shell: &Shell) -> (Vec<Lane>, usize) {
    let cut = drawn.next.is_some();
    let known: HashSet<i64> = bound.iter().map(|one| one.binding_id).collect();
    let mut rest = BTreeMap::<&str, Vec<&Used>>::new();
    for used in drawn.items.iter().filter(|used| used.binding_id.is_none_or(|id| !known.contains(&id))) {
        rest.entry(&used.account).or_default().push(used);
    }
    let read_from = drawn.items.last().filter(|_| cut).map(|last| last.at.0);
    let mut lanes: Vec<Lane> = bound.iter().map(|one| Lane::of_binding(one, &drawn.items, cut, span, shell.now)).collect();
    lanes.extend(rest.iter().map(|(name, uses)| {
        let mut lane = Lane::of_identity(name, uses, read_from, span, shell.now);
        // A binding that was removed is told apart from an identity that needs none.
        let removed = uses.iter().any(|used| used.binding_id.is_some());
        lane.title = if removed { "no longer bound".to_owned() } else { "acts where nobody is bound".to_owned() };
        lane
    }));
    lanes.sort_by_key(|lane| std::cmp::Reverse((lane.failed.min(1), lane.uses)));
    let more = lanes.len().saturating_sub(LANES_MAX);
    lanes.truncate(LANES_MAX);
    (lanes, more)
}
