//! A device's inventory as people read it: one class at a time, in the order of its keys.

use crate::database::{Param, StoreError, Tx, Value};
use provost_catalog::inventory::{CLASSES, Class, SOFTWARE};
use provost_domain::ResourceId;
use std::fmt::Write as _;

/// What a device has of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The class.
    pub class: &'static Class,
    /// How many instances.
    pub instances: i64,
    /// Why the device cannot offer the class; `None` when it can, or never said.
    pub unavailable: Option<String>,
}

/// What a device has of every class, in the order of the catalog.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn amounts(tx: &mut Tx<'_>, device: ResourceId) -> Result<Vec<Amount>, StoreError> {
    let mut reasons: Vec<(String, String)> = Vec::new();
    tx.query_each("SELECT class, reason FROM inventory_unavailable WHERE resource_id = $1", &[device.into()], &mut |row| {
        reasons.push((row.text(0)?.to_owned(), row.text(1)?.to_owned()));
        Ok(())
    })?;
    let mut amounts = Vec::with_capacity(CLASSES.len());
    for class in CLASSES {
        let rows = tx.query(&format!("SELECT count(*) FROM {} WHERE resource_id = $1", class.table), &[device.into()])?;
        let instances = rows.first().map_or(Ok(0), |row| row.integer(0))?;
        let unavailable = reasons.iter().find(|(name, _)| name == class.name).map(|(_, reason)| reason.clone());
        amounts.push(Amount { class, instances, unavailable });
    }
    Ok(amounts)
}

/// A device's instances of a class after the one with the keys `after`, at most `limit`: values in the order of the
/// class's properties, sorted by the class's keys.
pub fn instances(tx: &mut Tx<'_>, device: ResourceId, class: &Class, after: Option<&[Value]>, limit: usize) -> Result<Vec<Vec<Value>>, StoreError> {
    let from =
        if *class == SOFTWARE { format!("FROM {} i JOIN software s ON s.software_id = i.software_id", class.table) } else { format!("FROM {} i", class.table) };
    let column = |name: &str| {
        let product = *class == SOFTWARE && !crate::schema::SOFTWARE_PER_INSTALLATION.contains(&name);
        format!("{}.{name}", if product { 's' } else { 'i' })
    };
    let columns: Vec<String> = class.properties.iter().map(|property| column(property.name)).collect();
    let keys: Vec<String> = class.keys().iter().map(|property| column(property.name)).collect();
    let mut sql = format!("SELECT {} {from} WHERE i.resource_id = $1", columns.join(", "));
    let mut params: Vec<Param<'_>> = vec![device.into()];
    if let Some(after) = after.filter(|after| after.len() == keys.len() && !keys.is_empty()) {
        let numbers: Vec<String> = (2..2 + keys.len()).map(|n| format!("${n}")).collect();
        let _ = write!(sql, " AND ({}) > ({})", keys.join(", "), numbers.join(", "));
        params.extend(after.iter().map(|value| match value {
            Value::Null => Param::Null,
            Value::Integer(number) => Param::Integer(*number),
            Value::Text(text) => Param::Text(text),
            Value::Blob(bytes) => Param::Blob(bytes),
        }));
    }
    if !keys.is_empty() {
        let _ = write!(sql, " ORDER BY {}", keys.join(", "));
    }
    let _ = write!(sql, " LIMIT ${}", params.len() + 1);
    params.push(Param::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut found = Vec::new();
    tx.query_each(&sql, &params, &mut |row| {
        found.push(row.values().to_vec());
        Ok(())
    })?;
    Ok(found)
}
