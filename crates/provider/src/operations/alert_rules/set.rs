//! Turning an alert rule on or off.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::alerts::rules;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::AlertSubscription, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Whether it looks.
    pub enabled: bool,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String, request: Request) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let name = super::name(&name)?;
            work.act("alert-rule.set", |tx| {
                if !rules::set_enabled(tx, &name, request.enabled)? {
                    return Err(super::not_found(name.as_str()).into());
                }
                let done = if request.enabled { "turned on" } else { "turned off" };
                let detail = json!({ "enabled": request.enabled });
                Ok(Acted { answer: Done { object: name.to_string(), done: done.to_owned() }, object: name.to_string(), detail })
            })
        })
        .await?;
    site.alerts_changed();
    Ok(done)
}

/// Turns an alert rule on or off. Turned off, its alerts are closed and nobody is told; turned on, it looks at what happens
/// from then on.
#[utoipa::path(put, path = "/api/v1/alert-rules/{name}", operation_id = "alert_rule_set", tag = "alerts", request_body = inline(Request),
    params(("name" = String, Path, description = "The rule's name")),
    responses((status = 200, description = "It is done", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>, Body(request): Body<Request>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name, request).await.map(|done| Json(One::new(done)))
}
