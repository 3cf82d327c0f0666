//! Devices: one record for each computer that discovery knows, with its array properties and its agent trail.

use crate::database::{ColumnType, Insert, Param, Row, StoreError, Tx};
use crate::lists::{execute_each, placeholders, select_each};
use provost_domain::discovery::{Agent, Ddr, Device, Key};
use provost_domain::{ResourceId, SiteCode, SmsId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Names of array properties in table `device_value`.
mod property {
    pub const MAC_ADDRESS: &str = "mac_address";
    pub const IP_ADDRESS: &str = "ip_address";
    pub const IP_SUBNET: &str = "ip_subnet";
    pub const RESOURCE_NAME: &str = "resource_name";
}

/// A device and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub resource_id: ResourceId,
    /// What the site knows of it.
    pub device: Device,
}

const AGENTS: Insert = Insert {
    table: "device_agent",
    columns: &[("resource_id", ColumnType::Integer), ("agent", ColumnType::Text), ("site", ColumnType::Text), ("at", ColumnType::Integer)],
    conflict: "ON CONFLICT (resource_id, agent, site) DO UPDATE SET at = excluded.at",
};

const COLUMNS: &str = "resource_id, smsid, name, netbios_name, dns_name, domain, operating_system, client_version, hardware_id, client_installed, obsolete, \
     created_at, discovered_at, heartbeat_at";

/// How many columns a device has besides its number.
const SCALARS: usize = 13;

/// How many devices one statement adds: few sizes, so that few statements are kept prepared.
const DEVICES_TOGETHER: [usize; 3] = [64, 8, 1];

/// The statements that add so many.
static ADDITIONS: LazyLock<[String; DEVICES_TOGETHER.len()]> = LazyLock::new(|| {
    let columns = COLUMNS.trim_start_matches("resource_id, ");
    DEVICES_TOGETHER.map(|together| {
        let rows: Vec<String> = (0..together).map(|row| placeholders(row * SCALARS + 1, SCALARS)).collect();
        format!("INSERT INTO device ({columns}) VALUES {} RETURNING resource_id, name", rows.join(","))
    })
});

fn stored(row: &Row) -> Result<Stored, StoreError> {
    let device = Device {
        smsid: row.optional_parsed(1)?,
        name: row.text(2)?.to_owned(),
        netbios_name: row.text(3)?.to_owned(),
        dns_name: row.text(4)?.to_owned(),
        domain: row.text(5)?.to_owned(),
        operating_system: row.text(6)?.to_owned(),
        client_version: row.text(7)?.to_owned(),
        hardware_id: row.text(8)?.to_owned(),
        client_installed: row.boolean(9)?,
        obsolete: row.boolean(10)?,
        mac_addresses: BTreeSet::new(),
        ip_addresses: BTreeSet::new(),
        ip_subnets: BTreeSet::new(),
        resource_names: BTreeSet::new(),
        agents: BTreeMap::new(),
        created_at: row.timestamp(11)?,
        discovered_at: row.timestamp(12)?,
        heartbeat_at: row.optional_timestamp(13)?,
    };
    Ok(Stored { resource_id: ResourceId(row.integer(0)?), device })
}

/// The devices of these identities.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn of_clients(tx: &mut Tx<'_>, clients: &[SmsId]) -> Result<Vec<Stored>, StoreError> {
    let texts: Vec<String> = clients.iter().map(SmsId::to_string).collect();
    let params: Vec<Param<'_>> = texts.iter().map(Param::from).collect();
    select(tx, &format!("SELECT {COLUMNS} FROM device WHERE smsid IN {{}}"), &params)
}

/// The device with this number.
pub fn find(tx: &mut Tx<'_>, resource_id: ResourceId) -> Result<Option<Stored>, StoreError> {
    Ok(select(tx, &format!("SELECT {COLUMNS} FROM device WHERE resource_id IN {{}}"), &[resource_id.into()])?.pop())
}

