//! The heartbeat: what this machine is called, where it is, and that it is there.

use crate::VERSION;
use crate::identity::hardware_id;
use crate::inventory::network_adapter;
use crate::names::{NAME_BYTES_MAX, Names, names};
use crate::short::cut;
use provost_domain::Timestamp;
use provost_wire::client::heartbeat::{Heartbeat, LIST_MAX};
use std::path::Path;

/// The operating system's name and version as the system below `root` says.
#[must_use]
pub fn operating_system(root: &Path) -> String {
    let mut name = crate::inventory::operating_system::release(root, "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned());
    cut(&mut name, NAME_BYTES_MAX);
    name.replace('\0', "")
}

/// A heartbeat of the machine below `root`.
#[must_use]
pub fn read(root: &Path, at: Timestamp) -> Heartbeat {
    let Names { netbios, dns, domain } = names(root);
    let mut addresses = Vec::new();
    let mut subnets = Vec::new();
    for address in network_adapter::addresses(root) {
        if address.is_outside() {
            addresses.push(address.text());
            subnets.extend(address.subnet());
        }
    }
    // Two adapters may have the same one.
    addresses.dedup();
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

#[cfg(test)]
mod tests {
    use super::*;
    use provost_wire::client::heartbeat::parse;
    use std::fs;

    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (file, contents) in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it is made");
            fs::write(path, contents).expect("it is written");
        }
        root
    }

    #[test]
    fn keys_and_places_that_other_machines_share_are_left_out() {
        let files = [
            ("sys/class/net/lo/address", "00:00:00:00:00:00\n"),
            ("sys/class/net/eth0/address", "02:00:00:00:00:0a\n"),
            ("sys/class/net/eth0/device/driver", ""),
            ("sys/class/net/docker0/address", "02:42:00:00:00:01\n"),
            ("sys/class/net/vethabc/address", "02:42:00:00:00:02\n"),
            (
                "proc/net/route",
                "Iface Destination Gateway Flags RefCnt Use Metric Mask\neth0 000200C0 00000000 0001 0 0 0 00FFFFFF\ndocker0 000011AC 00000000 0001 0 0 0 0000FFFF\n",
            ),
            ("proc/net/fib_trie", "|-- 192.0.2.7\n/32 host LOCAL\n|-- 172.17.0.1\n/32 host LOCAL\n|-- 127.0.0.1\n/32 host LOCAL\n"),
            ("proc/net/if_inet6", "20010db8000000000000000000000001 02 40 00 80 eth0\n20010db8000000000000000000000002 02 40 00 01 eth0\n"),
        ];
        let root = machine(&files);
        let heartbeat = read(root.path(), Timestamp::from_micros(1));
        assert_eq!(heartbeat.mac_addresses, ["02:00:00:00:00:0A"]);
        assert_eq!(heartbeat.ip_addresses, ["192.0.2.7", "2001:db8::1"]);
        assert_eq!(heartbeat.ip_subnets, ["192.0.2.0/24", "2001:db8::/64"]);
        fs::remove_dir_all(root.path().join("sys/class/net/eth0/device")).expect("it goes");
        assert_eq!(read(root.path(), Timestamp::from_micros(1)).mac_addresses, ["02:00:00:00:00:0A"], "a machine without hardware has its own cable");
    }

    #[test]
    fn the_site_takes_any_machines_heartbeat() {
        let long = "x".repeat(5000);
        let hostile = machine(&[("proc/sys/kernel/hostname", &long), ("etc/os-release", &format!("PRETTY_NAME=\"{long}\\0\"\n"))]);
        for root in [Path::new("/"), hostile.path()] {
            let heartbeat = read(root, Timestamp::from_micros(1));
            let bytes = serde_json::to_vec(&heartbeat).expect("it serialises");
            assert_eq!(parse(&bytes).expect("the site takes it"), heartbeat);
        }
    }
}
