//! Where a PostgreSQL database is and how its set-up login proves itself.

use super::SCHEMA;
use crate::database::error::StoreError;
use crate::database::location::LocationError;
use crate::keys::Secret;
use ::postgres::Config;
use ::postgres::config::Host;
use std::fmt;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// A PostgreSQL database, without any password.
#[derive(Clone)]
pub(in crate::database) struct Address {
    base: Config,
}

/// Largest password file, in bytes.
const PASS_FILE_BYTES_MAX: u64 = 64 * 1024;

impl Address {
    /// Reads `postgres://login@host:port/database`.
    pub(in crate::database) fn parse(url: &str) -> Result<Self, LocationError> {
        let malformed = |why: &str| Err(LocationError::Malformed(why.to_owned()));
        let base: Config = url.parse().map_err(|e: ::postgres::Error| LocationError::Malformed(whole(&e)))?;
        if base.get_password().is_some() {
            return Err(LocationError::UrlHasPassword);
        }
        if base.get_dbname().is_none_or(str::is_empty) {
            return malformed("it names no database");
        }
        if base.get_user().is_none_or(str::is_empty) {
            return malformed("it names no login");
        }
        if base.get_hosts().is_empty() && base.get_hostaddrs().is_empty() {
            return malformed("it names no host");
        }
        Ok(Self { base })
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
    pub(super) fn config(&self, login: &str, password: Option<&Secret>) -> Config {
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

    /// The set-up login's password from its file.
    pub(super) fn owner_password(&self, pass_file: &Path) -> Result<Secret, StoreError> {
        let attempt = || format!("reading the password file {}", pass_file.display());
        let failed = |e: std::io::Error| StoreError::unavailable(attempt(), e.to_string());
        let file = std::fs::File::open(pass_file).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.mode() & 0o077 != 0 {
            let cause = format!("others may read it; chmod 600 {}", pass_file.display());
            return Err(StoreError::denied(attempt(), cause));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(PASS_FILE_BYTES_MAX)).unwrap_or(0) + 1);
        file.take(PASS_FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        let content = Secret::new(bytes);
        let text = content.expose_text().ok_or_else(|| StoreError::denied(attempt(), "it is not text in UTF-8"))?;
        self.find_password(text).ok_or_else(|| StoreError::denied(attempt(), format!("it has no line for {self}")).seen_by(self.owner()))
    }

    /// The password in a file's text: of the first matching line when lines have PostgreSQL's form, else the first line.
    fn find_password(&self, text: &str) -> Option<Secret> {
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let mut has_form = false;
        for line in &lines {
            let [host, port, database, user, password] = fields(line)?.try_into().unwrap_or_default();
            if password.is_empty() || !(port == "*" || port.bytes().all(|b| b.is_ascii_digit()) && !port.is_empty()) {
                continue;
            }
            has_form = true;
            let matches = |pattern: &str, value: &str| pattern == "*" || pattern == value;
            if self.hosts().iter().any(|h| matches(&host, h))
                && self.ports().iter().any(|p| matches(&port, p))
                && matches(&database, self.database())
                && matches(&user, self.owner())
            {
                return Some(Secret::new(password.into_bytes()));
            }
        }
        if has_form { None } else { lines.first().map(|line| Secret::new(line.as_bytes().to_vec())) }
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

/// Splits a line of PostgreSQL's password file; `\` takes the next character as it is.
fn fields(line: &str) -> Option<Vec<String>> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => fields.last_mut()?.push(characters.next().unwrap_or('\\')),
            ':' if fields.len() < 5 => fields.push(String::new()),
            c => fields.last_mut()?.push(c),
        }
    }
    Some(fields)
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

    fn found(address: &str, file: &str) -> Option<String> {
        let password = Address::parse(address).expect("an address").find_password(file)?;
        password.expose_text().map(str::to_owned)
    }

    #[test]
    fn a_file_of_one_line_is_the_password() {
        assert_eq!(found("postgres://setup@db/site", "se:cret\n").as_deref(), Some("se:cret"));
        assert_eq!(found("postgres://setup@db/site", ""), None);
    }

    #[test]
    fn lines_of_postgresql_are_matched() {
        let file = "# ours\ndb:5433:site:setup:wrong-port\n*:5432:site:other:wrong-user\ndb:*:*:setup:a\\:b:c\n";
        assert_eq!(found("postgres://setup@db/site", file).as_deref(), Some("a:b:c"));
        assert_eq!(found("postgres://setup@elsewhere/site", file), None);
        assert_eq!(found("postgres://setup@%2Frun%2Fpg/site", "localhost:5432:site:setup:x").as_deref(), Some("x"));
    }

    #[test]
    fn addresses_without_a_part_and_with_a_password_are_refused() {
        assert_eq!(Address::parse("postgres://setup:secret@db/site").err(), Some(LocationError::UrlHasPassword));
        assert_eq!(Address::parse("postgres://setup@db/site?password=secret").err(), Some(LocationError::UrlHasPassword));
        for malformed in ["postgres://setup@db", "postgres://db/site", "postgres:///site", "mysql://a@b/c", ""] {
            assert!(matches!(Address::parse(malformed), Err(LocationError::Malformed(_))), "{malformed}");
        }
    }
}
