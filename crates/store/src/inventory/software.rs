//! Installed software: products once for all devices, and a narrow row for each installation.

use super::prepared::Installed;
use super::products::{ProductDigest, Products};
use super::tables::param;
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::select_each;
use provost_catalog::inventory::SOFTWARE;
use provost_domain::ResourceId;
use provost_domain::inventory::Value;
use std::cmp::Ordering;

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Installation {
    software_id: i64,
    resource_id: i64,
    installed_kib: Option<i64>,
    installed_at_unix: Option<i64>,
}

impl Installation {
    const fn key(&self) -> (i64, i64) {
        (self.software_id, self.resource_id)
    }
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("resource_id", ColumnType::Integer),
    ("software_id", ColumnType::Integer),
    ("installed_kib", ColumnType::Integer),
    ("installed_at_unix", ColumnType::Integer),
];

/// Software that one report brings for a device.
pub(super) struct Arriving<'r> {
    /// The device.
    pub device: ResourceId,
    /// Its installations.
    pub installations: &'r [Installed],
    /// Whether they are all there is, and the device has others already.
    pub replace: bool,
}

/// Writes what arrives. Installations that stay as they are, are left alone.
pub(super) fn put(tx: &mut Tx<'_>, arriving: &[Arriving<'_>], products: &mut Products) -> Result<(), StoreError> {
    const ADD: Insert = Insert { table: SOFTWARE.table, columns: COLUMNS, conflict: "" };
    const CHANGE: Insert = Insert {
        table: SOFTWARE.table,
        columns: COLUMNS,
        conflict: "ON CONFLICT (resource_id, software_id) DO UPDATE SET installed_kib = excluded.installed_kib, installed_at_unix = excluded.installed_at_unix",
    };
    number_products(tx, arriving, products)?;
    let mut installations = Vec::with_capacity(arriving.iter().map(|a| a.installations.len()).sum());
    for Arriving { device, installations: of_device, replace: _ } in arriving {
        for Installed { product, installed_kib, installed_at_unix } in *of_device {
            let number = products.number(product);
            let software_id = number.ok_or_else(|| StoreError::corrupt("adding software products", "a product has no number after it was added"))?;
            installations.push(Installation { software_id, resource_id: device.0, installed_kib: *installed_kib, installed_at_unix: *installed_at_unix });
        }
    }
    // Sorted by product, the index on products is written from one end to the other instead of here and there, which
    // makes a large batch about twice as fast.
    installations.sort_unstable_by_key(Installation::key);
    let before = of_devices(tx, arriving)?;
    let Difference { gone, changed, new } = difference(&before, &installations);
    let sql = format!("DELETE FROM {} WHERE resource_id = $1 AND software_id = $2", SOFTWARE.table);
    for installation in gone {
        tx.execute(&sql, &[installation.resource_id.into(), installation.software_id.into()])?;
    }
    for (insert, installations) in [(&CHANGE, changed), (&ADD, new)] {
        let mut rows: Vec<Param<'_>> = Vec::with_capacity(installations.len() * COLUMNS.len());
        for i in installations {
            rows.extend([Param::Integer(i.resource_id), Param::Integer(i.software_id), i.installed_kib.into(), i.installed_at_unix.into()]);
        }
        if !rows.is_empty() {
            tx.insert_many(insert, &rows)?;
        }
    }
    Ok(())
}

/// The installations, sorted, of those devices whose software is replaced.
fn of_devices(tx: &mut Tx<'_>, arriving: &[Arriving<'_>]) -> Result<Vec<Installation>, StoreError> {
    let devices: Vec<Param<'_>> = arriving.iter().filter(|a| a.replace).map(|a| a.device.into()).collect();
    let mut found = Vec::new();
    let sql = format!("SELECT software_id, resource_id, installed_kib, installed_at_unix FROM {} WHERE resource_id IN {{}}", SOFTWARE.table);
    select_each(tx, &sql, &devices, &mut |row| {
        found.push(Installation {
            software_id: row.integer(0)?,
            resource_id: row.integer(1)?,
            installed_kib: row.optional_integer(2)?,
            installed_at_unix: row.optional_integer(3)?,
        });
        Ok(())
    })?;
    found.sort_unstable_by_key(Installation::key);
    Ok(found)
}

/// What must be done to get from one set of installations to another.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    gone: Vec<Installation>,
    changed: Vec<Installation>,
    new: Vec<Installation>,
}

