//! Removing a boundary.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::boundaries;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Boundary, Operation::Delete);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, boundary_id: i64) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("boundary.remove", |tx| {
                let missing = || ApiError::not_found("boundary", &boundary_id.to_string(), "provost boundary list");
                let stored = boundaries::find(tx, boundary_id)?.ok_or_else(missing)?;
                boundaries::remove(tx, boundary_id)?;
                let object = stored.boundary.name();
                Ok(Acted { answer: Done { object: object.clone(), done: "removed".to_owned() }, object, detail: json!({}) })
            })
        })
        .await?;
    site.truth_changed();
    Ok(done)
}

/// Removes a boundary. Forest discovery makes it again while it finds it and is asked to make boundaries.
#[utoipa::path(delete, path = "/api/v1/boundaries/{boundary_id}", operation_id = "boundary_remove", tag = "boundaries",
    params(("boundary_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "It is removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(boundary_id): Path<i64>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, boundary_id).await.map(|done| Json(One::new(done)))
}
