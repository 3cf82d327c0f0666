//! Clients: all of them, those that wait for approval, and approval tokens.

use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, Chip, Column, assets, filter_field, page};
use crate::document::List;
use crate::error::ApiError;
use crate::operations::client_tokens;
use crate::operations::client_tokens::create::TokenDocument;
use crate::operations::client_tokens::list::ApprovalToken;
use crate::operations::clients::list::{self, Client, Request};
use crate::request::{Form, Query};
use askama::Template;
use provost_domain::shell_word;
use serde::Deserialize;

/// What the address holds.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    approval: String,
    #[serde(default)]
    sort: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "clients.html")]
struct Page {
    shell: Shell,
    title: &'static str,
    sentence: String,
    waiting: bool,
    filter: String,
    approval: String,
    sort: String,
    chips: Vec<Chip>,
    columns: Vec<Column>,
    list: List<Client>,
    trouble: Option<ApiError>,
    shown: String,
    next: Option<String>,
    same_as: Markup,
}

impl Page {
    fn short(&self, smsid: &str) -> String {
        smsid.chars().take(13).chain(['…']).collect()
    }
}

const CHIPS: [(&str, &str); 4] = [("All", ""), ("Approved", "approved"), ("Waiting", "registered"), ("Blocked", "blocked")];

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Shows all.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { filter, approval, sort, after } = asked;
    let filter = filter.trim().to_owned();
    let request = Request { limit: None, after: after.clone(), approval: given(&approval), filter: given(&filter), sort: given(&sort) };
    let (list, trouble) = filter_field::told(list::ask(&site, &caller, request).await)?;
    let total = list.total.unwrap_or(0);
    let sentence = match (filter.is_empty() && approval.is_empty(), total) {
        _ if trouble.is_some() => "The filter cannot be read.".to_owned(),
        (true, 0) => "No client has registered yet.".to_owned(),
        (true, n) => format!("{} registered; {}.", markup::counted(n, "client has", "clients have"), waits(shell.waiting)),
        (false, n) => format!("{} so.", markup::counted(n, "client is", "clients are")),
    };
    let address = |path: &str, approval: &str, sort: &str, after: Option<&str>| {
        markup::address(path, &[("approval", Some(approval)), ("filter", Some(&filter)), ("sort", Some(sort)), ("after", after)])
    };
    let chips = CHIPS.iter().map(|(name, word)| Chip { name, href: address("/clients", word, &sort, None), current: *word == approval }).collect();
    let columns =
        Column::all(&[("Name", "name"), ("Registered", "registered"), ("Last seen", "seen")], &sort, "name", |sort| address("/clients", &approval, sort, None));
    let shown = shown(&list, after.is_some());
    let next = list.next.as_deref().map(|next| address("/clients", &approval, &sort, Some(next)));
    let mut command = "provost client list".to_owned();
    for (flag, value) in [("--approval", &approval), ("--filter", &filter), ("--sort", &sort)] {
        if !value.is_empty() {
            command.push_str(&format!(" {flag} {}", shell_word(value)));
        }
    }
    let same_as = markup::same_as(&command, &address("GET /api/v1/clients", &approval, &sort, after.as_deref()));
    let status = trouble.as_ref().map(|error| error.status);
    let shown = Page { shell, title: "Clients", sentence, waiting: false, filter, approval, sort, chips, columns, list, trouble, shown, next, same_as };
    filter_field::with_status(page(&shown), status)
}

/// Shows those that wait for approval, those that waited longest first.
pub async fn waiting(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let Asked { sort, after, .. } = asked;
    let sort = if sort.is_empty() { "registered".to_owned() } else { sort };
    let request = Request { limit: None, after: after.clone(), approval: Some("registered".to_owned()), filter: None, sort: Some(sort.clone()) };
    let list = list::ask(&site, &caller, request).await?;
    let sentence = match list.total {
        None | Some(0) => "Every client that registered was decided on.".to_owned(),
        Some(n) => format!(
            "{} and {} given nothing until you decide. Compare the public key with the one that provost-client status shows on the machine.",
            waits(n),
            if n == 1 { "is" } else { "are" }
        ),
    };
    let address = |path: &str, sort: &str, after: Option<&str>| markup::address(path, &[("sort", Some(sort)), ("after", after)]);
    let columns = Column::all(&[("Name", "name"), ("Registered", "registered")], &sort, "registered", |sort| address("/clients/waiting", sort, None));
    let shown = shown(&list, after.is_some());
    let next = list.next.as_deref().map(|next| address("/clients/waiting", &sort, Some(next)));
    let call = markup::address("GET /api/v1/clients", &[("approval", Some("registered")), ("sort", Some(&sort)), ("after", after.as_deref())]);
    let same_as = markup::same_as("provost client list --approval registered", &call);
    let (filter, approval) = (String::new(), "registered".to_owned());
    page(&Page {
        shell,
        title: "Clients to approve",
        sentence,
        waiting: true,
        filter,
        approval,
        sort,
        chips: Vec::new(),
        columns,
        list,
        trouble: None,
        shown,
        next,
        same_as,
    })
}

fn waits(count: i64) -> String {
    match count {
        0 => "none waits for approval".to_owned(),
        n => format!("{} for approval", markup::counted(n, "client waits", "clients wait")),
    }
}

fn shown(list: &List<Client>, continued: bool) -> String {
    let count = markup::thousands(i64::try_from(list.items.len()).unwrap_or(0));
    format!("{count} of {} shown{}", markup::thousands(list.total.unwrap_or(0)), if continued { ", from where the page before ended" } else { "" })
}

#[derive(Template)]
#[template(path = "token.html")]
struct TokenPage {
    shell: Shell,
    token: Option<TokenDocument>,
    tokens: Vec<ApprovalToken>,
}

/// Shows tokens that were made.
pub async fn tokens(visit: Visit) -> Answer {
    token_page(visit, None).await
}

/// How long a token is to be good.
#[derive(Deserialize)]
pub struct MakeToken {
    minutes: i64,
}

/// Makes a token and shows it, once.
pub async fn make_token(visit: Visit, Form(form): Form<MakeToken>) -> Answer {
    let token = client_tokens::create::ask(&visit.site, &visit.caller, client_tokens::create::Request { minutes: form.minutes }).await?;
    token_page(visit, Some(token)).await
}

async fn token_page(visit: Visit, token: Option<TokenDocument>) -> Answer {
    let Visit { site, caller, shell } = visit;
    let tokens = client_tokens::list::ask(&site, &caller, client_tokens::list::Request::default()).await?.items;
    page(&TokenPage { shell, token, tokens })
}
