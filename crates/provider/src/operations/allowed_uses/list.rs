//! Dangerous uses, and which of them are switched on.

use super::switches;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::List;
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::settings;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One dangerous use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllowedUse {
    /// Its id.
    #[serde(rename = "use")]
    #[schema(example = "push-client")]
    pub operation: String,
    /// What it lets happen.
    pub words: String,
    /// Whether it is switched on.
    pub allowed: bool,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<AllowedUse>, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let allowed = settings::allowed(tx)?;
            let document =
                |(id, words): (&str, &str)| AllowedUse { operation: id.to_owned(), words: words.to_owned(), allowed: allowed.iter().any(|on| on == id) };
            Ok(List::whole(switches().into_iter().map(document).collect()))
        })
    })
    .await
}

/// Lists dangerous uses.
#[utoipa::path(get, path = "/api/v1/allowed-uses", operation_id = "allowed_use_list", tag = "bindings",
    responses((status = 200, description = "The dangerous uses", body = List<AllowedUse>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<AllowedUse>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
