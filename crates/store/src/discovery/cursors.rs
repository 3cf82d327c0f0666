//! How far a location was read at each domain controller: update sequence numbers mean something only there, and only
//! while its database is the same (MS-ADTS §3.1.1.1.9 `invocationId`).

use crate::database::{StoreError, Tx};
use provost_domain::Timestamp;

/// How far one domain controller was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The domain controller's database.
    pub invocation_id: String,
    /// Its name in DNS.
    pub domain_controller: String,
    /// Changes up to this number are known.
    pub usn: i64,
    /// When it was read.
    pub read_at: Timestamp,
}

/// How far `invocation_id` was read for a location; none when it never was.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn find(tx: &mut Tx<'_>, location_id: i64, invocation_id: &str) -> Result<Option<Cursor>, StoreError> {
    let sql = "SELECT invocation_id, domain_controller, usn, read_at FROM discovery_cursor WHERE location_id = $1 AND invocation_id = $2";
    let row = tx.query_optional(sql, &[location_id.into(), invocation_id.into()])?;
    row.map(|row| {
        Ok(Cursor { invocation_id: row.text(0)?.to_owned(), domain_controller: row.text(1)?.to_owned(), usn: row.integer(2)?, read_at: row.timestamp(3)? })
    })
    .transpose()
}

/// Keeps how far a domain controller was read: only once everything until there is on disk in the inbox.
///
/// # Errors
/// As [`find`].
pub fn put(tx: &mut Tx<'_>, location_id: i64, cursor: &Cursor) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO discovery_cursor (location_id, invocation_id, domain_controller, usn, read_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (location_id, invocation_id) DO UPDATE SET domain_controller = excluded.domain_controller, usn = excluded.usn, read_at = excluded.read_at",
        &[location_id.into(), (&cursor.invocation_id).into(), (&cursor.domain_controller).into(), cursor.usn.into(), cursor.read_at.into()],
    )?;
    Ok(())
}

/// Forgets how far anything was read, so that each next run reads everything: after settings changed what is read.
///
/// # Errors
/// As [`find`].
pub fn forget(tx: &mut Tx<'_>, location_id: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM discovery_cursor WHERE location_id = $1", &[location_id.into()])?;
    Ok(())
}
