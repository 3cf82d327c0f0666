//! Having it looked whether what the site published can go.

use super::Uninstallation;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::{publishing, withdrawal};
use serde_json::json;

/// What the caller needs: accounts sign in for it.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Uninstallation, ApiError> {
    let asked = site
        .perform(caller, REQUIRES, |work| {
            let code = work.site.status().facts().code.to_string();
            work.act("site.uninstall-look", |tx| {
                let mut forests = Vec::new();
                for known in publishing::list(tx)?.into_iter().filter(|known| known.standing || known.wanted) {
                    withdrawal::ask(tx, &known.forest, work.caller.name(), work.now())?;
                    forests.push(known.forest);
                }
                Ok(Acted { answer: Uninstallation::of(tx, &code)?, object: code.clone(), detail: json!({ "forests": forests }) })
            })
        })
        .await?;
    site.truth_changed();
    Ok(asked)
}

/// Has it looked, in each forest that the site publishes to and as the account that publishes there, whether what is published
/// can go. Nothing is changed in a directory.
#[utoipa::path(post, path = "/api/v1/uninstallation/looks", operation_id = "uninstallation_look", tag = "site",
    responses((status = 200, description = "What there is; `looked_at` is null until it was looked", body = One<Uninstallation>),
        (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Uninstallation>>, ApiError> {
    ask(&site, &caller).await.map(|document| Json(One::new(document)))
}
