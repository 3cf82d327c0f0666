//! Forgetting a device.

use super::named;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{Done, One};
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::devices;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Collection, Operation::DeleteResource);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<Done, ApiError> {
    let done = site
        .perform(caller, REQUIRES, move |work| {
            work.act("device.remove", |tx| {
                let number = named(tx, &name)?;
                let device = devices::find(tx, number)?.ok_or_else(|| ApiError::not_found("device", &name, "provost device list"))?.device;
                devices::delete(tx, number)?;
                let detail = json!({ "name": device.name, "smsid": device.smsid.map(|s| s.to_string()) });
                Ok(Acted { answer: Done { object: device.name, done: "removed".to_owned() }, object: format!("device {number}"), detail })
            })
        })
        .await?;
    site.client_changed();
    Ok(done)
}

/// Forgets a device with all that discovery and inventory know of it. Its client stays known; the next heartbeat makes a new record.
#[utoipa::path(delete, path = "/api/v1/devices/{name}", operation_id = "device_remove", tag = "devices",
    params(("name" = String, Path, description = "Its number, or a name that only one device has")),
    responses((status = 200, description = "It is forgotten", body = One<Done>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<Done>>, ApiError> {
    ask(&site, &caller, name).await.map(|done| Json(One::new(done)))
}
