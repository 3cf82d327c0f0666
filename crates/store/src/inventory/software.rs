//! Installed software: products once for all devices, and a narrow row for each installation.

use super::products::{ProductDigest, Products};
use super::tables::param;
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::select_each;
use provost_catalog::inventory::SOFTWARE;
use provost_domain::ResourceId;
use provost_domain::inventory::Value;
use ring::digest::{SHA256, digest};
use std::collections::HashMap;

/// How many leading properties of [`SOFTWARE`] describe the product; the others describe the installation.
const PRODUCT_PROPERTIES: usize = SOFTWARE.properties.len() - 2;

/// One installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Installation {
    software_id: i64,
    resource_id: i64,
    installed_kib: Option<i64>,
    installed_at_unix: Option<i64>,
}

const INSTALL: Insert = Insert {
    table: SOFTWARE.table,
    columns: &[
        ("resource_id", ColumnType::Integer),
        ("software_id", ColumnType::Integer),
        ("installed_kib", ColumnType::Integer),
        ("installed_at_unix", ColumnType::Integer),
    ],
    conflict: "",
};

/// Rows of installed software that one report brings for a device.
pub(super) struct Arriving<'r> {
    /// The device.
    pub device: ResourceId,
    /// Rows one after another.
    pub rows: &'r [Value<'r>],
    /// Whether they are all there is, and the device has others already.
    pub replace: bool,
}

/// Writes what arrives. Installations that stay as they are, are left alone.
pub(super) fn put(tx: &mut Tx<'_>, arriving: &[Arriving<'_>], products: &mut Products) -> Result<(), StoreError> {
    let mut installations = installations(tx, arriving, products)?;
    // Sorted by product, the index on products is written from one end to the other instead of here and there, which
    // makes a large batch about twice as fast.
    installations.sort_unstable();
    let replaced: Vec<Param<'_>> = arriving.iter().filter(|a| a.replace).map(|a| a.device.into()).collect();
    if !replaced.is_empty() {
        let mut before: Vec<Installation> = Vec::new();
        let sql = format!("SELECT software_id, resource_id, installed_kib, installed_at_unix FROM {} WHERE resource_id IN {{}}", SOFTWARE.table);
        select_each(tx, &sql, &replaced, &mut |row| {
            before.push(Installation {
                software_id: row.integer(0)?,
                resource_id: row.integer(1)?,
                installed_kib: row.optional_integer(2)?,
                installed_at_unix: row.optional_integer(3)?,
            });
            Ok(())
        })?;
        before.sort_unstable();
        let gone = without(&before, &installations);
        installations = without(&installations, &before);
        let sql = format!("DELETE FROM {} WHERE resource_id = $1 AND software_id = $2", SOFTWARE.table);
        for installation in gone {
            tx.execute(&sql, &[installation.resource_id.into(), installation.software_id.into()])?;
        }
    }
    let rows: Vec<Param<'_>> =
        installations.iter().flat_map(|i| [i.resource_id.into(), i.software_id.into(), i.installed_kib.into(), i.installed_at_unix.into()]).collect();
    if !rows.is_empty() {
        tx.insert_many(&INSTALL, &rows)?;
    }
    Ok(())
}

/// Those of `these` that are not among `others`; both sorted.
fn without(these: &[Installation], others: &[Installation]) -> Vec<Installation> {
    let mut others = others.iter().peekable();
    let not_there = |one: &&Installation| {
        while others.next_if(|other| other < one).is_some() {}
        others.peek() != Some(one)
    };
    these.iter().filter(not_there).copied().collect()
}

/// Removes the installations with these keys, one after another, from a device.
pub(super) fn remove(tx: &mut Tx<'_>, device: ResourceId, key: &[Value<'_>]) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM {} WHERE resource_id = $1 AND software_id IN (SELECT software_id FROM software WHERE name = $2 AND version = $3 AND architecture = $4)",
        SOFTWARE.table
    );
    let mut params = vec![device.into()];
    params.extend(key.iter().map(param));
    tx.execute(&sql, &params).map(drop)
}

