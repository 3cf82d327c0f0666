//! Taint: marker passwords go through every flow that there is, and then are looked for everywhere: logs, database,
//! inboxes, ledger, a backup and what is restored from it, answers of the API, output of commands, and the memory of the
//! running site.
//!
//! What is looked for is the marker itself and every form that a library could turn it into: Base64 at each offset, hexadecimal
//! digits, percent-encoding, UTF-16. A marker is long and random, so that what is found is no accident.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use provost_lab::random::Seeded;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running site in a folder of its own; everything that it and the commands print is kept.
struct Place {
    home: tempfile::TempDir,
    site: Program,
    pid: u32,
    said: Vec<u8>,
}

/// The site's process; a test that fails leaves none behind.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

impl Place {
    fn start() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let ready = home.path().join("ready.json");
        let output = std::fs::File::create(home.path().join("site.out")).expect("a file");
        let site = Command::new(env!("CARGO_BIN_EXE_provost"))
            .args(["up", "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready)
            .env("PROVOST_DATA", home.path().join("data"))
            .env("PROVOST_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a file"))
            .stderr(output)
            .spawn()
            .expect("the program runs");
        let until = Instant::now() + Duration::from_secs(120);
        let ready: Value = loop {
            match std::fs::read(&ready).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
                Some(ready) => break ready,
                None => assert!(Instant::now() < until, "the site is not ready"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let pid = u32::try_from(ready["pid"].as_u64().expect("a number")).expect("a process");
        Self { home, site: Program(site), pid, said: Vec::new() }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Types a command with something on standard input; keeps what it printed. Gives its exit code.
    fn types(&mut self, input: &str, arguments: &[&str]) -> i32 {
        self.hears(input, arguments).0
    }

    /// As [`Self::types`]; gives also what it printed as data, and what beside it.
    fn hears(&mut self, input: &str, arguments: &[&str]) -> (i32, Vec<u8>, Vec<u8>) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_provost"))
            .args(arguments)
            .env("PROVOST_DATA", self.data())
            .env("PROVOST_LOG", "trace")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        self.said.extend_from_slice(&output.stdout);
        self.said.extend_from_slice(&output.stderr);
        (output.status.code().unwrap_or(-1), output.stdout, output.stderr)
    }

    fn does(&mut self, input: &str, arguments: &[&str]) {
        let exit = self.types(input, arguments);
        assert_eq!(exit, 0, "{arguments:?}: {}", String::from_utf8_lossy(&self.said[self.said.len().saturating_sub(800)..]));
    }

    fn stop(mut self) -> tempfile::TempDir {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.site.0.id()).expect("a process")).expect("a process");
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it runs");
        self.site.0.wait().expect("it ends");
        self.home
    }
}

/// Whether a command that was asked for JSON gave one document of this version, or told its failure as one (experience.md §2).
fn in_json(exit: i32, out: &[u8], err: &[u8]) -> Result<(), String> {
    let versioned = |text: &[u8]| {
        let document: Value = serde_json::from_slice(text).map_err(|e| e.to_string())?;
        if document["apiVersion"] == "provost/v1" { Ok(document) } else { Err("it has no apiVersion".to_owned()) }
    };
    if !out.is_empty() || exit == 0 {
        return versioned(out).map(drop);
    }
    // Traces and notes come before it.
    let at = err.windows(2).enumerate().filter(|(at, pair)| pair[0] == b'{' && (*at == 0 || err[at - 1] == b'\n')).map(|(at, _)| at);
    let told = at.map(|at| versioned(&err[at..])).find_map(Result::ok).ok_or("its failure is no document")?;
    let (code, parts) = (told["error"]["code"].as_str().unwrap_or_default(), ["message", "cause", "state", "fix"].map(|part| told["error"][part].is_string()));
    if code.starts_with("PV") && parts == [true; 4] { Ok(()) } else { Err(format!("its failure lacks a part: {told}")) }
}

