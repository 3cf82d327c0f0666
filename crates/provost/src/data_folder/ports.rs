//! The addresses a site listens on, recorded so that a port that was chosen once is kept.

use super::{DataFolder, write_whole};
use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;

/// Addresses of a running site, or of the last one that ran on the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// Console and API.
    pub console: SocketAddr,
    /// Management point.
    pub management_point: SocketAddr,
}

impl Ports {
    /// What is recorded; `None` when nothing readable is.
    #[must_use]
    pub fn recorded(folder: &DataFolder) -> Option<Self> {
        let text = std::fs::read_to_string(folder.run().join("ports.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Records them.
    ///
    /// # Errors
    /// When the disk says so.
    pub fn record(&self, folder: &DataFolder) -> io::Result<()> {
        write_whole(&folder.run().join("ports.json"), &serde_json::to_vec_pretty(self)?)
    }
}

/// Where to listen: as asked, but with the recorded port in place of port 0 when the address is otherwise the same.
#[must_use]
pub fn kept(asked: SocketAddr, recorded: Option<SocketAddr>) -> SocketAddr {
    match recorded {
        Some(recorded) if asked.port() == 0 && asked.ip() == recorded.ip() => recorded,
        _ => asked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_is_chosen_once() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        assert_eq!(kept(address("127.0.0.1:0"), Some(address("127.0.0.1:4000"))), address("127.0.0.1:4000"));
        assert_eq!(kept(address("0.0.0.0:0"), Some(address("127.0.0.1:4000"))), address("0.0.0.0:0"));
        assert_eq!(kept(address("127.0.0.1:5000"), Some(address("127.0.0.1:4000"))), address("127.0.0.1:5000"));
        assert_eq!(kept(address("127.0.0.1:0"), None), address("127.0.0.1:0"));
    }
}
