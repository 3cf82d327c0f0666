//! Which file a connection has open.

use crate::database::error::StoreError;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// A file of this machine, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of the file at `path`.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        match std::fs::metadata(path) {
            Ok(metadata) => Ok(Self { device: metadata.dev(), inode: metadata.ino() }),
            Err(error) => Err(StoreError::unavailable(format!("looking for the database file {}", path.display()), error.to_string())),
        }
    }
}
