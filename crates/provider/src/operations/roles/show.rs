//! One role of this site.

use super::list::Role;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Role, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let facts = work.site.status().facts();
        let role = facts.roles.iter().find(|role| role.name == name);
        role.map(Role::from).ok_or_else(|| ApiError::not_found("role", &name, "provost role list"))
    })
    .await
}

/// Shows one role.
#[utoipa::path(get, path = "/api/v1/roles/{name}", operation_id = "role_show", tag = "site", params(("name" = String, Path, description = "Its name")),
    responses((status = 200, description = "The role", body = One<Role>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Role>>, ApiError> {
    ask(&site, &caller, name).await.map(|role| Json(One::new(role)))
}
