//! Network adapters and their addresses (sysfs, /sys/class/net; /proc/net).
//!
//! This machine's addresses are asked of the kernel. Where it does not answer, and of a machine that is only files, its
//! tables in /proc/net tell most of them: IPv4 from the local routes of `fib_trie` with the interface from `route`, which
//! knows none for an address without a network of its own, and IPv6 from `if_inet6`.

use super::{Read, integer, line, text};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// Adapters that come and go with a virtual machine or a container: ends of its cable.
const OF_GUESTS: &[&str] = &["veth", "vnet", "cali", "lxc", "tap", "macvtap"];
/// Networks inside this machine, the same on every machine that runs containers: they say nothing of where it is.
const INSIDE: &[&str] = &["docker", "br-", "virbr", "cni", "flannel", "podman", "lxdbr", "kube-", "weave"];
/// Flags of an IPv6 address (`linux/if_addr.h`): made for privacy and replaced every day, or not yet proved unique.
const TEMPORARY: u32 = 0x01;
/// See [`TEMPORARY`].
const TENTATIVE: u32 = 0x40;

fn begins_with_any(name: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// An address of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// IPv4 with the length of its network's prefix and, when a route tells, its interface.
    V4(Ipv4Addr, u8, Option<String>),
    /// IPv6 with the length of its network's prefix and its interface.
    V6(Ipv6Addr, u8, String),
}

impl Address {
    /// Whether it is for this machine alone.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        match self {
            Self::V4(ip, ..) => ip.is_loopback(),
            Self::V6(ip, ..) => ip.is_loopback(),
        }
    }

    /// As text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::V4(ip, ..) => ip.to_string(),
            Self::V6(ip, ..) => ip.to_string(),
        }
    }

    /// Its network, such as `192.0.2.0/24`; none for link-local addresses, which say nothing of a place.
    #[must_use]
    pub fn subnet(&self) -> Option<String> {
        match self {
            Self::V4(ip, prefix, _) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0);
                Some(format!("{}/{prefix}", Ipv4Addr::from(u32::from(*ip) & mask)))
            }
            Self::V6(ip, ..) if ip.segments()[0] & 0xffc0 == 0xfe80 => None,
            Self::V6(ip, prefix, _) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(*prefix)).unwrap_or(0);
                Some(format!("{}/{prefix}", Ipv6Addr::from(u128::from(*ip) & mask)))
            }
        }
    }

    /// Whether others can reach this machine, or know its place, by it.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        let inside = |name: &str| begins_with_any(name, OF_GUESTS) || begins_with_any(name, INSIDE);
        !self.is_loopback() && !self.interface().is_some_and(inside)
    }

    fn interface(&self) -> Option<&str> {
        match self {
            Self::V4(_, _, interface) => interface.as_deref(),
            Self::V6(_, _, interface) => Some(interface),
        }
    }
}

/// A row for each adapter.
pub fn read(root: &Path) -> Read {
    let entries = std::fs::read_dir(root.join("sys/class/net")).map_err(|e| format!("/sys/class/net cannot be read: {e}"))?;
    let addresses = addresses(root);
    let mut rows = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        // `bonding_masters` is a file in the same folder.
        if begins_with_any(&name, OF_GUESTS) || name == "bonding_masters" {
            continue;
        }
        let attribute = |file: &str| line(root, &format!("sys/class/net/{name}/{file}"));
        let driver = std::fs::read_link(root.join(format!("sys/class/net/{name}/device/driver"))).ok();
        let driver = driver.as_deref().and_then(Path::file_name).map(|d| d.to_string_lossy().into_owned()).unwrap_or_default();
        let own: Vec<String> = addresses.iter().filter(|a| a.interface() == Some(&name)).map(Address::text).collect();
        rows.extend([
            text(name.clone()),
            text(attribute("address").to_uppercase()),
            text(driver),
            text(own.join(", ")),
            integer(attribute("mtu").parse().ok()),
            integer(attribute("speed").parse().ok().filter(|speed| *speed > 0)),
            text(attribute("operstate")),
        ]);
    }
    Ok(rows)
}

