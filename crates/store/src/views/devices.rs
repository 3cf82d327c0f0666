//! Devices as people list and find them.

use super::{Conditions, Field, Fields, Found, Page, Source};
use crate::clients::approval;
use crate::database::{Param, Row, StoreError, Tx};
use crate::lists::select_each;
use provost_domain::filter::{Kind, Term};
use provost_domain::{Approval, ResourceId, SmsId, Timestamp};
use std::collections::HashMap;

/// One device of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub resource_id: ResourceId,
    /// Its name.
    pub name: String,
    /// Full name in DNS; empty when not known, as all texts here.
    pub dns_name: String,
    /// Domain or workgroup.
    pub domain: String,
    /// Operating system.
    pub operating_system: String,
    /// Version of its client.
    pub client_version: String,
    /// Its client's identity.
    pub smsid: Option<SmsId>,
    /// What the site thinks of its client; `None` when it has none.
    pub approval: Option<Approval>,
    /// When its client was last seen or heard of.
    pub last_seen_at: Option<Timestamp>,
    /// When its inventory was last loaded.
    pub inventory_at: Option<Timestamp>,
    /// Whether another record has taken its place.
    pub obsolete: bool,
    /// Its IP addresses, sorted.
    pub ip_addresses: Vec<String>,
}

macro_rules! last_seen {
    () => {
        "(CASE WHEN COALESCE(p.seen_at, 0) > COALESCE(d.heartbeat_at, 0) THEN COALESCE(p.seen_at, 0) ELSE COALESCE(d.heartbeat_at, 0) END)"
    };
}

/// One of its addresses.
const ADDRESSES: &str = "EXISTS (SELECT 1 FROM device_value v WHERE v.resource_id = d.resource_id AND v.property IN ('ip_address', 'mac_address') \
     AND lower(v.value) LIKE {} ESCAPE '!')";
const NO_ADDRESS: &str = "NOT EXISTS (SELECT 1 FROM device_value v WHERE v.resource_id = d.resource_id AND v.property IN ('ip_address', 'mac_address'))";
const APPROVAL: Kind = Kind::Words(&["registered", "approved", "blocked"]);

/// What devices are narrowed by. A word without a name is also looked for in the name in DNS, addresses and resource names.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("name", Kind::Text, "d.name"),
        Field::new("os", Kind::Text, "d.operating_system"),
        Field::new("domain", Kind::Text, "d.domain"),
        Field::within("address", Kind::Beginning, ADDRESSES, NO_ADDRESS),
        Field::within("addresses", Kind::Beginning, ADDRESSES, NO_ADDRESS),
        Field::within(
            "software",
            Kind::Text,
            "d.resource_id IN (SELECT n.resource_id FROM software w JOIN inventory_software n ON n.software_id = w.software_id \
             WHERE lower(w.name) LIKE {} ESCAPE '!')",
            "d.resource_id NOT IN (SELECT n.resource_id FROM inventory_software n)",
        ),
        // Its version: none where there is no client. What the site thinks of it is another column.
        Field::new("client", Kind::Text, "d.client_version"),
        Field::nullable("approval", APPROVAL, "c.approval"),
        Field::new("seen", Kind::Time, last_seen!()),
        Field::nullable("inventory", Kind::Time, "i.loaded_at"),
        Field::new("id", Kind::Number, "d.resource_id"),
        Field::nullable("smsid", Kind::Text, "d.smsid"),
        Field::new("obsolete", Kind::Truth, "d.obsolete"),
    ],
    also: &[
        "lower(d.dns_name) LIKE {} ESCAPE '!'",
        "EXISTS (SELECT 1 FROM device_value v WHERE v.resource_id = d.resource_id AND lower(v.value) LIKE {} ESCAPE '!')",
    ],
};

const DEVICES: Source = Source {
    columns: concat!(
        "d.resource_id, d.name, d.dns_name, d.domain, d.operating_system, d.client_version, d.smsid, c.approval, ",
        last_seen!(),
        ", i.loaded_at, d.obsolete"
    ),
    from: "device d LEFT JOIN client c ON c.smsid = d.smsid LEFT JOIN client_presence p ON p.smsid = d.smsid \
           LEFT JOIN inventory_state i ON i.resource_id = d.resource_id",
    key: "d.resource_id",
    fields: FIELDS,
};

/// A page of devices.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>, page: &Page) -> Result<Found<Listed>, StoreError> {
    let mut found = DEVICES.read(tx, Conditions::default(), false, page, listed)?;
    let numbers: Vec<Param<'_>> = found.items.iter().map(|d| d.resource_id.into()).collect();
    let mut addresses: HashMap<i64, Vec<String>> = HashMap::new();
    let sql = "SELECT resource_id, value FROM device_value WHERE property = 'ip_address' AND resource_id IN {} ORDER BY resource_id, value";
    select_each(tx, sql, &numbers, &mut |row| {
        let of = addresses.entry(row.integer(0)?).or_default();
        let value = row.text(1)?;
        if of.last().is_none_or(|last| last != value) {
            of.push(value.to_owned());
        }
        Ok(())
    })?;
    for device in &mut found.items {
        device.ip_addresses = addresses.remove(&device.resource_id.0).unwrap_or_default();
    }
    Ok(found)
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        resource_id: ResourceId(row.integer(0)?),
        name: row.text(1)?.to_owned(),
        dns_name: row.text(2)?.to_owned(),
        domain: row.text(3)?.to_owned(),
        operating_system: row.text(4)?.to_owned(),
        client_version: row.text(5)?.to_owned(),
        smsid: row.optional_parsed(6)?,
        approval: if row.optional_text(7)?.is_some() { Some(approval(row, 7)?) } else { None },
        last_seen_at: Some(row.timestamp(8)?).filter(|at| at.as_micros() > 0),
        inventory_at: row.optional_timestamp(9)?,
        obsolete: row.boolean(10)?,
        ip_addresses: Vec::new(),
    })
}

/// How many devices hold these words.
pub fn count(tx: &mut Tx<'_>, terms: &[Term]) -> Result<i64, StoreError> {
    DEVICES.count(tx, Conditions::default(), terms)
}

/// The numbers of devices that are called `name`, whatever the case of its ASCII letters: by name, by NetBIOS name or by
/// name in DNS. At most ten.
pub fn called(tx: &mut Tx<'_>, name: &str) -> Result<Vec<(ResourceId, String)>, StoreError> {
    let sql = "SELECT resource_id, name FROM device WHERE lower(name) = $1 OR lower(netbios_name) = $1 OR lower(dns_name) = $1 ORDER BY obsolete, resource_id LIMIT 10";
    let rows = tx.query(sql, &[(&name.to_ascii_lowercase()).into()])?;
    rows.iter().map(|row| Ok((ResourceId(row.integer(0)?), row.text(1)?.to_owned()))).collect()
}
