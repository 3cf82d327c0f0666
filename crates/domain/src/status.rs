//! Status messages (configmgr.md §2.6): events of components and clients.

use crate::{SmsId, Timestamp};

/// How bad an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something happened as meant.
    Information,
    /// Something needs a look.
    Warning,
    /// Something failed.
    Error,
}

impl Severity {
    /// Its word in the database and for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Information, Self::Warning, Self::Error].into_iter().find(|s| s.word() == word)
    }
}

/// One status message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMessage {
    /// Number of the message; the catalog's rules say what it means.
    pub number: i32,
    /// How bad.
    pub severity: Severity,
    /// Component that reports, by id.
    pub component: String,
    /// Machine it runs on.
    pub system: String,
    /// Client that sent it; `None` for the site's own components.
    pub client: Option<SmsId>,
    /// When, by the sender's clock.
    pub at: Timestamp,
    /// Insertion strings, at most 10 (configmgr.md §11.1).
    pub insertions: Vec<String>,
}

/// Most insertion strings of one status message.
pub const INSERTIONS_MAX: usize = 10;
