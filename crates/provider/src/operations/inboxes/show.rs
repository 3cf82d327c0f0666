//! One inbox, with the files that could not be read.

use super::list::{self, Inbox, unreadable};
use crate::access::{Access, Caller, Operation, Securable};
use crate::document::One;
use crate::error::{ApiError, ErrorDocument};
use crate::request::Path;
use crate::site::Site;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path as FilePath;
use utoipa::ToSchema;

/// What the caller needs.
pub const REQUIRES: Access = Access::to(Securable::Site, Operation::Read);

/// Most bad files that are told.
const BAD_FILES_MAX: usize = 100;
/// Longest reason that is told, in bytes.
const REASON_BYTES_MAX: u64 = 4096;

/// One inbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InboxDetail {
    /// As in the list.
    #[serde(flatten)]
    pub inbox: Inbox,
    /// Extensions of the files that belong there.
    pub extensions: Vec<String>,
    /// Files that could not be read, newest first, at most 100.
    pub bad: Vec<BadFile>,
}

/// A file that could not be read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BadFile {
    /// Its name in the bad folder.
    pub name: String,
    /// Why it could not be read.
    pub reason: String,
}

/// Asks.
pub async fn ask(site: &Site, caller: &Caller, name: String) -> Result<InboxDetail, ApiError> {
    site.perform(caller, REQUIRES, move |work| {
        let counts = work.site.inboxes().counts().map_err(|error| unreadable(&error))?;
        let count = counts.iter().find(|count| count.inbox.name == name && count.inbox.read_by_this_version);
        let count = count.ok_or_else(|| ApiError::not_found("inbox", &name, "provost inbox list"))?;
        let bad = bad_files(&work.site.inboxes().bad_folder(count.inbox)).map_err(|error| unreadable(&error))?;
        let extensions = count.inbox.extensions.iter().map(|e| (*e).to_owned()).collect();
        Ok(InboxDetail { inbox: list::Inbox::from(count), extensions, bad })
    })
    .await
}

fn bad_files(folder: &FilePath) -> io::Result<Vec<BadFile>> {
    const REASON: &str = ".reason.txt";
    let mut reasons: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string()
            && name.ends_with(REASON)
        {
            reasons.push(name);
        }
    }
    // Names begin with the time.
    reasons.sort_unstable_by(|a, b| b.cmp(a));
    reasons.truncate(BAD_FILES_MAX);
    Ok(reasons
        .into_iter()
        .map(|name| {
            let mut bytes = Vec::new();
            let read = File::open(folder.join(&name)).and_then(|file| file.take(REASON_BYTES_MAX).read_to_end(&mut bytes));
            let reason = match read {
                Ok(_) => String::from_utf8_lossy(&bytes).trim().to_owned(),
                Err(error) => format!("its reason cannot be read: {error}"),
            };
            BadFile { name: name.trim_end_matches(REASON).to_owned(), reason }
        })
        .collect())
}

/// Shows an inbox: its owner, what waits in it, and the files that could not be read with the reason of each.
#[utoipa::path(get, path = "/api/v1/inboxes/{name}", operation_id = "inbox_show", tag = "site", params(("name" = String, Path, description = "Its name")),
    responses((status = 200, description = "The inbox", body = One<InboxDetail>), (status = "default", description = "Why not", body = ErrorDocument)))]
pub async fn answer(State(site): State<Site>, caller: Caller, Path(name): Path<String>) -> Result<Json<One<InboxDetail>>, ApiError> {
    ask(&site, &caller, name).await.map(|inbox| Json(One::new(inbox)))
}
