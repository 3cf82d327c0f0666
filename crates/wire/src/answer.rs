//! What a management point answers.

use provost_domain::MessageId;
use serde::{Deserialize, Serialize};

/// The message is on disk at the management point: its file and its folder are synced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Which message.
    pub accepted: MessageId,
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Number of the rule, such as `PV3004`; `provost explain` tells more.
    pub code: String,
    /// What was refused and why.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}
