//! The heartbeat: what this machine is called, where it is, and that it is there.

use crate::VERSION;
use crate::identity::hardware_id;
use crate::inventory::network_adapter;
use provost_domain::Timestamp;
use provost_wire::client::heartbeat::{Heartbeat, LIST_MAX};
use std::path::Path;

/// Names of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// NetBIOS name: the first 15 characters of the host name, upper case.
    pub netbios: String,
    /// Full name in DNS, or the host name.
    pub dns: String,
    /// Domain; empty when the host name has none.
    pub domain: String,
}

/// This machine's names as the system below `root` says.
#[must_use]
pub fn names(root: &Path) -> Names {
    let read = |file: &str| std::fs::read_to_string(root.join(file)).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut host = read("proc/sys/kernel/hostname");
    if host.is_empty() {
        host = read("etc/hostname");
    }
    if host.is_empty() {
        host = std::env::var("COMPUTERNAME").unwrap_or_else(|_| "localhost".to_owned());
    }
    let nis = read("proc/sys/kernel/domainname");
    let (short, domain) = match host.split_once('.') {
        Some((short, domain)) => (short.to_owned(), domain.to_owned()),
        None => (host.clone(), if nis.is_empty() || nis == "(none)" { String::new() } else { nis }),
    };
    let dns = if domain.is_empty() { short.clone() } else { format!("{short}.{domain}") };
    Names { netbios: short.to_uppercase().chars().take(15).collect(), dns, domain }
}

/// The operating system's name and version as the system below `root` says.
#[must_use]
pub fn operating_system(root: &Path) -> String {
    crate::inventory::operating_system::release(root, "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned())
}

/// A heartbeat of the machine below `root`.
#[must_use]
pub fn read(root: &Path, at: Timestamp) -> Heartbeat {
    let Names { netbios, dns, domain } = names(root);
    let mut addresses = Vec::new();
    let mut subnets = Vec::new();
    for address in network_adapter::addresses(root) {
        if !address.is_loopback() {
            addresses.push(address.text());
            subnets.extend(address.subnet());
        }
    }
    subnets.sort();
    subnets.dedup();
    let mut mac_addresses: Vec<String> = network_adapter::hardware_addresses(root);
    for list in [&mut addresses, &mut subnets, &mut mac_addresses] {
        list.truncate(LIST_MAX);
    }
    Heartbeat {
        netbios_name: netbios,
        dns_name: dns,
        domain,
        operating_system: operating_system(root),
        client_version: VERSION.to_owned(),
        hardware_id: hardware_id(root),
        ip_addresses: addresses,
        ip_subnets: subnets,
        mac_addresses,
        at,
    }
}
