//! Forgetting a client.

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
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::DeleteResource);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("client.remove", |tx| {
                let client = named(tx, &name)?;
                clients::delete(tx, client.smsid)?;
                let detail = json!({ "name": client.netbios_name, "approval": client.approval.word() });
                Ok(Acted { answer: Done { object: client.smsid.to_string(), done: "removed".to_owned() }, object: client.smsid.to_string(), detail })
            })
        })
        .await?;
    site.client_changed();
    Ok(done)
}

/// Forgets a client: key, certificate, approval and states. It may register again, and is not approved then.
#[utoipa::path(delete, path = "/api/v1/clients/{name}", operation_id = "client_remove", tag = "clients",
    params(("name" = String, Path, description = "Its identity, or a name that only one client has")),
    responses((status = 200, description = "It is forgotten", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name).await.map(|done| Json(One::new(done)))
}
