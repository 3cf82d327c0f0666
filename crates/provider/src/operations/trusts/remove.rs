//! Forgetting how a domain stands to the site's forest.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::servers;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, domain: String) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.act("trust.remove", |tx| {
            if !servers::remove_trust(tx, &domain.to_lowercase())? {
                return Err(ApiError::not_found("domain", &domain, "provost trust list").into());
            }
            Ok(Acted { answer: Done { object: domain.clone(), done: "removed".to_owned() }, object: domain.clone(), detail: json!({}) })
        })
    })
    .await
}

/// Forgets what is known of a domain: it is treated as untrusted.
#[utoipa::path(delete, path = "/api/v1/trusts/{domain}", operation_id = "trust_remove", tag = "trusts",
    params(("domain" = String, Path, description = "Its DNS name")),
    responses((status = 200, description = "It is forgotten", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(domain): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, domain).await.map(|done| Json(One::new(done)))
}
