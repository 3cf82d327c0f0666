//! Computers, users and groups of directories, by SID.

use super::domains;
use super::sids::{SidKey, select_keys};
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::{execute_each, select_each};
use provost_domain::discovery::{DirectoryObject, GroupScope, Method, ObjectDigest, guid_bytes};
use provost_domain::{ResourceId, Timestamp};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The place of what was found of an object: they are counted as they come. Users, computers and groups take turns in the
/// numbers of SIDs and come by themselves, so that each page of wide rows in that order would be written for each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number(i64);

/// What is known of an object, as far as it decides what becomes of a record of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The place of what was found of it.
    pub number: Number,
    /// Tells its states apart.
    pub digest: ObjectDigest,
    /// A computer's device.
    pub resource_id: Option<ResourceId>,
    /// Whether it was only seen as a member of a group.
    pub limited: bool,
    /// When it was last found.
    pub discovered_at: Timestamp,
}

/// An object that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its SID's key.
    pub key: SidKey,
    /// What the directory says.
    pub object: &'a DirectoryObject<'a>,
    /// Tells its states apart.
    pub digest: ObjectDigest,
    /// A computer's device.
    pub resource_id: Option<ResourceId>,
    /// The method that found it.
    pub method: Method,
    /// When it was found now.
    pub at: Timestamp,
    /// Its place; none when nothing is known of it yet.
    pub number: Option<Number>,
}

/// What is known of these SIDs. It is read from a narrow table, for it is asked of every record.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn known(tx: &mut Tx<'_>, keys: &[SidKey]) -> Result<HashMap<SidKey, Known>, StoreError> {
    let mut known = HashMap::with_capacity(keys.len());
    select_keys(tx, "SELECT sid_key, digest, resource_id, limited, discovered_at, number FROM directory_state WHERE sid_key", keys, &mut |row| {
        let digest = <[u8; 16]>::try_from(row.blob(1)?).map_err(|_| StoreError::corrupt("reading a directory's object", "its digest is none"))?;
        let about = Known {
            number: Number(row.integer(5)?),
            digest: ObjectDigest::from_bytes(digest),
            resource_id: row.optional_integer(2)?.map(ResourceId),
            limited: row.boolean(3)?,
            discovered_at: row.timestamp(4)?,
        };
        known.insert(SidKey(row.integer(0)?), about);
        Ok(())
    })?;
    Ok(known)
}

/// Which of these devices an account of a directory has.
///
/// # Errors
/// As [`known`].
pub fn taken(tx: &mut Tx<'_>, devices: &[ResourceId]) -> Result<HashSet<ResourceId>, StoreError> {
    let params: Vec<Param<'_>> = devices.iter().copied().map(Param::from).collect();
    let mut taken = HashSet::new();
    select_each(tx, "SELECT resource_id FROM directory_state WHERE resource_id IN {}", &params, &mut |row| {
        taken.insert(ResourceId(row.integer(0)?));
        Ok(())
    })?;
    Ok(taken)
}

