//! Inboxes with what waits in them.

use crate::access::{Access, Caller, Operation, Securable};
use crate::document::{List, Time};
use crate::error::{ApiError, ErrorDocument};
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_store::inbox::Count;
use serde::Serialize;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// One inbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inbox {
    /// Its name.
    #[schema(example = "hardware-inventory")]
    pub name: String,
    /// What a file in it means.
    pub meaning: String,
    /// Id of the component that owns it.
    pub owner: String,
    /// Folder below `inboxes`.
    pub folder: String,
    /// Folder below `inboxes` for files that could not be read.
    pub bad_folder: String,
    /// Files that wait.
    pub waiting_files: i64,
    /// Their bytes.
    pub waiting_bytes: i64,
    /// When the oldest of them was written; null when none waits.
    pub oldest_at: Option<Time>,
    /// Files that could not be read.
    pub bad_files: i64,
}

impl From<&Count> for Inbox {
    fn from(count: &Count) -> Self {
        let Count { inbox, waiting_files, waiting_bytes, oldest, bad_files } = count;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Self {
            name: inbox.name.to_owned(),
            meaning: inbox.meaning.to_owned(),
            owner: inbox.owner.definition().id.to_owned(),
            folder: inbox.folder.to_owned(),
            bad_folder: inbox.bad_folder.to_owned(),
            waiting_files: number(*waiting_files),
            waiting_bytes: number(*waiting_bytes),
            oldest_at: oldest.map(|at| Time(timestamp(at))),
            bad_files: number(*bad_files),
        }
    }
}

/// A file's time.
fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp::from_micros(at.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0))
}

/// The folders cannot be read.
pub fn unreadable(error: &io::Error) -> ApiError {
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::DATA_FOLDER_UNUSABLE, "the inboxes cannot be read", error.to_string()).retry_after(5)
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller) -> Result<List<Inbox>, ApiError> {
    site.perform(caller, REQUIRES, |work| {
        let counts = work.site.inboxes().counts().map_err(|error| unreadable(&error))?;
        Ok(List::whole(counts.iter().filter(|count| count.inbox.read_by_this_version).map(Inbox::from).collect()))
    })
    .await
}

/// Lists inboxes with the files that wait in them and those that could not be read.
#[utoipa::path(get, path = "/api/v1/inboxes", operation_id = "inbox_list", tag = "site",
    responses((status = 200, description = "The inboxes", body = List<Inbox>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller) -> Result<Json<List<Inbox>>, ApiError> {
    ask(&site, &caller).await.map(Json)
}
