//! What goes wrong in real networks, as verbs of a lab.

use crate::authority::{Authority, Validity};
use crate::change::Change;
use crate::lab::Lab;
use crate::principals;
use crate::servers;
use crate::topology::{self, Domain};
use serde_json::json;
use std::io;
use std::net::IpAddr;

impl Lab {
    /// Cuts a host off: nothing that is sent to it or by it arrives, and nobody is told.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn cut(&self, host: &str) -> io::Result<()> {
        self.host(host)?.plug(false)
    }

    /// Takes [`Lab::cut`] back.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn mend(&self, host: &str) -> io::Result<()> {
        self.host(host)?.plug(true)
    }

    /// Has every process of a host's servers hang: its kernel still takes connections and acknowledges what is sent, and nobody answers.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn hang(&self, host: &str) -> io::Result<()> {
        self.signal_all(host, "STOP")
    }

    /// Takes [`Lab::hang`] back.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn wake(&self, host: &str) -> io::Result<()> {
        self.signal_all(host, "CONT")
    }

    /// Sends a signal to all processes of a host but its first.
    fn signal_all(&self, host: &str, signal: &str) -> io::Result<()> {
        crate::command::run(self.host(host)?.command("bash").args(["-c", "kill -s \"$1\" -- -1", "signal", signal])).map(drop)
    }

    /// Lets a host send only so many kilobits a second on connections that are opened from now on, so that something can happen
    /// to it while it is read. What waits to be sent waits in the server: a kernel that has all of it sends it when the server
    /// is dead.
    ///
    /// # Errors
    /// When the lab has no such host, or the kernel has no token bucket filter.
    pub fn slow(&self, host: &str, kilobits: u32) -> io::Result<()> {
        self.unsent(host, "4096 8192 8192")?;
        let rate = format!("{kilobits}kbit");
        let words = ["qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", &rate, "burst", "16kb", "latency", "1s"];
        crate::command::run(self.host(host)?.command("tc").args(words)).map(drop)
    }

    /// Takes [`Lab::slow`] back.
    ///
    /// # Errors
    /// When the host is not slow.
    pub fn hurry(&self, host: &str) -> io::Result<()> {
        self.unsent(host, "4096 16384 4194304")?;
        crate::command::run(self.host(host)?.command("tc").args(["qdisc", "del", "dev", "eth0", "root"])).map(drop)
    }

    /// How many bytes of a connection the host's kernel keeps that are not sent yet: least, at first, most.
    fn unsent(&self, host: &str, bytes: &str) -> io::Result<()> {
        let script = "printf %s \"$1\" >/proc/sys/net/ipv4/tcp_wmem";
        crate::command::run(self.host(host)?.command("bash").args(["-c", script, "unsent", bytes])).map(drop)
    }

    /// Gives a domain controller a certificate of another authority, of this validity; its server is started anew for that.
    /// Gives the authority's own certificate, PEM: [`Lab::authority`] knows the server no more.
    ///
    /// # Errors
    /// As [`Lab::stop_servers`] and [`Lab::start_servers`].
    pub fn change_authority(&self, host: &str, validity: Validity) -> io::Result<String> {
        let here = topology::host(host).ok_or_else(|| io::Error::other(format!("there is no host {host}")))?;
        let authority = Authority::new(validity)?;
        self.stop_servers(host)?;
        authority.issue(&here.full_name(), IpAddr::V4(here.address(self.network().number)), &self.host(host)?.folder.join("tls"))?;
        self.start_servers(host)?;
        Ok(authority.pem)
    }

    /// Locks an account, as too many wrong passwords do. It stays locked until [`Lab::unlock_account`].
    ///
    /// # Errors
    /// When the domain does not run here or has no such account.
    pub fn lock_account(&self, domain: &Domain, account: &str) -> io::Result<()> {
        self.change(domain, &[Change::replace(principals::distinguished_name(domain, account), json!({ "lockoutTime": "131000000000000000" }))])
    }

    /// Unlocks an account, as an administrator does.
    ///
    /// # Errors
    /// As [`Lab::lock_account`].
    pub fn unlock_account(&self, domain: &Domain, account: &str) -> io::Result<()> {
        self.change(domain, &[Change::replace(principals::distinguished_name(domain, account), json!({ "lockoutTime": "0" }))])
    }

    /// Sets another password, as an administrator does. [`Lab::password`] still gives the old one.
    ///
    /// # Errors
    /// As [`Lab::lock_account`], and when the domain's rules refuse the password.
    pub fn change_password(&self, domain: &Domain, account: &str, password: &str) -> io::Result<()> {
        self.change(domain, &[Change::replace(principals::distinguished_name(domain, account), json!({ "unicodePwd": password }))])
    }

    /// Stops the servers of a host; the host stays and refuses connections.
    ///
    /// # Errors
    /// When one does not end.
    pub fn stop_servers(&self, host: &str) -> io::Result<()> {
        self.host(host)?.stop_servers()
    }

    /// Starts the servers of a host again after [`Lab::stop_servers`].
    ///
    /// # Errors
    /// When the lab has no such host, or one does not answer in time.
    pub fn start_servers(&self, host: &str) -> io::Result<()> {
        let here = topology::host(host).ok_or_else(|| io::Error::other(format!("there is no host {host}")))?;
        servers::serve(self.host(host)?, here, self.network().number)
    }

    /// Sets a host's clock wrong by so many seconds; 0 sets it right. Its servers are started anew for that, and whatever is
    /// started on it from now on has the same clock.
    ///
    /// # Errors
    /// As [`Lab::stop_servers`] and [`Lab::start_servers`].
    pub fn skew_clock(&self, host: &str, seconds: i64) -> io::Result<()> {
        self.stop_servers(host)?;
        self.host(host)?.set_clock(seconds)?;
        self.start_servers(host)
    }

    /// Fills the disk that a host has at `/srv`.
    ///
    /// # Errors
    /// When the lab has no such host, or there is room left.
    pub fn fill_disk(&self, host: &str) -> io::Result<()> {
        let script = "cat /dev/zero >/srv/full 2>/dev/null; test \"$(stat -f -c %a /srv)\" = 0";
        crate::command::run(self.host(host)?.command("bash").args(["-c", script])).map(drop)
    }

    /// Takes [`Lab::fill_disk`] back.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn empty_disk(&self, host: &str) -> io::Result<()> {
        crate::command::run(self.host(host)?.command("rm").args(["-f", "/srv/full"])).map(drop)
    }
}