/// Writes objects, each SID once. When one was first found stays, and so does the domain whose SIDs begin as its does.
///
/// # Errors
/// As [`known`]; [`StoreError::Conflict`] when one that is new is known.
pub fn put(tx: &mut Tx<'_>, found: &[Found<'_>]) -> Result<(), StoreError> {
    use ColumnType::{Blob, Integer, Text};
    const OBJECTS: Insert = Insert {
        table: "directory_object",
        columns: &[
            ("number", Integer),
            ("sid_key", Integer),
            ("kind", Integer),
            ("guid", Blob),
            ("account_name", Text),
            ("distinguished_name", Text),
            ("display_name", Text),
            ("principal_name", Text),
            ("mail", Text),
            ("dns_name", Text),
            ("operating_system", Text),
            ("scope", Integer),
            ("disabled", Integer),
            ("last_logon_at", Integer),
            ("password_set_at", Integer),
            ("attributes", Text),
            ("method", Integer),
            ("created_at", Integer),
        ],
        conflict: "ON CONFLICT (number) DO UPDATE SET kind = excluded.kind, guid = excluded.guid, \
                   account_name = excluded.account_name, distinguished_name = excluded.distinguished_name, \
                   display_name = excluded.display_name, principal_name = excluded.principal_name, mail = excluded.mail, dns_name = excluded.dns_name, \
                   operating_system = excluded.operating_system, scope = excluded.scope, disabled = excluded.disabled, \
                   last_logon_at = excluded.last_logon_at, password_set_at = excluded.password_set_at, attributes = excluded.attributes, \
                   method = excluded.method",
    };
    const STATES: Insert = Insert {
        table: "directory_state",
        columns: &[("sid_key", Integer), ("number", Integer), ("digest", Blob), ("resource_id", Integer), ("limited", Integer), ("discovered_at", Integer)],
        conflict: "ON CONFLICT (sid_key) DO UPDATE SET digest = excluded.digest, resource_id = excluded.resource_id, limited = excluded.limited, \
                   discovered_at = excluded.discovered_at",
    };
    domains::keep(tx, found.iter().map(|found| (found.key, &*found.object.domain)))?;
    let (new, known): (Vec<&Found<'_>>, Vec<&Found<'_>>) = found.iter().partition(|found| found.number.is_none());
    if !new.is_empty() {
        let newest = tx.query("SELECT COALESCE(MAX(number), 0) FROM directory_object", &[])?.first().map_or(Ok(0), |row| row.integer(0))?;
        let placed: Vec<(Number, &Found<'_>)> = (newest + 1..).map(Number).zip(new).collect();
        write(tx, &placed, &OBJECTS.of_new(), &STATES.of_new())?;
    }
    let placed: Vec<(Number, &Found<'_>)> = known.into_iter().filter_map(|found| Some((found.number?, found))).collect();
    write(tx, &placed, &OBJECTS, &STATES)
}

fn write(tx: &mut Tx<'_>, found: &[(Number, &Found<'_>)], objects: &Insert, states: &Insert) -> Result<(), StoreError> {
    // In a row they are otherwise than in the object.
    let written: Vec<(String, Option<[u8; 16]>)> =
        found.iter().map(|(_, Found { object, .. })| (attributes_to_column(&object.attributes), guid_bytes(&object.guid))).collect();
    let rows = found.iter().zip(&written).map(|((number, Found { key, object, method, at, .. }), (attributes, guid))| {
        [
            Param::Integer(number.0),
            (*key).into(),
            Param::Integer(object.kind.number()),
            guid.as_ref().map_or_else(|| (&[]).into(), Param::from),
            (&*object.account_name).into(),
            (&*object.distinguished_name).into(),
            (&*object.display_name).into(),
            (&*object.principal_name).into(),
            (&*object.mail).into(),
            (&*object.dns_name).into(),
            (&*object.operating_system).into(),
            Param::Integer(object.scope.map_or(0, GroupScope::number)),
            object.disabled.into(),
            object.last_logon_at.into(),
            object.password_set_at.into(),
            attributes.into(),
            Param::Integer(method.number()),
            (*at).into(),
        ]
    });
    tx.insert_rows(objects, rows)?;
    let rows = found.iter().map(|(number, Found { key, object, digest, resource_id, at, .. })| {
        [(*key).into(), Param::Integer(number.0), digest.as_bytes().into(), (*resource_id).into(), object.limited.into(), (*at).into()]
    });
    tx.insert_rows(states, rows).map(drop)
}

/// Notes that objects were found as they are known.
///
/// # Errors
/// As [`known`].
pub fn seen(tx: &mut Tx<'_>, keys: &[SidKey], at: Timestamp) -> Result<(), StoreError> {
    let params: Vec<Param<'_>> = keys.iter().copied().map(Param::from).collect();
    execute_each(tx, "UPDATE directory_state SET discovered_at = $1 WHERE sid_key IN {}", &[at.into()], &params).map(drop)
}

/// Lets the accounts of a device go: it is deleted, and the next discovery makes a new one.
///
/// # Errors
/// As [`known`].
pub fn let_go(tx: &mut Tx<'_>, device: ResourceId) -> Result<(), StoreError> {
    tx.execute("UPDATE directory_state SET resource_id = NULL WHERE resource_id = $1", &[device.into()]).map(drop)
}

/// Attributes as a column holds them, which is empty when there are none.
fn attributes_to_column(attributes: &BTreeMap<String, Vec<String>>) -> String {
    if attributes.is_empty() {
        return String::new();
    }
    serde_json::to_string(attributes).unwrap_or_else(|_| "{}".to_owned())
}
