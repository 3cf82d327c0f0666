//! Loading reports.

use super::State;
use super::prepared::{Prepared, Software};
use super::products::Products;
use super::software::{self, Arriving};
use super::tables::{param, tables};
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::execute_each;
use provost_catalog::inventory::SOFTWARE;
use provost_domain::ResourceId;
use provost_domain::inventory::{Content, Extent};

/// One report and the device it is about.
pub struct Load<'r> {
    /// The device.
    pub device: ResourceId,
    /// What the machine has; of a delta, the base was compared already.
    pub report: &'r Prepared,
    /// What the site knows once this is loaded.
    pub state: State,
    /// Whether the site has an inventory of the device.
    pub known: bool,
}

impl Load<'_> {
    /// Whether everything that the site has of the device goes before the new comes.
    fn replaces(&self) -> bool {
        self.known && self.report.extent == Extent::Full
    }

    /// Whether single instances of what the site has change.
    fn changes(&self) -> bool {
        self.known && self.report.extent != Extent::Full
    }
}

/// Loads reports of different devices.
///
/// # Errors
/// As [`StoreError`] tells; then nothing may be kept.
pub fn load(tx: &mut Tx<'_>, loads: &[Load<'_>], products: &mut Products) -> Result<(), StoreError> {
    for table in tables() {
        let mut rows: Vec<Param<'_>> = Vec::new();
        let mut cleared: Vec<Param<'_>> = Vec::new();
        for load in loads {
            let device = Param::from(load.device);
            let content = load.report.classes.iter().find(|c| c.class == table.class).map(|c| &c.content);
            // A class that became unavailable loses its rows in a delta as well.
            if load.replaces() || load.known && matches!(content, Some(Content::Unavailable { .. })) {
                cleared.push(device);
            }
            let Some(Content::Instances { rows: instances, removed }) = content else { continue };
            let (width, keys) = (table.class.properties.len(), table.class.key_properties);
            if load.changes() {
                let changed = instances.chunks_exact(width).map(|row| &row[..keys]);
                let gone = removed.chunks_exact(keys.max(1));
                for key in changed.chain(gone) {
                    let mut params = vec![device];
                    params.extend(key.iter().map(param));
                    tx.execute(&table.delete_instance, &params)?;
                }
            }
            rows.reserve(instances.len() + instances.len() / width);
            for instance in instances.chunks_exact(width) {
                rows.push(device);
                rows.extend(instance.iter().map(param));
            }
        }
        execute_each(tx, &table.delete_devices, &[], &cleared)?;
        if !rows.is_empty() {
            tx.insert_many(&table.insert(), &rows)?;
        }
    }
    load_software(tx, loads, products)?;
    load_unavailable(tx, loads)?;
    put_states(tx, loads)
}

fn load_software(tx: &mut Tx<'_>, loads: &[Load<'_>], products: &mut Products) -> Result<(), StoreError> {
    let mut arriving = Vec::with_capacity(loads.len());
    for load in loads {
        let Software { installations, changed_keys, removed_keys, unavailable } = &load.report.software;
        let replace = load.replaces() || load.known && *unavailable;
        if load.changes() && !replace {
            for key in changed_keys.chunks_exact(SOFTWARE.key_properties).chain(removed_keys.chunks_exact(SOFTWARE.key_properties)) {
                software::remove(tx, load.device, key)?;
            }
        }
        if replace || !installations.is_empty() {
            arriving.push(Arriving { device: load.device, installations, replace });
        }
    }
    software::put(tx, &arriving, products)
}

fn load_unavailable(tx: &mut Tx<'_>, loads: &[Load<'_>]) -> Result<(), StoreError> {
    const UNAVAILABLE: Insert = Insert {
        table: "inventory_unavailable",
        columns: &[("resource_id", ColumnType::Integer), ("class", ColumnType::Text), ("reason", ColumnType::Text)],
        conflict: "",
    };
    let mut cleared: Vec<Param<'_>> = Vec::new();
    let mut rows: Vec<Param<'_>> = Vec::new();
    for load in loads {
        if load.replaces() {
            cleared.push(load.device.into());
        }
        for report in &load.report.classes {
            if load.changes() {
                let sql = "DELETE FROM inventory_unavailable WHERE resource_id = $1 AND class = $2";
                tx.execute(sql, &[load.device.into(), report.class.name.into()])?;
            }
            if let Content::Unavailable { reason } = &report.content {
                rows.extend([load.device.into(), report.class.name.into(), Param::Text(reason)]);
            }
        }
    }
    execute_each(tx, "DELETE FROM inventory_unavailable WHERE resource_id IN {}", &[], &cleared)?;
    if !rows.is_empty() {
        tx.insert_many(&UNAVAILABLE, &rows)?;
    }
    Ok(())
}

fn put_states(tx: &mut Tx<'_>, loads: &[Load<'_>]) -> Result<(), StoreError> {
    const STATES: Insert = Insert {
        table: "inventory_state",
        columns: &[
            ("resource_id", ColumnType::Integer),
            ("smsid", ColumnType::Text),
            ("digest", ColumnType::Text),
            ("collected_at", ColumnType::Integer),
            ("loaded_at", ColumnType::Integer),
            ("full_at", ColumnType::Integer),
            ("delta_count", ColumnType::Integer),
        ],
        conflict: "ON CONFLICT (resource_id) DO UPDATE SET smsid = excluded.smsid, digest = excluded.digest, collected_at = excluded.collected_at, \
                   loaded_at = excluded.loaded_at, full_at = excluded.full_at, delta_count = excluded.delta_count",
    };
    let texts: Vec<(String, String)> = loads.iter().map(|l| (l.state.smsid.to_string(), l.state.digest.to_string())).collect();
    let mut rows: Vec<Param<'_>> = Vec::with_capacity(loads.len() * STATES.columns.len());
    for (load, (smsid, digest)) in loads.iter().zip(&texts) {
        let State { smsid: _, digest: _, collected_at, loaded_at, full_at, delta_count } = &load.state;
        let times: [Param<'_>; 3] = [(*collected_at).into(), (*loaded_at).into(), (*full_at).into()];
        rows.extend([load.device.into(), smsid.into(), digest.into(), times[0], times[1], times[2], (*delta_count).into()]);
    }
    if !rows.is_empty() {
        tx.insert_many(&STATES, &rows)?;
    }
    Ok(())
}
