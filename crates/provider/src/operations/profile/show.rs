//! How strict the site is.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_catalog::rights::Profile as Strictness;
use provost_store::settings;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// How strict the site is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Profile {
    /// `standard` or `hardened`.
    #[schema(example = "standard")]
    pub profile: String,
    /// What that means.
    pub words: String,
}

impl From<Strictness> for Profile {
    fn from(profile: Strictness) -> Self {
        Self { profile: profile.id().to_owned(), words: profile.words().to_owned() }
    }
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Profile, ApiError> {
    site.perform(caller, REQUIRES, move |work| work.read(|tx| Ok(settings::profile(tx)?.into()))).await
}

/// Shows how strict the site is.
#[utoipa::path(get, path = "/api/v1/profile", operation_id = "profile_show", tag = "site",
    responses((status = 200, description = "The profile", body = One<Profile>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Profile>>, ApiError> {
    ask(&site, &caller).await.map(|profile| Json(One::new(profile)))
}
