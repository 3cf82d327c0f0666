//! SQLite's error codes as facts that people can act on.

use crate::database::error::{Circumstance, StoreError};
use rusqlite::ErrorCode;
use rusqlite::ffi;
use std::path::Path;

/// Says what an error of SQLite's means. `path` is the database file.
pub(super) fn classified(attempt: &str, path: &Path, error: &rusqlite::Error) -> StoreError {
    let circumstance = |cause: String| Circumstance { attempt: attempt.to_owned(), principal: String::new(), cause };
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return match error {
            rusqlite::Error::Utf8Error(..) | rusqlite::Error::InvalidColumnType(..) => StoreError::Corrupt(circumstance(error.to_string())),
            _ => StoreError::Statement(circumstance(error.to_string())),
        };
    };
    let said = message.clone().unwrap_or_else(|| failure.to_string());
    let at_file = circumstance(format!("{said} ({})", path.display()));
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Unavailable(at_file),
        ErrorCode::DiskFull => StoreError::Full(at_file),
        // A full disk shows as an input/output error where SQLite maps or syncs a file.
        ErrorCode::SystemIoFailure if is_full(path) => StoreError::Full(at_file),
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OutOfMemory
        | ErrorCode::OperationInterrupted => StoreError::Unavailable(at_file),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(at_file),
        ErrorCode::AuthorizationForStatementDenied => StoreError::Denied(circumstance(said)),
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => StoreError::Conflict(circumstance(said)),
            _ => StoreError::Statement(circumstance(said)),
        },
        _ => StoreError::Statement(circumstance(said)),
    }
}

/// Whether the file's disk has no room for one more page.
fn is_full(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < 64 * 1024)
}
