//! Choosing how strict the site is.

use super::show::Profile;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_catalog::rights::Profile as Strictness;
use provost_store::settings;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `standard` or `hardened`.
    pub profile: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Profile, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let wanted = Strictness::ALL.iter().copied().find(|profile| profile.id() == request.profile);
            let wanted = wanted.ok_or_else(|| ApiError::malformed(format!("{:?} is no profile", request.profile), "the profiles are standard and hardened"))?;
            work.act("site.profile", |tx| {
                let before = settings::profile(tx)?;
                settings::set_profile(tx, wanted)?;
                Ok(Acted { answer: Profile::from(wanted), object: wanted.id().to_owned(), detail: json!({ "before": before.id() }) })
            })
        })
        .await?;
    // What is checked has changed.
    site.account_changed();
    Ok(done)
}

/// Chooses how strict the site is.
#[utoipa::path(put, path = "/api/v1/profile", operation_id = "profile_set", tag = "site", request_body = inline(Request),
    responses((status = 200, description = "The profile", body = One<Profile>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Profile>>, ApiError> {
    ask(&site, &caller, request).await.map(|profile| Json(One::new(profile)))
}
