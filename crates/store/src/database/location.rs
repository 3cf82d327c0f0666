//! Where the site database is.

use super::postgresql::Address;
use provost_catalog::rules::code;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the site database is. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file of this machine.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres {
        /// `postgres://login@host:port/database`, without a password.
        url: String,
        /// File with the set-up login's password.
        pass_file: Option<PathBuf>,
    },
}

/// Why a text names no database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocationError {
    /// A password in the address would end up in process lists, shell histories and logs.
    UrlHasPassword,
    /// Not an address of PostgreSQL's.
    Malformed(String),
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UrlHasPassword => f.write_str("a database address must not contain a password; put it into a file of mode 0600 and name that file"),
            Self::Malformed(why) => write!(f, "not an address such as postgres://login@host:5432/database: {why}"),
        }
    }
}

impl std::error::Error for LocationError {}

impl LocationError {
    /// Number of the rule that explains it.
    #[must_use]
    pub const fn rule(&self) -> u16 {
        match self {
            Self::UrlHasPassword => code::DATABASE_URL_HAS_PASSWORD,
            Self::Malformed(_) => code::CONFIG_WRONG_VALUE,
        }
    }
}

impl Location {
    /// A PostgreSQL database by its address; the set-up login's password, when it has one, is the first line of
    /// `pass_file` or the matching line when that has PostgreSQL's own form `host:port:database:user:password`.
    ///
    /// # Errors
    /// When the address contains a password or is none.
    pub fn postgres(url: &str, pass_file: Option<&Path>) -> Result<Location, LocationError> {
        Address::parse(url)?;
        Ok(Location::Postgres { url: url.to_owned(), pass_file: pass_file.map(Path::to_path_buf) })
    }
}
