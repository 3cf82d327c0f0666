//! Taking a waiver back.

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
pub async fn ask(site: &Site, caller: &Caller, binding_id: i64, check: String) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("account.unwaive", |tx| {
                let stored = bindings::by_id(tx, binding_id)?.ok_or_else(|| ApiError::not_found("binding", &binding_id.to_string(), "provost account list"))?;
                if !checks::end_waiver(tx, binding_id, &check)? {
                    return Err(ApiError::not_found("waiver of", &check, &format!("provost account show '{}'", stored.name)).into());
                }
                let object = stored.name.to_string();
                Ok(Acted { answer: Done { object: object.clone(), done: "no longer waived".to_owned() }, object, detail: json!({ "check": check }) })
            })
        })
        .await?;
    site.account_changed();
    Ok(done)
}

/// Takes a waiver back: the failed check counts again.
#[utoipa::path(delete, path = "/api/v1/bindings/{binding_id}/waivers/{check}", operation_id = "waiver_end", tag = "bindings",
    params(("binding_id" = i64, Path, description = "Number of the binding"), ("check" = String, Path, description = "Id of the check")),
    responses((status = 200, description = "It is taken back", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path((binding_id, check)): Path<(i64, String)>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, binding_id, check).await.map(|done| Json(One::new(done)))
}
