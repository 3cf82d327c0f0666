//! Asking a client for a full hardware inventory.

use super::named;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::clients;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ModifyResource);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("client.request-full-inventory", |tx| {
                let client = named(tx, &name)?;
                clients::set_full_inventory(tx, client.smsid, true)?;
                let answer = Done { object: client.smsid.to_string(), done: "asked for a full hardware inventory".to_owned() };
                Ok(Acted { answer, object: client.smsid.to_string(), detail: json!({}) })
            })
        })
        .await?;
    site.client_changed();
    Ok(done)
}

/// Asks a client for a full hardware inventory; it comes with the client's next policy.
#[utoipa::path(post, path = "/api/v1/clients/{name}/request-full-inventory", operation_id = "client_request_inventory", tag = "clients",
    params(("name" = String, Path, description = "Its identity, or a name that only one client has")),
    responses((status = 200, description = "It is asked", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name).await.map(|done| Json(One::new(done)))
}
