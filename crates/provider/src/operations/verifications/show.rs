//! How far a task of the account manager is.

use super::Task;
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use provost_store::accounts::tasks;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, task_id: i64) -> Result<Task, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        work.read(|tx| {
            let task = tasks::by_id(tx, task_id)?;
            task.map(Task::from).ok_or_else(|| ApiError::not_found("task", &task_id.to_string(), "provost verify").into())
        })
    })
    .await
}

/// Shows how far a task is.
#[utoipa::path(get, path = "/api/v1/verifications/{task_id}", operation_id = "verification_show", tag = "bindings",
    params(("task_id" = i64, Path, description = "Its number")),
    responses((status = 200, description = "The task", body = One<Task>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(task_id): Path<i64>) -> Result<Json<One<Task>>, ApiError> {
    ask(&site, &caller, task_id).await.map(|task| Json(One::new(task)))
}
