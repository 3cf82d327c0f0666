//! The hardware inventory of the machine that the tests run on, from the machine to `provost device show`.

use super::machine;
use crate::person::Person;
use provost_catalog::inventory::CLASSES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// How often the machine may change while it is looked at: others install packages and plug cables.
const ATTEMPTS: usize = 5;

#[test]
fn every_value_of_every_class_is_what_the_machines_own_tools_say() {
    for _ in 0..ATTEMPTS {
        let before = machine::classes();
        let person = Person::new();
        let site = person.starts(&["up"]);
        let listed = person.asks(&["client", "list"]);
        let number = listed["items"][0]["resource_id"].to_string();
        let device = person.asks(&["device", "show", &number]);
        let after = machine::classes();
        drop(site);
        let same = CLASSES.iter().all(|class| steady(&before[class.name]) == steady(&after[class.name]));
        if !same {
            continue;
        }
        let mut wrong = Vec::new();
        for class in CLASSES {
            let told = device["classes"].as_array().expect("classes").iter().find(|told| told["name"] == class.name).expect("every class is told of");
            let (rows, wanted) = (&device["hardware"][class.name], &before[class.name]);
            if wanted.is_null() {
                let reason = told["unavailable"].as_str().unwrap_or_default();
                if reason.len() < 10 || rows.as_array().is_none_or(|rows| !rows.is_empty()) {
                    wrong.push(format!("{}: this machine does not offer it, and the reason is {reason:?}: {rows}", class.name));
                }
                continue;
            }
            if !told["unavailable"].is_null() {
                wrong.push(format!("{}: unavailable: {}", class.name, told["unavailable"]));
                continue;
            }
            wrong.extend(differences(class, rows, wanted));
        }
        assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
        return;
    }
    panic!("this machine changed each of {ATTEMPTS} times that it was looked at");
}

/// Without what never stands still.
fn steady(rows: &Value) -> Value {
    let mut rows = rows.clone();
    for row in rows.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        row.retain(|_, value| value.get("near").is_none());
    }
    rows
}

/// Instances that one has and the other has not, and each property that differs; one that nobody compares is told too.
fn differences(class: &provost_catalog::inventory::Class, rows: &Value, wanted: &Value) -> Vec<String> {
    let keys: Vec<&str> = class.keys().iter().map(|property| property.name).collect();
    let (found, wanted) = (machine::keyed(rows, &keys), machine::keyed(wanted, &keys));
    let names: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let mut wrong = Vec::new();
    for name in names {
        let (Some(found), Some(wanted)) = (found.get(name), wanted.get(name)) else {
            let who = if found.contains_key(name) { "the inventory" } else { "the machine" };
            wrong.push(format!("{} {name:?}: only {who} has it", class.name));
            continue;
        };
        for property in class.properties {
            match wanted.get(property.name) {
                Some(value) => {
                    wrong.extend(machine::difference(&found[property.name], value).map(|how| format!("{} {name:?} {}: {how}", class.name, property.name)))
                }
                None => wrong.push(format!("{} {}: nobody compares it", class.name, property.name)),
            }
        }
    }
    wrong
}

/// Makes a machine of namespaces that has what few have, and then runs what is behind it there: two adapters in one
/// network, addresses without one, firmware, a full name, units that are replaced, named otherwise and never to start, a
/// package between two states, and a volume with a blank in its name that may only be read.
const ODD_MACHINE: &str = r#"
place=$1
shift
hostname ws01
printf '127.0.0.1 localhost\n127.0.1.1 ws01.corp.example.test ws01\n' >"$place/hosts"
mount --bind "$place/hosts" /etc/hosts

mount -t sysfs sysfs /sys
ip link set lo up
ip link add lan0 type veth peer name lan1
ip link add cloud0 type veth peer name unplugged0 mtu 1280
ip address add 192.0.2.10/24 dev lan0
ip address add 192.0.2.12/24 dev lan0
ip address add 192.0.2.11/24 dev lan1
ip address add 2001:db8::7/64 dev lan0 nodad
ip address add 198.51.100.7/32 dev cloud0
ip address add 203.0.113.1 peer 203.0.113.2 dev cloud0
for adapter in lan0 lan1 cloud0; do ip link set $adapter up addrgenmode none; done

mkdir "$place/class"
cp -a /sys/class/. "$place/class/" 2>/dev/null || true
rm -rf "$place/class/dmi"
mkdir -p "$place/class/dmi/id"
field() { printf '%s\n' "$2" >"$place/class/dmi/id/$1"; }
field sys_vendor 'Example Machines'
field product_name 'Model 7'
field product_serial SN-42
field chassis_type 3
field bios_vendor 'Example Corp.'
field bios_version '1.2 (3)'
field bios_date 04/01/2026
field modalias 'dmi:bvnExampleCorp.:bvr1.2(3):bd04/01/2026:br1.2:svnExampleMachines:pnModel7:pvr1:ct3:'
mount --bind "$place/class" /sys/class

mkdir "$place/a b"
mount --bind "$place/a b" "$place/a b"
mount -o remount,bind,ro "$place/a b"

cp -a /etc/systemd/system "$place/system"
mount --bind "$place/system" /etc/systemd/system
cd /etc/systemd/system
printf '%s\n' '[Unit]' 'Description=Odd' '[Service]' '# ExecStart=/bin/no' 'ExecStart=/bin/odd \' '  --with more' '[Install]' 'Alias=odd-name.service' >odd.service
ln -s odd.service odd-name.service
mkdir idle.service.d odd.service.d
printf '%s\n' '[Unit]' 'Description=Idle' '[Service]' 'User=daemon' 'ExecStart=/bin/idle' 'ExecStart=/bin/second' '[Install]' 'WantedBy=multi-user.target' >idle.service
printf '%s\n' '[Service]' 'User=nobody' 'ExecStart=' 'ExecStart=/bin/other' >idle.service.d/10-other.conf
printf '%s\n' '[Unit]' 'Description=Very idle' >idle.service.d/20-name.conf
printf '%s\n' '[Unit]' 'Description=Not read' >idle.service.d/30-name.old
: >never.service
cd /

if [ -e /var/lib/dpkg/status ]; then
    cp /var/lib/dpkg/status "$place/status"
    for state in unpacked half-configured half-installed config-files; do
        reinstall=ok
        [ $state != half-installed ] || reinstall=reinstreq
        printf '\nPackage: provost-test-%s\nStatus: install %s %s\nArchitecture: all\nVersion: 1\nConfig-Version: 1\nMaintainer: M <m@example.test>\nDescription: d\n' $state $reinstall $state >>"$place/status"
    done
    mount --bind "$place/status" /var/lib/dpkg/status
fi
exec "$@"
"#;

#[test]
fn a_machine_that_has_what_few_have_is_read_as_its_own_tools_read_it() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: namespaces need root");
        return;
    }
    let place = tempfile::tempdir().expect("a folder");
    let tests = std::env::current_exe().expect("the tests' own program");
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--uts", "sh", "-eu", "-c", ODD_MACHINE, "sh"]).arg(place.path()).arg(tests);
    command.args(["--exact", "up::inventory::every_value_of_every_class_is_what_the_machines_own_tools_say", "--nocapture"]);
    let output = command.output().expect("unshare runs");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
}
