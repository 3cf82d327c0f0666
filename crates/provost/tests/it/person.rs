//! A person at a terminal: a data folder, commands typed, and a site that runs in another window.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest a site may take to be ready in a test: debug builds on a busy machine.
const READY_TIMEOUT: Duration = Duration::from_secs(120);

/// A data folder and a home of one's own.
pub struct Person {
    home: tempfile::TempDir,
}

/// What a command printed.
pub struct Printed {
    pub out: String,
    pub err: String,
    pub exit: i32,
}

impl Person {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a folder") }
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub fn write_settings(&self, text: &str) {
        std::fs::create_dir_all(self.data()).expect("the data folder");
        std::fs::write(self.data().join("provost.toml"), text).expect("settings");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
        command.args(arguments).env_clear().env("HOME", self.home.path()).env("PROVOST_DATA", self.data()).env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
        command
    }

    /// Types a command.
    pub fn types(&self, arguments: &[&str]) -> Printed {
        printed(&self.command(arguments).output().expect("the program runs"))
    }

    /// Types a command with this in the environment.
    pub fn types_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Printed {
        printed(&self.command(arguments).envs(environment.iter().copied()).output().expect("the program runs"))
    }

    /// Types a command and gives it something on standard input.
    pub fn pipes(&self, input: &str, arguments: &[&str]) -> Printed {
        use std::io::Write;
        let mut child = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        printed(&child.wait_with_output().expect("it ends"))
    }

    /// Types a command on a terminal, where it can ask, and then a line. All that the terminal shows is in `out`.
    pub fn on_a_terminal(&self, line: &str, arguments: &[&str]) -> Printed {
        use std::io::Write;
        let words: Vec<String> = [env!("CARGO_BIN_EXE_provost")].iter().chain(arguments).map(|word| format!("'{word}'")).collect();
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &words.join(" "), "/dev/null"]);
        command.env_clear().env("HOME", self.home.path()).env("PROVOST_DATA", self.data()).env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program script");
        // It may end before it reads.
        let mut terminal = child.stdin.take().expect("piped");
        let _ = writeln!(terminal, "{line}");
        let printed = printed(&child.wait_with_output().expect("it ends"));
        drop(terminal);
        printed
    }

    /// Types a command that answers with JSON.
    pub fn asks(&self, arguments: &[&str]) -> Value {
        let printed = self.types(&[arguments, &["-o", "json"]].concat());
        assert_eq!(printed.exit, 0, "{arguments:?}: {}", printed.err);
        serde_json::from_str(&printed.out).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {}", printed.out))
    }

    /// Types a command in another window, where it goes on.
    pub fn opens(&self, arguments: &[&str]) -> Window {
        Window::open(self.command(arguments))
    }

    /// Starts a site in another window and waits until it is ready.
    pub fn starts(&self, arguments: &[&str]) -> Window {
        self.starts_with(&[], arguments)
    }

    /// The same with this in the environment.
    pub fn starts_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Window {
        let ready = self.home.path().join("ready.json");
        let _ = std::fs::remove_file(&ready);
        let path = ready.display().to_string();
        let mut command = self.command(&[arguments, &["--listen", "127.0.0.1:0", "--ready-file", &path]].concat());
        command.envs(environment.iter().copied());
        let mut window = Window::open(command);
        let began = Instant::now();
        while !ready.exists() {
            if let Some(status) = window.child.try_wait().expect("the process can be asked") {
                window.drain();
                panic!("it ended with {status} before it was ready:\n{}", window.text());
            }
            assert!(began.elapsed() < READY_TIMEOUT, "it is not ready:\n{}\n{}", window.text(), logs(&self.data()));
            std::thread::sleep(Duration::from_millis(20));
        }
        window.ready = serde_json::from_slice(&std::fs::read(&ready).expect("the file is there")).expect("the file is whole");
        window
    }
}

fn printed(output: &Output) -> Printed {
    Printed {
        out: String::from_utf8(output.stdout.clone()).expect("text"),
        err: String::from_utf8(output.stderr.clone()).expect("text"),
        exit: output.status.code().unwrap_or(-1),
    }
}

/// All logs below a data folder, for a failing test's message.
pub fn logs(data: &Path) -> String {
    let mut text = String::new();
    for folder in [data.join("logs"), data.join("client/logs"), data.join("client")] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|e| e == "log") {
                text.push_str(&format!("--- {}\n{}", entry.path().display(), std::fs::read_to_string(entry.path()).unwrap_or_default()));
            }
        }
    }
    text
}

/// A site that runs.
pub struct Window {
    pub child: Child,
    pub ready: Value,
    lines: Arc<Mutex<Vec<String>>>,
    readers: Vec<std::thread::JoinHandle<()>>,
}

impl Window {
    fn open(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let streams: [Box<dyn std::io::Read + Send>; 2] = [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        let readers = streams
            .into_iter()
            .map(|stream| {
                let lines = lines.clone();
                std::thread::spawn(move || {
                    for line in BufReader::new(stream).lines().map_while(Result::ok) {
                        lines.lock().expect("no panic").push(line);
                    }
                })
            })
            .collect();
        Self { child, ready: Value::Null, lines, readers }
    }

    /// Waits until everything it printed is read; only after it ended.
    pub fn drain(&mut self) {
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// What it printed until now.
    pub fn text(&self) -> String {
        self.lines.lock().expect("no panic").join("\n")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).expect("a process id")).expect("a process id");
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// Presses Ctrl-C and gives the exit code, as a shell tells it.
    pub fn interrupted(mut self) -> (i32, String) {
        self.signal(rustix::process::Signal::INT);
        let status = self.child.wait().expect("it ends");
        self.drain();
        (status.code().or(status.signal().map(|number| 128 + number)).unwrap_or(-1), self.text())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal(rustix::process::Signal::TERM);
            let began = Instant::now();
            while matches!(self.child.try_wait(), Ok(None)) {
                if began.elapsed() > Duration::from_secs(30) {
                    let _ = self.child.kill();
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
