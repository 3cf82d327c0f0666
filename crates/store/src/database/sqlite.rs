//! SQLite: a file of this machine, in write-ahead mode, every commit synced.

mod authorizer;
mod failure;
mod file;
mod log;
mod owner;
mod transaction;
mod transfer;
mod turn;

use super::error::StoreError;
use authorizer::Denial;
use failure::classified;
use file::Identity;
use provost_catalog::database::Principal;
use provost_domain::SiteCode;
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(super) use owner::prepare;
pub(super) use transaction::Open;
pub(super) use transfer::{export, import};
pub(super) use turn::Turn;

/// How long a transaction waits for another process that holds the database.
const BUSY: Duration = Duration::from_secs(5);

/// Most prepared statements that a connection keeps.
const STATEMENTS_MAX: usize = 512;

/// Which parameter each of a statement's variables is, counted from 0.
type Order = Arc<[usize]>;

/// A connection as one principal.
pub(super) struct Sqlite {
    connection: rusqlite::Connection,
    path: PathBuf,
    identity: Identity,
    turn: Turn,
    denial: Denial,
    /// Statements whose text was looked at: see [`transaction::check_text`]. With the order of their parameters, once they were
    /// bound.
    checked: RefCell<HashMap<Box<str>, Option<Order>>>,
}

impl Sqlite {
    /// Opens the file, which must be there, and ties the connection to what `principal` may do.
    pub(super) fn connect(path: &Path, principal: Principal, site: SiteCode, turn: &Turn) -> Result<Self, StoreError> {
        let identity = Identity::of(path)?;
        let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Somebody may have put another file there since the start.
        owner::check(&connection, path, site)?;
        let denial = authorizer::restrict(&mut connection, principal).map_err(|e| classified("restricting the connection", path, &e))?;
        Ok(Self { connection, path: path.to_path_buf(), identity, turn: turn.clone(), denial, checked: RefCell::default() })
    }

    /// Begins a transaction. Fails when the file is not the one that was opened: SQLite would go on writing into a file
    /// that has no name any more, and what was acknowledged would be gone with it.
    pub(super) fn begin(&mut self, writes: bool) -> Result<Open<'_>, StoreError> {
        Open::begin(self, writes)
    }

    /// Whether the file under the path is another one by now, so that only a new connection helps.
    pub(super) fn is_stale(&self) -> bool {
        Identity::of(&self.path).is_ok_and(|now| now != self.identity)
    }
}

/// Opens the file with everything that holds for all connections, and no restriction yet.
fn open(path: &Path, mode: OpenFlags) -> Result<rusqlite::Connection, StoreError> {
    let failed = |e: rusqlite::Error| classified("opening the database file", path, &e);
    let connection = configured(path, mode).map_err(failed)?;
    // The file says itself whether it has a write-ahead log; a copy that was made as a backup has none.
    let log: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed)?;
    if log != "wal" {
        return Err(StoreError::unavailable("choosing the write-ahead log", format!("{} stays in mode {log}", path.display())));
    }
    Ok(connection)
}

fn configured(path: &Path, mode: OpenFlags) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // "name" is a name and nothing else, as in PostgreSQL.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // FULL syncs the log at each commit: what a transaction returns from is on disk. The log is copied into the database when
    // a loader has nothing to do, and by a commit once it is large all the same: the loaders write much at a time, and what one
    // writes into the pages of an index is spread over most of them, so that a page that is copied less often is copied for more
    // rows.
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;
         PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {}; PRAGMA case_sensitive_like = ON;",
        log::PAGES_MAX,
        log::BYTES_KEPT,
    ))?;
    Ok(connection)
}
