//! Status messages on the wire (configmgr.md §2.6).

use provost_domain::Timestamp;
use provost_domain::status::Severity;
use serde::{Deserialize, Serialize};

/// Status messages of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusReport {
    /// The messages.
    pub messages: Vec<Status>,
}

/// One status message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// Number; the catalog's rules say what it means.
    pub number: i32,
    /// How bad.
    pub severity: Severity,
    /// Part of the client that reports.
    pub component: String,
    /// When.
    pub at: Timestamp,
    /// Insertion strings.
    #[serde(default)]
    pub insertions: Vec<String>,
}

/// Most status messages of one report; more is refused.
pub const MESSAGES_MAX: usize = 500;
