//! The client as a process.

use crate::server::Server;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// A client's data folder and how it is started.
pub struct Client {
    place: tempfile::TempDir,
}

/// A running client; it ends with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Client {
    pub fn new() -> Self {
        Self { place: tempfile::tempdir().expect("a folder") }
    }

    pub fn data(&self) -> PathBuf {
        self.place.path().join("client")
    }

    pub fn token_file(&self) -> PathBuf {
        self.place.path().join("token")
    }

    fn command(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provost-client"));
        command.args(arguments);
        command
    }

    /// Starts it for a server.
    pub fn start(&self, server: &Server) -> Running {
        let trust = self.place.path().join("site-ca.pem");
        std::fs::write(&trust, &server.authority_pem).expect("it writes");
        let address = server.address.to_string();
        let mut command = Self::command(&["run", "--with-parent", "--site", "LAB", "--management-point", &address]);
        command.arg("--data").arg(self.data()).arg("--trust").arg(trust).arg("--token-file").arg(self.token_file());
        Running(command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"))
    }

    /// Starts it with what it was told before.
    pub fn start_again(&self) -> Running {
        let mut command = Self::command(&["run", "--with-parent"]);
        Running(command.arg("--data").arg(self.data()).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"))
    }

    /// `provost-client status`.
    pub fn status(&self, json: bool) -> Output {
        let mut command = Self::command(&["status"]);
        command.arg("--data").arg(self.data());
        if json {
            command.args(["-o", "json"]);
        }
        command.output().expect("it runs")
    }

    /// `provost-client status -o json` as a document.
    pub fn standing(&self) -> serde_json::Value {
        let output = self.status(true);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("a document")
    }

    /// Waits until its standing says so.
    pub fn wait(&self, what: &str, done: impl Fn(&serde_json::Value) -> bool) {
        let began = Instant::now();
        loop {
            let standing = if self.data().join("client.json").exists() { self.standing() } else { serde_json::Value::Null };
            if done(&standing) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "waited in vain until {what}: {standing:#}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until it has nothing to say and nothing to wait for.
    pub fn wait_at_rest(&self) {
        self.wait("it is at rest", |s| {
            s["messages_waiting"] == 0 && s["problem"].is_null() && s["policy_version"].is_i64() && s["last_hardware_inventory"].is_string()
        });
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data().join("client.log")).unwrap_or_default()
    }

    /// Names of the files in its queue that are messages.
    pub fn queued(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.data().join("queue")).expect("a queue");
        let mut names: Vec<String> = entries.map(|e| e.expect("an entry").file_name().into_string().expect("a name")).filter(|n| n.ends_with(".msg")).collect();
        names.sort();
        names
    }
}

/// Waits until a process has ended.
pub fn ended(running: &mut Running) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = running.0.try_wait().expect("it can be waited for") {
            return status;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it goes on and on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// All text in a folder's files, for looking for what must not be there.
pub fn everything_in(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("it reads") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&everything_in(&path));
        } else {
            text.push_str(&String::from_utf8_lossy(&std::fs::read(&path).expect("it reads")));
        }
    }
    text
}
