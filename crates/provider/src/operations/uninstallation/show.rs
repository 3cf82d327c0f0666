//! What the site put where.

use super::Uninstallation;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Uninstallation, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let code = work.site.status().facts().code.to_string();
        work.read(|tx| Ok(Uninstallation::of(tx, &code)?))
    })
    .await
}

/// Shows what the site put where, and what the newest look at each forest saw.
#[utoipa::path(get, path = "/api/v1/uninstallation", operation_id = "uninstallation_show", tag = "site",
    responses((status = 200, description = "What there is", body = One<Uninstallation>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Uninstallation>>, ApiError> {
    ask(&site, &caller).await.map(|document| Json(One::new(document)))
}
