//! Hardware inventory as rows: one table for each class, and each distinct software product once.
//!
//! Loading is written for many reports in one transaction: what leaves and what comes is collected over all of them,
//! and then goes to the database in a few statements, sorted as the tables keep it.

mod load;
mod prepared;
mod products;
mod software;
mod tables;

pub use load::{Load, load};
pub use prepared::Prepared;
pub use products::Products;

use crate::database::{Param, StoreError, Tx};
use crate::lists::select_each;
use provost_domain::{Digest, ResourceId, SmsId, Timestamp};
use std::collections::HashMap;

/// Which inventory the site has of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The client that sent it.
    pub smsid: SmsId,
    /// Digest of the whole inventory.
    pub digest: Digest,
    /// When the machine was read, by its own clock.
    pub collected_at: Timestamp,
    /// When the last report was loaded.
    pub loaded_at: Timestamp,
    /// When the last full report was loaded.
    pub full_at: Option<Timestamp>,
    /// How many deltas were loaded since then.
    pub delta_count: i64,
}

/// The states of `devices`; those without an inventory are left out.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn states(tx: &mut Tx<'_>, devices: &[ResourceId]) -> Result<HashMap<ResourceId, State>, StoreError> {
    let params: Vec<Param<'_>> = devices.iter().copied().map(Param::from).collect();
    let mut found = HashMap::with_capacity(devices.len());
    let sql = "SELECT resource_id, smsid, digest, collected_at, loaded_at, full_at, delta_count FROM inventory_state WHERE resource_id IN {}";
    select_each(tx, sql, &params, &mut |row| {
        let state = State {
            smsid: row.parsed(1)?,
            digest: row.parsed(2)?,
            collected_at: row.timestamp(3)?,
            loaded_at: row.timestamp(4)?,
            full_at: row.optional_timestamp(5)?,
            delta_count: row.integer(6)?,
        };
        found.insert(ResourceId(row.integer(0)?), state);
        Ok(())
    })?;
    Ok(found)
}

/// Forgets a device's inventory. Products stay: other devices have them.
pub fn delete(tx: &mut Tx<'_>, device: ResourceId) -> Result<(), StoreError> {
    for table in provost_catalog::inventory::CLASSES.iter().map(|class| class.table).chain(["inventory_unavailable", "inventory_state"]) {
        tx.execute(&format!("DELETE FROM {table} WHERE resource_id = $1"), &[device.into()])?;
    }
    Ok(())
}
