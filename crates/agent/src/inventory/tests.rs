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
        format!(
            "processor\t: {processor}\nvendor_id\t: Example\nmodel name\t: Example CPU\nphysical id\t: 0\ncore id\t\t: {core}\nflags\t\t: fpu hypervisor\n\n"
        )
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
    let files =
        [("lib/systemd/system/d.service", unit), ("lib/systemd/system/e.service", unit), ("etc/systemd/system/multi-user.target.wants/d.service", unit)];
    let found = rows("service", machine(&files).path());
    assert_eq!(found[0], [text("d"), text("A daemon"), text("automatic"), text("/usr/sbin/d -x"), text("daemon")]);
    assert_eq!(found[1][2], text("disabled"));
}

#[test]
fn hostile_values_are_held_to_the_bounds() {
    let long = "x".repeat(TEXT_BYTES_MAX - 1) + "ää";
    let status =
        format!("Package: a\nStatus: install ok installed\nVersion: {long}\nDescription: a\0b\n\nPackage: a\nStatus: install ok installed\nVersion: {long}\n");
    let found = rows("software", machine(&[("var/lib/dpkg/status", &status)]).path());
    assert_eq!(found.len(), 1, "equal keys are one instance");
    let Value::Text(version) = &found[0][1] else { panic!("a text") };
    assert!(version.len() <= TEXT_BYTES_MAX);
    assert_eq!(found[0][4], text("a\u{fffd}b"));
}

#[test]
fn a_very_long_line_is_no_obstacle_and_costs_little() {
    let depends = "Depends: ".to_owned() + &"libc6, ".repeat(100_000);
    let status = format!("Package: a\nStatus: install ok installed\n{depends}\nVersion: 1\n\nPackage: b\nStatus: install ok installed\nVersion: 2");
    let found = rows("software", machine(&[("var/lib/dpkg/status", &status)]).path());
    assert_eq!(found.iter().map(|r| (r[0].clone(), r[1].clone())).collect::<Vec<_>>(), [(text("a"), text("1")), (text("b"), text("2"))]);
}

#[test]
fn lines_are_kept_up_to_their_bound_and_counted_whole() {
    let long = "x".repeat(64 * 1024);
    for (file, wanted) in [
        (format!("{}\nb\n", &long[1..]), vec![64 * 1024, 2]),
        (format!("{long}\nb"), vec![64 * 1024 + 1, 1]),
        (format!("{long}{long}"), vec![128 * 1024]),
        (String::new(), vec![]),
    ] {
        let mut file = std::io::BufReader::with_capacity(7, file.as_bytes());
        let (mut line, mut read) = (Vec::new(), Vec::new());
        loop {
            match software::bounded_line(&mut file, &mut line).expect("it reads") {
                0 => break,
                bytes => read.push(bytes),
            }
            assert!(line.len() <= 64 * 1024);
        }
        assert_eq!(read, wanted);
    }
}

#[test]
fn a_package_database_that_cannot_be_read_is_unavailable() {
    let root = machine(&[]);
    fs::create_dir_all(root.path().join("var/lib/dpkg/status")).expect("a folder in the file's place");
    assert!(reason("software", root.path()).contains("cannot be read"));
}

#[test]
fn alpine_packages_are_read() {
    let installed =
        "C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\nI:667648\nT:the musl c library\nU:https://musl.libc.org/\no:musl\nm:Tim <t@example.test>\nF:lib\nR:ld.so\n\n";
    let found = rows("software", machine(&[("lib/apk/db/installed", installed)]).path());
    let wanted = [text("musl"), text("1.2.5-r0"), text("x86_64"), text("Tim <t@example.test>"), text("the musl c library"), text("musl")];
    assert_eq!(found[0][..6], wanted);
    assert_eq!(found[0][6..], [Value::Null, text("https://musl.libc.org/"), Value::Integer(652), Value::Null]);
}

