//! Traces the system calls of the real site and proves that the file's and the folder's sync precede each
//! acknowledgement (design.md §1, promise 4).
#![allow(clippy::print_stdout, reason = "what a run did is part of its result")]

mod system_calls;

use provost_domain::status::Severity;
use provost_lab::client::{Client, send};
use provost_lab::site::Start;
use provost_runtime::{Clock, random};
use provost_wire::client::status::{Status, StatusReport};
use provost_wire::envelope::Kind;
use std::path::Path;

#[test]
fn the_answer_follows_both_syncs() {
    if std::process::Command::new("strace").arg("-V").stdout(std::process::Stdio::null()).status().is_err() {
        assert!(std::env::var_os("CI").is_none(), "strace is missing: apt-get install strace");
        println!("skipped: strace is missing; install it with apt-get install strace");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace");
    let mut start = Start::new(Path::new(env!("CARGO_BIN_EXE_provost")), &folder.path().join("site"));
    let calls = "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync,rename,renameat,renameat2";
    start.under = ["strace", "-f", "-yy", "-s", "0", "-e", calls, "-o"].map(str::to_owned).to_vec();
    start.under.push(trace.display().to_string());
    let site = start.run().expect("the site starts under strace");
    let authority = site.data().join("keys/site-ca.pem");
    let token = site.approval_token().expect("a token");
    let code = "LAB".parse().expect("a site code");
    let client = Client::register(site.ready.management_point, &authority, code, "traced", Some(&token)).expect("it registers");

    let mut ports = Vec::new();
    for _ in 0..5 {
        let mut session = client.connect(site.ready.management_point).expect("a connection");
        ports.push(session.stream().sock.local_addr().expect("an address").port());
        let message =
            Status { number: 500, severity: Severity::Information, component: "trace-test".to_owned(), at: Clock::system().now(), insertions: vec![] };
        let body = serde_json::to_vec(&StatusReport { messages: vec![message] }).expect("it serialises");
        let answer = send(&mut session, random::message_id(Clock::system().now()), Kind::Status, &body).expect("an answer");
        assert_eq!(answer.status, 202, "{}", answer.text());
    }
    site.stop().expect("the site stops when asked");

    let text = std::fs::read_to_string(&trace).expect("strace wrote its trace");
    let calls = system_calls::parse(&text);
    for port in ports {
        let proof = system_calls::acknowledgement_follows_syncs(&calls, &format!("127.0.0.1:{port}]"), "inboxes/statmgr.box/statmsgs");
        println!("port {port}: {}", proof.unwrap_or_else(|broken| panic!("port {port}: {broken}")));
    }
}

/// A trace as strace writes it for one acknowledged message.
const GOOD: &str = "\
7 recvfrom(9<TCP:[127.0.0.1:1->127.0.0.1:50]>, \"\"..., 100, 0, NULL, NULL) = 90
8 write(12</d/inboxes/statmgr.box/statmsgs/1.SVF.tmp>, \"\"..., 80) = 80
8 fsync(12</d/inboxes/statmgr.box/statmsgs/1.SVF.tmp> <unfinished ...>
7 recvfrom(9<TCP:[127.0.0.1:1->127.0.0.1:50]>, 0x55, 100, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
8 <... fsync resumed>)              = 0
8 renameat(AT_FDCWD</>, \"/d/inboxes/statmgr.box/statmsgs/1.SVF.tmp\", AT_FDCWD</>, \"/d/inboxes/statmgr.box/statmsgs/1.SVF\") = 0
8 fsync(10</d/inboxes/statmgr.box/statmsgs>) = 0
7 writev(9<TCP:[127.0.0.1:1->127.0.0.1:50]>, [{iov_base=\"\"..., iov_len=70}], 1) = 70
";

fn check(trace: &str) -> Result<String, String> {
    system_calls::acknowledgement_follows_syncs(&system_calls::parse(trace), "127.0.0.1:50]", "inboxes/statmgr.box/statmsgs")
}

fn moved(line_with: &str, before: &str) -> String {
    let mut lines: Vec<&str> = GOOD.lines().collect();
    let from = lines.iter().position(|l| l.contains(line_with)).expect("the line is there");
    let line = lines.remove(from);
    let to = lines.iter().position(|l| l.contains(before)).expect("the other line is there");
    lines.insert(to, line);
    lines.join("\n")
}

#[test]
fn the_checker_accepts_the_right_order() {
    check(GOOD).expect("it is in order");
}

#[test]
fn the_checker_finds_an_answer_before_the_folder_sync() {
    check(&moved("writev(9", "fsync(10")).expect_err("the folder was not synced");
}

#[test]
fn the_checker_finds_an_answer_while_the_file_syncs() {
    check(&moved("writev(9", "fsync resumed")).expect_err("the file's sync had not ended");
}

#[test]
fn the_checker_finds_a_rename_before_the_sync() {
    check(&moved("renameat(", "fsync(12")).expect_err("the file was renamed before it was synced");
}

#[test]
fn the_checker_finds_a_failed_sync() {
    check(&GOOD.replace("fsync(10</d/inboxes/statmgr.box/statmsgs>) = 0", "fsync(10</d/inboxes/statmgr.box/statmsgs>) = -1 EIO (Input/output error)"))
        .expect_err("the folder's sync failed");
}

#[test]
fn the_checker_finds_a_missing_sync() {
    let without: Vec<&str> = GOOD.lines().filter(|l| !l.contains("fsync(10")).collect();
    check(&without.join("\n")).expect_err("the folder was never synced");
}
