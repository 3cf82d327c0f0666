//! One user of a directory.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::users::{DirectoryResourceDetail, named};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::discovery::ObjectKind;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::ReadResource);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<DirectoryResourceDetail, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| named(tx, ObjectKind::User, &name, "user", "provost user list"))).await
}

/// Shows a user: by SID, by `dns.domain\name`, by principal name, or by a name that only one domain has.
#[utoipa::path(get, path = "/api/v1/users/{name}", operation_id = "user_show", tag = "users",
    params(("name" = String, Path, description = "SID or name")),
    responses((status = 200, description = "The user", body = One<DirectoryResourceDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<DirectoryResourceDetail>>, ApiError> {
    ask(&site, &caller, name).await.map(|one| Json(One::new(one)))
}
