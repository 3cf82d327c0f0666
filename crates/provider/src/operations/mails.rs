//! Mail about alerts, and tests: what waits, and what became of the rest.

pub mod list;
pub mod show;

use crate::error::ApiError;

/// Where a page of things with numbers, newest first, begins.
pub(super) fn before(after: Option<&str>) -> Result<i64, ApiError> {
    let Some(after) = after else { return Ok(i64::MAX) };
    after.parse().map_err(|_| ApiError::malformed("cannot tell where the page begins", "`after` is not what `next` of an earlier page said"))
}
