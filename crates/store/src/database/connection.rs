//! The database, and connections to it as one principal each.

use super::error::StoreError;
use super::location::Location;
use super::pool::Pool;
use super::transaction::Tx;
use crate::keys::KeyFolder;
use provost_catalog::database::Principal;
use provost_domain::{SiteCode, Timestamp};

/// The site database: where it is, whose it is, and how to connect.
#[derive(Clone)]
pub struct Database {
    site: SiteCode,
}

impl Database {
    /// Connects as owner, brings schema, principals and grants to what the catalog says, and disconnects. Creates what
    /// is missing; a second start changes nothing.
    ///
    /// # Errors
    /// As [`StoreError`] tells; [`StoreError::SchemaTooNew`] and [`StoreError::NotThisSite`] when the database is left alone.
    pub fn open(location: &Location, keys: &KeyFolder, site: SiteCode, site_name: &str, now: Timestamp) -> Result<Database, StoreError> {
        let _ = (location, keys, site_name, now, site);
        Err(StoreError::statement("opening", "no engine yet"))
    }

    /// A connection as `principal`.
    ///
    /// # Errors
    /// When the database cannot be reached or does not let the principal in.
    pub fn connect(&self, principal: Principal) -> Result<Connection, StoreError> {
        let _ = principal;
        Err(StoreError::statement("connecting", "no engine yet"))
    }

    /// At most `size` connections as `principal`, shared by whoever holds a clone of the pool.
    ///
    /// # Errors
    /// As [`Database::connect`].
    pub fn pool(&self, principal: Principal, size: usize) -> Result<Pool, StoreError> {
        let _ = (principal, size);
        Err(StoreError::statement("connecting", "no engine yet"))
    }

    /// Engine, its version and the schema's version, such as `SQLite 3.50.2, schema 1`.
    #[must_use]
    pub fn engine(&self) -> String {
        String::new()
    }

    /// The site whose database this is.
    #[must_use]
    pub const fn site(&self) -> SiteCode {
        self.site
    }
}

/// A connection as one principal. Blocks; connects again by itself after a loss.
pub struct Connection {}

impl Connection {
    /// Runs `f` in a transaction that only reads, on one state of the database. `f` may run again when the connection
    /// is lost before it gave anything.
    ///
    /// # Errors
    /// What `f` returns, or why the transaction could not be.
    pub fn read<T>(&mut self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _ = f;
        Err(StoreError::statement("reading", "no engine yet"))
    }

    /// Runs `f` in a transaction and makes it durable: when this returns `Ok`, what `f` did is on disk. When `f` returns
    /// an error, nothing of it is kept. `f` runs again when the engine asks for it (a deadlock).
    ///
    /// # Errors
    /// What `f` returns, or why the transaction could not be.
    pub fn write<T>(&mut self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let _ = f;
        Err(StoreError::statement("writing", "no engine yet"))
    }
}
