//! Status messages of the client: events that somebody may want to know of.

use crate::queue::Queue;
use provost_domain::Timestamp;
use provost_domain::status::Severity;
use provost_runtime::random;
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::Kind;

/// Queues one status message; its number is that of a rule in the catalog.
///
/// # Errors
/// When it cannot be queued.
pub fn raise(queue: &Queue, number: u16, severity: Severity, insertions: Vec<String>, at: Timestamp) -> Result<(), String> {
    let report = StatusReport { messages: vec![Status { number: i32::from(number), severity, component: "client".to_owned(), at, insertions }] };
    let body = serde_json::to_vec(&report).map_err(|e| e.to_string())?;
    queue.push(Kind::Status, random::message_id(at), &body).map_err(|e| format!("cannot queue a status message: {e}"))
}