/// Both sorted by key.
fn difference(before: &[Installation], after: &[Installation]) -> Difference {
    let mut difference = Difference { new: Vec::with_capacity(after.len().saturating_sub(before.len())), ..Difference::default() };
    let mut before = before.iter().peekable();
    for new in after {
        while let Some(gone) = before.next_if(|old| old.key() < new.key()) {
            difference.gone.push(*gone);
        }
        match before.peek().map(|old| old.key().cmp(&new.key())) {
            Some(Ordering::Equal) => {
                if before.next() != Some(new) {
                    difference.changed.push(*new);
                }
            }
            _ => difference.new.push(*new),
        }
    }
    difference.gone.extend(before);
    difference
}

/// Removes the installation with this key from a device.
pub(super) fn remove(tx: &mut Tx<'_>, device: ResourceId, key: &[Value<'_>]) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM {} WHERE resource_id = $1 AND software_id IN (SELECT software_id FROM software WHERE name = $2 AND version = $3 AND architecture = $4)",
        SOFTWARE.table
    );
    let mut params = vec![device.into()];
    params.extend(key.iter().map(param));
    tx.execute(&sql, &params).map(drop)
}

/// Sees to it that each product has a known number.
fn number_products(tx: &mut Tx<'_>, arriving: &[Arriving<'_>], products: &mut Products) -> Result<(), StoreError> {
    let mut without: Vec<ProductDigest> = Vec::new();
    for installed in arriving.iter().flat_map(|a| a.installations) {
        if products.number(&installed.product).is_none() {
            without.push(installed.product);
        }
    }
    if without.is_empty() {
        return Ok(());
    }
    without.sort_unstable();
    without.dedup();
    look_up(tx, &without, products)?;
    without.retain(|product| products.number(product).is_none());
    if !without.is_empty() {
        add(tx, &without, products)?;
        look_up(tx, &without, products)?;
    }
    Ok(())
}

fn look_up(tx: &mut Tx<'_>, wanted: &[ProductDigest], products: &mut Products) -> Result<(), StoreError> {
    let params: Vec<Param<'_>> = wanted.iter().map(Param::from).collect();
    select_each(tx, "SELECT digest, software_id FROM software WHERE digest IN {}", &params, &mut |row| {
        let digest = ProductDigest::try_from(row.blob(0)?).map_err(|_| StoreError::corrupt("reading software products", "a digest is not 32 bytes long"))?;
        products.learn(digest, row.integer(1)?);
        Ok(())
    })
}

fn add(tx: &mut Tx<'_>, new: &[ProductDigest], products: &Products) -> Result<(), StoreError> {
    const PRODUCTS: Insert = Insert {
        table: "software",
        columns: &[
            ("digest", ColumnType::Blob),
            ("name", ColumnType::Text),
            ("version", ColumnType::Text),
            ("architecture", ColumnType::Text),
            ("publisher", ColumnType::Text),
            ("description", ColumnType::Text),
            ("source", ColumnType::Text),
            ("section", ColumnType::Text),
            ("homepage", ColumnType::Text),
        ],
        conflict: "ON CONFLICT (digest) DO NOTHING",
    };
    let mut rows: Vec<Param<'_>> = Vec::with_capacity(new.len() * PRODUCTS.columns.len());
    for digest in new {
        let product = products.pending(digest).ok_or_else(|| StoreError::corrupt("adding software products", "what a product is was forgotten too early"))?;
        rows.push(digest.into());
        rows.extend(product.iter().map(param));
    }
    tx.insert_many(&PRODUCTS, &rows).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written() {
        let of = |rows: &[(i64, i64)]| -> Vec<Installation> {
            rows.iter().map(|(id, size)| Installation { software_id: *id, resource_id: 1, installed_kib: Some(*size), installed_at_unix: None }).collect()
        };
        let found = difference(&of(&[(1, 0), (2, 0), (4, 0), (7, 0), (9, 0)]), &of(&[(2, 0), (3, 0), (4, 5), (9, 0), (10, 0)]));
        assert_eq!(found, Difference { gone: of(&[(1, 0), (7, 0)]), changed: of(&[(4, 5)]), new: of(&[(3, 0), (10, 0)]) });
        assert_eq!(difference(&of(&[]), &of(&[(1, 1)])), Difference { new: of(&[(1, 1)]), ..Difference::default() });
        assert_eq!(difference(&of(&[(1, 1)]), &of(&[])), Difference { gone: of(&[(1, 1)]), ..Difference::default() });
    }
}
