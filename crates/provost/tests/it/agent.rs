//! The client and the management point, both real, over everything that happens between them.

use crate::person::{Person, Window, logs};
use serde_json::Value;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A client with a data folder of its own, as `provost up` starts it: the same executable under another name.
pub struct Agent {
    place: tempfile::TempDir,
}

/// A running client; it is killed when dropped, as by a power cut.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Agent {
    pub fn new() -> Self {
        Self { place: tempfile::tempdir().expect("a folder") }
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("client")
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
        command.arg0("provost-client").arg(verb).arg("--data").arg(self.data()).stdin(Stdio::piped());
        command
    }

    /// Starts it for a site, with a token or without.
    pub fn starts(&self, person: &Person, site: &Window, token: Option<&str>) -> Running {
        let token_file = self.place.path().join("token");
        if let Some(token) = token {
            std::fs::write(&token_file, token).expect("it writes");
        }
        let mut command = self.command("run");
        command.args(["--with-parent", "--site", "LAB", "--management-point", site.ready["management_point"].as_str().expect("an address")]);
        command.arg("--trust").arg(person.data().join("keys/site-ca.pem")).arg("--token-file").arg(token_file);
        Running(command.spawn().expect("it starts"))
    }

    /// Starts it with what it knows.
    pub fn starts_again(&self) -> Running {
        Running(self.command("run").arg("--with-parent").spawn().expect("it starts"))
    }

    pub fn standing(&self) -> Value {
        let output = self.command("status").args(["-o", "json"]).output().expect("it runs");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    pub fn waits(&self, person: &Person, what: &str, done: impl Fn(&Value) -> bool) {
        let began = Instant::now();
        loop {
            let standing = self.standing();
            if done(&standing) {
                return;
            }
            let log = std::fs::read_to_string(self.data().join("client.log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(120), "waited in vain until {what}: {standing:#}\n{log}\n{}", logs(&person.data()));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn waits_at_rest(&self, person: &Person) {
        self.waits(person, "it is at rest", |s| s["running"] == true && s["messages_waiting"] == 0 && s["problem"].is_null() && s["policy_version"].is_i64());
    }
}

/// Waits until the site itself says so.
pub fn waits(person: &Person, what: &str, done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(120), "waited in vain until {what}:\n{}", logs(&person.data()));
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn clients(person: &Person) -> Vec<Value> {
    person.asks(&["client", "list"])["items"].as_array().cloned().unwrap_or_default()
}

/// How often the client told the site that it was started.
pub fn starts_told(person: &Person) -> usize {
    let messages = person.asks(&["message", "list"]);
    let of_client = |m: &&Value| m["component"] == "client" && m["number"] == "PV4007";
    messages["items"].as_array().map_or(0, |items| items.iter().filter(of_client).count())
}

#[test]
fn what_happens_while_the_site_is_away_arrives_once_when_it_is_back() {
    let (person, agent) = (Person::new(), Agent::new());
    let mut site = person.starts(&["site", "run", "--code", "LAB"]);
    let token = person.asks(&["client", "token"])["token"].as_str().expect("a token").to_owned();
    let running = agent.starts(&person, &site, Some(&token));
    agent.waits_at_rest(&person);
    waits(&person, "its start is told", || starts_told(&person) == 1);
    drop(running);
    // What it knows is enough from now on; the token worked once and its file is gone.
    assert!(!agent.place.path().join("token").exists());

    site.child.kill().expect("it runs");
    let _ = site.child.wait();
    for waiting in 1..=3 {
        let running = agent.starts_again();
        agent.waits(&person, "its message waits", |s| s["messages_waiting"] == waiting && s["problem"].is_string());
        drop(running);
    }

    let _site = person.starts(&["site", "run"]);
    let _running = agent.starts_again();
    agent.waits_at_rest(&person);
    waits(&person, "all starts are told", || starts_told(&person) >= 5);
    let empty = |inboxes: &Value| inboxes["items"].as_array().expect("a list").iter().all(|inbox| inbox["waiting_files"] == 0);
    waits(&person, "all is loaded", || empty(&person.asks(&["inbox", "list"])));
    assert_eq!(starts_told(&person), 5, "each start is told once");
    assert_eq!(clients(&person).len(), 1);
}

#[test]
fn a_state_message_that_was_lost_is_missed_and_all_states_are_said_again() {
    let (person, agent) = (Person::new(), Agent::new());
    let site = person.starts(&["site", "run", "--code", "LAB"]);
    let token = person.asks(&["client", "token"])["token"].as_str().expect("a token").to_owned();
    let running = agent.starts(&person, &site, Some(&token));
    agent.waits_at_rest(&person);
    let smsid = clients(&person)[0]["smsid"].as_str().expect("an identifier").to_owned();
    let wants = |wanted: bool| person.asks(&["client", "show", &smsid])["state_resync"] == wanted;
    let gaps = || person.asks(&["message", "list"])["items"].as_array().map_or(0, |items| items.iter().filter(|m| m["number"] == "PV4002").count());
    assert!(wants(false) && gaps() == 0);
    drop(running);

    // Three numbers were given out whose messages are gone, and one state is news again.
    let kept = agent.data().join("states.json");
    let mut states: Value = serde_json::from_slice(&std::fs::read(&kept).expect("it reads")).expect("a document");
    let last = states["last_serial"].as_i64().expect("a number");
    states["last_serial"] = (last + 3).into();
    states["current"].as_array_mut().expect("states").pop();
    std::fs::write(&kept, states.to_string()).expect("it writes");
    // As if the time had come for it.
    let is_due = |what: &str| {
        let schedule = agent.data().join("schedule.json");
        let mut done: Value = serde_json::from_slice(&std::fs::read(&schedule).expect("it reads")).expect("a document");
        done[what] = Value::Null;
        std::fs::write(&schedule, done.to_string()).expect("it writes");
    };
    is_due("state_messages");
    let running = agent.starts_again();
    waits(&person, "the site misses them", || wants(true) && gaps() == 1);
    drop(running);

    is_due("policy_poll");
    let _running = agent.starts_again();
    waits(&person, "the client has said all", || wants(false));
    agent.waits_at_rest(&person);
    let states: Value = serde_json::from_slice(&std::fs::read(&kept).expect("it reads")).expect("a document");
    let serials: Vec<i64> = states["current"].as_array().expect("states").iter().filter_map(|s| s["serial"].as_i64()).collect();
    assert_eq!(serials, [last + 5, last + 6, last + 7], "each under a new number");
    assert_eq!(gaps(), 1, "and nothing is missed then");
}

#[test]
fn a_client_waits_for_approval_is_blocked_and_is_forgotten_and_comes_back_each_time() {
    let (person, agent) = (Person::new(), Agent::new());
    let site = person.starts(&["site", "run", "--code", "LAB"]);
    let running = agent.starts(&person, &site, None);
    agent.waits(&person, "it is told that it is not approved", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3004")));
    let listed = clients(&person);
    assert_eq!(listed[0]["approval"], "registered", "{listed:#?}");
    assert_eq!(starts_told(&person), 0, "nothing is taken from it");
    let smsid = listed[0]["smsid"].as_str().expect("an identity").to_owned();
    let shown = person.asks(&["client", "show", &smsid]);
    assert_eq!(shown["key_sha256"], agent.standing()["key_sha256"], "what is compared before approving");

    assert_eq!(person.types(&["client", "approve", &smsid]).exit, 0);
    agent.waits_at_rest(&person);
    waits(&person, "its start is told", || starts_told(&person) == 1);
    drop(running);

    assert_eq!(person.types(&["client", "block", &smsid]).exit, 0);
    let running = agent.starts_again();
    agent.waits(&person, "it is told that it is blocked", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3005")) && s["messages_waiting"] == 1);
    assert_eq!(starts_told(&person), 1);
    assert_eq!(person.types(&["client", "unblock", &smsid]).exit, 0);
    agent.waits(&person, "it is told that it is not approved", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3004")));
    assert_eq!(person.types(&["client", "approve", &smsid]).exit, 0);
    agent.waits_at_rest(&person);
    waits(&person, "its second start is told", || starts_told(&person) == 2);
    drop(running);

    assert_eq!(person.types(&["client", "remove", &smsid, "--yes"]).exit, 0);
    let name = listed[0]["name"].as_str().expect("a name").to_owned();
    assert_eq!(person.types(&["device", "remove", &name, "--yes"]).exit, 0);
    let _running = agent.starts_again();
    agent.waits(&person, "it registered again", |s| s["problem"].as_str().is_some_and(|p| p.contains("PV3004")));
    assert_eq!(clients(&person)[0]["smsid"], smsid, "it keeps its identity");
    assert_eq!(person.types(&["client", "approve", &smsid]).exit, 0);
    agent.waits_at_rest(&person);
    // It says everything anew, though it had said it before.
    let inventory = || person.types(&["device", "show", &name]).out;
    waits(&person, "its inventory is back", || inventory().contains("Operating system") && inventory().contains("Kernel"));
}
