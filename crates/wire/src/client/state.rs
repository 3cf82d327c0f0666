//! State messages on the wire (configmgr.md §2.5).

use crate::malformed::{Malformed, check_count, check_text};
use provost_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// State messages in the order of their serial numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateReport {
    /// True when this answers a resync: it holds every state that the client has, and numbering goes on from its
    /// highest serial.
    #[serde(default)]
    pub resync: bool,
    /// The messages.
    pub messages: Vec<State>,
}

/// One state message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Serial number.
    pub serial: i64,
    /// Topic type.
    pub topic_type: i32,
    /// What the topic is about.
    #[serde(default)]
    pub topic_id: String,
    /// State within the topic.
    pub state_id: i32,
    /// When it became so.
    pub at: Timestamp,
    /// Parameters for people.
    #[serde(default)]
    pub parameters: Vec<String>,
}

/// Most state messages of one report; more is refused.
pub const MESSAGES_MAX: usize = 1000;

/// Longest topic id or parameter, in bytes.
const TEXT_BYTES_MAX: usize = 1024;
/// Most parameters of one state message.
const PARAMETERS_MAX: usize = 10;

/// Reads a state report and holds it to its bounds: serial numbers are positive and ascend.
///
/// # Errors
/// When the bytes are not this shape or a bound is broken.
pub fn parse(bytes: &[u8]) -> Result<StateReport, Malformed> {
    let report: StateReport = serde_json::from_slice(bytes)?;
    check_count("messages", report.messages.len(), MESSAGES_MAX)?;
    let mut last = 0;
    for State { serial, topic_type: _, topic_id, state_id: _, at: _, parameters } in &report.messages {
        if *serial <= last {
            return Err(Malformed::new(format_args!("serial number {serial} does not follow {last}")));
        }
        last = *serial;
        check_text("topic_id", topic_id, TEXT_BYTES_MAX)?;
        check_count("parameters", parameters.len(), PARAMETERS_MAX)?;
        parameters.iter().try_for_each(|text| check_text("parameters", text, TEXT_BYTES_MAX))?;
    }
    Ok(report)
}
