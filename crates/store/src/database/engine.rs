//! The database: where it is, whose it is, and how to connect.

use super::connection::{Connection, Link};
use super::error::StoreError;
use super::location::Location;
use super::pool::Pool;
use super::postgresql::{self, Address, Postgresql};
use super::sqlite::{self, Sqlite, Turn};
use crate::keys::KeyFolder;
use crate::schema;
use provost_catalog::database::Principal;
use provost_domain::{SiteCode, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;

/// The site database. A clone is the same database.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    place: Place,
    keys: KeyFolder,
    site: SiteCode,
    engine: String,
}

enum Place {
    Sqlite { path: PathBuf, turn: Turn },
    Postgresql(Box<Address>),
}

impl Database {
    /// Connects as owner, brings schema, principals and grants to what the catalog says, and disconnects. Creates what
    /// is missing; a second start changes nothing.
    ///
    /// # Errors
    /// As [`StoreError`] tells; [`StoreError::SchemaTooNew`] and [`StoreError::NotThisSite`] when the database is left alone.
    pub fn open(location: &Location, keys: &KeyFolder, site: SiteCode, site_name: &str, now: Timestamp) -> Result<Database, StoreError> {
        let (place, engine) = match location {
            Location::Sqlite(path) => {
                let engine = sqlite::prepare(path, site, site_name, now)?;
                (Place::Sqlite { path: path.clone(), turn: Turn::default() }, engine)
            }
            Location::Postgres { url, pass_file } => {
                let address = Address::parse(url).map_err(|e| StoreError::denied("reading the database's address", e.to_string()))?;
                let engine = postgresql::prepare(&address, pass_file.as_deref(), keys, site, site_name, now)?;
                (Place::Postgresql(Box::new(address)), engine)
            }
        };
        let engine = format!("{engine}, schema {}", schema::VERSION);
        Ok(Database(Arc::new(Inner { place, keys: keys.clone(), site, engine })))
    }

    /// A connection as `principal`.
    ///
    /// # Errors
    /// When the database cannot be reached or does not let the principal in.
    pub fn connect(&self, principal: Principal) -> Result<Connection, StoreError> {
        Connection::new(self.clone(), principal)
    }

    /// At most `size` connections as `principal`, shared by whoever holds a clone of the pool. The first one is made now,
    /// the others when they are needed.
    ///
    /// # Errors
    /// As [`Database::connect`].
    pub fn pool(&self, principal: Principal, size: usize) -> Result<Pool, StoreError> {
        Pool::new(self.clone(), principal, size)
    }

    /// Engine, its version and the schema's version, such as `SQLite 3.50.2, schema 2`.
    #[must_use]
    pub fn engine(&self) -> String {
        self.0.engine.clone()
    }

    /// The site whose database this is.
    #[must_use]
    pub fn site(&self) -> SiteCode {
        self.0.site
    }

    pub(super) fn link(&self, principal: Principal) -> Result<Link, StoreError> {
        let link = match &self.0.place {
            Place::Sqlite { path, turn } => Sqlite::connect(path, principal, self.0.site, turn).map(|s| Link::Sqlite(Box::new(s))),
            Place::Postgresql(address) => Postgresql::connect(address, self.0.site, principal, &self.0.keys).map(|p| Link::Postgresql(Box::new(p))),
        };
        link.map_err(|e| e.seen_by(principal.definition().name))
    }
}
