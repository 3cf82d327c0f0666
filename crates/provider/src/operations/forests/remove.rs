//! Forgetting a forest.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_store::{forests, publishing};
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Delete);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, forest: String) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let forest = forest.to_lowercase();
        work.act("forest.remove", |tx| {
            if publishing::find(tx, &forest)?.is_some_and(|known| known.standing) {
                let what = format!("the forest {forest} was not forgotten");
                let error = ApiError::new(StatusCode::CONFLICT, code::PUBLISHING_STANDS, what, "what the site published there was not removed yet");
                return Err(error.fix(format!("provost forest publish off {forest} --wait")).into());
            }
            if !forests::remove(tx, &forest)? {
                return Err(ApiError::not_found("forest", &forest, "provost forest list").into());
            }
            Ok(Acted { answer: Done { object: forest.clone(), done: "removed".to_owned() }, object: forest.clone(), detail: json!({}) })
        })
    })
    .await
}

/// Forgets a forest with its domains, sites and subnets. Boundaries stay; a trusted forest comes back while forest discovery is on.
#[utoipa::path(delete, path = "/api/v1/forests/{forest}", operation_id = "forest_remove", tag = "forests",
    params(("forest" = String, Path, description = "DNS name of its root domain")),
    responses((status = 200, description = "It is forgotten", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(forest): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, forest).await.map(|done| Json(One::new(done)))
}
