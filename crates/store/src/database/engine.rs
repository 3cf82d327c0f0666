//! The database: where it is, whose it is, and how to connect.

use super::connection::{Connection, Link};
use super::error::StoreError;
use super::location::Location;
use super::login::{Login, LoginRights};
use super::pool::Pool;
use super::postgresql::{self, Address, Postgresql};
use super::sqlite::{self, Sqlite, Turn};
use super::transfer::{Give, Take};
use crate::keys::{KeyFolder, Secret};
use crate::schema;
use crate::vault::SecretId;
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
    Postgresql { address: Box<Address>, pass_file: Option<PathBuf> },
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
                let address = parsed(url)?;
                let engine = postgresql::prepare(&address, pass_file.as_deref(), keys, site, site_name, now)?;
                (Place::Postgresql { address: Box::new(address), pass_file: pass_file.clone() }, engine)
            }
        };
        let engine = format!("{engine}, schema {}", schema::VERSION);
        Ok(Database(Arc::new(Inner { place, keys: keys.clone(), site, engine })))
    }

    /// The database of a site that is there already, as it is: nothing is made, looked at or mended. For what is still to be
    /// entered when the site runs no more.
    ///
    /// # Errors
    /// When its address is none.
    pub fn standing(location: &Location, keys: &KeyFolder, site: SiteCode) -> Result<Database, StoreError> {
        let place = match location {
            Location::Sqlite(path) => Place::Sqlite { path: path.clone(), turn: Turn::default() },
            Location::Postgres { url, pass_file } => Place::Postgresql { address: Box::new(parsed(url)?), pass_file: pass_file.clone() },
        };
        Ok(Database(Arc::new(Inner { place, keys: keys.clone(), site, engine: String::new() })))
    }

    /// Whether nothing was ever kept there: no file, or no entry in any ledger. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) fn is_unused(location: &Location) -> Result<bool, StoreError> {
        match location {
            Location::Sqlite(path) => Ok(!path.exists()),
            Location::Postgres { url, pass_file } => postgresql::transfer::is_unused(&parsed(url)?, pass_file.as_deref()),
        }
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

    /// Whether the engine has logins that accounts can be bound to. The embedded one has none: its authorizer holds each
    /// principal to the same rights.
    #[must_use]
    pub fn has_logins(&self) -> bool {
        matches!(self.0.place, Place::Postgresql { .. })
    }

    /// Makes or adopts the real login of a bound account: it may sign in with this password, and do what `principal` may
    /// and nothing else. A login that already has this version of the password is left as it is, whatever has become of
    /// its rights: that is for [`Database::login_rights`] to see, not to mend in silence. Gives whether anything was done.
    ///
    /// # Errors
    /// When the set-up login may not, or the name is somebody else's.
    pub fn make_login(&self, principal: Principal, login: &Login<'_>) -> Result<bool, StoreError> {
        let (address, pass_file) = self.with_logins()?;
        postgresql::accounts::make(address, pass_file, self.0.site, principal, login)
    }

    /// Takes away the logins of accounts whose secret is none of `kept`: those that were made here are dropped, those that
    /// were adopted lose every right and are left without a password. Gives their names.
    ///
    /// # Errors
    /// When the set-up login may not.
    pub fn drop_logins_but(&self, kept: &[SecretId]) -> Result<Vec<String>, StoreError> {
        let (address, pass_file) = self.with_logins()?;
        postgresql::accounts::drop_but(address, pass_file, self.0.site, kept)
    }

    /// Compares everything that a login may do with what `principal` may: the full grid of tables and routines, attributes
    /// of the login, and roles it is a member of (security.md RC-Q01 to RC-Q04).
    ///
    /// # Errors
    /// When the set-up login cannot look: then nothing is known.
    pub fn login_rights(&self, principal: Principal, login: &str) -> Result<LoginRights, StoreError> {
        let (address, pass_file) = self.with_logins()?;
        postgresql::accounts::rights(address, pass_file, principal, login)
    }

    /// A connection as the login of an account. It does not connect again by itself: who wants another one says so.
    ///
    /// # Errors
    /// [`StoreError::Denied`] when the server does not let it in.
    pub fn connect_as(&self, principal: Principal, login: &str, password: &Secret) -> Result<Connection, StoreError> {
        let (address, _) = self.with_logins()?;
        let link = Postgresql::connect_as(address, login, password).map_err(|e| e.seen_by(login))?;
        Ok(Connection::once(principal, Link::Postgresql(Box::new(link))))
    }

    /// Hands everything that the database holds at one time to `give`, as its owner. Others write meanwhile.
    pub(crate) fn export(&self, give: Give<'_>) -> Result<(), StoreError> {
        match &self.0.place {
            Place::Sqlite { path, .. } => sqlite::export(path, self.0.site, give),
            Place::Postgresql { address, pass_file } => postgresql::transfer::export(address, pass_file.as_deref(), give),
        }
    }

    /// Puts everything that `take` gives in the place of what a new database holds, as its owner; whole or not at all.
    /// Gives how many rows.
    pub(crate) fn import(&self, take: Take<'_>) -> Result<u64, StoreError> {
        match &self.0.place {
            Place::Sqlite { path, .. } => sqlite::import(path, self.0.site, take),
            Place::Postgresql { address, pass_file } => postgresql::transfer::import(address, pass_file.as_deref(), take),
        }
    }

    fn with_logins(&self) -> Result<(&Address, Option<&std::path::Path>), StoreError> {
        match &self.0.place {
            Place::Postgresql { address, pass_file } => Ok((address, pass_file.as_deref())),
            Place::Sqlite { .. } => Err(StoreError::denied("working with logins", "the embedded database has none")),
        }
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
            Place::Postgresql { address, .. } => Postgresql::connect(address, self.0.site, principal, &self.0.keys).map(|p| Link::Postgresql(Box::new(p))),
        };
        link.map_err(|e| e.seen_by(principal.definition().name))
    }
}

pub(super) fn parsed(url: &str) -> Result<Address, StoreError> {
    Address::parse(url).map_err(|e| StoreError::denied("reading the database's address", e.to_string()))
}
