//! This machine as its own tools tell it: each value of each inventory class, by another way than the client's.
//!
//! The shape is that of `provost device show -o json`: for each class its instances, or the reason why there are none.

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// What a tool of the system prints; the tests need it, so that it is missing is a failure.
fn tool(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").env("TZ", "UTC").output();
    let output = output.unwrap_or_else(|e| panic!("{program}: {e}; `./test unit` installs what the tests need"));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn document(program: &str, arguments: &[&str]) -> Value {
    let printed = tool(program, arguments);
    serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{program} {arguments:?}: {e}: {printed}"))
}

/// What a shell reads from a file of assignments, as the file's manual page says.
fn assigned(file: &str, variable: &str) -> Value {
    said(tool("sh", &["-c", &format!("unset {variable}; [ ! -r {file} ] || . {file}; printf %s \"${variable}\"")]))
}

fn said(text: impl Into<String>) -> Value {
    let text: String = text.into();
    if text.is_empty() { Value::Null } else { text.into() }
}

fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or(Value::Null, Value::from)
}

fn shown(file: impl AsRef<Path>) -> String {
    std::fs::read_to_string(file).unwrap_or_default().trim().to_owned()
}

/// Every class: its instances in the order of their names, or null where this machine cannot offer it.
pub fn classes() -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("computer_system", computer_system()),
        ("operating_system", operating_system()),
        ("processor", processors()),
        ("memory", memory()),
        ("disk", disks()),
        ("volume", volumes()),
        ("network_adapter", adapters()),
        ("firmware", firmware()),
        ("software", software()),
        ("service", services()),
    ])
}

fn kib_of_memory() -> i64 {
    let number = |name| tool("getconf", &[name]).parse::<i64>().expect("a number");
    number("_PHYS_PAGES") * number("PAGE_SIZE") / 1024
}

fn lscpu() -> BTreeMap<String, String> {
    let fields = document("lscpu", &["-J"]);
    let field = |f: &Value| Some((f["field"].as_str()?.trim_end_matches(':').to_owned(), f["data"].as_str()?.to_owned()));
    fields["lscpu"].as_array().expect("fields").iter().filter_map(field).collect()
}

/// A field of the firmware's tables by the kernel's other rendering of them, which keeps letters, digits and some signs
/// only: `dmi:bvnVENDOR:bvrVERSION:bdDATE:...`.
fn firmware_field(key: &str) -> Option<String> {
    let alias = shown("/sys/class/dmi/id/modalias");
    alias.split(':').find_map(|part| part.strip_prefix(key)).map(str::to_owned)
}

fn computer_system() -> Value {
    let host = tool("uname", &["-n"]);
    // Who writes the full name anywhere on this machine writes it into hosts(5).
    let known = tool("getent", &["-s", "files", "hosts", &host]);
    let full = known.split_whitespace().skip(1).find(|name| name.starts_with(&format!("{host}.")) && !name.ends_with(".localdomain"));
    let name = full.map_or(host.clone(), str::to_owned);
    let nis = tool("uname", &["-n"]).split_once('.').map_or_else(|| shown("/proc/sys/kernel/domainname"), |_| String::new());
    let (name, domain) = match name.split_once('.') {
        Some((_, domain)) => (name.clone(), domain.to_owned()),
        None if nis.is_empty() || nis == "(none)" => (name, String::new()),
        None => (format!("{name}.{nis}"), nis),
    };
    let hypervisor = match (shown("/sys/hypervisor/type"), lscpu().get("Hypervisor vendor")) {
        (named, _) if !named.is_empty() => named,
        (_, Some(_)) => "yes".to_owned(),
        (_, None) => "no".to_owned(),
    };
    let mut row = json!({
        "name": name,
        "domain": said(domain),
        "logical_processors": number(&tool("getconf", &["_NPROCESSORS_ONLN"])),
        "total_memory_kib": kib_of_memory(),
        "virtual_machine": hypervisor,
        "manufacturer": null, "model": null, "serial_number": null, "chassis_type": null,
    });
    if Path::new("/sys/class/dmi/id").exists() {
        // Which fields makers did not fill in is the client's own rule; its values are compared by the caller.
        row["manufacturer"] = json!({ "letters_of": firmware_field("svn") });
        row["model"] = json!({ "letters_of": firmware_field("pn") });
        row["serial_number"] = json!({ "letters_of": shown("/sys/class/dmi/id/product_serial") });
        row["chassis_type"] = json!({ "any": true });
    }
    json!([row])
}

