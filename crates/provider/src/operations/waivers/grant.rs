//! Granting a waiver.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::accounts::verification::{Waiver, check_waiver};
use provost_store::accounts::{bindings, checks};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Why, in at least ten characters.
    pub reason: String,
    /// Until when, within a year: a date, or a point in time as RFC 3339.
    #[schema(example = "2026-12-31")]
    pub until: String,
}

fn until(text: &str) -> Result<Timestamp, ApiError> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    whole.parse().map_err(|_| ApiError::malformed("the waiver was not granted", format!("{text:?} is no date such as 2026-12-31")))
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, binding_id: i64, check: String, request: Request) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let ends_at = until(&request.until)?;
            let now = work.now();
            work.act("account.waive", |tx| {
                let stored = bindings::by_id(tx, binding_id)?.ok_or_else(|| ApiError::not_found("binding", &binding_id.to_string(), "provost account list"))?;
                let found = checks::findings(tx, Some(binding_id))?.remove(&binding_id).unwrap_or_default();
                let verdict = found.iter().find(|finding| finding.check_id == check).map(|finding| finding.verdict);
                check_waiver(verdict, &request.reason, now, ends_at)
                    .map_err(|why| ApiError::new(StatusCode::CONFLICT, code::WAIVER_INVALID, format!("{check} was not waived"), why))?;
                let waiver = Waiver {
                    check_id: check.clone(),
                    reason: request.reason.trim().to_owned(),
                    granted_by: work.caller.name().to_owned(),
                    granted_at: now,
                    ends_at,
                };
                checks::grant_waiver(tx, binding_id, &waiver)?;
                let object = stored.name.to_string();
                let detail = json!({ "check": check, "reason": waiver.reason, "until": ends_at.to_string() });
                Ok(Acted { answer: Done { object: object.clone(), done: "waived".to_owned() }, object, detail })
            })
        })
        .await?;
    site.account_changed();
    Ok(done)
}

/// Grants a waiver for a check that failed.
#[utoipa::path(put, path = "/api/v1/bindings/{binding_id}/waivers/{check}", operation_id = "waiver_grant", tag = "bindings", request_body = inline(Request),
    params(("binding_id" = i64, Path, description = "Number of the binding"), ("check" = String, Path, description = "Id of the check")),
    responses((status = 200, description = "It is granted", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path((binding_id, check)): Path<(i64, String)>,
    Body(request): Body<Request>,
) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, binding_id, check, request).await.map(|done| Json(One::new(done)))
}
