//! Removing a binding.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::accounts::{bindings, checks};
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, binding_id: i64) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let sealer = work.site.sealer().clone();
            work.act("account.remove", |tx| {
                bindings::lock(tx)?;
                let stored = super::by_id(tx, binding_id)?;
                if let Some(secret) = stored.secret {
                    sealer.retire(tx, secret, work.now()).map_err(|error| super::vault_refused("the account was not removed", error))?;
                }
                checks::forget(tx, binding_id)?;
                bindings::remove(tx, &stored)?;
                let object = stored.name.to_string();
                let detail = json!({ "kind": stored.kind.definition().id, "on": stored.object });
                Ok(Acted { answer: Done { object: object.clone(), done: "removed".to_owned() }, object, detail })
            })
        })
        .await?;
    site.account_changed();
    Ok(done)
}

/// Removes a binding; its password is destroyed.
#[utoipa::path(delete, path = "/api/v1/bindings/{binding_id}", operation_id = "binding_remove", tag = "bindings",
    params(("binding_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "It is removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(binding_id): Path<i64>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, binding_id).await.map(|done| Json(One::new(done)))
}