fn operating_system() -> Value {
    let release = if Path::new("/etc/os-release").exists() { "/etc/os-release" } else { "/usr/lib/os-release" };
    let version = match assigned(release, "VERSION") {
        Value::Null => assigned(release, "VERSION_ID"),
        version => version,
    };
    let locale = ["/etc/locale.conf", "/etc/default/locale"].iter().map(|file| assigned(file, "LANG")).find(|lang| !lang.is_null());
    let zone = match tool("readlink", &["/etc/localtime"]).split_once("zoneinfo/") {
        Some((_, zone)) => zone.to_owned(),
        None => shown("/etc/timezone"),
    };
    json!([{
        "name": assigned(release, "NAME"),
        "version": version,
        "kernel": tool("uname", &["-r"]),
        "architecture": tool("uname", &["-m"]),
        "locale": locale,
        "time_zone": said(zone),
        "installed_at_unix": number(&tool("stat", &["-c", "%Y", "/etc/machine-id"])),
        "last_boot_unix": { "near": number(&tool("date", &["-d", &tool("uptime", &["-s"]), "+%s"])), "within": 30 },
    }])
}

fn processors() -> Value {
    let told = lscpu();
    // Which processor is which core of which socket, as the kernel's topology says and not its list of processors.
    let mut sockets: BTreeMap<String, (BTreeSet<String>, i64)> = BTreeMap::new();
    for line in tool("lscpu", &["-y", "-p=CPU,CORE,SOCKET"]).lines().filter(|line| !line.starts_with('#')) {
        let [_, core, socket] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (cores, threads) = sockets.entry(socket.to_owned()).or_default();
        cores.insert(core.to_owned());
        *threads += 1;
    }
    // Other architectures name their processors by numbers, which lscpu translates.
    let named = |field: &str| if cfg!(target_arch = "x86_64") { told.get(field).map_or(Value::Null, said) } else { json!({ "any": true }) };
    let clock = told.get("CPU max MHz").and_then(|mhz| mhz.split('.').next()).map_or(Value::Null, number);
    let row = |(socket, (cores, threads)): (&String, &(BTreeSet<String>, i64))| {
        json!({
            "device_id": format!("CPU{socket}"),
            "name": named("Model name"),
            "manufacturer": named("Vendor ID"),
            "architecture": tool("uname", &["-m"]),
            "cores": cores.len(),
            "logical_processors": threads,
            "max_clock_mhz": clock,
            "flags": told.get("Flags").map_or(Value::Null, said),
        })
    };
    sockets.iter().map(row).collect()
}

fn memory() -> Value {
    let swap: i64 = tool("swapon", &["--show=SIZE", "--bytes", "--noheadings"]).lines().filter_map(|bytes| bytes.trim().parse::<i64>().ok()).sum();
    let pages = tool("sh", &["-c", "ls /sys/kernel/mm/hugepages 2>/dev/null"]);
    let pages: Vec<Value> = pages.lines().filter_map(|page| page.strip_prefix("hugepages-")?.strip_suffix("kB")).map(number).collect();
    let huge = if pages.is_empty() { Value::Null } else { json!({ "one_of": pages }) };
    json!([{ "total_physical_kib": kib_of_memory(), "total_swap_kib": swap / 1024, "huge_page_kib": huge }])
}

/// Block devices that lsblk calls disks and that hold memory or another machine's disk.
const NOT_DISKS: &[&str] = &["ram", "zram", "nbd", "fd"];

fn disks() -> Value {
    let found = document("lsblk", &["-J", "-a", "-b", "-d", "-o", "NAME,MODEL,SERIAL,ROTA,SIZE,RM,TYPE"]);
    let disk = |d: &&Value| d["type"] == "disk" && !NOT_DISKS.iter().any(|prefix| d["name"].as_str().is_some_and(|name| name.starts_with(prefix)));
    let text = |value: &Value| said(value.as_str().unwrap_or_default().trim());
    // Without udev, lsblk does not know the place where virtual disks show it.
    let serial = |d: &Value| match text(&d["serial"]) {
        Value::Null => said(shown(format!("/sys/block/{}/serial", d["name"].as_str().expect("a name")))),
        serial => serial,
    };
    let row = |d: &Value| {
        json!({
            "device_id": d["name"],
            "model": text(&d["model"]),
            // Without udev, lsblk does not know the place where virtual disks show it.
            "serial_number": serial(d),
            "media_type": if d["rota"] == true { "rotating" } else { "solid state" },
            "size_kib": d["size"].as_i64().map(|bytes| bytes / 1024),
            "removable": i64::from(d["rm"] == true),
        })
    };
    by_key("device_id", found["blockdevices"].as_array().expect("devices").iter().filter(disk).map(row))
}

