//! Why there is no backup, or why it was not restored.

use super::SealedError;
use crate::database::StoreError;
use std::path::PathBuf;
use std::{fmt, io};

/// Why there is no backup, or why it was not restored.
#[derive(Debug)]
pub enum BackupError {
    /// The database did not do it.
    Store(StoreError),
    /// A file could not be read or written.
    File(PathBuf, io::Error),
    /// The backup does not open.
    Sealed(SealedError),
    /// The backup opens and holds what it should not.
    Malformed(String),
    /// The place that it should be restored to is not empty.
    NotEmpty(PathBuf),
    /// The database that it should be restored to holds a site's rows.
    DatabaseUsed,
    /// The site key was changed while the backup was made.
    KeyChanged,
    /// A newer program made it.
    TooNew {
        /// The schema of the backup.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Sealed(error) => error.fmt(f),
            Self::Malformed(what) => write!(f, "the backup holds what it should not: {what}"),
            Self::NotEmpty(path) => write!(f, "{} holds a site already", path.display()),
            Self::DatabaseUsed => f.write_str("the database holds a site's rows already"),
            Self::KeyChanged => f.write_str("the site key was changed while the backup was made"),
            Self::TooNew { found, known } => write!(f, "a newer program made it: its schema is {found}, and {known} is the newest that is known here"),
        }
    }
}

impl std::error::Error for BackupError {}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
