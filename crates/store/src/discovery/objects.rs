//! Computers, users and groups of directories, by SID.

use super::sids::{SidKey, select_keys};
use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::{execute_each, select_each};
use provost_domain::discovery::{DirectoryObject, GroupScope, Method};
use provost_domain::{Digest, ResourceId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Objects are written so many at a time.
const ROWS_TOGETHER: usize = 512;

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
    pub digest: Digest,
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
    pub digest: Digest,
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
        let digest = <[u8; 32]>::try_from(row.blob(1)?).map_err(|_| StoreError::corrupt("reading a directory's object", "its digest is none"))?;
        let about = Known {
            number: Number(row.integer(5)?),
            digest: Digest::from_bytes(digest),
            resource_id: row.optional_integer(2)?.map(ResourceId),
            limited: row.boolean(3)?,
            discovered_at: row.timestamp(4)?,
        };
        known.insert(SidKey(row.integer(0)?), about);
        Ok(())
    })?;
    Ok(known)
}

/// DNS names of domains, by what their SIDs begin with.
#[derive(Clone, Debug, Default)]
pub struct Domains(HashMap<SidKey, String>);

impl Domains {
    /// The domain of whose SIDs this is one, when it is known.
    #[must_use]
    pub fn of(&self, key: SidKey) -> Option<&str> {
        self.0.get(&key.beside(0)).map(String::as_str)
    }

    /// Whether the domain of whose SIDs this is one is this one; when it is not known yet, it is from now on.
    pub fn is_or_becomes(&mut self, key: SidKey, domain: &str) -> bool {
        self.0.entry(key.beside(0)).or_insert_with(|| domain.to_owned()) == domain
    }
}

/// The domains of whose SIDs these are some, as far as an object of them is known: whatever begins alike is of one domain
/// (MS-DTYP §2.4.2), so that one object of it tells.
///
/// # Errors
/// As [`known`].
pub fn domains(tx: &mut Tx<'_>, keys: impl IntoIterator<Item = SidKey>) -> Result<Domains, StoreError> {
    let (mut firsts, mut newest) = (BTreeSet::new(), None);
    for first in keys.into_iter().map(|key| key.beside(0)) {
        // Nearly all are of one domain.
        if newest.replace(first) != Some(first) {
            firsts.insert(first);
        }
    }
    let mut domains = Domains::default();
    let sql = "SELECT o.domain FROM directory_state s JOIN directory_object o ON o.number = s.number WHERE s.sid_key BETWEEN $1 AND $2 LIMIT 1";
    for first in firsts {
        let params = [first.into(), first.beside(u32::MAX).into()];
        tx.query_each(sql, &params, &mut |row| {
            domains.0.insert(first, row.text(0)?.to_owned());
            Ok(())
        })?;
    }
    Ok(domains)
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

/// Writes objects, each SID once. When one was first found stays.
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
            ("kind", Text),
            ("guid", Text),
            ("domain", Text),
            ("account_name", Text),
            ("distinguished_name", Text),
            ("display_name", Text),
            ("principal_name", Text),
            ("mail", Text),
            ("dns_name", Text),
            ("operating_system", Text),
            ("scope", Text),
            ("disabled", Integer),
            ("last_logon_at", Integer),
            ("password_set_at", Integer),
            ("attributes", Text),
            ("method", Text),
            ("created_at", Integer),
        ],
        conflict: "ON CONFLICT (number) DO UPDATE SET kind = excluded.kind, guid = excluded.guid, domain = excluded.domain, \
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
    let (new, known): (Vec<&Found<'_>>, Vec<&Found<'_>>) = found.iter().partition(|found| found.number.is_none());
    if !new.is_empty() {
        let newest = tx.query("SELECT COALESCE(MAX(number), 0) FROM directory_object", &[])?.first().map_or(Ok(0), |row| row.integer(0))?;
        let placed: Vec<(Number, &Found<'_>)> = (newest + 1..).map(Number).zip(new).collect();
        placed.chunks(ROWS_TOGETHER).try_for_each(|found| write(tx, found, &OBJECTS.of_new(), &STATES.of_new()))?;
    }
    let placed: Vec<(Number, &Found<'_>)> = known.into_iter().filter_map(|found| Some((found.number?, found))).collect();
    placed.chunks(ROWS_TOGETHER).try_for_each(|found| write(tx, found, &OBJECTS, &STATES))
}

fn write(tx: &mut Tx<'_>, found: &[(Number, &Found<'_>)], objects: &Insert, states: &Insert) -> Result<(), StoreError> {
    let attributes: Vec<String> = found.iter().map(|(_, found)| attributes_to_column(&found.object.attributes)).collect();
    let mut rows: Vec<Param<'_>> = Vec::with_capacity(found.len() * objects.columns.len());
    for ((number, Found { key, object, method, at, .. }), attributes) in found.iter().zip(&attributes) {
        rows.extend([
            Param::Integer(number.0),
            (*key).into(),
            object.kind.id().into(),
            (&*object.guid).into(),
            (&*object.domain).into(),
            (&*object.account_name).into(),
            (&*object.distinguished_name).into(),
            (&*object.display_name).into(),
            (&*object.principal_name).into(),
            (&*object.mail).into(),
            (&*object.dns_name).into(),
            (&*object.operating_system).into(),
            object.scope.map_or("", GroupScope::id).into(),
            object.disabled.into(),
            object.last_logon_at.into(),
            object.password_set_at.into(),
            attributes.into(),
            method.id().into(),
            (*at).into(),
        ]);
    }
    tx.insert_many(objects, &rows)?;
    rows.clear();
    rows.extend(found.iter().flat_map(|(number, Found { key, object, digest, resource_id, at, .. })| {
        [Param::from(*key), Param::Integer(number.0), digest.as_bytes().into(), (*resource_id).into(), object.limited.into(), (*at).into()]
    }));
    tx.insert_many(states, &rows).map(drop)
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

fn attributes_to_column(attributes: &BTreeMap<String, Vec<String>>) -> String {
    serde_json::to_string(attributes).unwrap_or_else(|_| "{}".to_owned())
}
