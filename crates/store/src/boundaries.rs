//! Boundaries.

use crate::database::{Row, StoreError, Tx};
use provost_domain::Timestamp;
use provost_domain::boundary::{Boundary, BoundaryKind};

/// A boundary that somebody added, or that forest discovery made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub boundary_id: i64,
    /// What it is.
    pub boundary: Boundary,
    /// What it is called by people; of one that discovery made, where in which forest it is.
    pub description: String,
    /// Who added it; a component's id when discovery made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "boundary_id, kind, value, description, created_by, created_at";

fn stored(row: &Row) -> Result<Stored, StoreError> {
    let corrupt = |what: String| StoreError::corrupt("reading a boundary", what);
    let (kind, value) = (row.text(1)?, row.text(2)?);
    let kind = BoundaryKind::from_id(kind).ok_or_else(|| corrupt(format!("no boundary is {kind:?}")))?;
    Ok(Stored {
        boundary_id: row.integer(0)?,
        boundary: Boundary::new(kind, value).map_err(|e| corrupt(e.to_string()))?,
        description: row.text(3)?.to_owned(),
        created_by: row.text(4)?.to_owned(),
        created_at: row.timestamp(5)?,
    })
}

/// Every boundary, by kind and value.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Stored>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM boundary ORDER BY kind, value"), &[])?.iter().map(stored).collect()
}

/// The boundary with this number.
///
/// # Errors
/// As [`list`].
pub fn find(tx: &mut Tx<'_>, boundary_id: i64) -> Result<Option<Stored>, StoreError> {
    let row = tx.query_optional(&format!("SELECT {COLUMNS} FROM boundary WHERE boundary_id = $1"), &[boundary_id.into()])?;
    row.as_ref().map(stored).transpose()
}

/// Adds a boundary; none when there is such a one already.
///
/// # Errors
/// As [`list`].
pub fn add(tx: &mut Tx<'_>, boundary: &Boundary, description: &str, by: &str, at: Timestamp) -> Result<Option<i64>, StoreError> {
    let rows = tx.query(
        "INSERT INTO boundary (kind, value, description, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, value) DO NOTHING RETURNING boundary_id",
        &[boundary.kind().id().into(), boundary.value().into(), description.into(), by.into(), at.into()],
    )?;
    rows.first().map(|row| row.integer(0)).transpose()
}

/// Removes a boundary; tells whether it was there.
///
/// # Errors
/// As [`list`].
pub fn remove(tx: &mut Tx<'_>, boundary_id: i64) -> Result<bool, StoreError> {
    Ok(tx.execute("DELETE FROM boundary WHERE boundary_id = $1", &[boundary_id.into()])? > 0)
}
