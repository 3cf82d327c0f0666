//! Proxy servers.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::servers::{self, ProxyServer};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One proxy server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proxy {
    /// Id of the account that passes it.
    #[schema(example = "software-update-point-proxy")]
    pub kind: String,
    /// The site system whose proxy it is.
    pub on: String,
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it asks for sign-in.
    pub authenticates: bool,
    /// Hosts that the account must reach, `host` or `host:port`.
    pub allowed: Vec<String>,
    /// A host that it must not reach, which checks try; empty for none.
    pub forbidden_host: String,
    /// Whether only certain authorities are trusted for the hosts behind it.
    pub own_authority: bool,
}

impl From<ProxyServer> for Proxy {
    fn from(server: ProxyServer) -> Self {
        Self {
            kind: server.kind,
            on: server.object,
            host: server.host,
            port: server.port,
            authenticates: server.authenticates,
            allowed: server.allowed,
            forbidden_host: server.forbidden_host,
            own_authority: server.ca_pem.is_some(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Proxy>, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| Ok(List::whole(servers::proxy_servers(tx)?.into_iter().map(Proxy::from).collect())))).await
}

/// Lists proxy servers.
#[utoipa::path(get, path = "/api/v1/proxies", operation_id = "proxy_list", tag = "proxies",
    responses((status = 200, description = "The proxy servers", body = List<Proxy>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Proxy>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
