//! Removing an alert rule.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::alerts::rules;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AlertSubscription, Operation::Delete);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let name = super::name(&name)?;
            work.act("alert-rule.remove", |tx| {
                if !rules::remove(tx, &name)? {
                    return Err(super::not_found(name.as_str()).into());
                }
                Ok(Acted { answer: Done { object: name.to_string(), done: "removed".to_owned() }, object: name.to_string(), detail: json!({}) })
            })
        })
        .await?;
    site.alerts_changed();
    Ok(done)
}

/// Removes an alert rule. Its alerts are closed and nobody is told; mail that was written is still sent.
#[utoipa::path(delete, path = "/api/v1/alert-rules/{name}", operation_id = "alert_rule_remove", tag = "alerts",
    params(("name" = String, Path, description = "The rule's name")),
    responses((status = 200, description = "It is removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name).await.map(|done| Json(One::new(done)))
}
