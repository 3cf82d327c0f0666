//! Backup: everything that a site is, in one sealed file: rows of every table, keys, settings, and messages that wait in
//! inboxes. It says nothing of the engine, so a site can move from the embedded database to PostgreSQL and back.
//!
//! The file is sealed with a key that is made of a passphrase (argon2id), in chunks that are numbered and of which the last
//! one says so (as STREAM, Hoang, Reyhanitabar, Rogaway, Vizár 2015): a file that was cut off, changed, or put together of two
//! does not open.

mod check;
mod error;
mod items;
mod reading;
mod restore;
mod sealed;
mod write;

pub use check::{Checked, check};
pub use error::BackupError;
pub use restore::{Place, restore};
pub use sealed::{Opening, SealedError, Sealing};
pub use write::write;

use provost_domain::{SiteCode, Timestamp};
use serde::{Deserialize, Serialize};

/// The file that makes a folder a site's.
const IDENTITY: &str = "site.json";

/// The settings file.
const SETTINGS: &str = "provost.toml";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The site's code.
    pub site: SiteCode,
    /// The site's name.
    pub name: String,
    /// The schema's version of the rows.
    pub schema: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Version of the program that made it.
    pub program: String,
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
}
