//! This machine's own client: a process of its own, started from this very executable under the name `provost-client`,
//! so that one file is enough. It is started again when it dies, and it never outlives the site: its standard input is
//! a pipe that only this process holds open, and the client stops when it closes, however this process ends.

use crate::data_folder::DataFolder;
use provost_domain::SiteCode;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Name under which the executable is the client.
pub const NAME: &str = "provost-client";
/// First wait before a client that died is started again; doubled each time.
const RESTART_FIRST: Duration = Duration::from_secs(1);
/// Longest such wait.
const RESTART_LONGEST: Duration = Duration::from_secs(60);
/// A client that ran this long is healthy: the next wait is the first one again.
const HEALTHY_AFTER: Duration = Duration::from_secs(60);
/// How long a client may take to stop before it is killed; its queue is on disk.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest line of the client's own output that is kept, in bytes.
const OUTPUT_LINE_MAX: usize = 4096;

/// What happened to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It ended and is started again after the wait.
    Died {
        /// How it ended.
        how: String,
        /// The wait.
        again_in: Duration,
    },
}

/// The running client.
pub struct ClientProcess {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// How the client is started: program, arguments.
#[derive(Clone, Debug)]
pub struct Start {
    /// The executable.
    pub program: OsString,
    /// Its arguments; never a secret.
    pub arguments: Vec<OsString>,
}

impl Start {
    /// The client of a data folder's site, from this very executable.
    ///
    /// # Errors
    /// When the system does not tell which executable this is.
    pub fn of(folder: &DataFolder, site: SiteCode, management_point: SocketAddr) -> io::Result<Self> {
        let mut arguments: Vec<OsString> = vec!["run".into(), "--data".into(), folder.client().into()];
        arguments.extend(["--management-point".into(), management_point.to_string().into(), "--site".into(), site.to_string().into()]);
        arguments.extend(["--trust".into(), folder.keys().join("site-ca.pem").into(), "--token-file".into(), folder.client_token().into()]);
        arguments.push("--with-parent".into());
        Ok(Self { program: std::env::current_exe()?.into_os_string(), arguments })
    }

    fn spawn(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .arg0(NAME)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .process_group(0)
            .spawn()
    }
}

impl ClientProcess {
    /// Starts it, and again whenever it dies; each death is told to `events`.
    ///
    /// # Errors
    /// When the system gives no process.
    pub fn start(start: Start, events: mpsc::UnboundedSender<Event>) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let first = start.spawn()?;
        let task = tokio::spawn(keep(start, first, stopped, events));
        Ok(Self { stop, task })
    }

    /// Stops it and waits until it is gone.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

async fn keep(start: Start, mut child: Child, mut stopped: watch::Receiver<bool>, events: mpsc::UnboundedSender<Event>) {
    let mut wait = RESTART_FIRST;
    loop {
        let began = Instant::now();
        // Held until the client is gone: waiting for a child closes the standard input that the child still owns.
        let _pipe = child.stdin.take();
        let mut last_words = child.stderr.take().map(|stderr| tokio::spawn(listen(stderr)));
        let status = tokio::select! {
            status = child.wait() => status,
            () = asked_to_stop(&mut stopped) => {
                end(child).await;
                return;
            }
        };
        if began.elapsed() >= HEALTHY_AFTER {
            wait = RESTART_FIRST;
        }
        let said = match last_words.take() {
            Some(task) => task.await.unwrap_or_default(),
            None => String::new(),
        };
        let how = describe(status, &said);
        tracing::warn!(component = "site-component-manager", %how, "this machine's client ended; it is started again");
        let _ = events.send(Event::Died { how, again_in: wait });
        loop {
            let elapsed = tokio::time::timeout(wait, asked_to_stop(&mut stopped)).await.is_err();
            if !elapsed {
                return;
            }
            wait = (wait * 2).min(RESTART_LONGEST);
            match start.spawn() {
                Ok(again) => {
                    child = again;
                    break;
                }
                Err(error) => {
                    let _ = events.send(Event::Died { how: format!("it could not be started: {error}"), again_in: wait });
                }
            }
        }
    }
}

/// Returns when the client is to stop, or when nobody could say so any more.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Asks the client to stop, and kills it when it does not.
async fn end(mut child: Child) {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
        let _ = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(STOP_TIMEOUT, child.wait()).await.is_err() {
        tracing::warn!(component = "site-component-manager", "this machine's client did not stop in time and was killed");
        let _ = child.kill().await;
    }
}

/// Logs what the client says on its standard error; gives back the last line.
async fn listen(stderr: tokio::process::ChildStderr) -> String {
    let mut lines = BufReader::new(stderr).lines();
    let mut last = String::new();
    while let Ok(Some(mut line)) = lines.next_line().await {
        let mut end = line.len().min(OUTPUT_LINE_MAX);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        line.truncate(end);
        tracing::warn!(component = "site-component-manager", %line, "this machine's client says");
        if !line.trim().is_empty() {
            last = line;
        }
    }
    last
}

fn describe(status: io::Result<ExitStatus>, said: &str) -> String {
    let how = match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("unknown: {error}"),
    };
    if said.is_empty() { how } else { format!("{how}, saying: {}", said.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Start {
        Start { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] }
    }

    #[test]
    fn a_death_is_told_and_followed_by_another_start() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
        runtime.block_on(async {
            let (sender, mut events) = mpsc::unbounded_channel();
            let client = ClientProcess::start(shell("echo no key >&2; exit 3"), sender).expect("a process");
            let Some(Event::Died { how, again_in }) = events.recv().await else { panic!("no event") };
            assert!(how.contains("3") && how.contains("no key"), "{how}");
            assert_eq!(again_in, RESTART_FIRST);
            assert!(matches!(events.recv().await, Some(Event::Died { again_in, .. }) if again_in == RESTART_FIRST * 2));
            client.stop().await;
            assert_eq!(events.recv().await, None);
        });
    }

    #[test]
    fn it_is_asked_to_stop() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
        let folder = tempfile::tempdir().expect("a folder");
        let (ready, stopped) = (folder.path().join("ready"), folder.path().join("stopped"));
        runtime.block_on(async {
            let (sender, mut events) = mpsc::unbounded_channel();
            let script = format!("trap 'touch {}; exit 0' TERM; touch {}; while :; do sleep 0.05; done", stopped.display(), ready.display());
            let client = ClientProcess::start(shell(&script), sender).expect("a process");
            while !ready.exists() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            client.stop().await;
            assert!(stopped.exists());
            assert_eq!(events.recv().await, None);
        });
    }
}
