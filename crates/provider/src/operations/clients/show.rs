//! Everything that is known of one client.

use super::list::Client;
use super::named;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::views;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ReadResource);

/// One client.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientDetail {
    /// As in the list.
    #[serde(flatten)]
    pub client: Client,
    /// SHA-256 of its certificate; null when it has none.
    pub certificate_digest: Option<String>,
    /// Digest of the inventory that the site has of it; null when none.
    pub inventory_digest: Option<String>,
    /// Whether the site waits for a full hardware inventory.
    pub full_inventory: bool,
    /// Whether the site waits for all its states.
    pub state_resync: bool,
    /// The policy it gets.
    pub policy_id: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<ClientDetail, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let client = named(tx, &name)?;
            let listed = views::clients::find(tx, client.smsid)?.ok_or_else(|| ApiError::not_found("client", &name, "provost client list"))?;
            Ok(ClientDetail {
                client: listed.into(),
                certificate_digest: client.certificate.map(|certificate| certificate.digest.to_string()),
                inventory_digest: client.inventory_digest.map(|digest| digest.to_string()),
                full_inventory: client.full_inventory,
                state_resync: client.state_resync,
                policy_id: client.policy_id,
            })
        })
    })
    .await
}

/// Shows a client: its key, its certificate, what the site thinks of it, and when it was last seen.
#[utoipa::path(get, path = "/api/v1/clients/{name}", operation_id = "client_show", tag = "clients",
    params(("name" = String, Path, description = "Its identity, or a name that only one client has")),
    responses((status = 200, description = "The client", body = One<ClientDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<ClientDetail>>, ApiError> {
    ask(&site, &caller, name).await.map(|client| Json(One::new(client)))
}
