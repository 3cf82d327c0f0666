//! Heartbeat discovery (configmgr.md §4.4): about a kilobyte that keeps a device's record alive.

use crate::malformed::{Malformed, check_count, check_text};
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

/// Longest name or version, in bytes; DNS allows 253.
const NAME_BYTES_MAX: usize = 256;

/// Reads a heartbeat and holds it to its bounds.
///
/// # Errors
/// When the bytes are not this shape or a bound is broken.
pub fn parse(bytes: &[u8]) -> Result<Heartbeat, Malformed> {
    let heartbeat: Heartbeat = serde_json::from_slice(bytes)?;
    let Heartbeat { netbios_name, dns_name, domain, operating_system, client_version, hardware_id, ip_addresses, ip_subnets, mac_addresses, at: _ } =
        &heartbeat;
    let texts = [
        ("netbios_name", netbios_name),
        ("dns_name", dns_name),
        ("domain", domain),
        ("operating_system", operating_system),
        ("client_version", client_version),
        ("hardware_id", hardware_id),
    ];
    for (field, text) in texts {
        check_text(field, text, NAME_BYTES_MAX)?;
    }
    for (field, list) in [("ip_addresses", ip_addresses), ("ip_subnets", ip_subnets), ("mac_addresses", mac_addresses)] {
        check_count(field, list.len(), LIST_MAX)?;
        list.iter().try_for_each(|text| check_text(field, text, NAME_BYTES_MAX))?;
    }
    Ok(heartbeat)
}
