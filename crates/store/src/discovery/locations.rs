//! Where methods look.

use crate::database::{Row, StoreError, Tx};
use crate::lists::{texts_from_column, texts_to_column};
use provost_domain::Timestamp;
use provost_domain::discovery::{Location, Method};

/// A location that somebody added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub location_id: i64,
    /// Where, and how.
    pub location: Location,
    /// When it was added.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

const COLUMNS: &str = "location_id, method, path, recurse, look_inside_groups, group_names, hosts, ca_pem, created_at, created_by";

fn stored(row: &Row) -> Result<Stored, StoreError> {
    let corrupt = |what: String| StoreError::corrupt("reading a discovery location", what);
    let method = row.text(1)?;
    Ok(Stored {
        location_id: row.integer(0)?,
        location: Location {
            method: Method::from_id(method).ok_or_else(|| corrupt(format!("no method is called {method:?}")))?,
            path: row.parsed(2)?,
            recurse: row.boolean(3)?,
            look_inside_groups: row.boolean(4)?,
            groups: texts_from_column(row.text(5)?)?,
            hosts: texts_from_column(row.text(6)?)?,
            ca_pem: row.optional_text(7)?.map(str::to_owned),
        },
        created_at: row.timestamp(8)?,
        created_by: row.text(9)?.to_owned(),
    })
}

/// Every location, by method and path.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Stored>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM discovery_location ORDER BY method, path"), &[])?.iter().map(stored).collect()
}

/// Where one method looks.
///
/// # Errors
/// As [`list`].
pub fn of(tx: &mut Tx<'_>, method: Method) -> Result<Vec<Stored>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM discovery_location WHERE method = $1 ORDER BY path");
    tx.query(&sql, &[method.id().into()])?.iter().map(stored).collect()
}

/// The location with this number.
///
/// # Errors
/// As [`list`].
pub fn find(tx: &mut Tx<'_>, location_id: i64) -> Result<Option<Stored>, StoreError> {
    let row = tx.query_optional(&format!("SELECT {COLUMNS} FROM discovery_location WHERE location_id = $1"), &[location_id.into()])?;
    row.as_ref().map(stored).transpose()
}

/// Adds a location; none when the method looks there already.
///
/// # Errors
/// As [`list`].
pub fn add(tx: &mut Tx<'_>, location: &Location, by: &str, at: Timestamp) -> Result<Option<i64>, StoreError> {
    let (path, groups, hosts) = (location.path.to_string(), texts_to_column(&location.groups), texts_to_column(&location.hosts));
    let rows = tx.query(
        "INSERT INTO discovery_location (method, path, recurse, look_inside_groups, group_names, hosts, ca_pem, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (method, path) DO NOTHING RETURNING location_id",
        &[
            location.method.id().into(),
            (&path).into(),
            location.recurse.into(),
            location.look_inside_groups.into(),
            (&groups).into(),
            (&hosts).into(),
            location.ca_pem.as_deref().into(),
            at.into(),
            by.into(),
        ],
    )?;
    rows.first().map(|row| row.integer(0)).transpose()
}

/// Removes a location with how far it was read; tells whether it was there. What was found in it stays.
///
/// # Errors
/// As [`list`].
pub fn remove(tx: &mut Tx<'_>, location_id: i64) -> Result<bool, StoreError> {
    tx.execute("DELETE FROM discovery_cursor WHERE location_id = $1", &[location_id.into()])?;
    Ok(tx.execute("DELETE FROM discovery_location WHERE location_id = $1", &[location_id.into()])? > 0)
}
