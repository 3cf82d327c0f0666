//! Every boundary.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::boundaries::{self, Stored};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Boundary, Operation::Read);

/// One boundary.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Boundary {
    /// Its number.
    pub boundary_id: i64,
    /// Its name: generated from what it is.
    #[schema(example = "IP subnet 10.1.2.0/24")]
    pub name: String,
    /// `ip-subnet`, `ad-site`, `ipv6-prefix` or `ip-range`.
    pub kind: String,
    /// Its value.
    #[schema(example = "10.1.2.0/24")]
    pub value: String,
    /// What people call it; of one that discovery made, forest, site and subnet.
    pub description: String,
    /// Who added it; a component's id when discovery made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
}

impl From<Stored> for Boundary {
    fn from(stored: Stored) -> Self {
        Self {
            boundary_id: stored.boundary_id,
            name: stored.boundary.name(),
            kind: stored.boundary.kind().id().to_owned(),
            value: stored.boundary.value().to_owned(),
            description: stored.description,
            created_by: stored.created_by,
            created_at: stored.created_at.into(),
        }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Boundary>, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| Ok(List::whole(boundaries::list(tx)?.into_iter().map(Boundary::from).collect())))).await
}

/// Lists boundaries.
#[utoipa::path(get, path = "/api/v1/boundaries", operation_id = "boundary_list", tag = "boundaries",
    responses((status = 200, description = "The boundaries", body = List<Boundary>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Boundary>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
