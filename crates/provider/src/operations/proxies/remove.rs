//! Removing a proxy server.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::servers;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, kind: String, object: String) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let (account, object) = super::place(&work.site, &kind, &object)?;
        work.act("proxy.remove", |tx| {
            if !servers::remove_proxy_server(tx, account.id, &object)? {
                return Err(ApiError::not_found("proxy of", &object, "provost proxy list").into());
            }
            Ok(Acted { answer: Done { object: object.clone(), done: "removed".to_owned() }, object: object.clone(), detail: json!({ "kind": account.id }) })
        })
    })
    .await
}

/// Removes the proxy server of a site system.
#[utoipa::path(delete, path = "/api/v1/proxies/{kind}/{on}", operation_id = "proxy_remove", tag = "proxies",
    params(("kind" = String, Path, description = "Id of the account that passes it"), ("on" = String, Path, description = "The site system")),
    responses((status = 200, description = "It is removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path((kind, on)): Path<(String, String)>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, kind, on).await.map(|done| Json(One::new(done)))
}
