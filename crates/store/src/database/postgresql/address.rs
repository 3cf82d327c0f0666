//! Where a PostgreSQL database is and how it is connected to.

mod password;

use super::tls::Tls;
use super::{SCHEMA, classified};
use crate::database::error::StoreError;
use crate::database::location::LocationError;
use crate::keys::Secret;
use ::postgres::config::{Host, SslMode};
use ::postgres::{Client, Config, NoTls};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// A PostgreSQL database, without any password.
#[derive(Clone)]
pub(in crate::database) struct Address {
    base: Config,
    /// File with the authorities that vouch for the server; `None` when TLS is not used.
    root_file: Option<PathBuf>,
}

impl Address {
    /// Reads `postgres://login@host:port/database`. A server on another machine needs `?sslmode=verify-full` and
    /// `sslrootcert=FILE`, or `?sslmode=disable` from somebody who knows what the network is.
    pub(in crate::database) fn parse(url: &str) -> Result<Self, LocationError> {
        let malformed = |why: &str| LocationError::Malformed(why.to_owned());
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(malformed("it does not begin with postgres://"));
        }
        let (plain, mode, root_file) = take_tls(url)?;
        let mut base: Config = plain.parse().map_err(|e: ::postgres::Error| LocationError::Malformed(whole(&e)))?;
        if base.get_password().is_some() {
            return Err(LocationError::UrlHasPassword);
        }
        if base.get_dbname().is_none_or(str::is_empty) {
            return Err(malformed("it names no database"));
        }
        if base.get_user().is_none_or(str::is_empty) {
            return Err(malformed("it names no login"));
        }
        if base.get_hosts().is_empty() && base.get_hostaddrs().is_empty() {
            return Err(malformed("it names no host"));
        }
        let root_file = match (mode.as_deref(), root_file) {
            (Some("verify-full"), Some(file)) => Some(file),
            (Some("verify-full"), None) => return Err(malformed("sslmode=verify-full needs sslrootcert=FILE, the authority that vouches for the server")),
            (None | Some("disable"), Some(_)) => return Err(malformed("sslrootcert needs sslmode=verify-full")),
            (Some("disable"), None) => None,
            (None, None) if is_local(&base) => None,
            (None, None) => {
                return Err(malformed(
                    "the server is another machine; add ?sslmode=verify-full&sslrootcert=FILE, or ?sslmode=disable if nobody else is on that network",
                ));
            }
            (Some(other), _) => return Err(LocationError::Malformed(format!("sslmode is verify-full or disable, not {other}, which checks only half"))),
        };
        base.ssl_mode(if root_file.is_some() { SslMode::Require } else { SslMode::Disable });
        Ok(Self { base, root_file })
    }

    /// Signs in.
    pub(super) fn connect(&self, attempt: &str, login: &str, password: Option<&Secret>) -> Result<Client, StoreError> {
        let config = self.config(login, password);
        let connected = match &self.root_file {
            None => config.connect(NoTls),
            Some(file) => {
                let tls = Tls::trusting(file).map_err(|cause| StoreError::unavailable(attempt, cause).seen_by(login))?;
                config.connect(tls)
            }
        };
        connected.map_err(|e| classified(attempt, &e).seen_by(login))
    }

    /// The set-up login.
    pub(super) fn owner(&self) -> &str {
        self.base.get_user().unwrap_or_default()
    }

    /// The database.
    pub(super) fn database(&self) -> &str {
        self.base.get_dbname().unwrap_or_default()
    }

    /// How `login` connects. What a commit returns from is on the server's disk; a server that stopped answering is noticed.
    fn config(&self, login: &str, password: Option<&Secret>) -> Config {
        let mut config = self.base.clone();
        let own = config.get_options().unwrap_or_default().to_owned();
        config.options(&format!("{own} -c search_path={SCHEMA} -c synchronous_commit=on -c lock_timeout=5s -c client_min_messages=warning"));
        config.user(login).application_name(&format!("provost {login}"));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        config.tcp_user_timeout(Duration::from_secs(30)).keepalives_idle(Duration::from_secs(30));
        if let Some(password) = password {
            config.password(password.expose());
        }
        config
    }

    fn hosts(&self) -> Vec<String> {
        let mut hosts = Vec::new();
        for host in self.base.get_hosts() {
            match host {
                Host::Tcp(name) => hosts.push(name.clone()),
                // PostgreSQL's form calls the socket's folder localhost.
                Host::Unix(path) => hosts.extend([path.display().to_string(), "localhost".to_owned()]),
            }
        }
        hosts.extend(self.base.get_hostaddrs().iter().map(ToString::to_string));
        hosts
    }

    fn ports(&self) -> Vec<String> {
        let ports = self.base.get_ports();
        if ports.is_empty() { vec!["5432".to_owned()] } else { ports.iter().map(ToString::to_string).collect() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.hosts().first().map_or("?", String::as_str), self.ports().first().map_or("?", String::as_str), self.database())
    }
}

