//! Forgetting the SMTP server.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::servers;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("mail.remove", |tx| {
                let server = servers::mail_server(tx)?.ok_or_else(|| super::unset("there is no SMTP server to remove"))?;
                servers::remove_mail_server(tx)?;
                let object = format!("{}:{}", server.host, server.port);
                Ok(Acted { answer: Done { object: object.clone(), done: "removed".to_owned() }, object, detail: json!({}) })
            })
        })
        .await?;
    site.mail_server_changed();
    Ok(done)
}

/// Forgets the SMTP server for alerts. Mail waits until another is set, three days at most.
#[utoipa::path(delete, path = "/api/v1/mail-server", operation_id = "mail_server_remove", tag = "mail",
    responses((status = 200, description = "It is forgotten", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller).await.map(|done| Json(One::new(done)))
}
