//! Users of directories, page by page.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::users::{DirectoryResource, Request, page};
use crate::request::Query;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_domain::discovery::ObjectKind;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<List<DirectoryResource>, ApiError> {
    site.perform(caller, REQUIRES, move |work| page(work, ObjectKind::User, &request)).await
}

/// Lists users that discovery found.
#[utoipa::path(get, path = "/api/v1/users", operation_id = "user_list", tag = "users", params(Request),
    responses((status = 200, description = "A page of users", body = List<DirectoryResource>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Query(request): Query<Request>) -> Result<Json<List<DirectoryResource>>, ApiError> {
    ask(&site, &caller, request).await.map(Json)
}
