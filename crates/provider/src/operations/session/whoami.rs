//! As whom the site knows the caller.

use crate::access::{Access, Caller};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// Who asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Whoami {
    /// Name.
    pub name: String,
    /// Where from: an address, or the local socket.
    pub origin: String,
    /// Security roles.
    pub security_roles: Vec<String>,
    /// When the session ends; null on the local socket.
    pub expires_at: Option<Time>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Whoami, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let expires_at = match &work.caller {
            Caller::Person { expires_at, .. } => Some(Time(*expires_at)),
            Caller::Owner { .. } | Caller::Nobody { .. } => None,
        };
        let security_roles = vec!["Full Administrator".to_owned()];
        Ok(Whoami { name: work.caller.name().to_owned(), origin: work.caller.origin().to_owned(), security_roles, expires_at })
    })
    .await
}

/// Tells as whom the site knows the caller.
#[utoipa::path(get, path = "/api/v1/whoami", operation_id = "whoami", tag = "session",
    responses((status = 200, description = "Who asks", body = One<Whoami>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Whoami>>, ApiError> {
    ask(&site, &caller).await.map(|whoami| Json(One::new(whoami)))
}
