//! How far a command is that takes long.

use crate::person::Person;
use serde_json::Value;
use std::net::UdpSocket;
use std::time::Duration;

/// A run whose name server hears everything and says nothing goes on for long.
#[test]
fn a_command_that_takes_long_tells_how_far_it_is() {
    let person = Person::new();
    let mute = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let site = person.starts(&["up", "--dns-servers", &mute.local_addr().expect("an address").to_string()]);
    let authority = person.data().join("authority.pem").display().to_string();
    let certificate = rcgen::generate_simple_self_signed(["dc9.corp.example.test".to_owned()]).expect("a certificate");
    std::fs::write(&authority, certificate.cert.pem()).expect("a file");
    let base = "DC=corp,DC=example,DC=test";
    let added = person.types(&["discovery", "add", "ad-user", base, "--ca-file", &authority]);
    assert_eq!(added.exit, 0, "{}", added.err);
    let bound = ["account", "add", "corp.example.test\\svc", "--for", "ad-user-discovery", "--on", base, "--password-file", "-"];
    let bound = person.pipes("not asked for", &bound);
    assert_eq!(bound.exit, 0, "{}", bound.err);
    let runs = |how: &[&str]| person.types(&[&["discovery", "run", "ad-user", "--wait", "--timeout", "2"], how].concat());

    let events = runs(&["-o", "jsonl"]);
    assert!(events.exit == 1 && events.err.contains("did not end in time"), "{}{}", events.out, events.err);
    let events: Vec<Value> = events.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    assert!(!events.is_empty());
    for event in events {
        assert_eq!((&event["apiVersion"], &event["event"]), (&"provost/v1".into(), &"progress".into()), "{event}");
        assert_eq!(event["progress"]["runs"][0]["method"], "ad-user", "{event}");
    }
    let bar = runs(&["--progress", "bar"]);
    assert!(bar.err.contains("\r0 of 1 done") && bar.err.contains("\r\u{1b}[Kerror[PV"), "{}", bar.err);
    let none = runs(&["-o", "jsonl", "--progress", "none"]);
    assert_eq!(none.out, "");
    let plain = runs(&["--progress", "plain"]);
    assert!(!plain.err.contains('\r') && plain.out.is_empty(), "{}", plain.err);

    let waiting = person.opens(&["discovery", "run", "ad-user", "--wait", "-o", "jsonl"]);
    while !waiting.text().contains("progress") {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(waiting.interrupted().0, 130);
    drop((site, mute));
}