#[test]
fn what_makers_did_not_fill_in_is_null() {
    let files = [
        ("proc/sys/kernel/hostname", "ws01\n"),
        ("sys/class/dmi/id/sys_vendor", "Example Corp.\n"),
        ("sys/class/dmi/id/product_name", "To Be Filled By O.E.M.\n"),
        ("sys/class/dmi/id/product_serial", "..............\n"),
        ("sys/class/dmi/id/chassis_type", "10\n"),
        ("sys/class/dmi/id/bios_vendor", "Default string\n"),
        ("sys/class/dmi/id/bios_version", "1.2.3\n"),
    ];
    let root = machine(&files);
    let computer = &rows("computer_system", root.path())[0];
    assert_eq!(computer[..6], [text("ws01"), Value::Null, text("Example Corp."), Value::Null, Value::Null, text("Notebook")]);
    assert_eq!(rows("firmware", root.path())[0], [Value::Null, text("1.2.3"), Value::Null, text("BIOS"), Value::Null]);
}

#[test]
fn secure_boot_is_read_behind_the_variables_attributes() {
    let root = machine(&[("sys/class/dmi/id/bios_vendor", "Example\n"), ("sys/firmware/efi/runtime", "")]);
    let variables = root.path().join("sys/firmware/efi/efivars");
    fs::create_dir_all(&variables).expect("it is made");
    for (value, said) in [(1, "on"), (0, "off")] {
        fs::write(variables.join("SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"), [6, 0, 0, 0, value]).expect("it is written");
        assert_eq!(rows("firmware", root.path())[0][3..], [text("UEFI"), text(said)]);
    }
}

#[test]
fn disks_are_told_from_what_only_looks_like_one() {
    let files = [
        ("sys/block/sda/size", "2048\n"),
        ("sys/block/sda/removable", "0\n"),
        ("sys/block/sda/queue/rotational", "1\n"),
        ("sys/block/sda/device/model", "EXAMPLE DISK   \n"),
        ("sys/block/sda/device/vpd_pg80", "\0\u{0}\0\u{8}  SER123\0"),
        ("sys/block/nvme0n1/size", "1000\n"),
        ("sys/block/nvme0n1/queue/rotational", "0\n"),
        ("sys/block/nvme0n1/device/serial", "N1\n"),
        ("sys/block/vda/serial", "V1\n"),
        ("sys/block/loop0/size", "1\n"),
        ("sys/block/mmcblk0/size", "8\n"),
        ("sys/block/mmcblk0boot0/size", "8\n"),
    ];
    let found = rows("disk", machine(&files).path());
    let told: Vec<_> = found.iter().map(|r| (r[0].clone(), r[2].clone(), r[3].clone(), r[4].clone())).collect();
    let wanted = [
        (text("mmcblk0"), Value::Null, Value::Null, Value::Integer(4)),
        (text("nvme0n1"), text("N1"), text("solid state"), Value::Integer(500)),
        (text("sda"), text("SER123"), text("rotating"), Value::Integer(1024)),
        (text("vda"), text("V1"), Value::Null, Value::Null),
    ];
    assert_eq!(told, wanted);
    assert_eq!(found[2][1], text("EXAMPLE DISK"));
}