fn volumes() -> Value {
    let found = document("findmnt", &["-J", "-b", "-l", "-v", "--real", "-o", "TARGET,SOURCE,FSTYPE,SIZE,AVAIL,OPTIONS"]);
    // Of other machines, or of containers.
    let foreign = |m: &Value| {
        let (kind, place) = (m["fstype"].as_str().unwrap_or_default(), m["target"].as_str().unwrap_or_default());
        ["9p", "ceph", "cifs", "nfs", "nfs4", "smb3", "virtiofs", "squashfs"].contains(&kind)
            || kind.starts_with("fuse.")
            || kind == "overlay" && place != "/"
            || ["/var/lib/docker/", "/var/lib/containers/", "/var/lib/kubelet/"].iter().any(|folder| place.starts_with(folder))
            || !Path::new(place).is_dir()
    };
    let row = |m: &Value| {
        let free = m["avail"].as_i64().map(|bytes| bytes >> 30);
        json!({
            "mount_point": m["target"],
            "device_id": m["source"],
            "file_system": m["fstype"],
            "size_kib": m["size"].as_i64().map(|bytes| bytes / 1024),
            "free_gib": { "near": free, "within": 3 },
            "read_only": i64::from(m["options"].as_str().is_some_and(|options| options.split(',').any(|option| option == "ro"))),
        })
    };
    by_key("mount_point", found["filesystems"].as_array().expect("file systems").iter().filter(|m| !foreign(m)).map(row))
}

fn adapters() -> Value {
    let found = document("ip", &["-j", "addr"]);
    let own = |a: &&Value| !["veth", "vnet", "cali", "lxc", "tap", "macvtap"].iter().any(|guest| a["ifname"].as_str().is_some_and(|n| n.starts_with(guest)));
    let row = |adapter: &Value| {
        let name = adapter["ifname"].as_str().expect("a name");
        let lasting = |a: &&Value| a["temporary"] != true && a["tentative"] != true;
        let mut addresses: Vec<std::net::IpAddr> = adapter["addr_info"]
            .as_array()
            .expect("addresses")
            .iter()
            .filter(lasting)
            .map(|a| a["local"].as_str().expect("an address").parse().expect("an address"))
            .collect();
        addresses.sort();
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        let driver = shown(format!("/sys/class/net/{name}/device/uevent")).lines().find_map(|line| line.strip_prefix("DRIVER=").map(str::to_owned));
        json!({
            "device_id": name,
            "mac_address": adapter["address"].as_str().map(str::to_uppercase),
            "driver": driver,
            "ip_addresses": said(addresses.join(", ")),
            "mtu_bytes": adapter["mtu"],
            "speed_mbit": shown(format!("/sys/class/net/{name}/speed")).parse::<i64>().ok().filter(|speed| *speed > 0),
            "state": adapter["operstate"].as_str().map(str::to_lowercase),
        })
    };
    by_key("device_id", found.as_array().expect("adapters").iter().filter(own).map(row))
}

fn firmware() -> Value {
    let uefi = Path::new("/sys/firmware/efi").exists();
    if !uefi && !Path::new("/sys/class/dmi/id").exists() {
        return Value::Null;
    }
    json!([{
        "vendor": { "letters_of": firmware_field("bvn") },
        "version": { "letters_of": firmware_field("bvr") },
        "release_date": { "letters_of": firmware_field("bd") },
        "interface": if uefi { "UEFI" } else { "BIOS" },
        "secure_boot": { "any": true },
    }])
}

fn software() -> Value {
    if !Path::new("/var/lib/dpkg/status").exists() {
        return Value::Null;
    }
    let fields = "Package Version Architecture Maintainer binary:Summary Source Section Homepage Installed-Size db-fsys:Last-Modified db:Status-Status";
    let form: Vec<String> = fields.split(' ').map(|field| format!("${{{field}}}")).collect();
    let printed = tool("dpkg-query", &["-W", "-f", &(form.join("\\t") + "\\n")]);
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, version, architecture, publisher, description, source, section, homepage, size, installed_at, status] = fields[..] else {
            panic!("{line:?}")
        };
        let here = !["not-installed", "config-files", "half-installed"].contains(&status);
        here.then(|| {
            json!({
                "name": name, "version": version, "architecture": architecture, "publisher": said(publisher), "description": said(description),
                "source": said(source), "section": said(section), "homepage": said(homepage),
                "installed_kib": number(size), "installed_at_unix": number(installed_at),
            })
        })
    };
    let mut rows: Vec<Value> = printed.lines().filter_map(row).collect();
    rows.sort_by_key(|row| ["name", "version", "architecture"].map(|key| row[key].as_str().unwrap_or_default().to_owned()));
    rows.into()
}

