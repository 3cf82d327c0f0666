//! Signing out.

use crate::access::{Access, Caller};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::people;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::SignedIn;

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Done, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let Caller::Person { name, session, .. } = &work.caller else {
            return Ok(Done { object: work.caller.name().to_owned(), done: "nothing: there is no session on the local socket".to_owned() });
        };
        work.act("session.end", |tx| {
            people::delete_session(tx, session)?;
            Ok(Acted { answer: Done { object: name.clone(), done: "signed out".to_owned() }, object: name.clone(), detail: json!({}) })
        })
    })
    .await
}

/// Ends the session that asks.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "session_end", tag = "session",
    responses((status = 200, description = "It is ended", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller).await.map(|done| Json(One::new(done)))
}
