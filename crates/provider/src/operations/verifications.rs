//! Verification of accounts: the account manager does it; here it is asked for, and its progress told.

pub mod show;
pub mod start;

use crate::document::Time;
use provost_store::accounts::tasks::AccountTask;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that the account manager was asked to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Task {
    /// Its number.
    pub task_id: i64,
    /// `verify` or `rekey`.
    pub task: String,
    /// For which binding; null for all.
    pub binding_id: Option<i64>,
    /// Who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Time,
    /// When it was done; null until then.
    pub done_at: Option<Time>,
    /// Why it could not be done; null when it could.
    pub failure: Option<String>,
}

impl From<AccountTask> for Task {
    fn from(task: AccountTask) -> Self {
        Self {
            task_id: task.task_id,
            task: task.task.id().to_owned(),
            binding_id: task.binding_id,
            requested_by: task.requested_by,
            requested_at: task.requested_at.into(),
            done_at: task.done_at.map(Time),
            failure: task.failure,
        }
    }
}
