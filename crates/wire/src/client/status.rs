//! Status messages on the wire (configmgr.md §2.6).

use crate::malformed::{Malformed, check_count, check_text};
use provost_domain::Timestamp;
use provost_domain::status::{INSERTIONS_MAX, Severity};
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

/// Longest insertion string, in bytes.
const TEXT_BYTES_MAX: usize = 2048;
/// Longest name of a component, in bytes.
const COMPONENT_BYTES_MAX: usize = 64;

/// Reads a status report and holds it to its bounds.
///
/// # Errors
/// When the bytes are not this shape or a bound is broken.
pub fn parse(bytes: &[u8]) -> Result<StatusReport, Malformed> {
    let report: StatusReport = serde_json::from_slice(bytes)?;
    check_count("messages", report.messages.len(), MESSAGES_MAX)?;
    for Status { number: _, severity: _, component, at: _, insertions } in &report.messages {
        check_text("component", component, COMPONENT_BYTES_MAX)?;
        check_count("insertions", insertions.len(), INSERTIONS_MAX)?;
        insertions.iter().try_for_each(|text| check_text("insertions", text, TEXT_BYTES_MAX))?;
    }
    Ok(report)
}
