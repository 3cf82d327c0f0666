//! The lab's network: one bridge that all cables are plugged into, with an address for the tests, and a capture of
//! everything that crosses it.

use crate::command::{ip, run};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Most labs of a machine at a time.
const LABS_MAX: u8 = 100;

/// A network that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Network {
    /// Its bridge, whose name is the lab's tag.
    pub bridge: String,
    /// Its number: hosts are 198.18.NUMBER.x.
    pub number: u8,
    /// The file that holds the capture.
    pub capture: PathBuf,
    capturing: u32,
}

impl Network {
    /// Makes the first network that is free, and captures what crosses it into a folder.
    ///
    /// # Errors
    /// When this process may not, or all are taken.
    pub fn make(folder: &Path) -> io::Result<Self> {
        let mut refused = None;
        for number in 0..LABS_MAX {
            let bridge = format!("pvlab{number}");
            // Making it is claiming it: of two labs that start now one is refused.
            if let Err(error) = ip(&format!("link add {bridge} type bridge")) {
                if !Path::new("/sys/class/net").join(&bridge).exists() {
                    return Err(error);
                }
                refused = Some(error);
                continue;
            }
            let mut network = Self { bridge, number, capture: folder.join("capture.pcap"), capturing: 0 };
            let made = network.configure();
            return match made {
                Ok(()) => Ok(network),
                Err(error) => network.remove().and(Err(error)),
            };
        }
        Err(refused.unwrap_or_else(|| io::Error::other("no network is free")))
    }

    fn configure(&mut self) -> io::Result<()> {
        let Self { bridge, number, .. } = &*self;
        ip(&format!("address add {}/24 dev {bridge}", self.gateway()))?;
        ip(&format!("link set {bridge} address 02:70:76:6c:{number:02x}:01 up"))?;
        let log = std::fs::File::create(self.capture.with_extension("log"))?;
        let child = Command::new("setsid")
            .args(["tcpdump", "--interface", bridge, "--immediate-mode", "--packet-buffered", "--snapshot-length=0", "--relinquish-privileges=root", "-w"])
            .arg(&self.capture)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.capturing = child.id();
        let until = Instant::now() + Duration::from_secs(10);
        // The file's header is there when it listens.
        while std::fs::metadata(&self.capture).map_or(0, |file| file.len()) == 0 {
            if Instant::now() > until {
                return Err(io::Error::other(format!("tcpdump does not start: {}", std::fs::read_to_string(self.capture.with_extension("log"))?)));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// The address that the machine itself has in it.
    #[must_use]
    pub const fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::new(198, 18, self.number, 1)
    }

    /// Ends the capture; whatever crossed the network before is then in the file.
    ///
    /// # Errors
    /// When it does not end.
    pub fn end_capture(&self) -> io::Result<()> {
        let command = format!("/proc/{}/cmdline", self.capturing);
        // Another process may have got the number since; one that has ended and was not yet waited for has no command line.
        let is_there = || std::fs::read(&command).is_ok_and(|line| line.starts_with(b"tcpdump\0"));
        let Some(process) = i32::try_from(self.capturing).ok().and_then(rustix::process::Pid::from_raw).filter(|_| is_there()) else { return Ok(()) };
        rustix::process::kill_process(process, rustix::process::Signal::TERM)?;
        let until = Instant::now() + Duration::from_secs(10);
        while is_there() {
            if Instant::now() > until {
                return Err(io::Error::other("tcpdump does not end"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Ends the capture and removes the bridge.
    ///
    /// # Errors
    /// When one of them stays.
    pub fn remove(&self) -> io::Result<()> {
        self.end_capture()?;
        if Path::new("/sys/class/net").join(&self.bridge).exists() {
            run(Command::new("ip").args(["link", "delete", &self.bridge]))?;
        }
        Ok(())
    }
}
