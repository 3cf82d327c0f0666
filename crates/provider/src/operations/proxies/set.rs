//! Setting a proxy server.

use super::list::Proxy;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::servers::{self, ProxyServer};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Most hosts that one proxy is checked with.
const ALLOWED_MAX: usize = 32;

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Its name or address.
    pub host: String,
    /// Its port; 3128 is usual.
    pub port: u16,
    /// Whether it asks for sign-in; yes when left out.
    pub authenticates: Option<bool>,
    /// Hosts that the account must reach, `host` or `host:port`; at most 32.
    pub allowed: Vec<String>,
    /// A host that it must not reach.
    pub forbidden_host: Option<String>,
    /// Certificates of the only authorities to trust for the hosts behind it, in PEM.
    pub ca_pem: Option<String>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, kind: String, object: String, request: Request) -> Result<Proxy, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let (account, object) = super::place(&work.site, &kind, &object)?;
            let wrong = |cause: String| ApiError::malformed("the proxy was not set", cause);
            let host = |text: &str| !text.is_empty() && text.len() <= 253 && text.chars().all(|c| c.is_alphanumeric() || "-._:[]".contains(c));
            let bad = std::iter::once(&request.host).chain(&request.allowed).chain(&request.forbidden_host).find(|text| !text.is_empty() && !host(text));
            if let Some(bad) = bad {
                return Err(wrong(format!("{bad:?} is not a host's name")));
            }
            if request.host.is_empty() || request.port == 0 || request.allowed.len() > ALLOWED_MAX {
                return Err(wrong(format!("it has a host, a port, and at most {ALLOWED_MAX} allowed hosts")));
            }
            if request.ca_pem.as_ref().is_some_and(|pem| !pem.contains("-----BEGIN CERTIFICATE-----")) {
                return Err(wrong("the authority is no certificate in PEM".to_owned()));
            }
            let server = ProxyServer {
                kind: account.id.to_owned(),
                object,
                host: request.host.clone(),
                port: request.port,
                authenticates: request.authenticates.unwrap_or(true),
                allowed: request.allowed.clone(),
                forbidden_host: request.forbidden_host.clone().unwrap_or_default(),
                ca_pem: request.ca_pem.clone(),
            };
            work.act("proxy.set", |tx| {
                servers::set_proxy_server(tx, &server)?;
                let detail = json!({ "kind": server.kind, "server": format!("{}:{}", server.host, server.port), "allowed": server.allowed, "forbidden": server.forbidden_host });
                Ok(Acted { answer: Proxy::from(server.clone()), object: server.object.clone(), detail })
            })
        })
        .await?;
    site.account_changed();
    Ok(done)
}

/// Sets the proxy server of a site system.
#[utoipa::path(put, path = "/api/v1/proxies/{kind}/{on}", operation_id = "proxy_set", tag = "proxies", request_body = inline(Request),
    params(("kind" = String, Path, description = "Id of the account that passes it"), ("on" = String, Path, description = "The site system")),
    responses((status = 200, description = "The proxy server", body = One<Proxy>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path((kind, on)): Path<(String, String)>,
    Body(request): Body<Request>,
) -> Result<Json<One<Proxy>>, ApiError> {
    ask(&site, &caller, kind, on, request).await.map(|proxy| Json(One::new(proxy)))
}
