//! State messages on the wire (configmgr.md §2.5).

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
