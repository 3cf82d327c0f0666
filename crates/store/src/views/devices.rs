//! Devices as people list and find them.

use super::conditions::{Conditions, beginning, containing};
use super::{Position, Sorting};
use crate::clients::approval;
use crate::database::{Param, Row, StoreError, Tx, Value};
use crate::lists::select_each;
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
    /// Where it stands in the list that it was read from.
    pub position: Position,
}

/// What a device's client must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientIs {
    /// There is none.
    None,
    /// There is one, and the site thinks this of it.
    In(Approval),
}

/// Which devices a list holds; what is not set does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Each in the device's name, its name in DNS, its client's identity, or one of its addresses and resource names.
    pub words: Vec<String>,
    /// In the name of the operating system.
    pub operating_system: Option<String>,
    /// In the name of the domain.
    pub domain: Option<String>,
    /// At the beginning of an IP or MAC address.
    pub address: Option<String>,
    /// In the name of a product that is installed.
    pub software: Option<String>,
    /// What its client is.
    pub client: Option<ClientIs>,
    /// Last seen at this time or later.
    pub seen_since: Option<Timestamp>,
    /// Never seen, or not since this time.
    pub unseen_since: Option<Timestamp>,
    /// Whether another record has taken its place.
    pub obsolete: Option<bool>,
}

/// What devices are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Name.
    Name,
    /// Operating system.
    OperatingSystem,
    /// Version of the client.
    ClientVersion,
    /// When last seen; never comes before everything.
    LastSeen,
    /// When the inventory was last loaded; never comes before everything.
    Inventory,
}

const LAST_SEEN: &str = "(CASE WHEN COALESCE(p.seen_at, 0) > COALESCE(d.heartbeat_at, 0) THEN COALESCE(p.seen_at, 0) ELSE COALESCE(d.heartbeat_at, 0) END)";

const FROM: &str = " FROM device d LEFT JOIN client c ON c.smsid = d.smsid LEFT JOIN client_presence p ON p.smsid = d.smsid \
                    LEFT JOIN inventory_state i ON i.resource_id = d.resource_id";

impl By {
    const fn sql(self) -> &'static str {
        match self {
            Self::Name => "d.name",
            Self::OperatingSystem => "d.operating_system",
            Self::ClientVersion => "d.client_version",
            Self::LastSeen => LAST_SEEN,
            Self::Inventory => "COALESCE(i.loaded_at, 0)",
        }
    }
}

fn conditions(filter: &Filter) -> Conditions {
    let Filter { words, operating_system, domain, address, software, client, seen_since, unseen_since, obsolete } = filter;
    let mut all = Conditions::default();
    for word in words {
        let sql = "(lower(d.name) LIKE {} ESCAPE '!' OR lower(d.dns_name) LIKE {} ESCAPE '!' OR lower(COALESCE(d.smsid, '')) LIKE {} ESCAPE '!' \
                   OR EXISTS (SELECT 1 FROM device_value v WHERE v.resource_id = d.resource_id AND lower(v.value) LIKE {} ESCAPE '!'))";
        all.add(sql, Value::Text(containing(word)));
    }
    if let Some(text) = operating_system {
        all.add_contains(&["d.operating_system"], text);
    }
    if let Some(text) = domain {
        all.add_contains(&["d.domain"], text);
    }
    if let Some(text) = address {
        let sql = "EXISTS (SELECT 1 FROM device_value v WHERE v.resource_id = d.resource_id AND v.property IN ('ip_address', 'mac_address') \
                   AND lower(v.value) LIKE {} ESCAPE '!')";
        all.add(sql, Value::Text(beginning(text)));
    }
    if let Some(text) = software {
        let sql = "d.resource_id IN (SELECT n.resource_id FROM software w JOIN inventory_software n ON n.software_id = w.software_id \
                   WHERE lower(w.name) LIKE {} ESCAPE '!')";
        all.add(sql, Value::Text(containing(text)));
    }
    match client {
        None => {}
        Some(ClientIs::None) => all.add_plain("c.smsid IS NULL"),
        Some(ClientIs::In(approval)) => all.add("c.approval = {}", Value::Text(approval.word().to_owned())),
    }
    if let Some(at) = seen_since {
        all.add(&format!("{LAST_SEEN} >= {{}}"), Value::Integer(at.as_micros()));
    }
    if let Some(at) = unseen_since {
        all.add(&format!("{LAST_SEEN} < {{}}"), Value::Integer(at.as_micros()));
    }
    if let Some(obsolete) = obsolete {
        all.add("d.obsolete = {}", Value::Integer(i64::from(*obsolete)));
    }
    all
}

/// The devices of a filter after a position, at most `limit`.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, sorting: Sorting<By>, after: Option<&Position>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let mut all = conditions(filter);
    let (key, direction) = (sorting.by.sql(), if sorting.descending { "DESC" } else { "ASC" });
    if let Some(after) = after {
        all.add_after(key, "d.resource_id", after, sorting.descending);
    }
    let sql = format!(
        "SELECT d.resource_id, d.name, d.dns_name, d.domain, d.operating_system, d.client_version, d.smsid, c.approval, {LAST_SEEN}, i.loaded_at, d.obsolete, {key} \
         {FROM}{} ORDER BY {key} {direction}, d.resource_id {direction} LIMIT ${}",
        all.sql(),
        all.limit_number()
    );
    let mut devices: Vec<Listed> = Vec::new();
    tx.query_each(&sql, &all.params_and_limit(limit), &mut |row| {
        devices.push(listed(row)?);
        Ok(())
    })?;
    let numbers: Vec<Param<'_>> = devices.iter().map(|d| d.resource_id.into()).collect();
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
    for device in &mut devices {
        device.ip_addresses = addresses.remove(&device.resource_id.0).unwrap_or_default();
    }
    Ok(devices)
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
        position: Position { sort_key: row.values().get(11).cloned().unwrap_or(Value::Null), row_key: Value::Integer(row.integer(0)?) },
    })
}

/// How many devices a filter holds.
pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<i64, StoreError> {
    let all = conditions(filter);
    tx.query(&format!("SELECT count(*){FROM}{}", all.sql()), &all.params())?.first().map_or(Ok(0), |row| row.integer(0))
}

/// The numbers of devices that are called `name`, whatever the case of its ASCII letters: by name, by NetBIOS name or by
/// name in DNS. At most ten.
pub fn called(tx: &mut Tx<'_>, name: &str) -> Result<Vec<(ResourceId, String)>, StoreError> {
    let sql = "SELECT resource_id, name FROM device WHERE lower(name) = $1 OR lower(netbios_name) = $1 OR lower(dns_name) = $1 ORDER BY obsolete, resource_id LIMIT 10";
    let rows = tx.query(sql, &[(&name.to_ascii_lowercase()).into()])?;
    rows.iter().map(|row| Ok((ResourceId(row.integer(0)?), row.text(1)?.to_owned()))).collect()
}