/// The devices with these numbers.
pub fn of_numbers(tx: &mut Tx<'_>, numbers: &[ResourceId]) -> Result<Vec<Stored>, StoreError> {
    let params: Vec<Param<'_>> = numbers.iter().copied().map(Param::from).collect();
    select(tx, &format!("SELECT {COLUMNS} FROM device WHERE resource_id IN {{}}"), &params)
}

/// All devices that have one of these NetBIOS names, which are in upper case: the only key that a directory knows.
pub fn of_names(tx: &mut Tx<'_>, names: &[&str]) -> Result<Vec<Stored>, StoreError> {
    let params: Vec<Param<'_>> = names.iter().copied().map(Param::from).collect();
    select(tx, &format!("SELECT {COLUMNS} FROM device WHERE netbios_name IN {{}}"), &params)
}

/// Notes that a method found devices as they are known.
pub fn seen(tx: &mut Tx<'_>, numbers: &[ResourceId], agent: Agent, site: SiteCode, at: Timestamp) -> Result<(), StoreError> {
    let params: Vec<Param<'_>> = numbers.iter().copied().map(Param::from).collect();
    let found = [at.into(), agent.name().into(), site.as_str().into()];
    let known = execute_each(tx, "UPDATE device_agent SET at = $1 WHERE agent = $2 AND site = $3 AND resource_id IN {}", &found, &params)?;
    if known < numbers.len() as u64 {
        tx.insert_rows(&AGENTS, numbers.iter().map(|number| [(*number).into(), agent.name().into(), site.as_str().into(), at.into()]))?;
    }
    execute_each(tx, "UPDATE device SET discovered_at = $1 WHERE discovered_at < $1 AND resource_id IN {}", &[at.into()], &params).map(drop)
}

/// All devices that have a discovery record's identity or any of its keys, for
/// [`provost_domain::discovery::resolve`], by number.
pub fn candidates(tx: &mut Tx<'_>, ddr: &Ddr) -> Result<Vec<Stored>, StoreError> {
    let mut numbers: BTreeSet<i64> = BTreeSet::new();
    let mut collect = |row: &Row| {
        numbers.insert(row.integer(0)?);
        Ok(())
    };
    if let Some(smsid) = ddr.smsid {
        tx.query_each("SELECT resource_id FROM device WHERE smsid = $1", &[(&smsid.to_string()).into()], &mut collect)?;
    }
    for key in ddr.keys() {
        match key {
            Key::NetbiosName(name) => tx.query_each("SELECT resource_id FROM device WHERE netbios_name = $1", &[(&name).into()], &mut collect)?,
            Key::MacAddress(address) => {
                // Named in the text: the index is of these only.
                let sql = "SELECT resource_id FROM device_value WHERE property = 'mac_address' AND value = $1";
                tx.query_each(sql, &[(&address).into()], &mut collect)?;
            }
        }
    }
    let params: Vec<Param<'_>> = numbers.into_iter().map(Param::from).collect();
    select(tx, &format!("SELECT {COLUMNS} FROM device WHERE resource_id IN {{}}"), &params)
}

