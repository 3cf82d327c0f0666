//! Policy: what a client is to do, signed by the site, fetched only when its version changed.

use crate::signature::Signed;
use provost_domain::{SiteCode, SmsId, Timestamp};
use serde::{Deserialize, Serialize};

/// A client's policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Site that issues it.
    pub site: SiteCode,
    /// Client it is for; `None` when it is for every client of the site without wishes of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<SmsId>,
    /// Counts up over all policies of the site; a client refuses one that is older than the one it has.
    pub version: i64,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// How often things are done.
    pub schedule: Schedule,
    /// What the site wants at once.
    #[serde(default)]
    pub wishes: Wishes,
}

/// How often things are done, in minutes (configmgr.md §11.2 has the defaults).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Policy polls.
    pub policy_poll_minutes: u32,
    /// Heartbeats.
    pub heartbeat_minutes: u32,
    /// Hardware inventory.
    pub hardware_inventory_minutes: u32,
    /// Sending of state messages.
    pub state_message_minutes: u32,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { policy_poll_minutes: 60, heartbeat_minutes: 7 * 24 * 60, hardware_inventory_minutes: 7 * 24 * 60, state_message_minutes: 15 }
    }
}

/// What the site wants of one client at once; fulfilled wishes disappear with the next version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// All states again, because serial numbers are missing.
    #[serde(default)]
    pub state_resync: bool,
    /// A full hardware inventory, because a delta did not fit or a person asked.
    #[serde(default)]
    pub full_hardware_inventory: bool,
}

/// A [`Policy`] as it travels.
pub type SignedPolicy = Signed;
