//! Having a forest's schema extended by what publishing needs.

use super::list::Forest;
use super::publish::{act_at, check_allowed};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::publishing;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Forest, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Forest, ApiError> {
    let domain = site.domain();
    let done = site
        .perform(caller, REQUIRES, move |work| {
            let what = format!("the schema of {name} was not extended");
            act_at(work, "forest.extend-schema", &name, &domain, |tx, forest| {
                check_allowed(tx, &what)?;
                Ok(publishing::ask_for_schema(tx, forest, work.caller.name(), work.now())?)
            })
        })
        .await?;
    site.truth_changed();
    Ok(done)
}

/// Has a forest's schema extended by what publishing needs, as the account that publishes there; it is never undone. Where any of
/// the names is there already nothing is changed. The forest tells what became of it.
#[utoipa::path(post, path = "/api/v1/forests/{forest}/schema", operation_id = "forest_extend_schema", tag = "forests",
    params(("forest" = String, Path, description = "DNS name of its root domain")),
    responses((status = 200, description = "The forest", body = One<Forest>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Forest>>, ApiError> {
    ask(&site, &caller, name).await.map(|forest| Json(One::new(forest)))
}