/// Whether the server is on this machine.
fn is_local(config: &Config) -> bool {
    let local = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    };
    config.get_hosts().iter().all(local) && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// Takes `sslmode` and `sslrootcert` out of an address: the library below knows other modes and no authorities.
fn take_tls(url: &str) -> Result<(String, Option<String>, Option<PathBuf>), LocationError> {
    let Some((address, query)) = url.split_once('?') else { return Ok((url.to_owned(), None, None)) };
    let (mut mode, mut root_file, mut rest) = (None, None, Vec::new());
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(decoded(value)?),
            Some(("sslrootcert", value)) => root_file = Some(decoded(value)?.into()),
            _ => rest.push(pair),
        }
    }
    let plain = if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
    Ok((plain, mode, root_file))
}

/// A value of an address, with `%2F` and the like read.
fn decoded(value: &str) -> Result<String, LocationError> {
    let malformed = || LocationError::Malformed(format!("{value:?} is not written as addresses are"));
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (hex, after) = after.split_at_checked(2).ok_or_else(malformed)?;
        let hex = std::str::from_utf8(hex).map_err(|_| malformed())?;
        bytes.push(u8::from_str_radix(hex, 16).map_err(|_| malformed())?);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}

/// An error with everything that caused it.
pub(super) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_without_a_part_and_with_a_password_are_refused() {
        assert_eq!(Address::parse("postgres://setup:secret@db/site").err(), Some(LocationError::UrlHasPassword));
        assert_eq!(Address::parse("postgres://setup@db/site?password=secret").err(), Some(LocationError::UrlHasPassword));
        for malformed in ["postgres://setup@db", "postgres://db/site", "postgres:///site", "mysql://a@b/c", ""] {
            assert!(matches!(Address::parse(malformed), Err(LocationError::Malformed(_))), "{malformed}");
        }
    }

    #[test]
    fn another_machine_is_reached_over_tls_or_knowingly_without() {
        let remote = "postgres://setup@db.example.test/site";
        let tls = |url: &str| Address::parse(url).map(|a| (a.root_file, a.base.get_ssl_mode()));
        assert!(matches!(tls(remote), Err(LocationError::Malformed(why)) if why.contains("verify-full")));
        assert!(matches!(tls("postgres://setup@192.0.2.1,127.0.0.1/site"), Err(LocationError::Malformed(_))));
        assert_eq!(tls(&format!("{remote}?sslmode=disable")), Ok((None, SslMode::Disable)));
        let root = Ok((Some(PathBuf::from("/etc/ca 1.pem")), SslMode::Require));
        assert_eq!(tls(&format!("{remote}?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fetc/ca%201.pem")), root);
        for half in ["prefer", "require", "verify-ca", ""] {
            assert!(tls(&format!("{remote}?sslmode={half}")).is_err(), "{half}");
        }
        for lacking in ["sslmode=verify-full", "sslrootcert=/ca.pem", "sslmode=disable&sslrootcert=/ca.pem", "sslmode=%zz", "sslmode=%2"] {
            assert!(tls(&format!("{remote}?{lacking}")).is_err(), "{lacking}");
        }
        for local in
            ["postgres://setup@localhost/site", "postgres://setup@127.0.0.1:1/site", "postgres://setup@[::1]/site", "postgres://setup@%2Frun%2Fpg/site"]
        {
            assert_eq!(tls(local), Ok((None, SslMode::Disable)), "{local}");
        }
    }
}
