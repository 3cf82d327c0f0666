//! At rest it does nothing; whoever looks changes nothing.

use crate::client::Client;
use crate::server::Server;
use std::time::Duration;

/// How often any thread of a process went to sleep by itself, and was woken again.
fn woken(pid: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    let of_thread = |thread: std::io::Result<std::fs::DirEntry>| {
        let status = std::fs::read_to_string(thread.expect("an entry").path().join("status")).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:").map(str::to_owned));
        line.map_or(0, |line| line.trim().parse::<u64>().expect("a number"))
    };
    threads.map(of_thread).sum()
}

#[test]
fn at_rest_it_sleeps() {
    let (server, client) = (Server::start(), Client::new());
    let running = client.start(&server);
    client.wait_at_rest();
    let pid = running.0.id();
    // The end of its connection may still wake it once or twice.
    std::thread::sleep(Duration::from_millis(500));
    let before = woken(pid);
    std::thread::sleep(Duration::from_secs(2));
    let woken = woken(pid).saturating_sub(before);
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
