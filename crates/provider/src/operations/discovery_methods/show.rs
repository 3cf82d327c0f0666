//! One discovery method.

use super::list::DiscoveryMethod;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::discovery::methods;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, method: String) -> Result<DiscoveryMethod, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let method = super::named(&method)?;
        work.read(|tx| Ok(DiscoveryMethod::from(methods::find(tx, method)?)))
    })
    .await
}

/// Shows how a discovery method is set.
#[utoipa::path(get, path = "/api/v1/discovery-methods/{method}", operation_id = "discovery_method_show", tag = "discovery",
    params(("method" = String, Path, description = "The method")),
    responses((status = 200, description = "The method", body = One<DiscoveryMethod>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(method): Path<String>) -> Result<Json<One<DiscoveryMethod>>, ApiError> {
    ask(&site, &caller, method).await.map(|method| Json(One::new(method)))
}
