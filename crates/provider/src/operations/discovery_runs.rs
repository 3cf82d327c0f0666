//! Runs of discovery methods.

pub mod list;
pub mod show;
pub mod start;

use crate::document::Time;
use provost_store::discovery::{Blocked, Run};
use serde::Serialize;
use utoipa::ToSchema;

/// One run at one place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DiscoveryRun {
    /// Its number.
    pub run_id: i64,
    /// The method.
    pub method: String,
    /// The location's path, or the forest.
    pub target: String,
    /// `full` or `delta`.
    pub kind: String,
    /// Who asked; `schedule` when it was due.
    pub requested_by: String,
    /// When.
    pub requested_at: Time,
    /// When it began; null while it waits.
    pub started_at: Option<Time>,
    /// When it ended; null while it goes on.
    pub ended_at: Option<Time>,
    /// Whether it ended, and everything that it found is loaded.
    pub done: bool,
    /// As whom it read.
    pub account: String,
    /// Which domain controller answered; the last, when others were lost before it: `detail` names them.
    pub domain_controller: String,
    /// Objects that the directory gave; the last domain controller alone, when others were lost before it.
    pub read: i64,
    /// Of them, those that filters left out.
    pub left_out: i64,
    /// Records that were made; one that a second domain controller gave as well counts once.
    pub found: i64,
    /// Of them, those that are loaded.
    pub loaded: i64,
    /// Of them, those that were not known before.
    pub new: i64,
    /// Of them, those that were known otherwise.
    pub changed: i64,
    /// What could not be read, and the right that is missing.
    pub blocked: Vec<BlockedPath>,
    /// `succeeded`, `blocked`, `location-gone`, `interrupted`, `not-deposited` or why it could not sign in; empty until it ended.
    pub outcome: String,
    /// What else is known of the outcome.
    pub detail: String,
}

/// What could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BlockedPath {
    /// The container or object.
    pub path: String,
    /// The right that is missing.
    #[schema(example = "Read")]
    pub missing: String,
}

impl From<Run> for DiscoveryRun {
    fn from(run: Run) -> Self {
        Self {
            done: run.is_done(),
            run_id: run.run_id,
            method: run.method.id().to_owned(),
            target: run.target,
            kind: run.kind.id().to_owned(),
            requested_by: run.requested_by,
            requested_at: run.requested_at.into(),
            started_at: run.started_at.map(Time),
            ended_at: run.ended_at.map(Time),
            account: run.account,
            domain_controller: run.domain_controller,
            read: run.counts.read,
            left_out: run.counts.left_out,
            found: run.counts.deposited,
            loaded: run.counts.loaded,
            new: run.counts.added,
            changed: run.counts.changed,
            blocked: run.blocked.into_iter().map(|Blocked { path, missing }| BlockedPath { path, missing }).collect(),
            outcome: run.outcome,
            detail: run.detail,
        }
    }
}
