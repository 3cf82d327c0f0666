//! The real servers that the environment names (`tests/servers/smtp.sh`, `tests/servers/squid.sh`). Without them CI fails
//! and everybody else is told.

use provost_outbound::proxy::{Destination, ProxyServer};
use provost_outbound::smtp::MailServer;
use provost_store::keys::Secret;

pub fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

fn variable(name: &str, script: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is not set: in CI the tests talk to real servers");
        eprintln!("\n*** SKIPPED: {name} is not set; see tests/servers/{script} ***\n");
    }
    value
}

pub fn split(address: &str) -> (String, u16) {
    let (host, port) = address.rsplit_once(':').expect("host and port");
    (host.to_owned(), port.parse().expect("a port"))
}

pub struct Smtp {
    pub server: MailServer,
    pub mail: std::path::PathBuf,
    passwords: String,
}

impl Smtp {
    pub fn from_environment() -> Option<Self> {
        let address = variable("PROVOST_TEST_SMTP", "smtp.sh")?;
        let read = |name: &str| std::fs::read(std::env::var(name).expect("a variable")).expect("a file");
        let (host, port) = split(&address);
        let server = MailServer { host, port, ca_pem: Some(read("PROVOST_TEST_SMTP_CA")), hello: "site.corp.example.test".to_owned() };
        let passwords = String::from_utf8(read("PROVOST_TEST_SMTP_PASSWORDS")).expect("a text");
        Some(Self { server, mail: std::env::var_os("PROVOST_TEST_SMTP_MAIL").expect("a variable").into(), passwords })
    }

    pub fn password(&self, user: &str) -> Secret {
        let line = self.passwords.lines().find_map(|line| line.strip_prefix(user)).expect("an account");
        secret(line.strip_prefix(":{PLAIN}").expect("a password"))
    }
}

pub struct Squid {
    /// By address, where nobody has a ticket for it.
    pub proxy: ProxyServer,
    /// By the name that tickets are for.
    pub named: ProxyServer,
    pub destination: Destination,
    pub user: String,
    pub password: Secret,
    pub log: std::path::PathBuf,
}

/// What the KDC's accounts sign in with (`tests/servers/kdc.sh`).
pub fn kdc_password() -> Option<Secret> {
    let folder = std::path::PathBuf::from(variable("PROVOST_TEST_KDC", "kdc.sh")?);
    assert!(std::env::var_os("KRB5_CONFIG").is_some(), "KRB5_CONFIG names no file: run ./test unit, or set it to $PROVOST_TEST_KDC_CONFIG");
    Some(Secret::new(std::fs::read(folder.join("password")).expect("a password")))
}

impl Squid {
    pub fn from_environment() -> Option<Self> {
        let (host, port) = split(&variable("PROVOST_TEST_PROXY", "squid.sh")?);
        let of = |name: &str| std::env::var(name).expect("a variable");
        let (origin, origin_port) = split(&of("PROVOST_TEST_PROXY_ORIGIN"));
        let ca = std::fs::read(of("PROVOST_TEST_PROXY_CA")).expect("a file");
        let password = std::fs::read_to_string(of("PROVOST_TEST_PROXY_PASSFILE")).expect("a file");
        Some(Self {
            proxy: ProxyServer { host, port },
            named: ProxyServer { host: "localhost".to_owned(), port },
            destination: Destination { host: origin, port: origin_port, ca_pem: Some(ca) },
            user: of("PROVOST_TEST_PROXY_USER"),
            password: secret(password.trim_end_matches('\n')),
            log: of("PROVOST_TEST_PROXY_LOG").into(),
        })
    }
}
