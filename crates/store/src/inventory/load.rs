//! Loading reports.

use super::State;
use super::products::Products;
use super::software::{self, Arriving};
use super::tables::{param, tables};
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::execute_each;
use provost_catalog::inventory::SOFTWARE;
use provost_domain::ResourceId;
use provost_domain::inventory::{Content, Extent, Report, Value};

/// One report and the device it is about.
pub struct Load<'r> {
    /// The device.
    pub device: ResourceId,
    /// What the machine has; of a delta, the base was compared already.
    pub report: &'r Report<'r>,
    /// What the site knows once this is loaded.
    pub state: State,
    /// Whether the site has an inventory of the device.
    pub known: bool,
}

/// Loads reports of different devices.
///
/// # Errors
/// As [`StoreError`] tells; then nothing may be kept.
pub fn load(tx: &mut Tx<'_>, loads: &[Load<'_>], products: &mut Products) -> Result<(), StoreError> {
    for (table, insert) in tables() {
        let mut rows: Vec<Param<'_>> = Vec::new();
        let mut cleared: Vec<Param<'_>> = Vec::new();
        for load in loads {
            let device = Param::from(load.device);
            let content = content(load, table.class.name);
            if clears(load, content) {
                cleared.push(device);
            }
            let Some(Content::Instances { rows: instances, removed }) = content else { continue };
            let (width, keys) = (table.class.properties.len(), table.class.key_properties);
            if load.known && load.report.extent != Extent::Full {
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
        execute_each(tx, &table.delete_devices, &cleared)?;
        if !rows.is_empty() {
            tx.insert_many(&insert, &rows)?;
        }
    }
    load_software(tx, loads, products)?;
    load_unavailable(tx, loads)?;
    put_states(tx, loads)
}

fn content<'r>(load: &Load<'r>, class: &str) -> Option<&'r Content<'r>> {
    load.report.classes.iter().find(|c| c.class.name == class).map(|c| &c.content)
}

/// Whether all rows of a class go before new ones come: in a full report always, in a delta when the class became
/// unavailable.
fn clears(load: &Load<'_>, content: Option<&Content<'_>>) -> bool {
    load.known && (load.report.extent == Extent::Full || matches!(content, Some(Content::Unavailable { .. })))
}

fn load_software(tx: &mut Tx<'_>, loads: &[Load<'_>], products: &mut Products) -> Result<(), StoreError> {
    let width = SOFTWARE.properties.len();
    let mut arriving = Vec::with_capacity(loads.len());
    for load in loads {
        let content = content(load, SOFTWARE.name);
        let (rows, removed): (&[Value<'_>], &[Value<'_>]) = match content {
            Some(Content::Instances { rows, removed }) => (rows, removed),
            Some(Content::Unavailable { .. }) | None => (&[], &[]),
        };
        let replace = clears(load, content);
        if load.known && !replace {
            for key in rows.chunks_exact(width).map(|row| &row[..SOFTWARE.key_properties]).chain(removed.chunks_exact(SOFTWARE.key_properties)) {
                software::remove(tx, load.device, key)?;
            }
        }
        if replace || !rows.is_empty() {
            arriving.push(Arriving { device: load.device, rows, replace });
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
        if load.known && load.report.extent == Extent::Full {
            cleared.push(load.device.into());
        }
        for report in &load.report.classes {
            if load.known && load.report.extent != Extent::Full {
                let sql = "DELETE FROM inventory_unavailable WHERE resource_id = $1 AND class = $2";
                tx.execute(sql, &[load.device.into(), report.class.name.into()])?;
            }
            if let Content::Unavailable { reason } = &report.content {
                rows.extend([load.device.into(), report.class.name.into(), Param::Text(reason)]);
            }
        }
    }
    execute_each(tx, "DELETE FROM inventory_unavailable WHERE resource_id IN {}", &cleared)?;
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