/// The forms that a marker may be found in.
fn forms(marker: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = marker.as_bytes();
    let mut forms = vec![("itself", bytes.to_vec())];
    // Base64 of something that holds the marker: at each of the three offsets, without the ends that depend on what is beside.
    for offset in 0..3 {
        let encoded = STANDARD.encode([&vec![b' '; offset], bytes].concat());
        forms.push(("in Base64", encoded.as_bytes()[4..encoded.len() - 4].to_vec()));
    }
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    forms.push(("in hexadecimal digits", hex.clone().into_bytes()));
    forms.push(("in hexadecimal digits", hex.to_uppercase().into_bytes()));
    forms.push(("in UTF-16", marker.encode_utf16().flat_map(u16::to_le_bytes).collect()));
    forms
}

fn find(haystack: &[u8], forms: &[(&'static str, Vec<u8>)]) -> Option<&'static str> {
    forms.iter().find(|(_, form)| memmem::find(haystack, form).is_some()).map(|(name, _)| *name)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&entry.path(), found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

/// Commands that other flows of this test type, that go on until they are stopped, or that are for another machine than the
/// one the site runs on.
const TYPED_ELSEWHERE: &[&str] = &[
    "up",
    "site run",
    "site backup",
    "site restore",
    "site rekey",
    "account add",
    "account set",
    "account remove",
    "admin add",
    "admin password",
    "admin sign-in",
    "admin sign-out",
    "mail set",
    "mail test",
    "proxy set",
    // Asks servers that are not there for as long as it may.
    "discovery run",
];

/// What commands with arguments that must be given are typed with.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("role show", &["management-point"]),
    ("account explain", &["network-access"]),
    ("account show", &["corp.example.test\\svc"]),
    ("account resolve", &["send-alert-mail"]),
    ("account disallow", &["push-client"]),
    ("verify waive", &["corp.example.test\\svc", "needs:sign-in", "--until", "2030-01-01", "--reason", "none"]),
    ("verify unwaive", &["corp.example.test\\svc", "needs:sign-in"]),
    ("trust add", &["fabrikam.example.test", "--forest", "fabrikam.example.test", "--trust", "untrusted-forest"]),
    ("trust remove", &["fabrikam.example.test"]),
    ("proxy remove", &["software-update-point-proxy", "--on", "cm02"]),
    ("group explain", &["sms-admins"]),
    ("manual", &["/proc/manual"]),
    ("device show", &["1"]),
    ("device remove", &["999", "--yes"]),
    ("user show", &["nobody"]),
    ("usergroup show", &["nobody"]),
    ("client show", &["nobody"]),
    ("client approve", &["nobody"]),
    ("client block", &["nobody"]),
    ("client unblock", &["nobody"]),
    ("client remove", &["nobody", "--yes"]),
    ("client inventory", &["nobody"]),
    ("discovery add", &["ad-system", "OU=Computers,DC=corp,DC=example,DC=test"]),
    ("discovery remove", &["999"]),
    ("discovery set", &["ad-system"]),
    ("discovery show", &["ad-system"]),
    ("site uninstall", &["--dry-run"]),
    ("forest add", &["corp.example.test"]),
    ("forest show", &["corp.example.test"]),
    ("forest publish", &["off", "corp.example.test"]),
    ("forest remove", &["corp.example.test"]),
    ("forest extend-schema", &["corp.example.test"]),
    ("boundary add", &["ip-subnet", "192.0.2.0/24"]),
    ("boundary show", &["1"]),
    ("boundary remove", &["1"]),
    ("inbox show", &["auth/ddm.box"]),
    ("alert rule add", &["silent", "--on", "component-failing", "--to", "ada@corp.example.test"]),
    ("alert rule remove", &["silent", "--yes"]),
    ("alert rule enable", &["silent"]),
    ("alert rule disable", &["silent"]),
    ("mail remove", &["--yes"]),
    ("admin remove", &["nobody", "--yes"]),
    ("admin welcome", &["grace"]),
    ("completions", &["bash"]),
];

/// Every command of the reviewed manual that does something, with whether it must be given arguments.
fn commands() -> Vec<(String, bool)> {
    let manual = include_str!("../src/snapshots/provost__command__tests__cli-reference.snap");
    let mut commands = Vec::new();
    let mut lines = manual.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("## provost ") else { continue };
        let usage = lines.find(|line| line.starts_with("Usage: ")).expect("each says how it is used");
        let after = usage.split_once(name).map_or("", |(_, rest)| rest);
        if !after.contains("<COMMAND>") {
            let optional = after.replace("[OPTIONS]", "");
            let given = optional.split('[').next().unwrap_or_default().contains('<');
            commands.push((name.to_owned(), given));
        }
    }
    assert!(commands.len() > 70, "the manual was read: {commands:?}");
    commands
}

/// Every writable region of a process, as far as it can be read.
fn memory(pid: u32) -> Vec<(String, Vec<u8>)> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process's map");
    let mut file = std::fs::File::open(format!("/proc/{pid}/mem")).expect("the process's memory");
    let mut regions = Vec::new();
    for line in maps.lines().filter(|line| line.split_whitespace().nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (from, to) = line.split_whitespace().next().and_then(|range| range.split_once('-')).expect("a range");
        let (from, to) = (u64::from_str_radix(from, 16).expect("an address"), u64::from_str_radix(to, 16).expect("an address"));
        let mut bytes = vec![0; usize::try_from(to - from).expect("a length")];
        if file.seek(SeekFrom::Start(from)).is_ok() && file.read_exact(&mut bytes).is_ok() {
            regions.push((line.to_owned(), bytes));
        }
    }
    assert!(regions.len() > 10, "the process's memory could be read");
    regions
}

#[test]
fn no_password_is_left_anywhere_but_sealed() {
    let smtp = std::env::var("PROVOST_TEST_SMTP").ok();
    let proxy = std::env::var("PROVOST_TEST_PROXY").ok();
    assert!(std::env::var_os("CI").is_none() || (smtp.is_some() && proxy.is_some()), "in CI the flows go to real servers");
    let mut place = Place::start();
    let mut numbers = Seeded::new(u64::from(place.pid) ^ 0x7461_696e_7431);
    let mut marker = |what: &str| format!("{what}%{:016x}ü{:016x}", numbers.number(), numbers.number());
    let mut markers: Vec<(&str, String)> = Vec::new();

    // Bound, replaced, refused, removed.
    let first = marker("first");
    place.does(&format!("{first}\n"), &["account", "add", "corp.example.test\\svc", "--for", "network-access", "--password-file", "-"]);
    let second = marker("second");
    place.does(&format!("{second}\n"), &["account", "set", "corp.example.test\\svc", "--password-file", "-"]);
    let refused = marker("refused");
    assert_ne!(place.types(&format!("{refused}\n"), &["account", "add", "svc", "--for", "network-access", "--password-file", "-"]), 0);
    let argument = marker("argument");
    assert_ne!(place.types("", &["account", "add", "corp.example.test\\x", "--for", "network-access", "--password", &argument]), 0);
    let removed = marker("removed");
    place.does(&format!("{removed}\n"), &["account", "add", "corp.example.test\\gone", "--for", "client-push-installation", "--password-file", "-"]);
    place.does("", &["account", "remove", "corp.example.test\\gone"]);
    // A person's, too.
    place.does("", &["admin", "add", "grace"]);
    let person = marker("person");
    place.does(&format!("{person}\n"), &["admin", "password", "grace", "--password-file", "-"]);
    for (flow, text) in [
        ("bound", first),
        ("replaced", second),
        ("refused by a rule", refused),
        ("refused in an argument", argument),
        ("removed", removed),
        ("a person's", person),
    ] {
        markers.push((flow, text));
    }

    // Used at real servers: wrong ones, which every server refuses, go the whole way.
    if let Some(smtp) = &smtp {
        let ca = std::env::var("PROVOST_TEST_SMTP_CA").expect("a variable");
        place.does("", &["mail", "set", smtp, "--sender", "alerts@corp.example.test", "--ca-file", &ca]);
        let mailed = marker("mailed");
        let arguments =
            ["account", "add", "alerts@corp.example.test", "--for", "smtp-server-connection", "--principal-kind", "service-user", "--password-file", "-"];
        place.does(&format!("{mailed}\n"), &arguments);
        place.types("", &["verify", "alerts@corp.example.test"]);
        place.types("", &["mail", "test", "ada@corp.example.test"]);
        markers.push(("sent to an SMTP server", mailed));
    }
    if let Some(proxy) = &proxy {
        let origin = std::env::var("PROVOST_TEST_PROXY_ORIGIN").expect("a variable");
        place.does("", &["proxy", "set", "software-update-point-proxy", proxy, "--on", "cm01", "--allowed", &origin, "--forbidden", "forbidden.example.test"]);
        let passed = marker("passed");
        let arguments = ["account", "add", "svc-proxy", "--for", "software-update-point-proxy", "--on", "cm01", "--password-file", "-"];
        place.does(&format!("{passed}\n"), &arguments);
        place.types("", &["verify", "svc-proxy"]);
        markers.push(("sent to a proxy", passed));
    }
    place.does("", &["site", "rekey"]);
    // Sealed into a backup, and out of it again; both are among the files that are looked through.
    let sealed = marker("sealed");
    let backup = place.home.path().join("site.backup").display().to_string();
    place.does(&format!("{sealed}\n"), &["site", "backup", &backup, "--passphrase-file", "-"]);
    let other = place.home.path().join("other").display().to_string();
    place.does(&format!("{sealed}\n"), &["site", "restore", &backup, "--passphrase-file", "-", "--data", &other]);
    markers.push(("a backup's passphrase", sealed));
    for command in [&["account", "list"][..], &["account", "uses"], &["ledger", "list"], &["message", "list"], &["verify", "--last", "--fail-on", "never"]] {
        place.does("", &[command, &["-o", "json"]].concat());
    }
    // No command shows a password; one that is added later is typed here, or the test says that it is missing.
    let (mut misunderstood, mut not_in_json) = (Vec::new(), Vec::new());
    for (name, must_be_given) in commands() {
        if TYPED_ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        let arguments = ARGUMENTS.iter().find(|(known, _)| *known == name).map(|(_, arguments)| *arguments);
        assert!(arguments.is_some() || !must_be_given, "say what `provost {name}` is typed with");
        let words: Vec<&str> = name.split(' ').chain(arguments.unwrap_or_default().iter().copied()).chain(["-o", "json"]).collect();
        let (exit, out, err) = place.hears("", &words);
        if exit == 2 {
            misunderstood.push(format!("{name}: {}", String::from_utf8_lossy(&err)));
        }
        if let Err(why) = in_json(exit, &out, &err) {
            not_in_json.push(format!("{name} ({exit}): {why}: {}{}", String::from_utf8_lossy(&out), String::from_utf8_lossy(&err)));
        }
    }
    assert!(misunderstood.is_empty(), "not understood:\n{}", misunderstood.join("\n"));
    assert!(not_in_json.is_empty(), "-o json that is none:\n{}", not_in_json.join("\n"));

    // The search finds what is there: something that the site does remember.
    let known: Vec<(&'static str, Vec<u8>)> = vec![("known", b"corp.example.test\\svc".to_vec())];
    assert!(memory(place.pid).iter().any(|(_, bytes)| find(bytes, &known).is_some()), "the search sees the site's memory");
    assert!(
        std::fs::read_to_string(format!("/proc/{}/limits", place.pid))
            .expect("limits")
            .lines()
            .any(|line| line.starts_with("Max core file size") && line.contains(" 0 "))
    );

    let mut found = Vec::new();
    for (region, bytes) in memory(place.pid) {
        for (flow, marker) in &markers {
            if let Some(form) = find(&bytes, &forms(marker)) {
                found.push(format!("memory of the site: {flow}, {form}: {region}"));
            }
        }
    }
    let said = place.said.clone();
    let home = place.stop();
    let mut all = Vec::new();
    files(home.path(), &mut all);
    assert!(all.len() > 10, "the files of the site are looked through");
    let texts = all.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap_or_default()));
    for (name, bytes) in texts.chain([("what commands printed".to_owned(), said)]) {
        for (flow, marker) in &markers {
            if let Some(form) = find(&bytes, &forms(marker)) {
                found.push(format!("{name}: {flow}, {form}"));
            }
        }
    }
    assert!(found.is_empty(), "passwords are left behind:\n{}", found.join("\n"));
}