#[test]
fn volumes_are_this_machines_own() {
    let mounts = "proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw,relatime 0 0\n/dev/sdb1 /a\\040b xfs ro 0 0\nold /data ext4 ro 0 0\n/dev/sdc1 /data ext4 rw 0 0\n\
                  files:/x /mnt/files nfs4 rw 0 0\n//srv/c /mnt/c cifs rw 0 0\nu /mnt/u fuse.sshfs rw 0 0\noverlay /var/lib/docker/overlay2/1/merged overlay rw 0 0\n\
                  /dev/sda1 /etc/hosts ext4 rw 0 0\n/dev/sdd1 /var/lib/kubelet/pods/1/v ext4 rw 0 0\n";
    let root = machine(&[("proc/self/mounts", mounts), ("etc/hosts", ""), ("data/x", "")]);
    let found = rows("volume", root.path());
    let told: Vec<_> = found.iter().map(|r| (r[0].clone(), r[1].clone(), r[5].clone())).collect();
    let wanted = [
        (text("/"), text("/dev/sda1"), Value::Integer(0)),
        (text("/a b"), text("/dev/sdb1"), Value::Integer(1)),
        (text("/data"), text("/dev/sdc1"), Value::Integer(0)),
    ];
    assert_eq!(told, wanted);
    assert!(matches!(found[2][3], Value::Integer(kib) if kib > 0), "a place that is there has a size");
    let container = machine(&[("proc/self/mounts", "overlay / overlay rw 0 0\n")]);
    assert_eq!(rows("volume", container.path())[0][0], text("/"));
}

#[test]
fn processors_of_other_architectures_have_names_too() {
    let arm = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\nprocessor\t: 1\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
    let found = rows("processor", machine(&[("proc/cpuinfo", arm)]).path());
    assert_eq!((found.len(), &found[0][1], &found[0][2]), (1, &text("0xd0c"), &text("0x41")));
    assert_eq!(found[0][4..6], [Value::Integer(2), Value::Integer(2)]);
    let power = "processor\t: 0\ncpu\t\t: POWER9\n\n";
    assert_eq!(rows("processor", machine(&[("proc/cpuinfo", power)]).path())[0][1], text("POWER9"));
}

#[cfg(unix)]
#[test]
fn masked_aliased_and_templated_units_and_init_scripts_are_told_apart() {
    use std::os::unix::fs::symlink;
    let unit = "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=multi-user.target\n";
    let files = [
        ("lib/systemd/system/ssh.service", unit),
        ("lib/systemd/system/getty@.service", unit),
        ("lib/systemd/system/off.service", unit),
        ("lib/systemd/system/plain.service", "[Service]\nExecStart=/bin/y\n"),
        ("etc/systemd/system/multi-user.target.wants/ssh.service", ""),
        ("etc/systemd/system/getty.target.wants/getty@tty1.service", ""),
        ("etc/init.d/ssh", "# Short-Description: hidden by the unit\n"),
        ("etc/init.d/old", "#!/bin/sh\n# Short-Description: An old daemon\n"),
        ("etc/init.d/README", ""),
    ];
    let root = machine(&files);
    symlink("/dev/null", root.path().join("etc/systemd/system/off.service")).expect("it is linked");
    symlink("/lib/systemd/system/ssh.service", root.path().join("etc/systemd/system/sshd.service")).expect("it is linked");
    let found: Vec<_> = rows("service", root.path()).into_iter().map(|r| (r[0].clone(), r[2].clone())).collect();
    let wanted = [
        (text("getty@"), text("automatic")),
        (text("off"), text("masked")),
        (text("old"), text("init script")),
        (text("plain"), text("static")),
        (text("ssh"), text("automatic")),
        (text("sshd"), text("alias")),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn adapters_that_come_and_go_with_guests_are_left_out() {
    let files = [
        ("sys/class/net/eth0/mtu", "1500\n"),
        ("sys/class/net/veth12ab/mtu", "1500\n"),
        ("sys/class/net/vnet3/mtu", "1500\n"),
        ("sys/class/net/bonding_masters", ""),
    ];
    let found = rows("network_adapter", machine(&files).path());
    assert_eq!(found.iter().map(|r| r[0].clone()).collect::<Vec<_>>(), [text("eth0")]);
}

#[test]
fn a_long_key_is_cut_before_keys_are_compared() {
    let long = "x".repeat(KEY_BYTES_MAX);
    let status = format!("Package: {long}1\nStatus: install ok installed\n\nPackage: {long}2\nStatus: install ok installed\n");
    let found = rows("software", machine(&[("var/lib/dpkg/status", &status)]).path());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0][0], text(long));
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
