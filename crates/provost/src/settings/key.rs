//! The keys of `provost.toml`: name, meaning, default and rule of each, once. `config show` and the file's check are
//! derived from them.

use crate::exit::Exit;
use crate::failure::Failure;
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use provost_domain::site_code::SiteCodeError;
use std::net::{IpAddr, SocketAddr};

/// What is written for a key in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `key = "text"`
    Text,
    /// `key = true`
    Boolean,
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its name, in the file and as a flag.
    pub name: &'static str,
    /// What is written for it.
    pub kind: Kind,
    /// Value when nobody says anything.
    pub default: Option<&'static str>,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// Its rule.
    pub check: fn(&str) -> Result<(), Wrong>,
}

/// Why a value is wrong. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Number of the rule.
    pub code: u16,
    /// Why.
    pub cause: String,
    /// What would be right.
    pub fix: String,
    /// Whether the value may be shown.
    pub secret: bool,
}

impl Wrong {
    fn value(cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code: code::CONFIG_WRONG_VALUE, cause: cause.into(), fix: fix.into(), secret: false }
    }

    /// As the failure of a command whose flag has the value.
    #[must_use]
    pub fn of_flag(self, key: &Key) -> Failure {
        Failure::new(self.code, format!("cannot use the value of --{}", key.name), self.cause).fix(self.fix).exit(Exit::Usage)
    }
}

/// Every key.
pub const KEYS: &[Key] = &[
    Key {
        name: "code",
        kind: Kind::Text,
        default: Some("LAB"),
        meaning: "Code of the site: three characters of A-Z and 0-9. It never changes once the site exists.",
        check: site_code,
    },
    Key {
        name: "name",
        kind: Kind::Text,
        default: None,
        meaning: "Name of the site: letters, digits and hyphens; the code and \"site\" when not given.",
        check: site_name,
    },
    Key {
        name: "listen",
        kind: Kind::Text,
        default: Some("127.0.0.1:8443"),
        meaning: "Address and port of the console and the API; port 0 is a free port that is then kept.",
        check: address,
    },
    Key {
        name: "mp-listen",
        kind: Kind::Text,
        default: Some("127.0.0.1:0"),
        meaning: "Address and port of the management point; port 0 is a free port that is then kept.",
        check: address,
    },
    Key {
        name: "database",
        kind: Kind::Text,
        default: None,
        meaning: "PostgreSQL database, as postgres://USER@HOST[:PORT]/NAME without a password; the embedded one when not given.",
        check: database,
    },
    Key { name: "database-password-file", kind: Kind::Text, default: None, meaning: "File with the password of the database's set-up login.", check: any },
    Key {
        name: "dns-servers",
        kind: Kind::Text,
        default: None,
        meaning: "Name servers that know the domains, as addresses between commas; those of the system when not given. Kerberos asks them too, unless KRB5_CONFIG names a file.",
        check: name_servers,
    },
    Key {
        name: "ad-site",
        kind: Kind::Text,
        default: None,
        meaning: "Active Directory site that this machine is in: its domain controllers are asked first.",
        check: any,
    },
    Key { name: "keytab", kind: Kind::Text, default: None, meaning: "Keytab of this machine's own computer account.", check: any },
    Key {
        name: "kerberos-service",
        kind: Kind::Text,
        default: None,
        meaning: "Service that people of a directory bring tickets for, as HTTP@HOST; this machine's name when not given. Its key is in the keytab.",
        check: service,
    },
    Key {
        name: "client",
        kind: Kind::Boolean,
        default: Some("true"),
        meaning: "Whether `provost up` manages this machine too, with its own client.",
        check: boolean,
    },
    Key {
        name: "log",
        kind: Kind::Text,
        default: Some("info"),
        meaning: "What is logged: error, warn, info, debug or trace, also for one part only, as in info,provost_roles=debug.",
        check: log,
    },
];

fn any(_value: &str) -> Result<(), Wrong> {
    Ok(())
}

fn service(value: &str) -> Result<(), Wrong> {
    match value.split_once('@') {
        Some((service, host)) if !service.is_empty() && host.contains('.') && !value.contains(char::is_whitespace) => Ok(()),
        _ => Err(Wrong::value(format!("{value:?} is no service"), "write HTTP@ and the full name by which browsers open the console")),
    }
}

fn site_code(value: &str) -> Result<(), Wrong> {
    value.parse::<SiteCode>().map(|_| ()).map_err(|error| {
        let upper = value.to_uppercase();
        let (number, fix) = match &error {
            SiteCodeError::Reserved(_) => (code::SITE_CODE_RESERVED, "choose another, such as LAB or P01".to_owned()),
            _ if upper.parse::<SiteCode>().is_ok() => (code::SITE_CODE_INVALID, format!("did you mean {upper}?")),
            _ => (code::SITE_CODE_INVALID, "choose three characters of A-Z and 0-9, such as LAB or P01".to_owned()),
        };
        Wrong { code: number, cause: error.to_string(), fix, secret: false }
    })
}

/// Longest name of a site, in characters.
const SITE_NAME_MAX: usize = 50;

