//! A host whose clock is set wrong tells the wrong time by whatever it serves.

use crate::ssh::by_key;
use provost_lab::command::{run, run_with_input};
use provost_lab::host::Host;
use provost_lab::lab::{Lab, OwnLab};
use provost_lab::service;
use provost_runtime::Clock;
use std::process::Command;
use std::time::{Duration, Instant};

/// How wrong the clocks are set, in seconds.
const SKEW: i64 = 600;
/// By how many seconds an answer may differ from that: what it takes until it is read.
const PATIENCE: i64 = 120;

/// Seconds since 1970, of a date in a form that `date` reads.
fn seconds(date: &str) -> i64 {
    run(Command::new("date").args(["--utc", "+%s", "--date", date])).expect("a date").trim().parse().expect("a number")
}

/// The line of a text that begins so, without that.
fn line<'t>(text: &'t str, beginning: &str) -> &'t str {
    text.lines().find_map(|line| line.strip_prefix(beginning)).unwrap_or_else(|| panic!("no {beginning} in {text}")).trim()
}

/// What a domain controller says that the time is, at its root.
fn of_directory(lab: &Lab, host: &Host) -> i64 {
    let server = format!("ldap://{}", lab.address(&host.name).expect("an address"));
    let told = run(Command::new("ldapsearch").args(["-x", "-LLL", "-H", &server, "-s", "base", "-b", "", "currentTime"])).expect("an answer");
    let time = line(&told, "currentTime:");
    let [date, hours, minutes, seconds_of] = [0..8, 8..10, 10..12, 12..14].map(|part| time.get(part).expect("a time"));
    seconds(&format!("{date} {hours}:{minutes}:{seconds_of}"))
}

/// What a file server says when a connection is made.
fn of_files(lab: &Lab, host: &Host) -> i64 {
    let told = run(Command::new("net").args(["time", "-S", &lab.address(&host.name).expect("an address").to_string()]).env("TZ", "UTC")).expect("a time");
    seconds(told.trim())
}

/// What a session by SSH is told. The library that makes a clock wrong has been seen to end a session's process at its start: it is
/// asked again for a while.
fn of_sessions(lab: &Lab, host: &Host) -> i64 {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match by_key(lab, &host.name, &lab.ssh_key(), &lab.ssh_known_hosts(), "date --utc +%s") {
            Ok(told) => return told.trim().parse().expect("a number"),
            Err(error) => assert!(Instant::now() < until, "a session: {error}"),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What the database says.
fn of_database(_: &Lab, host: &Host) -> i64 {
    let told = service::variables(host).expect("variables");
    let password = std::fs::read_to_string(host.file(&told["POSTGRES_PASSFILE"])).expect("a password");
    let folder = tempfile::tempdir().expect("a folder");
    let passwords = folder.path().join("passwords");
    provost_lab::authority::write_private(&passwords, format!("*:*:*:*:{}\n", password.trim_end()).as_bytes()).expect("it is written");
    let mut psql = Command::new("psql");
    psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command", "SELECT extract(epoch FROM now())::bigint", &told["POSTGRES"]]);
    run(psql.env("PGPASSFILE", passwords)).expect("an answer").trim().parse().expect("a number")
}

/// What a proxy says when it refuses somebody.
fn of_proxy(_: &Lab, host: &Host) -> i64 {
    let told = service::variables(host).expect("variables");
    let answer = run(Command::new("curl").args(["--silent", "--head", &format!("http://{}/", told["PROXY"])])).expect("an answer");
    seconds(line(&answer, "Date:"))
}

/// When a mail server says that it received what it is given.
fn of_mail(lab: &Lab, host: &Host) -> i64 {
    let told = service::variables(host).expect("variables");
    let mailbox = host.file(&told["SMTP_MAIL"]).join("ada");
    let before = std::fs::read_to_string(&mailbox).unwrap_or_default().len();
    let password = std::fs::read_to_string(host.file(&told["SMTP_PASSWORDS"])).expect("passwords");
    let password = line(&password, "alerts@corp.example.test:{PLAIN}");
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--ssl-reqd", "--upload-file", "-", "--mail-from", "alerts@corp.example.test"]);
    curl.args(["--mail-rcpt", "ada@corp.example.test", "--resolve", &format!("{}:{}", told["SMTP"], lab.address(&host.name).expect("an address"))]);
    curl.arg("--cacert").arg(host.file(&told["SMTP_CA"])).arg(format!("smtp://{}", told["SMTP"]));
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("curl");
    let escaped = password.replace('\\', "\\\\").replace('"', "\\\"");
    provost_lab::authority::write_private(&settings, format!("user = \"alerts@corp.example.test:{escaped}\"\n").as_bytes()).expect("it is written");
    run_with_input(curl.arg("--config").arg(settings), b"Subject: the time\n\nWhat time is it?\n").expect("it is taken");
    let until = Instant::now() + Duration::from_secs(60);
    let delivered = loop {
        let text = std::fs::read_to_string(&mailbox).unwrap_or_default();
        if text.len() > before {
            break text[before..].to_owned();
        }
        assert!(Instant::now() < until, "it is not delivered");
        std::thread::sleep(Duration::from_millis(50));
    };
    // Of the last server first: a date is what follows the last semicolon (RFC 5321 §4.4).
    seconds(delivered.split("\n\n").next().and_then(|head| head.rsplit_once(';')).and_then(|(_, rest)| rest.lines().next()).expect("a date").trim())
}

#[test]
fn every_host_can_have_a_clock_that_is_wrong() {
    let hosts = ["dc1", "file1", "wg1", "db1", "proxy1", "mail1"];
    let Some(lab) = OwnLab::beside(&hosts) else { return };
    type Ask = fn(&Lab, &Host) -> i64;
    let asked: [(&str, Ask); 8] = [
        ("dc1", of_directory),
        ("file1", of_files),
        ("file1", of_sessions),
        ("wg1", of_sessions),
        ("db1", of_sessions),
        ("db1", of_database),
        ("proxy1", of_proxy),
        ("mail1", of_mail),
    ];
    let wrong = |name: &str, ask: Ask| {
        let told = ask(&lab, lab.host(name).expect("a host"));
        told - Clock::system().now().as_micros() / 1_000_000
    };
    for skew in [0, SKEW, -SKEW, 0] {
        if skew != 0 || wrong("wg1", of_sessions).abs() > PATIENCE {
            hosts.iter().for_each(|host| lab.skew_clock(host, skew).unwrap_or_else(|error| panic!("{host} {skew}: {error}")));
        }
        for (name, ask) in asked {
            let found = wrong(name, ask);
            assert!((found - skew).abs() <= PATIENCE, "{name} is wrong by {found} s, not {skew} s");
        }
    }
    assert!(lab.skew_clock("dc9", 1).is_err());
}