/// systemd's own reading of the unit files, of a system that need not run; scripts that no unit replaces beside them.
fn services() -> Value {
    let listed = tool("systemctl", &["--root=/", "list-unit-files", "--type=service", "--no-pager", "--no-legend", "--plain"]);
    let states: Vec<(&str, &str)> =
        listed.lines().filter_map(|line| line.split_once(".service ")).map(|(name, rest)| (name, rest.split_whitespace().next().unwrap_or_default())).collect();
    let scripts = tool("find", &["/etc/init.d", "-maxdepth", "1", "-type", "f", "-not", "-name", ".*", "-not", "-name", "README", "-printf", "%f\\n"]);
    // systemd calls the service of a script without its `.sh`.
    let replaced = |script: &str| states.iter().any(|(name, _)| script.strip_suffix(".sh").unwrap_or(script) == *name);
    let mut rows: Vec<Value> = Vec::new();
    for script in scripts.lines().filter(|script| !replaced(script)) {
        let path = format!("/etc/init.d/{script}");
        let description = tool("sed", &["-n", "s/^# Short-Description: *//p", &path]);
        rows.push(json!({
            "name": script, "display_name": said(description.lines().next().unwrap_or_default()), "start_mode": "init script", "path": path, "run_as": "root",
        }));
    }
    for (name, state) in states {
        let start = match state {
            "enabled" | "enabled-runtime" => "automatic",
            "disabled" | "indirect" | "linked" | "linked-runtime" => "disabled",
            "masked" | "masked-runtime" => "masked",
            other => other,
        };
        let unit = if start == "masked" { BTreeMap::new() } else { unit(&format!("{name}.service")) };
        let value = |section: &str, key: &str| unit.get(&(section.to_owned(), key.to_owned())).and_then(|values| values.last().cloned());
        let command = unit.get(&("Service".to_owned(), "ExecStart".to_owned())).and_then(|values| values.first().cloned());
        rows.push(json!({
            "name": name,
            "display_name": said(value("Unit", "Description").unwrap_or_default()),
            "start_mode": start,
            "path": said(command.unwrap_or_default()),
            "run_as": value("Service", "User").unwrap_or_else(|| "root".to_owned()),
        }));
    }
    by_key("name", rows.into_iter())
}

/// Settings of a unit with all that administrators and packages put beside it, by section and key, as systemd finds them.
fn unit(name: &str) -> BTreeMap<(String, String), Vec<String>> {
    let text = tool("systemd-analyze", &["cat-config", "--no-pager", &format!("systemd/system/{name}")]).replace("\\\n", " ");
    let mut settings: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = line.split_once('=') {
            let values = settings.entry((section.clone(), key.trim().to_owned())).or_default();
            if value.trim().is_empty() {
                values.clear();
            } else {
                values.push(value.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
    settings
}

fn by_key(key: &str, rows: impl Iterator<Item = Value>) -> Value {
    // What is mounted later on the same place hides what was there.
    let named: BTreeMap<String, Value> = rows.map(|row| (row[key].as_str().unwrap_or_default().to_owned(), row)).collect();
    named.into_values().collect()
}

/// How a value differs from what it ought to be; `None` when it does not. What ought to be is the value itself, or an
/// object for what two readers cannot tell alike.
pub fn difference(found: &Value, wanted: &Value) -> Option<String> {
    let Some(rule) = wanted.as_object() else {
        let same = found == wanted || matches!((found, wanted), (Value::String(f), Value::String(w)) if f.split_whitespace().eq(w.split_whitespace()));
        return (!same).then(|| format!("is {found}, and ought to be {wanted}"));
    };
    let agrees = match rule.iter().next().map(|(name, value)| (name.as_str(), value)) {
        Some(("any", _)) => true,
        Some(("one_of", values)) => values.as_array().is_some_and(|values| values.contains(found)),
        Some(("near", near)) => match (found.as_i64(), near.as_i64(), rule["within"].as_u64()) {
            (Some(found), Some(near), Some(within)) => found.abs_diff(near) <= within,
            _ => found == near,
        },
        // Nothing is told by a maker's placeholder.
        Some(("letters_of", text)) => found.is_null() || letters(found) == letters(text),
        _ => false,
    };
    (!agrees).then(|| format!("is {found}, and ought to be {wanted}"))
}

fn letters(value: &Value) -> String {
    value.as_str().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A row by its key, and its properties.
pub fn keyed<'a>(rows: &'a Value, keys: &[&str]) -> BTreeMap<String, &'a Map<String, Value>> {
    let key = |row: &Value| keys.iter().map(|key| row[key].as_str().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    rows.as_array().into_iter().flatten().filter_map(|row| Some((key(row), row.as_object()?))).collect()
}
