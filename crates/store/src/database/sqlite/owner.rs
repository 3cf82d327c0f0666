//! What the owner of the file does at a start: make the file and its tables. The connection is closed afterwards.

use super::{classified, open};
use crate::database::error::StoreError;
use crate::schema::{self, Dialect};
use provost_domain::{SiteCode, Timestamp};
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Brings the file to the schema of this program. Gives the engine's name and version.
pub(in crate::database) fn prepare(path: &Path, site: SiteCode, site_name: &str, now: Timestamp) -> Result<String, StoreError> {
    make_file(path).map_err(|e| StoreError::unavailable(format!("making the database file {}", path.display()), e.to_string()))?;
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let failed = |attempt: &'static str| move |e: rusqlite::Error| classified(attempt, path, &e).seen_by("owner");
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed("locking the schema"))?;
    match check(&transaction, path, site)? {
        None => create(&transaction, site, site_name, now).map_err(failed("making the tables"))?,
        Some(found) if found < schema::VERSION => upgrade(&transaction, found, now).map_err(failed("bringing the tables to this version"))?,
        Some(_) => {}
    }
    transaction.commit().map_err(failed("keeping the tables"))?;
    Ok(format!("SQLite {}", rusqlite::version()))
}

/// The schema's version of the file, which holds this site; none when it is empty.
pub(super) fn check(connection: &Connection, path: &Path, site: SiteCode) -> Result<Option<i64>, StoreError> {
    let failed = |e: rusqlite::Error| classified("reading the schema's version", path, &e);
    match version(connection).map_err(failed)? {
        Found::Nothing => Ok(None),
        Found::Foreign => Err(StoreError::NotThisSite { found: "another program".to_owned(), wanted: site.to_string() }),
        Found::Version(found) if found > schema::VERSION => Err(StoreError::SchemaTooNew { found, known: schema::VERSION }),
        Found::Version(found) => {
            let code: String = connection.query_row("SELECT code FROM site", [], |row| row.get(0)).map_err(failed)?;
            if code == site.as_str() { Ok(Some(found)) } else { Err(StoreError::NotThisSite { found: format!("site {code}"), wanted: site.to_string() }) }
        }
    }
}

enum Found {
    Nothing,
    Foreign,
    Version(i64),
}

fn version(connection: &Connection) -> rusqlite::Result<Found> {
    let count = |sql: &str| connection.query_row(sql, [schema::VERSION_TABLE], |row| row.get::<_, i64>(0));
    if count("SELECT count(*) FROM sqlite_schema WHERE name = ?1")? > 0 {
        return connection.query_row("SELECT max(version) FROM schema_version", [], |row| row.get(0)).map(Found::Version);
    }
    let others = count("SELECT count(*) FROM sqlite_schema WHERE name <> ?1")?;
    Ok(if others == 0 { Found::Nothing } else { Found::Foreign })
}

/// Adds what the versions after `found` added, in the transaction that looks: whole or not at all.
fn upgrade(connection: &Connection, found: i64, now: Timestamp) -> rusqlite::Result<()> {
    for step in schema::steps(found, Dialect::Sqlite) {
        connection.execute_batch(&step)?;
    }
    tell_version(connection, now)
}

fn tell_version(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT INTO schema_version (version, applied_at, program) VALUES (?1, ?2, ?3)",
            params![schema::VERSION, now.as_micros(), env!("CARGO_PKG_VERSION")],
        )
        .map(drop)
}

fn create(connection: &Connection, site: SiteCode, site_name: &str, now: Timestamp) -> rusqlite::Result<()> {
    for table in schema::tables() {
        for statement in schema::statements(&table, Dialect::Sqlite) {
            connection.execute_batch(&statement)?;
        }
    }
    tell_version(connection, now)?;
    connection.execute("INSERT INTO site (code, name, created_at) VALUES (?1, ?2, ?3)", params![site.as_str(), site_name, now.as_micros()])?;
    for counter in schema::CHANGE_COUNTERS {
        connection.execute("INSERT INTO change_counter (name, value) VALUES (?1, 0)", [counter])?;
    }
    Ok(())
}

/// Makes an empty file that only its owner reads, and sees to it that its name is on disk; one that is there is closed to
/// others.
fn make_file(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => {
            file.sync_all()?;
            File::open(folder)?.sync_all()
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mode = std::fs::metadata(path)?.permissions().mode();
            if mode & 0o077 != 0 { std::fs::set_permissions(path, Permissions::from_mode(0o600)) } else { Ok(()) }
        }
        Err(error) => Err(error),
    }
}
