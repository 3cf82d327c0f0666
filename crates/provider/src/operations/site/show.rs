//! What the running site is.

use crate::access::{Access, Caller};
use crate::document::{One, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(crate::access::Securable::Site, crate::access::Operation::Read);

/// The running site.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SiteDocument {
    /// Its code.
    #[schema(example = "LAB")]
    pub code: String,
    /// Its name.
    pub name: String,
    /// Version of the program.
    pub version: String,
    /// Engine and schema of the site database.
    #[schema(example = "SQLite 3.50.2, schema 2")]
    pub database: String,
    /// Names of the roles that run here.
    pub roles: Vec<String>,
    /// When it started.
    pub started_at: Time,
    /// Address of console and API.
    pub console_url: String,
    /// SHA-256 of the console's certificate, hexadecimal.
    pub console_fingerprint: String,
    /// Address of the management point; empty when there is none.
    pub mp_url: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<SiteDocument, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let facts = work.site.status().facts();
        Ok(SiteDocument {
            code: facts.code.to_string(),
            name: facts.name.clone(),
            version: facts.version.clone(),
            database: facts.database.clone(),
            roles: facts.roles.iter().map(|role| role.name.clone()).collect(),
            started_at: facts.started_at.into(),
            console_url: facts.console_url.clone(),
            console_fingerprint: facts.console_fingerprint.clone(),
            mp_url: facts.management_point_url.clone(),
        })
    })
    .await
}

/// Shows the running site: its code, database, roles and addresses.
#[utoipa::path(get, path = "/api/v1/site", operation_id = "site_show", tag = "site",
    responses((status = 200, description = "The site", body = One<SiteDocument>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<SiteDocument>>, ApiError> {
    ask(&site, &caller).await.map(|site| Json(One::new(site)))
}
