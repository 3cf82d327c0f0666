//! One host: network, mount, name, process and message namespaces that end with its first process.

use crate::command::{ip, run, run_with_input};
use crate::topology;
use serde::{Deserialize, Serialize};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const INIT: &str = include_str!("host/init.sh");
const STOP: &str = include_str!("host/stop.sh");

/// Longest wait for a host's own files and network.
const READY: Duration = Duration::from_secs(10);
/// Where commands of a host keep their tickets.
pub const TICKETS: &str = "FILE:/run/lab/tickets";
/// Longest wait for a server of a host to answer.
const ANSWER: Duration = Duration::from_secs(60);
/// A library that tells a program another time; of Debian's package `libfaketime`.
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
/// Names the libraries that every program of the host is started with (ld.so(8)).
const PRELOADED: &str = "/etc/ld.so.preload";
/// Tells that library how wrong the clock is.
const OFFSET: &str = "/etc/faketimerc";

/// A host that runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Host {
    /// Its short name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its first process.
    process: i32,
    /// The end of its cable that is plugged into the lab's bridge.
    cable: String,
}

impl Host {
    /// Makes the namespaces and plugs the cable in. `files` are written into its folder first: `resolv.conf`, `krb5.conf`
    /// and `hosts` are looked for there.
    ///
    /// # Errors
    /// When the machine does not let this process, or lacks a program.
    pub fn start(host: &topology::Host, network: u8, bridge: &str, folder: &Path, files: &[(&str, String)]) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        for (name, content) in files {
            std::fs::write(folder.join(name), content)?;
        }
        let init = folder.join("init.sh");
        std::fs::write(&init, INIT)?;
        let log = std::fs::File::create(folder.join("init.log"))?;
        let holder = Command::new("setsid")
            .args(["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", "bash"])
            .args([&init, folder])
            .args([host.name, &host.address(network).to_string()])
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        // The program's child is the host's first process.
        let children = format!("/proc/{0}/task/{0}/children", holder.id());
        let until = Instant::now() + READY;
        let failed = || io::Error::other(format!("{} does not start: {}", host.name, std::fs::read_to_string(folder.join("init.log")).unwrap_or_default()));
        let process = loop {
            let text = std::fs::read_to_string(&children).map_err(|_| failed())?;
            if let Some(process) = text.split_whitespace().next().and_then(|word| word.parse().ok()) {
                break process;
            }
            if Instant::now() > until {
                return Err(failed());
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let started = Self { name: host.name.to_owned(), folder: folder.to_owned(), process, cable: format!("{bridge}-{}", host.name) };
        let plugged = ip(&format!("link add {} type veth peer name eth0 netns {process}", started.cable))
            .and_then(|_| ip(&format!("link set {} master {bridge} up", started.cable)));
        let ready = plugged.and_then(|_| {
            while !folder.join("ready").exists() {
                if Instant::now() > until || !started.is_running() {
                    return Err(failed());
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(())
        });
        match ready {
            Ok(()) => Ok(started),
            Err(error) => {
                started.stop()?;
                Err(error)
            }
        }
    }

    /// A command on this host.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.process)).args(["--net", "--mount", "--uts", "--ipc", "--pid", "--", program]).env_clear();
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8").env("HOME", "/root").env("KRB5CCNAME", TICKETS);
        // A lab outlives no power cut: Samba's databases need not wait for the disk.
        command.env("TDB_NO_FSYNC", "1");
        if self.file(PRELOADED).exists() {
            // Waiting goes by a clock that is never wrong.
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            // Modules of Samba's database bind to the system's own functions otherwise, and so keep the right time.
            command.env("LDB_MODULES_DISABLE_DEEPBIND", "1");
        }
        command
    }

    /// Sets the clock wrong by so many seconds for every program that is started on this host from now on; 0 sets it right.
    ///
    /// # Errors
    /// When the library that does it is missing, or the host does not run.
    pub fn set_clock(&self, skew_seconds: i64) -> io::Result<()> {
        if skew_seconds == 0 {
            return run(self.command("rm").args(["-f", PRELOADED, OFFSET])).map(drop);
        }
        if !Path::new(FAKETIME).exists() {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{FAKETIME} is missing: apt-get install libfaketime")));
        }
        run_with_input(self.command("tee").arg(OFFSET), format!("{skew_seconds:+}\n").as_bytes())?;
        run_with_input(self.command("tee").arg(PRELOADED), format!("{FAKETIME}\n").as_bytes()).map(drop)
    }

    /// Where this process finds a file that the host has at this path.
    #[must_use]
    pub fn file(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{path}", self.process))
    }

    /// Starts a server on this host that stays when this process ends. What it prints is in the host's folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn serve(&self, server: &str, arguments: &[&str]) -> io::Result<()> {
        let script = "log=$1; shift; setsid \"$@\" >>\"$log\" 2>&1 </dev/null &";
        let mut command = self.command("bash");
        command.args(["-c", script, "serve"]).arg(self.folder.join(format!("{server}.log"))).args(arguments);
        run(&mut command).map(drop)
    }

    /// Waits until a server of the host answers on a port.
    ///
    /// # Errors
    /// When it does not in the time that a server is given.
    pub fn wait_for(&self, address: Ipv4Addr, port: u16) -> io::Result<()> {
        let until = Instant::now() + ANSWER;
        while TcpStream::connect_timeout(&SocketAddr::from((address, port)), Duration::from_secs(1)).is_err() {
            if Instant::now() > until {
                return Err(io::Error::other(format!("{} does not answer on port {port}; see what was printed in {}", self.name, self.folder.display())));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Ends every process of the host but the first, with which the host itself would end.
    ///
    /// # Errors
    /// When one does not end.
    pub fn stop_servers(&self) -> io::Result<()> {
        let program = self.folder.join("stop.sh");
        std::fs::write(&program, STOP)?;
        run(self.command("bash").arg(program)).map(drop)
    }

    /// Pulls the cable out, or plugs it in again.
    ///
    /// # Errors
    /// When the host has no cable.
    pub fn plug(&self, is_in: bool) -> io::Result<()> {
        ip(&format!("link set {} {}", self.cable, if is_in { "up" } else { "down" })).map(drop)
    }

    /// What the kernel numbers its network by.
    ///
    /// # Errors
    /// When it does not run.
    pub fn network_inode(&self) -> io::Result<u64> {
        Ok(std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(format!("/proc/{}/ns/net", self.process))?))
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        // Whoever ended is a zombie only when all the others of the host have ended too.
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process)).unwrap_or_default();
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next()).is_some_and(|state| !matches!(state, "Z" | "X"))
    }

    /// Ends every process of it; the kernel takes its network and mounts away.
    ///
    /// # Errors
    /// When the processes do not end.
    pub fn stop(&self) -> io::Result<()> {
        let Some(process) = rustix::process::Pid::from_raw(self.process) else { return Ok(()) };
        // Another process may have got the number since: the host's name tells.
        if self.is_running() && run(&mut self.command_of_name())?.trim() == self.name {
            rustix::process::kill_process(process, rustix::process::Signal::KILL)?;
        }
        let until = Instant::now() + READY;
        while self.is_running() {
            if Instant::now() > until {
                return Err(io::Error::other(format!("{} does not stop", self.name)));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        // A connection whose other end is gone keeps the network for a while: the cable does not wait for that.
        if Path::new("/sys/class/net").join(&self.cable).exists() {
            let _ = ip(&format!("link delete {}", self.cable));
        }
        Ok(())
    }

    fn command_of_name(&self) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.process)).args(["--uts", "hostname"]);
        command
    }
}
