//! Removing a discovery location.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::discovery::locations;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, location_id: i64) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.act("discovery.remove", |tx| {
            let missing = || ApiError::not_found("discovery location", &location_id.to_string(), "provost discovery list");
            let stored = locations::find(tx, location_id)?.ok_or_else(missing)?;
            locations::remove(tx, location_id)?;
            let object = stored.location.path.to_string();
            Ok(Acted { answer: Done { object: object.clone(), done: "removed".to_owned() }, object, detail: json!({ "method": stored.location.method.id() }) })
        })
    })
    .await
}

/// Removes a location. What was found there stays.
#[utoipa::path(delete, path = "/api/v1/discovery-locations/{location_id}", operation_id = "discovery_location_remove", tag = "discovery",
    params(("location_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "It is removed", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(location_id): Path<i64>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, location_id).await.map(|done| Json(One::new(done)))
}
