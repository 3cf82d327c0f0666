//! A connection as one principal.

use super::engine::Database;
use super::error::StoreError;
use super::postgresql::Postgresql;
use super::sqlite::Sqlite;
use super::transaction::{Engine, Tx};
use provost_catalog::database::Principal;

/// How often one call begins at most: lost connections, deadlocks.
const ATTEMPTS_MAX: u32 = 5;

/// A connection as one principal. Blocks; connects again by itself after a loss.
pub struct Connection {
    /// Where a new link comes from; none for a connection as an account, which only the broker opens.
    database: Option<Database>,
    principal: Principal,
    link: Option<Link>,
}

/// What is behind a connection.
pub(super) enum Link {
    Sqlite(Box<Sqlite>),
    Postgresql(Box<Postgresql>),
}

/// Why a transaction came to nothing.
enum Failure {
    /// Nothing of it was kept: it may run again.
    NotKept(StoreError),
    /// The commit did not answer, or answered with an error.
    AtCommit(StoreError),
}

impl Link {
    /// One transaction, whole.
    fn transact<T>(&mut self, writes: bool, f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, Failure> {
        let mut tx = self.begin(writes).map_err(Failure::NotKept)?;
        let value = f(&mut tx).map_err(Failure::NotKept)?;
        tx.commit().map(|()| value).map_err(Failure::AtCommit)
    }

    fn begin(&mut self, writes: bool) -> Result<Tx<'_>, StoreError> {
        Ok(Tx::new(match self {
            Link::Sqlite(sqlite) => Engine::Sqlite(sqlite.begin(writes)?),
            Link::Postgresql(postgresql) => Engine::Postgresql(postgresql.begin(writes)?),
        }))
    }

    /// Whether only a new connection helps.
    fn is_broken(&self) -> bool {
        match self {
            Link::Sqlite(sqlite) => sqlite.is_stale(),
            Link::Postgresql(postgresql) => postgresql.is_lost(),
        }
    }

    /// Whether the engine wants the last transaction to run again.
    const fn asks_again(&self) -> bool {
        match self {
            Link::Sqlite(_) => false,
            Link::Postgresql(postgresql) => postgresql.asks_again(),
        }
    }
}

impl Connection {
    pub(super) fn new(database: Database, principal: Principal) -> Result<Self, StoreError> {
        let link = database.link(principal)?;
        Ok(Self { database: Some(database), principal, link: Some(link) })
    }

    /// A connection that is not made again when it is lost.
    pub(super) const fn once(principal: Principal, link: Link) -> Self {
        Self { database: None, principal, link: Some(link) }
    }

    /// Runs `f` in a transaction that only reads, on one state of the database. `f` runs again when the connection was
    /// lost meanwhile.
    ///
    /// # Errors
    /// What `f` returns, or why the transaction could not be.
    pub fn read<T>(&mut self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.run(false, f)
    }

    /// Runs `f` in a transaction and makes it durable: when this returns `Ok`, what `f` did is on disk. When `f` returns
    /// an error, nothing of it is kept. `f` runs again when nothing of it was kept because the connection was lost or
    /// because two transactions waited for each other.
    ///
    /// # Errors
    /// What `f` returns, or why the transaction could not be.
    pub fn write<T>(&mut self, f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.run(true, f)
    }

    /// Uses a pause for what would otherwise keep a commit waiting: a loader calls it when it has nothing to load. PostgreSQL
    /// does such things by itself.
    ///
    /// # Errors
    /// When the database's file cannot be written; nothing is lost then.
    pub fn rest(&mut self) -> Result<(), StoreError> {
        match &self.link {
            Some(Link::Sqlite(sqlite)) => sqlite.rest().map_err(|error| error.seen_by(self.principal.definition().name)),
            Some(Link::Postgresql(_)) | None => Ok(()),
        }
    }

    /// Uses a pause to make room for much that is to be written soon: who loads it does not wait for the file to grow. Does
    /// nothing where there is room, or where the disk has little of it. PostgreSQL keeps its log's files by itself.
    ///
    /// # Errors
    /// When the database's file cannot be written; nothing is lost then, and nothing hangs on it.
    pub fn make_room(&mut self) -> Result<(), StoreError> {
        match &mut self.link {
            Some(Link::Sqlite(sqlite)) => sqlite.make_room().map_err(|error| error.seen_by(self.principal.definition().name)),
            Some(Link::Postgresql(_)) | None => Ok(()),
        }
    }

    fn run<T>(&mut self, writes: bool, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let name = self.principal.definition().name;
        let mut reconnected = false;
        for attempt in 1.. {
            if self.link.as_ref().is_none_or(Link::is_broken) {
                self.link = None;
                let lost = || StoreError::unavailable("going on", "the connection was lost").seen_by(name);
                self.link = Some(self.database.as_ref().ok_or_else(lost)?.link(self.principal)?);
            }
            let Some(link) = &mut self.link else { continue };
            let error = match link.transact(writes, &mut f) {
                Ok(value) => return Ok(value),
                Err(Failure::AtCommit(error)) => return Err(error.seen_by(name)),
                Err(Failure::NotKept(error)) => error,
            };
            let lost = link.is_broken() && !std::mem::replace(&mut reconnected, true);
            if attempt >= ATTEMPTS_MAX || !(lost || link.asks_again()) {
                return Err(error.seen_by(name));
            }
        }
        Err(StoreError::statement("running a transaction", "it ended without an outcome"))
    }
}
