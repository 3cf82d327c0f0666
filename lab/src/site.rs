//! The real program, started and killed.

use crate::exchange::{Answer, Connection};
use serde::Deserialize;
use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How a site is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// Program and arguments to run it under, such as a system-call tracer; empty for none.
    pub under: Vec<String>,
    /// Its data folder.
    pub data: PathBuf,
    /// Further arguments, such as `--database`.
    pub arguments: Vec<String>,
}

/// What a site tells when it is ready.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    /// Its process.
    pub pid: u32,
    /// Where its management point listens.
    pub management_point: SocketAddr,
}

/// A running site.
pub struct Site {
    child: Child,
    data: PathBuf,
    /// What it told.
    pub ready: Ready,
}

/// Longest wait for a site to become ready.
const READY_SECONDS: u64 = 60;

impl Start {
    /// Of this program with this data folder.
    #[must_use]
    pub fn new(program: &Path, data: &Path) -> Self {
        Self { program: program.to_owned(), under: Vec::new(), data: data.to_owned(), arguments: Vec::new() }
    }

    /// Starts the site and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start, ends, or is not ready in time; the message holds what it printed.
    pub fn run(&self) -> io::Result<Site> {
        let mut starting = self.spawn()?;
        let until = Instant::now() + Duration::from_secs(READY_SECONDS);
        loop {
            if let Some(ready) = starting.is_ready()? {
                return Ok(Site { child: starting.child, data: starting.data, ready });
            }
            if Instant::now() > until {
                let _ = starting.child.kill();
                return Err(io::Error::other(format!("the site was not ready after {READY_SECONDS} s:\n{}", starting.printed())));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Starts the site without waiting.
    ///
    /// # Errors
    /// When it does not start.
    pub fn spawn(&self) -> io::Result<Starting> {
        std::fs::create_dir_all(&self.data)?;
        let ready_file = self.data.with_extension("ready");
        let printed = self.data.with_extension("log");
        let _ = std::fs::remove_file(&ready_file);
        let log = std::fs::File::create(&printed)?;
        let mut command = match self.under.split_first() {
            Some((tracer, arguments)) => {
                let mut command = Command::new(tracer);
                command.args(arguments).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.args(["site", "run", "--data"]).arg(&self.data).args(["--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready_file);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Starting { child: command.spawn()?, data: self.data.clone(), ready_file, printed })
    }
}

/// A site that was started and may not be ready yet.
pub struct Starting {
    child: Child,
    data: PathBuf,
    ready_file: PathBuf,
    printed: PathBuf,
}

impl Starting {
    /// What it tells once it is ready; `None` before.
    ///
    /// # Errors
    /// When it has ended.
    pub fn is_ready(&mut self) -> io::Result<Option<Ready>> {
        if let Ok(text) = std::fs::read_to_string(&self.ready_file) {
            return serde_json::from_str(&text).map(Some).map_err(io::Error::other);
        }
        match self.child.try_wait()? {
            Some(status) => Err(io::Error::other(format!("the site ended ({status}):\n{}", self.printed()))),
            None => Ok(None),
        }
    }

    /// Kills it at once.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }

    fn printed(&self) -> String {
        std::fs::read_to_string(&self.printed).unwrap_or_default()
    }
}

impl Site {
    /// Kills it as a power cut of the process does: no handler runs.
    ///
    /// # Errors
    /// When it cannot be waited for, or had ended by itself, which no test wants.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        let status = self.child.wait()?;
        if status.signal() == Some(9) { Ok(()) } else { Err(io::Error::other(format!("the site had ended by itself: {status}"))) }
    }

    /// Asks it to stop and waits.
    ///
    /// # Errors
    /// When it cannot be asked or waited for.
    pub fn stop(mut self) -> io::Result<ExitStatus> {
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.ready.pid).map_err(io::Error::other)?).ok_or_else(|| io::Error::other("no process"))?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        self.child.wait()
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Asks its API as the owner of its data.
    ///
    /// # Errors
    /// When the socket does not answer.
    pub fn api(&self, method: &str, path: &str, body: &serde_json::Value) -> io::Result<Answer> {
        let stream = UnixStream::connect(self.data.join("run/provost.sock"))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let bytes = if body.is_null() { Vec::new() } else { serde_json::to_vec(body)? };
        Connection::new(stream).exchange(method, path, &[("content-type", "application/json"), ("connection", "close")], &bytes)
    }

    /// A one-time approval token.
    ///
    /// # Errors
    /// When the API refuses.
    pub fn approval_token(&self) -> io::Result<String> {
        let answer = self.api("POST", "/api/v1/client-tokens", &serde_json::json!({ "minutes": 60 }))?;
        let body: serde_json::Value = serde_json::from_slice(&answer.body)?;
        body["token"].as_str().map(str::to_owned).ok_or_else(|| io::Error::other(format!("no token: {} {}", answer.status, answer.text())))
    }

    /// How many inbox files wait, by inbox.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn waiting_files(&self) -> io::Result<usize> {
        let mut waiting = 0;
        for inbox in provost_catalog::inboxes::INBOXES {
            for entry in std::fs::read_dir(self.data.join("inboxes").join(inbox.folder))? {
                let name = entry?.file_name();
                let name = name.to_string_lossy();
                waiting += usize::from(inbox.extensions.iter().any(|e| name.ends_with(&format!(".{e}"))));
            }
        }
        Ok(waiting)
    }

    /// User and system seconds of its process so far.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu_seconds(&self) -> io::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.ready.pid))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |n: usize| fields.get(n).and_then(|f| f.parse::<f64>().ok()).ok_or_else(|| io::Error::other("an unknown form of /proc/PID/stat"));
        Ok((ticks(11)? + ticks(12)?) / rustix::param::clock_ticks_per_second() as f64)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
