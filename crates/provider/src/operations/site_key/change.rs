//! Having the site key changed.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::operations::verifications::Task;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::accounts::tasks;
use serde_json::json;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<Task, ApiError> {
    let task = site
        .perform(caller, REQUIRES, move |work| {
            work.act("vault.rekey-request", |tx| {
                let id = tasks::request(tx, tasks::Task::Rekey, None, work.caller.name(), work.now())?;
                let task = tasks::by_id(tx, id)?.map(Task::from).ok_or_else(|| ApiError::not_found("task", &id.to_string(), "provost site rekey"))?;
                Ok(Acted { answer: task, object: "site key".to_owned(), detail: json!({ "task": id }) })
            })
        })
        .await?;
    site.account_changed();
    Ok(task)
}

/// Has the site key changed: every sealed password is sealed under a new one. The task tells when it is done.
#[utoipa::path(post, path = "/api/v1/site-key", operation_id = "site_key_change", tag = "site",
    responses((status = 200, description = "The task", body = One<Task>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<One<Task>>, ApiError> {
    ask(&site, &caller).await.map(|task| Json(One::new(task)))
}
