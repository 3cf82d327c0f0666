//! The heartbeat: what this machine is called, where it is, and that it is there.

use crate::VERSION;
use crate::identity::hardware_id;
use crate::inventory::{cut, network_adapter};
use provost_domain::Timestamp;
use provost_wire::client::heartbeat::{Heartbeat, LIST_MAX};
use std::path::Path;

/// Longest name, in bytes, as a heartbeat takes it.
const NAME_BYTES_MAX: usize = 256;

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

/// This machine's names as the system below `root` says. A host name without a domain is looked up in hosts(5), where
/// installers write the full name.
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
    cut(&mut host, NAME_BYTES_MAX);
    let nis = read("proc/sys/kernel/domainname");
    let full = if host.contains('.') { None } else { full_name(&read("etc/hosts"), &host) };
    let (short, domain) = match full.as_deref().unwrap_or(&host).split_once('.') {
        Some((short, domain)) => (short.to_owned(), domain.to_owned()),
        None => (host.clone(), if nis.is_empty() || nis == "(none)" { String::new() } else { nis }),
    };
    let mut dns = if domain.is_empty() { short.clone() } else { format!("{short}.{domain}") };
    cut(&mut dns, NAME_BYTES_MAX);
    Names { netbios: short.to_uppercase().chars().take(15).collect(), dns, domain }
}

/// The full name of a host in a hosts file: a name of the same line that begins with the host's and a dot.
fn full_name(hosts: &str, host: &str) -> Option<String> {
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names = lines.flat_map(|line| line.split_whitespace().skip(1));
    let full = |name: &&str| {
        name.len() > host.len() + 1 && name.is_char_boundary(host.len()) && name[..host.len()].eq_ignore_ascii_case(host) && name[host.len()..].starts_with('.')
    };
    let is_local = |name: &&str| name.ends_with(".localdomain");
    names.filter(full).find(|name| !is_local(name)).map(str::to_owned)
}

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
    fn the_full_name_comes_from_the_host_name_the_hosts_file_or_nis() {
        let told = |files: &[(&str, &str)]| {
            let names = names(machine(files).path());
            (names.netbios, names.dns, names.domain)
        };
        let wanted = |n: &str, d: &str, o: &str| (n.to_owned(), d.to_owned(), o.to_owned());
        let host = ("proc/sys/kernel/hostname", "ws01\n");
        assert_eq!(told(&[("proc/sys/kernel/hostname", "ws01.corp.example\n")]), wanted("WS01", "ws01.corp.example", "corp.example"));
        assert_eq!(
            told(&[host, ("etc/hosts", "127.0.0.1 localhost\n127.0.1.1\tws01.corp.example ws01 # me\n")]),
            wanted("WS01", "ws01.corp.example", "corp.example")
        );
        assert_eq!(told(&[host, ("etc/hosts", "127.0.0.1 ws01.localdomain ws01\n10.0.0.1 ws011.corp.example\n")]), wanted("WS01", "ws01", ""));
        assert_eq!(told(&[host, ("proc/sys/kernel/domainname", "corp.example\n")]), wanted("WS01", "ws01.corp.example", "corp.example"));
        assert_eq!(told(&[host, ("proc/sys/kernel/domainname", "(none)\n")]), wanted("WS01", "ws01", ""));
        assert_eq!(told(&[("etc/hostname", "a-rather-long-host-name\n")]).0, "A-RATHER-LONG-H");
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
