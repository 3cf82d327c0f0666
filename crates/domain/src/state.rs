//! State messages (configmgr.md §2.5): facts at a point in time, numbered by each client so that gaps show.

use crate::Timestamp;

/// One state message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateMessage {
    /// Serial number; the client counts up by one.
    pub serial: i64,
    /// Topic type, such as 800 for client deployment.
    pub topic_type: i32,
    /// What the topic is about; empty when the type says it all.
    pub topic_id: String,
    /// State within the topic.
    pub state_id: i32,
    /// When it became so, by the client's clock.
    pub at: Timestamp,
    /// Parameters for people, at most 10.
    pub parameters: Vec<String>,
}

/// What follows from the serial number of an arriving message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// The next one, or the first ever.
    Next,
    /// Seen already: an old or repeated message. Its state is recorded only when newer than what is known.
    Old,
    /// Numbers are missing in between; the client is asked to send all its states again.
    Gap {
        /// How many are missing.
        missing: i64,
    },
}

/// Compares an arriving serial number with the last one seen; `None` when nothing was seen yet, when any number is
/// accepted as the first.
#[must_use]
pub fn continuity(last_seen: Option<i64>, arriving: i64) -> Continuity {
    match last_seen {
        None => Continuity::Next,
        Some(last) if arriving <= last => Continuity::Old,
        Some(last) if arriving == last + 1 => Continuity::Next,
        Some(last) => Continuity::Gap { missing: arriving - last - 1 },
    }
}
