use super::*;
use std::fs;

/// A made-up machine.
fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (file, contents) in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it is made");
        fs::write(path, contents).expect("it is written");
    }
    root
}

fn rows(class: &str, root: &Path) -> Vec<Vec<Value<'static>>> {
    let report = collect(root).into_iter().find(|c| c.class.name == class).expect("every class is reported");
    match report.content {
        Content::Instances { rows, .. } => rows.chunks_exact(report.class.properties.len()).map(<[_]>::to_vec).collect(),
        Content::Unavailable { reason } => panic!("{class} is unavailable: {reason}"),
    }
}

fn reason(class: &str, root: &Path) -> String {
    let report = collect(root).into_iter().find(|c| c.class.name == class).expect("every class is reported");
    match report.content {
        Content::Unavailable { reason } => reason.into_owned(),
        Content::Instances { rows, .. } => panic!("{class} is available: {rows:?}"),
    }
}

#[test]
fn an_empty_machine_offers_reasons() {
    let root = machine(&[]);
    for class in ["operating_system", "processor", "memory", "disk", "volume", "network_adapter", "firmware", "software", "service"] {
        assert!(!reason(class, root.path()).is_empty());
    }
}

#[test]
fn installed_packages_are_read_and_removed_ones_left_out() {
    let status = "Package: zlib1g\nStatus: install ok installed\nInstalled-Size: 168\nMaintainer: Zed <z@example.test>\nArchitecture: amd64\nVersion: 1:1.2\nDescription: compression\n longer text: here\n\n\
                  Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n";
    let root = machine(&[("var/lib/dpkg/status", status), ("var/lib/dpkg/info/bash.list", "/bin/bash\n")]);
    let found = rows("software", root.path());
    assert_eq!(found.iter().map(|r| r[0].clone()).collect::<Vec<_>>(), [text("bash"), text("zlib1g")]);
    assert_eq!(found[1][1..5], [text("1:1.2"), text("amd64"), text("Zed <z@example.test>"), text("compression")]);
    assert_eq!(found[1][8], Value::Integer(168));
    assert!(matches!(found[0][9], Value::Integer(at) if at > 0));
}

#[test]
fn an_rpm_machine_says_why_not() {
    let root = machine(&[("var/lib/rpm/rpmdb.sqlite", "")]);
    assert!(reason("software", root.path()).contains("RPM"));
}

#[test]
fn sockets_cores_and_threads_are_told_apart() {
    let cpu = |processor: u8, core: u8| {
        format!("processor\t: {processor}\nvendor_id\t: Example\nmodel name\t: Example CPU\nphysical id\t: 0\ncore id\t\t: {core}\nflags\t\t: fpu hypervisor\n\n")
    };
    let root = machine(&[("proc/cpuinfo", &[cpu(0, 0), cpu(1, 0), cpu(2, 1), cpu(3, 1)].concat())]);
    let found = rows("processor", root.path());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][4..6], [Value::Integer(2), Value::Integer(4)]);
    assert_eq!(rows("computer_system", root.path())[0][8], text("yes"));
}

#[test]
fn addresses_come_with_their_networks_and_adapters() {
    let trie = "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 192.0.2.7\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\nLocal:\n     |-- 192.0.2.7\n        /32 host LOCAL\n";
    let route = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n\
                 eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\neth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n";
    let inet6 = "20010db8000000000000000000000001 02 40 00 80     eth0\nfe800000000000000000000000000001 02 40 20 80     eth0\n";
    let files = [("proc/net/fib_trie", trie), ("proc/net/route", route), ("proc/net/if_inet6", inet6), ("sys/class/net/eth0/address", "02:00:00:00:00:0a\n")];
    let root = machine(&files);
    let found = network_adapter::addresses(root.path());
    let texts: Vec<_> = found.iter().map(network_adapter::Address::text).collect();
    assert_eq!(texts, ["127.0.0.1", "192.0.2.7", "2001:db8::1", "fe80::1"]);
    let subnets: Vec<_> = found.iter().filter(|a| !a.is_loopback()).filter_map(network_adapter::Address::subnet).collect();
    assert_eq!(subnets, ["192.0.2.0/24", "2001:db8::/64"]);
    let adapters = rows("network_adapter", root.path());
    assert_eq!(adapters[0][1], text("02:00:00:00:00:0A"));
    assert_eq!(adapters[0][3], text("192.0.2.7, 2001:db8::1, fe80::1"));
}

#[test]
fn services_know_how_they_start() {
    let unit = "[Unit]\nDescription=A daemon\n[Service]\nUser=daemon\nExecStart=/usr/sbin/d -x\n[Install]\nWantedBy=multi-user.target\n";
    let files = [("lib/systemd/system/d.service", unit), ("lib/systemd/system/e.service", unit), ("etc/systemd/system/multi-user.target.wants/d.service", unit)];
    let found = rows("service", machine(&files).path());
    assert_eq!(found[0], [text("d"), text("A daemon"), text("automatic"), text("/usr/sbin/d -x"), text("daemon")]);
    assert_eq!(found[1][2], text("disabled"));
}

#[test]
fn hostile_values_are_held_to_the_bounds() {
    let long = "x".repeat(TEXT_BYTES_MAX - 1) + "ää";
    let status = format!("Package: a\nStatus: install ok installed\nVersion: {long}\nDescription: a\0b\n\nPackage: a\nStatus: install ok installed\nVersion: {long}\n");
    let found = rows("software", machine(&[("var/lib/dpkg/status", &status)]).path());
    assert_eq!(found.len(), 1, "equal keys are one instance");
    let Value::Text(version) = &found[0][1] else { panic!("a text") };
    assert!(version.len() <= TEXT_BYTES_MAX);
    assert_eq!(found[0][4], text("a\u{fffd}b"));
}

#[test]
fn this_machine_reads_and_parses() {
    let classes = collect(Path::new("/"));
    let digest = provost_domain::inventory::digest(&classes);
    let report = provost_domain::inventory::Report {
        extent: provost_domain::inventory::Extent::Full,
        digest,
        collected_at: provost_domain::Timestamp::from_micros(1),
        classes,
    };
    let bytes = provost_wire::client::inventory::encode(&report);
    assert_eq!(provost_wire::client::inventory::parse(&bytes).expect("the site takes it"), report);
}
