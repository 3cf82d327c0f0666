//! Having accounts verified.

use super::Task;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Body;
use crate::site::{Acted, Site};
use axum::Json;
use axum::extract::State;
use provost_store::accounts::{bindings, tasks};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Modify);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Only this binding; all when left out.
    pub binding_id: Option<i64>,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, request: Request) -> Result<Task, ApiError> {
    let task = site
        .perform(caller, REQUIRES, move |work| {
            work.act("account.verify-request", |tx| {
                let object = match request.binding_id {
                    None => "every account".to_owned(),
                    Some(id) => {
                        bindings::by_id(tx, id)?.ok_or_else(|| ApiError::not_found("binding", &id.to_string(), "provost account list"))?.name.to_string()
                    }
                };
                let id = tasks::request(tx, tasks::Task::Verify, request.binding_id, work.caller.name(), work.now())?;
                let task = tasks::by_id(tx, id)?.map(Task::from).ok_or_else(|| ApiError::not_found("task", &id.to_string(), "provost verify"))?;
                Ok(Acted { answer: task, object, detail: json!({ "task": id }) })
            })
        })
        .await?;
    site.account_changed();
    Ok(task)
}

/// Has accounts verified. The checks run as the accounts, within their lock-out budget; the task tells when they are done.
#[utoipa::path(post, path = "/api/v1/verifications", operation_id = "verification_start", tag = "bindings", request_body = inline(Request),
    responses((status = 200, description = "The task", body = One<Task>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Body(request): Body<Request>) -> Result<Json<One<Task>>, ApiError> {
    ask(&site, &caller, request).await.map(|task| Json(One::new(task)))
}