fn installations(tx: &mut Tx<'_>, arriving: &[Arriving<'_>], products: &mut Products) -> Result<Vec<Installation>, StoreError> {
    let width = SOFTWARE.properties.len();
    let count: usize = arriving.iter().map(|a| a.rows.len() / width).sum();
    let mut digests: Vec<ProductDigest> = Vec::with_capacity(count);
    let mut unknown: HashMap<ProductDigest, &[Value<'_>]> = HashMap::new();
    let mut written = Vec::with_capacity(1024);
    for row in arriving.iter().flat_map(|a| a.rows.chunks_exact(width)) {
        let product = product_digest(&row[..PRODUCT_PROPERTIES], &mut written);
        if products.number(&product).is_none() {
            unknown.insert(product, &row[..PRODUCT_PROPERTIES]);
        }
        digests.push(product);
    }
    if !unknown.is_empty() {
        learn(tx, &mut unknown, products)?;
        if !unknown.is_empty() {
            add(tx, &unknown)?;
            learn(tx, &mut unknown, products)?;
        }
    }
    let mut digests = digests.iter();
    let mut installations = Vec::with_capacity(count);
    for Arriving { device, rows, replace: _ } in arriving {
        for (row, product) in rows.chunks_exact(width).zip(&mut digests) {
            let software_id = products.number(product).ok_or_else(|| StoreError::corrupt("adding software products", "a product has no number after it was added"))?;
            let [installed_kib, installed_at_unix] = [number(&row[PRODUCT_PROPERTIES]), number(&row[PRODUCT_PROPERTIES + 1])];
            installations.push(Installation { software_id, resource_id: device.0, installed_kib, installed_at_unix });
        }
    }
    Ok(installations)
}

fn number(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Null | Value::Text(_) => None,
    }
}

/// Digest of a product: each value with its kind and length, so that no two products are written the same.
fn product_digest(product: &[Value<'_>], written: &mut Vec<u8>) -> ProductDigest {
    written.clear();
    for value in product {
        match value {
            Value::Null => written.push(0),
            Value::Text(text) => {
                written.push(1);
                written.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
                written.extend_from_slice(text.as_bytes());
            }
            Value::Integer(number) => {
                written.push(2);
                written.extend_from_slice(&number.to_be_bytes());
            }
        }
    }
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, written).as_ref());
    bytes
}

/// Looks up products; those that the database has leave `unknown`.
fn learn(tx: &mut Tx<'_>, unknown: &mut HashMap<ProductDigest, &[Value<'_>]>, products: &mut Products) -> Result<(), StoreError> {
    let wanted: Vec<ProductDigest> = unknown.keys().copied().collect();
    let params: Vec<Param<'_>> = wanted.iter().map(Param::from).collect();
    select_each(tx, "SELECT digest, software_id FROM software WHERE digest IN {}", &params, &mut |row| {
        let digest = ProductDigest::try_from(row.blob(0)?).map_err(|_| StoreError::corrupt("reading software products", "a digest is not 32 bytes long"))?;
        products.learn(digest, row.integer(1)?);
        unknown.remove(&digest);
        Ok(())
    })
}

fn add(tx: &mut Tx<'_>, unknown: &HashMap<ProductDigest, &[Value<'_>]>) -> Result<(), StoreError> {
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
    let mut new: Vec<_> = unknown.iter().collect();
    new.sort_unstable_by_key(|(digest, _)| *digest);
    let mut rows: Vec<Param<'_>> = Vec::with_capacity(new.len() * PRODUCTS.columns.len());
    for (digest, product) in new {
        rows.push(digest.into());
        rows.extend(product.iter().map(param));
    }
    tx.insert_many(&PRODUCTS, &rows).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    #[test]
    fn the_product_ends_where_the_installation_begins() {
        let (product, installation) = SOFTWARE.properties.split_at(PRODUCT_PROPERTIES);
        assert!(product.iter().all(|p| !crate::schema::SOFTWARE_PER_INSTALLATION.contains(&p.name)));
        let names: Vec<&str> = installation.iter().map(|p| p.name).collect();
        assert_eq!(names, ["installed_kib", "installed_at_unix"]);
    }

    #[test]
    fn what_stays_is_left_out() {
        let of = |ids: &[i64]| ids.iter().map(|id| Installation { software_id: *id, resource_id: 1, installed_kib: None, installed_at_unix: None }).collect::<Vec<_>>();
        assert_eq!(without(&of(&[1, 2, 4, 7]), &of(&[2, 3, 4, 5])), of(&[1, 7]));
        assert_eq!(without(&of(&[2, 3]), &of(&[])), of(&[2, 3]));
        assert_eq!(without(&of(&[]), &of(&[1])), of(&[]));
    }

    #[test]
    fn products_that_differ_have_different_digests() {
        let text = |s: &'static str| Value::Text(Cow::Borrowed(s));
        let mut buffer = Vec::new();
        let mut of = |product: &[Value<'_>]| product_digest(product, &mut buffer);
        assert_ne!(of(&[text("ab"), text("c")]), of(&[text("a"), text("bc")]));
        assert_ne!(of(&[text("")]), of(&[Value::Null]));
        assert_eq!(of(&[text("a"), Value::Null]), of(&[Value::Text(Cow::Owned("a".to_owned())), Value::Null]));
    }
}