fn site_name(value: &str) -> Result<(), Wrong> {
    let right = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match value.chars().find(|c| !right(*c)) {
        Some(c) => Err(Wrong::value(format!("a site's name uses only letters, digits and hyphens, not {c:?}"), "choose another, such as Head-office")),
        None if value.is_empty() || value.len() > SITE_NAME_MAX => {
            Err(Wrong::value(format!("a site's name has 1 to {SITE_NAME_MAX} characters"), "choose another, such as Head-office"))
        }
        None => Ok(()),
    }
}

fn address(value: &str) -> Result<(), Wrong> {
    value.parse::<SocketAddr>().map(|_| ()).map_err(|_| {
        let fix = match value.parse::<u16>() {
            Ok(port) => format!("did you mean 127.0.0.1:{port}?"),
            Err(_) => "write an IP address and a port, such as 127.0.0.1:8443, 0.0.0.0:8443 or [::1]:8443".to_owned(),
        };
        Wrong::value(format!("{value:?} is no address with a port"), fix)
    })
}

/// The port of DNS.
const DNS_PORT: u16 = 53;

/// Reads addresses between commas, each with or without a port.
pub(super) fn name_server_addresses(value: &str) -> Option<Vec<SocketAddr>> {
    let one = |text: &str| text.parse::<IpAddr>().map(|address| SocketAddr::new(address, DNS_PORT)).or_else(|_| text.parse::<SocketAddr>()).ok();
    value.split(',').map(|text| one(text.trim())).collect()
}

fn name_servers(value: &str) -> Result<(), Wrong> {
    let fix = "write IP addresses between commas, such as 192.0.2.53,192.0.2.54 or [2001:db8::53]:5353";
    name_server_addresses(value).map(drop).ok_or_else(|| Wrong::value(format!("{value:?} holds what is no address"), fix))
}

fn database(value: &str) -> Result<(), Wrong> {
    let form = || Wrong {
        secret: true,
        ..Wrong::value(
            "it is no address of a PostgreSQL database",
            "write postgres://USER@HOST/NAME; the password goes into a file: --database-password-file FILE",
        )
    };
    let rest = value.strip_prefix("postgres://").or_else(|| value.strip_prefix("postgresql://")).ok_or_else(form)?;
    let (authority, parameters) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
    let password_in_user = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    let password_in_parameters = parameters.split(['?', '&']).any(|p| p.to_lowercase().starts_with("password="));
    if password_in_user || password_in_parameters {
        return Err(Wrong {
            code: code::DATABASE_URL_HAS_PASSWORD,
            cause: "the address holds a password, and everybody on this machine can read a command line".to_owned(),
            fix: "take the password out, change it, and put the new one into a file of mode 0600: --database-password-file FILE".to_owned(),
            secret: true,
        });
    }
    if authority.is_empty() && !parameters.contains("host=") { Err(form()) } else { Ok(()) }
}

fn boolean(value: &str) -> Result<(), Wrong> {
    match value {
        "true" | "false" => Ok(()),
        _ => Err(Wrong::value(format!("{value:?} is neither true nor false"), "write true or false, without quotation marks")),
    }
}

fn log(value: &str) -> Result<(), Wrong> {
    // The parser would take a mistyped level for the name of a part.
    let levels = value.split(',').map(|directive| directive.rsplit('=').next().unwrap_or(directive).trim());
    let unknown = levels.into_iter().find(|level| !["off", "error", "warn", "info", "debug", "trace"].contains(level));
    match (unknown, value.parse::<tracing_subscriber::filter::Targets>()) {
        (None, Ok(_)) => Ok(()),
        (unknown, _) => {
            let fix = "write error, warn, info, debug or trace, also for one part only: info,provost_roles=debug";
            Err(Wrong::value(format!("{:?} is no level", unknown.unwrap_or(value)), fix))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_follow_their_own_rules() {
        for key in KEYS {
            assert_eq!(key.default.map_or(Ok(()), key.check), Ok(()), "{}", key.name);
        }
    }

    #[test]
    fn name_servers_are_addresses_with_or_without_a_port() {
        let addresses = name_server_addresses("192.0.2.53, 2001:db8::53,[2001:db8::54]:5353").expect("addresses");
        assert_eq!(addresses.iter().map(SocketAddr::port).collect::<Vec<_>>(), [53, 53, 5353]);
        for wrong in ["", "dns1.corp.example.test", "192.0.2.53,", "192.0.2.53:99999"] {
            assert!(name_servers(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_never_shown() {
        for address in ["postgres://ada:hunter2@db/site", "postgresql://db/site?user=ada&password=hunter2", "mysql://ada:hunter2@db"] {
            let wrong = database(address).expect_err("refused");
            assert!(wrong.secret && !format!("{wrong:?}").contains("hunter2"), "{wrong:?}");
        }
        assert_eq!(database("postgres://ada@db:5433/site"), Ok(()));
        assert_eq!(database("postgres://ada@[::1]:5433/site"), Ok(()));
        assert_eq!(database("postgres:///site?host=/run/postgresql"), Ok(()));
    }
}
