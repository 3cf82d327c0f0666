//! Switching a dangerous use on or off.

use super::list::AllowedUse;
use super::switches;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::{Body, Path};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::settings;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Whether it is on.
    pub allowed: bool,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, id: String, request: Request) -> Result<AllowedUse, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let Some((id, words)) = switches().into_iter().find(|(known, _)| *known == id) else {
                let known: Vec<&str> = switches().iter().map(|(id, _)| *id).collect();
                return Err(ApiError::not_found("dangerous use", &id, "provost account allow --list").fix(format!("one of {}", known.join(", "))));
            };
            work.act(if request.allowed { "use.allow" } else { "use.disallow" }, |tx| {
                settings::allow(tx, id, request.allowed)?;
                let answer = AllowedUse { operation: id.to_owned(), words: words.to_owned(), allowed: request.allowed };
                Ok(Acted { answer, object: id.to_owned(), detail: json!({}) })
            })
        })
        .await?;
    // Publishing is one of them.
    site.truth_changed();
    Ok(done)
}

/// Switches a dangerous use on or off.
#[utoipa::path(put, path = "/api/v1/allowed-uses/{use}", operation_id = "allowed_use_set", tag = "bindings", request_body = inline(Request),
    params(("use" = String, Path, description = "Its id")),
    responses((status = 200, description = "The use", body = One<AllowedUse>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(id): Path<String>, Body(request): Body<Request>) -> Result<Json<One<AllowedUse>>, ApiError> {
    ask(&site, &caller, id, request).await.map(|one| Json(One::new(one)))
}
