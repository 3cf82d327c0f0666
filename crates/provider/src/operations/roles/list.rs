//! Which roles run here, and how each is.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use crate::site_status::RoleStatus;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Role {
    /// Its name.
    #[schema(example = "management-point")]
    pub name: String,
    /// Its name as people read it.
    pub title: String,
    /// `starting`, `running`, `failing` or `stopped`.
    pub state: String,
    /// Since when.
    pub since: Time,
    /// Where it listens; empty when it does not.
    pub address: String,
    /// Why it fails; empty when it does not.
    pub reason: String,
}

impl From<&RoleStatus> for Role {
    fn from(role: &RoleStatus) -> Self {
        let RoleStatus { name, title, state, since, address, reason } = role;
        Self {
            name: name.clone(),
            title: title.clone(),
            state: state.word().to_owned(),
            since: (*since).into(),
            address: address.clone(),
            reason: reason.clone(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Role>, ApiError> {
    site.perform(caller, REQUIRES, |work| Ok(List::whole(work.site.status().facts().roles.iter().map(Role::from).collect()))).await
}

/// Lists the roles of the site and how each is doing.
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "role_list", tag = "site",
    responses((status = 200, description = "The roles", body = List<Role>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Role>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
