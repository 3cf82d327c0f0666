//! The set-up login's password, from a file.

use super::Address;
use crate::database::error::StoreError;
use crate::keys::Secret;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Largest password file, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

impl Address {
    /// The set-up login's password from its file.
    pub(in crate::database::postgresql) fn owner_password(&self, pass_file: &Path) -> Result<Secret, StoreError> {
        let attempt = || format!("reading the password file {}", pass_file.display());
        let failed = |e: std::io::Error| StoreError::unavailable(attempt(), e.to_string());
        let file = std::fs::File::open(pass_file).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.mode() & 0o077 != 0 {
            let cause = format!("others may read it; chmod 600 {}", pass_file.display());
            return Err(StoreError::denied(attempt(), cause));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(FILE_BYTES_MAX)).unwrap_or(0) + 1);
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str, file: &str) -> Option<String> {
        let password = Address::parse(address).expect("an address").find_password(file)?;
        password.expose_text().map(str::to_owned)
    }

    #[test]
    fn a_file_of_one_line_is_the_password() {
        assert_eq!(found("postgres://setup@db/site?sslmode=disable", "se:cret\n").as_deref(), Some("se:cret"));
        assert_eq!(found("postgres://setup@db/site?sslmode=disable", ""), None);
    }

    #[test]
    fn lines_of_postgresql_are_matched() {
        let file = "# ours\ndb:5433:site:setup:wrong-port\n*:5432:site:other:wrong-user\ndb:*:*:setup:a\\:b:c\n";
        assert_eq!(found("postgres://setup@db/site?sslmode=disable", file).as_deref(), Some("a:b:c"));
        assert_eq!(found("postgres://setup@elsewhere/site?sslmode=disable", file), None);
        assert_eq!(found("postgres://setup@%2Frun%2Fpg/site", "localhost:5432:site:setup:x").as_deref(), Some("x"));
    }
}
