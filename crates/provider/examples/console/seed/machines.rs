//! The made-up machines.

use provost_catalog::inventory::{CLASSES, Class};
use provost_domain::inventory::{ClassReport, Content, Value};
use provost_domain::{Approval, Digest, SmsId, Timestamp};
use std::borrow::Cow;

/// An operating system and what comes with it.
pub struct System {
    pub name: &'static str,
    pub version: &'static str,
    pub kernel: &'static str,
    pub packages: &'static str,
}

const BOOKWORM: System = System { name: "Debian GNU/Linux 12 (bookworm)", version: "12.12", kernel: "6.1.0-40-amd64", packages: "deb12u" };
const TRIXIE: System = System { name: "Debian GNU/Linux 13 (trixie)", version: "13.2", kernel: "6.12.57+deb13-amd64", packages: "deb13u" };
const NOBLE: System = System { name: "Ubuntu 24.04.3 LTS", version: "24.04", kernel: "6.8.0-87-generic", packages: "ubuntu24.04." };
const ROCKY: System = System { name: "Rocky Linux 9.6 (Blue Onyx)", version: "9.6", kernel: "5.14.0-570.17.1.el9_6.x86_64", packages: "el9_6." };

/// One machine.
pub struct Machine {
    pub name: String,
    pub smsid: Option<SmsId>,
    pub approval: Approval,
    pub system: &'static System,
    pub client_version: &'static str,
    pub hardware_id: String,
    pub mac_address: String,
    pub ip_addresses: Vec<String>,
    pub obsolete: bool,
    pub server: bool,
    /// How long ago it registered, sent a heartbeat, was seen, sent an inventory.
    pub registered_seconds: i64,
    pub heartbeat_seconds: i64,
    pub seen_seconds: i64,
    pub inventory_seconds: i64,
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

/// Forty machines.
pub fn all() -> Vec<Machine> {
    let mut names: Vec<String> = ["CM01", "DC1", "DC2", "FS01", "MAIL01", "PROXY1", "SQL02"].map(str::to_owned).to_vec();
    names.extend([13, 14, 19, 21, 26, 30, 33].map(|n| format!("B7-{:04}", 100 + n)));
    names.extend((101..=126).map(|n| format!("WS-{:04}", n + n / 4)));
    let mut numbers = Numbers(7);
    names.into_iter().take(40).enumerate().map(|(n, name)| machine(n, name, &mut numbers)).collect()
}

fn machine(n: usize, name: String, numbers: &mut Numbers) -> Machine {
    let server = n < 7;
    let system = match (server, numbers.below(10)) {
        (true, 0..=5) | (false, 0..=4) => &BOOKWORM,
        (true, _) => &ROCKY,
        (false, 5..=7) => &NOBLE,
        (false, _) => &TRIXIE,
    };
    let approval = match n {
        9 | 22 | 23 => Approval::Registered,
        10 => Approval::Blocked,
        _ => Approval::Approved,
    };
    let without_client = matches!(n, 12 | 31);
    let digest = Digest::of(name.as_bytes());
    let mut random = [0; 16];
    random.copy_from_slice(&digest.as_bytes()[..16]);
    let b = digest.as_bytes();
    let waiting = approval == Approval::Registered;
    let seen_seconds = match n {
        15 => 9 * 86_400 + 400,
        28 => 41 * 86_400,
        30 => 2 * 86_400,
        0 => 2,
        _ => numbers.below(1_700),
    };
    Machine {
        smsid: (!without_client).then(|| SmsId::from_random(random)),
        approval,
        system,
        client_version: "0.1.0",
        hardware_id: format!("2:{}", &digest.to_string()[..40].to_uppercase()),
        mac_address: format!("52:54:00:{:02X}:{:02X}:{:02X}", b[20], b[21], b[22]),
        ip_addresses: if server { vec![format!("10.4.10.{}", 10 + n), format!("fd00:4::{:x}", 10 + n)] } else { vec![format!("10.4.12.{}", 20 + n)] },
        obsolete: n == 31,
        server,
        registered_seconds: if waiting { 900 + 2_400 * i64::try_from(n).unwrap_or(0) } else { (4 + numbers.below(26)) * 86_400 + numbers.below(80_000) },
        heartbeat_seconds: if n == 0 { 40 } else { seen_seconds + numbers.below(500_000) },
        seen_seconds,
        inventory_seconds: if n == 0 { 48 } else { seen_seconds + numbers.below(86_400) },
        name,
    }
}

impl Machine {
    /// Its full name in DNS.
    pub fn dns_name(&self) -> String {
        format!("{}.corp.example.net", self.name.to_lowercase())
    }

