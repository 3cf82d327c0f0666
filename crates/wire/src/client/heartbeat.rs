//! Heartbeat discovery (configmgr.md §4.4): about a kilobyte that keeps a device's record alive.

use provost_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// A client's discovery record of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// NetBIOS name.
    pub netbios_name: String,
    /// Full name in DNS, or the host name.
    pub dns_name: String,
    /// Domain or workgroup; empty when there is none.
    pub domain: String,
    /// Operating system name and version, such as `Debian GNU/Linux 12`.
    pub operating_system: String,
    /// Version of the client.
    pub client_version: String,
    /// Hardware id, as in the registration.
    pub hardware_id: String,
    /// IP addresses, without loopback.
    pub ip_addresses: Vec<String>,
    /// Subnets of those addresses, such as `192.0.2.0/24`.
    pub ip_subnets: Vec<String>,
    /// MAC addresses, upper case with colons.
    pub mac_addresses: Vec<String>,
    /// When the record was made, by the client's clock.
    pub at: Timestamp,
}

/// Most entries of one list of a heartbeat; more is refused.
pub const LIST_MAX: usize = 256;