fn select(tx: &mut Tx<'_>, sql: &str, values: &[Param<'_>]) -> Result<Vec<Stored>, StoreError> {
    let mut devices: BTreeMap<i64, Device> = BTreeMap::new();
    select_each(tx, sql, values, &mut |row| {
        let Stored { resource_id, device } = stored(row)?;
        devices.insert(resource_id.0, device);
        Ok(())
    })?;
    let numbers: Vec<Param<'_>> = devices.keys().copied().map(Param::from).collect();
    select_each(tx, "SELECT resource_id, property, value FROM device_value WHERE resource_id IN {}", &numbers, &mut |row| {
        if let (Some(device), value) = (devices.get_mut(&row.integer(0)?), row.text(2)?) {
            let values = match row.text(1)? {
                property::MAC_ADDRESS => &mut device.mac_addresses,
                property::IP_ADDRESS => &mut device.ip_addresses,
                property::IP_SUBNET => &mut device.ip_subnets,
                property::RESOURCE_NAME => &mut device.resource_names,
                other => return Err(StoreError::corrupt("reading a device", format!("no array property is called {other:?}"))),
            };
            values.insert(value.to_owned());
        }
        Ok(())
    })?;
    select_each(tx, "SELECT resource_id, agent, site, at FROM device_agent WHERE resource_id IN {}", &numbers, &mut |row| {
        if let Some(device) = devices.get_mut(&row.integer(0)?) {
            let name = row.text(1)?;
            let agent = Agent::from_name(name).ok_or_else(|| StoreError::corrupt("reading a device", format!("no discovery method is called {name:?}")))?;
            device.agents.insert((agent, row.parsed(2)?), row.timestamp(3)?);
        }
        Ok(())
    })?;
    Ok(devices.into_iter().map(|(number, device)| Stored { resource_id: ResourceId(number), device }).collect())
}

/// Adds a device and gives its number.
pub fn add(tx: &mut Tx<'_>, device: &Device) -> Result<ResourceId, StoreError> {
    let numbers = add_all(tx, std::slice::from_ref(device))?;
    numbers.first().copied().ok_or_else(|| StoreError::corrupt("adding a device", "the database gave no number"))
}