    /// Its hardware inventory: every class, rows ascending by key.
    pub fn inventory(&self, now: Timestamp) -> Vec<ClassReport<'static>> {
        CLASSES.iter().map(|class| ClassReport { class, content: self.content(class, now) }).collect()
    }

    fn content(&self, class: &'static Class, now: Timestamp) -> Content<'static> {
        let memory_kib: i64 = if self.server { 64 << 20 } else { 16 << 20 };
        let unix = now.as_micros() / 1_000_000;
        let mut rows: Vec<Vec<Value<'static>>> = match class.name {
            "computer_system" => vec![vec![
                text(&self.name),
                text("corp.example.net"),
                text(if self.server { "Dell Inc." } else { "LENOVO" }),
                text(if self.server { "PowerEdge R660" } else { "ThinkPad T14 Gen 5" }),
                text(&self.hardware_id[2..10]),
                text(if self.server { "Rack mount" } else { "Notebook" }),
                Value::Integer(if self.server { 64 } else { 16 }),
                Value::Integer(memory_kib - 421_336),
                Value::Null,
            ]],
            "operating_system" => vec![vec![
                text(self.system.name),
                text(self.system.version),
                text(self.system.kernel),
                text("x86_64"),
                text("en_GB.UTF-8"),
                text("Europe/Berlin"),
                Value::Integer(unix - 200 * 86_400),
                Value::Integer(unix - 6 * 86_400 - 4_000),
            ]],
            "processor" => (0..if self.server { 2 } else { 1 })
                .map(|socket: i64| {
                    vec![
                        text(&socket.to_string()),
                        text(if self.server { "Intel(R) Xeon(R) Gold 6430" } else { "Intel(R) Core(TM) Ultra 7 155U" }),
                        text("GenuineIntel"),
                        text("x86_64"),
                        Value::Integer(if self.server { 32 } else { 12 }),
                        Value::Integer(if self.server { 32 } else { 14 }),
                        Value::Integer(if self.server { 3400 } else { 4800 }),
                        text("sse4_2 avx2 aes vmx"),
                    ]
                })
                .collect(),
            "memory" => vec![vec![Value::Integer(memory_kib - 421_336), Value::Integer(2 << 20), Value::Integer(2048)]],
            "disk" => vec![vec![
                text("nvme0n1"),
                text("SAMSUNG MZVL21T0HCLR-00BL7"),
                text(&self.hardware_id[10..24]),
                text("SSD"),
                Value::Integer(1_000_204_632),
                Value::Integer(0),
            ]],
            "volume" => vec![
                vec![text("/"), text("/dev/mapper/vg-root"), text("ext4"), Value::Integer(499_122_176), Value::Integer(317), Value::Integer(0)],
                vec![text("/boot"), text("/dev/nvme0n1p2"), text("ext4"), Value::Integer(1_038_336), Value::Integer(0), Value::Integer(0)],
                vec![text("/boot/efi"), text("/dev/nvme0n1p1"), text("vfat"), Value::Integer(523_248), Value::Integer(0), Value::Integer(0)],
            ],
            "network_adapter" => vec![vec![
                text("eno1"),
                text(&self.mac_address),
                text("e1000e"),
                text(&self.ip_addresses.join(", ")),
                Value::Integer(1500),
                Value::Integer(1000),
                text("up"),
            ]],
            "firmware" if self.server => {
                return Content::Unavailable {
                    reason: Cow::Borrowed("/sys/class/dmi/id/bios_vendor: permission denied; the client runs without the right to read it"),
                };
            }
            "firmware" => vec![vec![text("LENOVO"), text("N47ET24W (1.13)"), text("2025-04-11"), text("UEFI"), text("on")]],
            "software" => self.software(unix),
            "service" => SERVICES
                .iter()
                .map(|(name, title, mode)| {
                    vec![
                        text(name),
                        text(title),
                        text(mode),
                        text(&format!("/usr/sbin/{name}")),
                        text(if *name == "provost-client" { "root" } else { "system" }),
                    ]
                })
                .collect(),
            _ => Vec::new(),
        };
        rows.sort_by(|a, b| a[..class.key_properties].cmp(&b[..class.key_properties]));
        Content::Instances { rows: rows.into_iter().flatten().collect(), removed: Vec::new() }
    }

