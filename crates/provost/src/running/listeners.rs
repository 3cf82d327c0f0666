//! The sockets that a site listens on, taken before anything else is started, so that a port that is taken is told first.

use crate::data_folder::DataFolder;
use crate::data_folder::ports::{Ports, kept};
use crate::failure::Failure;
use crate::settings::Settings;
use provost_catalog::rules::code;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

/// Both sockets.
pub struct Listeners {
    /// Console and API.
    pub console: TcpListener,
    /// Management point.
    pub management_point: TcpListener,
    /// Where they listen.
    pub ports: Ports,
}

impl Listeners {
    /// Takes both ports and records them.
    ///
    /// # Errors
    /// When one is taken or may not be used.
    pub fn take(folder: &DataFolder, settings: &Settings) -> Result<Self, Failure> {
        let recorded = Ports::recorded(folder);
        let (console, console_at) = listen("listen", settings.listen()?, recorded.as_ref().map(|r| r.console))?;
        let (management_point, management_point_at) = listen("mp-listen", settings.mp_listen()?, recorded.as_ref().map(|r| r.management_point))?;
        let ports = Ports { console: console_at, management_point: management_point_at };
        if recorded.as_ref() != Some(&ports) {
            ports.record(folder).map_err(|e| Failure::new(code::DATA_FOLDER_UNUSABLE, "cannot record the ports", e))?;
        }
        Ok(Self { console, management_point, ports })
    }
}

fn listen(flag: &str, asked: SocketAddr, recorded: Option<SocketAddr>) -> Result<(TcpListener, SocketAddr), Failure> {
    let address = kept(asked, recorded);
    let listener = TcpListener::bind(address).map_err(|e| refused(flag, address, asked.port() == 0, &e))?;
    let failed = |e: io::Error| Failure::new(code::ADDRESS_IN_USE, format!("cannot listen on {address}"), e);
    listener.set_nonblocking(true).map_err(failed)?;
    let at = listener.local_addr().map_err(failed)?;
    Ok((listener, at))
}

fn refused(flag: &str, address: SocketAddr, chosen_before: bool, error: &io::Error) -> Failure {
    let who = if flag == "listen" { "console" } else { "management point" };
    let elsewhere = SocketAddr::new(address.ip(), address.port().checked_add(1000).unwrap_or(9443));
    let fix = match error.kind() {
        io::ErrorKind::AddrInUse if chosen_before => {
            format!(
                "stop the other program: ss -ltnp 'sport = :{}'\nor choose another port, which clients then have to be told: provost up --{flag} {elsewhere}",
                address.port()
            )
        }
        io::ErrorKind::AddrInUse => {
            format!("see which program it is: ss -ltnp 'sport = :{}'\nor choose another port: provost up --{flag} {elsewhere}", address.port())
        }
        io::ErrorKind::PermissionDenied => format!("ports below 1024 are for root; choose another: provost up --{flag} {elsewhere}"),
        io::ErrorKind::AddrNotAvailable => format!("choose an address of this machine: provost up --{flag} 127.0.0.1:{}", address.port()),
        _ => format!("choose another address: provost up --{flag} {elsewhere}"),
    };
    Failure::new(code::ADDRESS_IN_USE, format!("cannot listen on {address} for the {who}"), error).state("nothing was started").fix(fix)
}

/// How this machine reaches an address that something here listens on.
#[must_use]
pub fn local(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Host under which people and clients reach an address, as in a URL.
#[must_use]
pub fn public_host(address: SocketAddr, machine: &str) -> String {
    match address.ip() {
        ip if ip.is_loopback() => "localhost".to_owned(),
        ip if ip.is_unspecified() => machine.to_lowercase(),
        IpAddr::V6(ip) => format!("[{ip}]"),
        IpAddr::V4(ip) => ip.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_named_as_people_reach_them() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        assert_eq!(public_host(address("127.0.0.1:1"), "CM01"), "localhost");
        assert_eq!(public_host(address("0.0.0.0:1"), "CM01"), "cm01");
        assert_eq!(public_host(address("[2001:db8::1]:1"), "CM01"), "[2001:db8::1]");
        assert_eq!(local(address("0.0.0.0:8443")), address("127.0.0.1:8443"));
        assert_eq!(local(address("[::]:8443")), address("[::1]:8443"));
        assert_eq!(local(address("192.0.2.1:8443")), address("192.0.2.1:8443"));
    }
}
