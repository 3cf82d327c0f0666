//! At rest it does nothing; whoever looks changes nothing.

use crate::client::Client;
use crate::server::Server;
use std::time::Duration;

fn status_line(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|l| l.strip_prefix(name)).expect("a line");
    line.trim_start_matches(':').split_whitespace().next().expect("a number").parse().expect("a number")
}

#[test]
fn at_rest_it_sleeps() {
    let (server, client) = (Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    let pid = running.0.id();
    // The end of its connection may still wake it once or twice.
    std::thread::sleep(Duration::from_millis(500));
    let before = status_line(pid, "voluntary_ctxt_switches");
    std::thread::sleep(Duration::from_secs(2));
    let woken = status_line(pid, "voluntary_ctxt_switches") - before;
    assert!(woken <= 2, "it woke {woken} times with nothing to do");
}

#[test]
fn looking_at_it_changes_nothing() {
    let (server, client) = (Server::start(), Client::new());
    let _running = client.start(&server);
    client.wait_at_rest();
    // Another process may be about to rename this.
    let half_written = client.data().join("queue/0000000000000009.status.tmp");
    std::fs::write(&half_written, "half").expect("it writes");
    assert_eq!(client.standing()["messages_waiting"], 0);
    assert!(half_written.exists());
    let elsewhere = Client::new();
    let output = elsewhere.status(true);
    assert_eq!(output.status.code(), Some(1));
    assert!(!elsewhere.data().exists());
}