    fn software(&self, unix: i64) -> Vec<Vec<Value<'static>>> {
        let mut numbers = Numbers(self.name.len() as u64 + self.seen_seconds.unsigned_abs());
        let libraries = (1..=180).map(|n| {
            (format!("lib{}{n}", ["gcc-s", "perl", "python3-stdlib", "ssl", "xcb", "gtk", "systemd"][n % 7]), format!("{}.{}.{}", n % 9, n % 13, n % 5), "libs")
        });
        let programs = PROGRAMS.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned(), "utils"));
        programs
            .chain(libraries)
            .map(|(name, version, section)| {
                vec![
                    text(&name),
                    text(&format!("{version}+{}{}", self.system.packages, 1 + numbers.below(3))),
                    text("amd64"),
                    text("Debian Maintainers"),
                    text(&format!("{name}: part of {}", self.system.name)),
                    text(&name),
                    text(section),
                    text("https://www.debian.org/"),
                    Value::Integer(60 + numbers.below(90_000)),
                    Value::Integer(unix - 86_400 - numbers.below(200 * 86_400)),
                ]
            })
            .collect()
    }
}

fn text(value: &str) -> Value<'static> {
    Value::Text(Cow::Owned(value.to_owned()))
}

const PROGRAMS: &[(&str, &str)] = &[
    ("bash", "5.2.15-2"),
    ("chromium", "142.0.7444.59-1"),
    ("coreutils", "9.1-1"),
    ("curl", "7.88.1-10"),
    ("firefox-esr", "140.5.0esr-1"),
    ("git", "2.39.5-0"),
    ("gnupg", "2.2.40-1.1"),
    ("grub-efi-amd64", "2.06-13"),
    ("libreoffice-calc", "7.4.7-1"),
    ("libreoffice-writer", "7.4.7-1"),
    ("network-manager", "1.42.4-1"),
    ("openssh-client", "9.2p1-2"),
    ("openssh-server", "9.2p1-2"),
    ("openssl", "3.0.17-1"),
    ("postgresql-client-15", "15.14-0"),
    ("provost-client", "0.1.0-1"),
    ("python3", "3.11.2-1"),
    ("sudo", "1.9.13p3-1"),
    ("systemd", "252.39-1"),
    ("thunderbird", "140.4.0esr-1"),
    ("vim", "9.0.1378-2"),
];

const SERVICES: &[(&str, &str, &str)] = &[
    ("cron", "Regular background program processing daemon", "enabled"),
    ("dbus", "D-Bus System Message Bus", "static"),
    ("NetworkManager", "Network Manager", "enabled"),
    ("provost-client", "Provost client", "enabled"),
    ("ssh", "OpenBSD Secure Shell server", "enabled"),
    ("systemd-journald", "Journal Service", "static"),
    ("systemd-timesyncd", "Network Time Synchronization", "enabled"),
    ("unattended-upgrades", "Unattended Upgrades Shutdown", "enabled"),
];
