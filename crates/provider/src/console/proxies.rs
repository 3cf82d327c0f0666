//! Proxy servers that site systems reach the Internet through.

use super::form::Refused;
use super::markup::{self, Markup};
use super::shell::{Shell, Visit};
use super::{Answer, ConfirmPage, assets, page, see};
use crate::error::ApiError;
use crate::operations::proxies::list::{self, Proxy};
use crate::operations::proxies::{remove, set};
use crate::request::{Form, Path, Query};
use askama::Template;
use axum::http::StatusCode;
use provost_catalog::accounts::{ACCOUNTS, Reach, account};
use provost_catalog::rules::code;
use provost_domain::shell_word;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "proxies.html")]
struct Page {
    shell: Shell,
    sentence: String,
    proxies: Vec<Proxy>,
}

impl Page {
    fn title<'a>(&self, kind: &'a str) -> &'a str {
        account(kind).map_or(kind, |account| account.title)
    }
}

/// Shows them.
pub async fn list(visit: Visit) -> Answer {
    let Visit { site, caller, shell } = visit;
    let proxies = list::ask(&site, &caller).await?.items;
    let sentence = "The proxy servers that site systems reach the Internet through. Proxy settings of the environment are never used.".to_owned();
    page(&Page { shell, sentence, proxies })
}

/// What the address holds: which one is changed, if one is.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    on: String,
}

/// What the form holds.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    port: String,
    /// `no`, or anything else for yes.
    #[serde(default)]
    authenticates: String,
    #[serde(default)]
    allowed: String,
    #[serde(default)]
    forbidden_host: String,
    #[serde(default)]
    ca_pem: String,
}

#[derive(Template)]
#[template(path = "proxy.html")]
struct FormPage {
    shell: Shell,
    kinds: Vec<(&'static str, &'static str)>,
    typed: Typed,
    refused: Refused,
    /// Whether certificates of authorities were set for it, which are not shown again.
    own_authority: bool,
    same_as: Markup,
}

/// Shows the form, with what is set.
pub async fn form(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let known = list::ask(&visit.site, &visit.caller).await?.items.into_iter().find(|known| known.kind == asked.kind && known.on == asked.on);
    let own_authority = known.as_ref().is_some_and(|known| known.own_authority);
    let typed = match known {
        Some(known) => Typed {
            kind: known.kind,
            on: known.on,
            host: known.host,
            port: known.port.to_string(),
            authenticates: if known.authenticates { "yes" } else { "no" }.to_owned(),
            allowed: known.allowed.join("\n"),
            forbidden_host: known.forbidden_host,
            ca_pem: String::new(),
        },
        None => Typed { kind: asked.kind, on: asked.on, port: "3128".to_owned(), ..Typed::default() },
    };
    form_page(visit, typed, own_authority, Refused::default())
}

fn form_page(visit: Visit, typed: Typed, own_authority: bool, refused: Refused) -> Answer {
    let passes = ACCOUNTS.iter().filter(|account| account.used_by.iter().any(|operation| operation.reaches() == Reach::Proxy));
    let kinds = passes.map(|account| (account.id, account.title)).collect();
    let same_as = markup::same_as("provost proxy set KIND HOST:PORT --on SITE-SYSTEM", "PUT /api/v1/proxies/KIND/SITE-SYSTEM");
    let status = refused.status();
    let mut response = page(&FormPage { shell: visit.shell, kinds, typed, refused, own_authority, same_as })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Sets one.
pub async fn set(visit: Visit, Form(typed): Form<Typed>) -> Answer {
    let Some(port) = typed.port.trim().parse::<u16>().ok().filter(|port| *port > 0) else {
        let error = ApiError::new(StatusCode::BAD_REQUEST, code::REQUEST_MALFORMED, "the proxy was not set", "the port is no number from 1 to 65535")
            .fix("3128 is usual");
        return form_page(visit, typed, false, Refused::because(error, &[(code::REQUEST_MALFORMED, "port")]));
    };
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let request = set::Request {
        host: typed.host.trim().to_owned(),
        port,
        authenticates: Some(typed.authenticates != "no"),
        allowed: typed.allowed.split(['\n', '\r', ',', ' ']).filter(|host| !host.is_empty()).map(str::to_owned).collect(),
        forbidden_host: given(&typed.forbidden_host),
        ca_pem: given(&typed.ca_pem),
    };
    match set::ask(&visit.site, &visit.caller, typed.kind.clone(), typed.on.trim().to_owned(), request).await {
        Ok(_) => Ok(see("/proxies?done=set-proxy")),
        Err(error) => form_page(visit, typed, false, Refused::because(error, &[(code::ACCOUNT_SCOPE_INVALID, "on"), (code::NOT_FOUND, "kind")])),
    }
}

/// Asks whether one is to be removed.
pub async fn confirm_removal(visit: Visit, Path((kind, on)): Path<(String, String)>) -> Answer {
    let known = list::ask(&visit.site, &visit.caller).await?.items.into_iter().find(|known| known.kind == kind && known.on == on);
    let known = known.ok_or_else(|| ApiError::not_found("proxy of", &on, "provost proxy list"))?;
    let path = format!("{}/{}", markup::address_part(&known.kind), markup::address_part(&known.on));
    page(&ConfirmPage {
        shell: visit.shell,
        title: format!("Remove the proxy server of {}", known.on),
        consequences: vec![
            "The site system connects without a proxy, or not at all.".to_owned(),
            "The account that passes it stays bound; its checks cannot see anything then.".to_owned(),
        ],
        facts: vec![
            ("Proxy server", markup::mono(&format!("{}:{}", known.host, known.port))),
            ("Account", markup::link(&format!("/accounts/{}", known.kind), &known.kind)),
        ],
        action: format!("/proxies/{path}/remove"),
        button: "Remove this proxy server",
        dangerous: true,
        back: "/proxies".to_owned(),
        back_name: "Proxies".to_owned(),
        same_as: markup::same_as(&format!("provost proxy remove {} --on {}", known.kind, shell_word(&known.on)), &format!("DELETE /api/v1/proxies/{path}")),
    })
}

/// Removes one.
pub async fn remove(visit: Visit, Path((kind, on)): Path<(String, String)>) -> Answer {
    remove::ask(&visit.site, &visit.caller, kind, on).await?;
    Ok(see("/proxies?done=remove-proxy"))
}
