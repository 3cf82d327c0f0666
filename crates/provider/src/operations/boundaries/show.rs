//! One boundary.

use super::list::Boundary;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::boundaries;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Boundary, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, boundary_id: i64) -> Result<Boundary, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let missing = || ApiError::not_found("boundary", &boundary_id.to_string(), "provost boundary list");
        work.read(|tx| Ok(boundaries::find(tx, boundary_id)?.map(Boundary::from).ok_or_else(missing)?))
    })
    .await
}

/// Shows a boundary.
#[utoipa::path(get, path = "/api/v1/boundaries/{boundary_id}", operation_id = "boundary_show", tag = "boundaries",
    params(("boundary_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The boundary", body = One<Boundary>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(boundary_id): Path<i64>) -> Result<Json<One<Boundary>>, ApiError> {
    ask(&site, &caller, boundary_id).await.map(|boundary| Json(One::new(boundary)))
}