/// MAC addresses that tell this machine from others, upper case with colons, in order: those of its hardware; on a
/// machine that shows none, such as a container, those of its other adapters. Bridges for containers are left out: many
/// machines have the same.
#[must_use]
pub fn hardware_addresses(root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root.join("sys/class/net")) else { return Vec::new() };
    let (mut of_hardware, mut others) = (BTreeSet::new(), BTreeSet::new());
    for name in entries.filter_map(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned()) {
        let address = line(root, &format!("sys/class/net/{name}/address")).to_uppercase();
        if address.len() != 17 || address == "00:00:00:00:00:00" {
            continue;
        }
        if root.join(format!("sys/class/net/{name}/device")).exists() {
            of_hardware.insert(address);
        } else if !begins_with_any(&name, OF_GUESTS) && !begins_with_any(&name, INSIDE) {
            others.insert(address);
        }
    }
    let found = if of_hardware.is_empty() { others } else { of_hardware };
    found.into_iter().collect()
}

/// Every address of this machine, loopback included, in order.
#[must_use]
pub fn addresses(root: &Path) -> Vec<Address> {
    let mut found = told_by_kernel(root).unwrap_or_else(|| of_tables(root));
    found.sort();
    found.dedup();
    found
}

/// The kernel answers for the machine that the client runs on, and for no other.
#[cfg(target_os = "linux")]
fn told_by_kernel(root: &Path) -> Option<Vec<Address>> {
    if root == Path::new("/") { super::kernel_addresses::read() } else { None }
}

#[cfg(not(target_os = "linux"))]
const fn told_by_kernel(_root: &Path) -> Option<Vec<Address>> {
    None
}

fn of_tables(root: &Path) -> Vec<Address> {
    let routes = std::fs::read_to_string(root.join("proc/net/route")).unwrap_or_default();
    let trie = std::fs::read_to_string(root.join("proc/net/fib_trie")).unwrap_or_default();
    let inet6 = std::fs::read_to_string(root.join("proc/net/if_inet6")).unwrap_or_default();
    let mut found = ipv4(&trie, &routes);
    found.extend(inet6.lines().filter_map(ipv6));
    found
}

/// Local addresses are the leaves that are followed by `/32 host LOCAL`; the network of each is the longest connected
/// route that holds it.
fn ipv4(trie: &str, routes: &str) -> Vec<Address> {
    let connected: Vec<(String, u32, u32)> = routes.lines().skip(1).filter_map(route).collect();
    let mut found = Vec::new();
    let mut leaf: Option<Ipv4Addr> = None;
    for line in trie.lines() {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            leaf = address.parse().ok();
        } else if line == "/32 host LOCAL" {
            let Some(ip) = leaf.take() else { continue };
            let network = connected.iter().filter(|(_, network, mask)| u32::from(ip) & mask == *network && *mask != 0).max_by_key(|(_, _, mask)| *mask);
            let (prefix, interface) = match network {
                Some((interface, _, mask)) => (mask.leading_ones() as u8, Some(interface.clone())),
                None if ip.is_loopback() => (8, Some("lo".to_owned())),
                None => (32, None),
            };
            found.push(Address::V4(ip, prefix, interface));
        }
    }
    found
}

/// Interface, network and mask of a connected route (one without a gateway); the kernel writes them in its own byte
/// order.
fn route(line: &str) -> Option<(String, u32, u32)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number = |i: usize| fields.get(i).and_then(|f| u32::from_str_radix(f, 16).ok()).map(|n| u32::from_be_bytes(n.to_ne_bytes()));
    (number(2)? == 0).then_some(())?;
    Some(((*fields.first()?).to_owned(), number(1)?, number(7)?))
}

fn ipv6(line: &str) -> Option<Address> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let ip = Ipv6Addr::from(u128::from_str_radix(fields.first()?, 16).ok()?);
    let prefix = u8::from_str_radix(fields.get(2)?, 16).ok()?;
    let flags = u32::from_str_radix(fields.get(4)?, 16).ok()?;
    (flags & (TEMPORARY | TENTATIVE) == 0).then_some(())?;
    Some(Address::V6(ip, prefix, (*fields.get(5)?).to_owned()))
}