/// Adds devices and gives their numbers, in their order.
pub fn add_all(tx: &mut Tx<'_>, devices: &[Device]) -> Result<Vec<ResourceId>, StoreError> {
    let (mut rest, mut added) = (devices, Vec::with_capacity(devices.len()));
    for (together, sql) in DEVICES_TOGETHER.into_iter().zip(ADDITIONS.iter()) {
        while let Some((some, after)) = rest.split_at_checked(together) {
            let smsids: Vec<Option<String>> = some.iter().map(|device| device.smsid.map(|smsid| smsid.to_string())).collect();
            let params: Vec<Param<'_>> = some.iter().zip(&smsids).flat_map(|(device, smsid)| scalars(device, smsid.as_ref())).collect();
            // Numbers go up as rows are added, but nobody says in which order they come back.
            let mut numbers = Vec::with_capacity(together);
            tx.query_each(sql, &params, &mut |row| {
                numbers.push((row.integer(0)?, row.text(1)?.to_owned()));
                Ok(())
            })?;
            numbers.sort_unstable();
            if !numbers.iter().map(|(_, name)| name).eq(some.iter().map(|device| &device.name)) {
                return Err(StoreError::corrupt("adding devices", "the database gave other numbers than one for each, in their order"));
            }
            added.extend(numbers.into_iter().map(|(number, _)| ResourceId(number)));
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    let all: Vec<(ResourceId, Option<&Device>, &Device)> = added.iter().zip(devices).map(|(number, device)| (*number, None, device)).collect();
    put_arrays(tx, &all)?;
    Ok(added)
}

/// Writes what changed from `before` to `after`. False when the device is gone: then nothing was written.
pub fn change(tx: &mut Tx<'_>, resource_id: ResourceId, before: &Device, after: &Device) -> Result<bool, StoreError> {
    if before == after {
        return Ok(true);
    }
    let smsid = after.smsid.map(|s| s.to_string());
    let sql = "UPDATE device SET smsid = $1, name = $2, netbios_name = $3, dns_name = $4, domain = $5, operating_system = $6, client_version = $7, \
               hardware_id = $8, client_installed = $9, obsolete = $10, created_at = $11, discovered_at = $12, heartbeat_at = $13 WHERE resource_id = $14";
    let mut params = scalars(after, smsid.as_ref()).to_vec();
    params.push(resource_id.into());
    if tx.execute(sql, &params)? == 0 {
        return Ok(false);
    }
    put_arrays(tx, &[(resource_id, Some(before), after)])?;
    Ok(true)
}

fn scalars<'a>(device: &'a Device, smsid: Option<&'a String>) -> [Param<'a>; SCALARS] {
    [
        smsid.into(),
        (&device.name).into(),
        (&device.netbios_name).into(),
        (&device.dns_name).into(),
        (&device.domain).into(),
        (&device.operating_system).into(),
        (&device.client_version).into(),
        (&device.hardware_id).into(),
        device.client_installed.into(),
        device.obsolete.into(),
        device.created_at.into(),
        device.discovered_at.into(),
        device.heartbeat_at.into(),
    ]
}

/// Writes the array properties and agent trails of devices, as far as they are otherwise than before.
fn put_arrays(tx: &mut Tx<'_>, devices: &[(ResourceId, Option<&Device>, &Device)]) -> Result<(), StoreError> {
    const VALUES: Insert = Insert {
        table: "device_value",
        columns: &[("resource_id", ColumnType::Integer), ("property", ColumnType::Text), ("value", ColumnType::Text)],
        conflict: "ON CONFLICT (resource_id, property, value) DO NOTHING",
    };
    let none = Device::default();
    let mut values: Vec<(ResourceId, &str, &String)> = Vec::new();
    let mut trail: Vec<(ResourceId, Agent, SiteCode, Timestamp)> = Vec::new();
    let agents = if devices.iter().all(|(_, before, _)| before.is_none()) { &AGENTS.of_new() } else { &AGENTS };
    for (resource_id, before, after) in devices {
        let before = before.unwrap_or(&none);
        let arrays = [
            (property::MAC_ADDRESS, &before.mac_addresses, &after.mac_addresses),
            (property::IP_ADDRESS, &before.ip_addresses, &after.ip_addresses),
            (property::IP_SUBNET, &before.ip_subnets, &after.ip_subnets),
            (property::RESOURCE_NAME, &before.resource_names, &after.resource_names),
        ];
        for (property, before, after) in arrays {
            for gone in before.difference(after) {
                let sql = "DELETE FROM device_value WHERE resource_id = $1 AND property = $2 AND value = $3";
                tx.execute(sql, &[(*resource_id).into(), property.into(), gone.into()])?;
            }
            values.extend(after.difference(before).map(|value| (*resource_id, property, value)));
        }
        let new = after.agents.iter().filter(|(key, at)| before.agents.get(key) != Some(at));
        trail.extend(new.map(|((agent, site), at)| (*resource_id, *agent, *site, *at)));
    }
    tx.insert_rows(&VALUES, values.into_iter().map(|(resource_id, property, value)| [resource_id.into(), property.into(), value.into()]))?;
    tx.insert_rows(agents, trail.iter().map(|(resource_id, agent, site, at)| [(*resource_id).into(), agent.name().into(), site.as_str().into(), (*at).into()]))
        .map(drop)
}

/// Forgets a device with everything that discovery and inventory know of it. Its client, when it has one, stays known
/// and approved; its next heartbeat makes a new record. False when there is no such device.
pub fn delete(tx: &mut Tx<'_>, resource_id: ResourceId) -> Result<bool, StoreError> {
    let clients = tx.query("SELECT 1 FROM client WHERE resource_id = $1", &[resource_id.into()])?;
    if !clients.is_empty() {
        let version = crate::clients::next_version(tx)?;
        let sql = "UPDATE client SET resource_id = NULL, inventory_digest = NULL, row_version = $1 WHERE resource_id = $2";
        tx.execute(sql, &[version.into(), resource_id.into()])?;
    }
    crate::inventory::delete(tx, resource_id)?;
    crate::discovery::objects::let_go(tx, resource_id)?;
    for table in ["device_value", "device_agent"] {
        tx.execute(&format!("DELETE FROM {table} WHERE resource_id = $1"), &[resource_id.into()])?;
    }
    Ok(tx.execute("DELETE FROM device WHERE resource_id = $1", &[resource_id.into()])? > 0)
}
