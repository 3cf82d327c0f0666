//! One run.

use super::DiscoveryRun;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::discovery::runs;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, run_id: i64) -> Result<DiscoveryRun, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let missing = || ApiError::not_found("discovery run", &run_id.to_string(), "provost discovery history");
        work.read(|tx| Ok(runs::find(tx, run_id)?.map(DiscoveryRun::from).ok_or_else(missing)?))
    })
    .await
}

/// Shows a run: how far it is, or what became of it.
#[utoipa::path(get, path = "/api/v1/discovery-runs/{run_id}", operation_id = "discovery_run_show", tag = "discovery",
    params(("run_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The run", body = One<DiscoveryRun>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(run_id): Path<i64>) -> Result<Json<One<DiscoveryRun>>, ApiError> {
    ask(&site, &caller, run_id).await.map(|run| Json(One::new(run)))
}
