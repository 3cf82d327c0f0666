//! Clients: key, certificate, approval, and what the site wants of each.
//!
//! Every change of a client row takes a new version from the counter `client` first ([`next_version`]) and writes it
//! into the row. The counter's row stays locked until the transaction ends, so versions become visible in their order
//! and a management point that asks "what changed after version n" misses nothing; taking the counter *before* the
//! first client row, and before the ledger, keeps two writers from waiting for each other. Keep what follows the counter
//! short.

use crate::database::{Param, Row, StoreError, Tx};
use crate::lists::select_each;
use provost_domain::{Approval, Digest, ResourceId, SmsId, Timestamp};
use std::collections::HashMap;

/// The policy of every client that has none of its own.
pub const SITE_POLICY: &str = "site";

/// One client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its identity.
    pub smsid: SmsId,
    /// Its device record; `None` when a person deleted the device and no heartbeat made a new one.
    pub resource_id: Option<ResourceId>,
    /// Its public key, as the wire writes it: base64 of a SubjectPublicKeyInfo.
    pub public_key: String,
    /// The certificate that the site issued.
    pub certificate: Option<Certificate>,
    /// What the site thinks of it.
    pub approval: Approval,
    /// Who approved or blocked it, and when.
    pub approved_by: Option<String>,
    /// When it was approved or blocked.
    pub approved_at: Option<Timestamp>,
    /// When its key was first seen.
    pub registered_at: Timestamp,
    /// Address that the newest registration came from.
    pub registered_from: String,
    /// NetBIOS name, from the newest registration or heartbeat; so are the next three.
    pub netbios_name: String,
    /// Full name in DNS.
    pub dns_name: String,
    /// Version of the client.
    pub client_version: String,
    /// Hardware id; empty when the machine does not say.
    pub hardware_id: String,
    /// Digest of the inventory that the site has of it.
    pub inventory_digest: Option<Digest>,
    /// Whether the site wants all its states again.
    pub state_resync: bool,
    /// Whether the site wants a full hardware inventory.
    pub full_inventory: bool,
    /// The policy it gets: its own SMSID, or [`SITE_POLICY`].
    pub policy_id: String,
    /// Version of this row.
    pub row_version: i64,
}

/// A client's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// In PEM.
    pub pem: String,
    /// SHA-256 of its DER.
    pub digest: Digest,
    /// When it runs out.
    pub not_after: Timestamp,
}

const COLUMNS: &str = "smsid, resource_id, public_key, certificate_pem, certificate_digest, certificate_not_after, approval, approved_by, approved_at, \
     registered_at, registered_from, netbios_name, dns_name, client_version, hardware_id, inventory_digest, state_resync, full_inventory, policy_id, row_version";

fn client(row: &Row) -> Result<Client, StoreError> {
    let certificate = match row.optional_text(3)? {
        None => None,
        Some(pem) => Some(Certificate { pem: pem.to_owned(), digest: row.parsed(4)?, not_after: row.timestamp(5)? }),
    };
    Ok(Client {
        smsid: row.parsed(0)?,
        resource_id: row.optional_integer(1)?.map(ResourceId),
        public_key: row.text(2)?.to_owned(),
        certificate,
        approval: approval(row, 6)?,
        approved_by: row.optional_text(7)?.map(str::to_owned),
        approved_at: row.optional_timestamp(8)?,
        registered_at: row.timestamp(9)?,
        registered_from: row.text(10)?.to_owned(),
        netbios_name: row.text(11)?.to_owned(),
        dns_name: row.text(12)?.to_owned(),
        client_version: row.text(13)?.to_owned(),
        hardware_id: row.text(14)?.to_owned(),
        inventory_digest: row.optional_parsed(15)?,
        state_resync: row.boolean(16)?,
        full_inventory: row.boolean(17)?,
        policy_id: row.optional_text(18)?.unwrap_or(SITE_POLICY).to_owned(),
        row_version: row.integer(19)?,
    })
}

/// The approval that a column's word names.
pub(crate) fn approval(row: &Row, column: usize) -> Result<Approval, StoreError> {
    let word = row.text(column)?;
    Approval::from_word(word).ok_or_else(|| StoreError::corrupt("reading a client", format!("no approval is called {word:?}")))
}

/// Takes the next version for client rows; see the module's story.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn next_version(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    crate::intake::count_up(tx, "client")
}

/// The client with this identity.
pub fn find(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Option<Client>, StoreError> {
    one(tx, &format!("SELECT {COLUMNS} FROM client WHERE smsid = $1"), &smsid.to_string())
}

/// The client with this public key.
pub fn find_by_key(tx: &mut Tx<'_>, public_key: &str) -> Result<Option<Client>, StoreError> {
    one(tx, &format!("SELECT {COLUMNS} FROM client WHERE public_key = $1"), public_key)
}

fn one(tx: &mut Tx<'_>, sql: &str, value: &str) -> Result<Option<Client>, StoreError> {
    tx.query(sql, &[value.into()])?.first().map(client).transpose()
}

/// What a management point must know of a client to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The client.
    pub smsid: SmsId,
    /// Its public key, as the wire writes it.
    pub public_key: String,
    /// SHA-256 of the DER of its certificate.
    pub certificate_digest: Option<Digest>,
    /// When its certificate runs out.
    pub certificate_not_after: Option<Timestamp>,
    /// Its certificate in PEM.
    pub certificate_pem: Option<String>,
    /// What the site thinks of it.
    pub approval: Approval,
    /// Digest of the inventory that the site has of it.
    pub inventory_digest: Option<Digest>,
    /// The policy it gets.
    pub policy_id: String,
    /// Version of the row.
    pub row_version: i64,
}

/// Hands over the standing of each client that changed after `row_version`, oldest change first; 0 gives all. A client
/// that was deleted does not come up here: compare [`count`].
pub fn standings_after(tx: &mut Tx<'_>, row_version: i64, each: &mut dyn FnMut(Standing)) -> Result<(), StoreError> {
    let sql = "SELECT smsid, public_key, certificate_digest, certificate_not_after, approval, inventory_digest, policy_id, row_version, certificate_pem FROM client WHERE row_version > $1 ORDER BY row_version, smsid";
    tx.query_each(sql, &[row_version.into()], &mut |row| {
        each(Standing {
            smsid: row.parsed(0)?,
            public_key: row.text(1)?.to_owned(),
            certificate_digest: row.optional_parsed(2)?,
            certificate_not_after: row.optional_timestamp(3)?,
            approval: approval(row, 4)?,
            inventory_digest: row.optional_parsed(5)?,
            policy_id: row.optional_text(6)?.unwrap_or(SITE_POLICY).to_owned(),
            row_version: row.integer(7)?,
            certificate_pem: row.optional_text(8)?.map(str::to_owned),
        });
        Ok(())
    })
}

/// The certificate that was issued to a client, in PEM.
pub fn certificate_pem(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Option<String>, StoreError> {
    let rows = tx.query("SELECT certificate_pem FROM client WHERE smsid = $1", &[(&smsid.to_string()).into()])?;
    Ok(rows.first().map(|row| row.optional_text(0)).transpose()?.flatten().map(str::to_owned))
}

/// How many clients there are.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    tx.query("SELECT count(*) FROM client", &[])?.first().map_or(Ok(0), |row| row.integer(0))
}

/// Adds a client or writes over the one with its identity; the row's version is `client.row_version`.
pub fn put(tx: &mut Tx<'_>, client: &Client) -> Result<(), StoreError> {
    let Client {
        smsid,
        resource_id,
        public_key,
        certificate,
        approval,
        approved_by,
        approved_at,
        registered_at,
        registered_from,
        netbios_name,
        dns_name,
        client_version,
        hardware_id,
        inventory_digest,
        state_resync,
        full_inventory,
        policy_id,
        row_version,
    } = client;
    let smsid = smsid.to_string();
    let certificate_digest = certificate.as_ref().map(|c| c.digest.to_string());
    let inventory_digest = inventory_digest.map(|d| d.to_string());
    let sql = format!(
        "INSERT INTO client ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
         ON CONFLICT (smsid) DO UPDATE SET resource_id = excluded.resource_id, public_key = excluded.public_key, certificate_pem = excluded.certificate_pem, \
         certificate_digest = excluded.certificate_digest, certificate_not_after = excluded.certificate_not_after, approval = excluded.approval, \
         approved_by = excluded.approved_by, approved_at = excluded.approved_at, registered_at = excluded.registered_at, \
         registered_from = excluded.registered_from, netbios_name = excluded.netbios_name, dns_name = excluded.dns_name, \
         client_version = excluded.client_version, hardware_id = excluded.hardware_id, inventory_digest = excluded.inventory_digest, \
         state_resync = excluded.state_resync, full_inventory = excluded.full_inventory, policy_id = excluded.policy_id, row_version = excluded.row_version"
    );
    let params = [
        (&smsid).into(),
        (*resource_id).into(),
        public_key.into(),
        certificate.as_ref().map(|c| &c.pem).into(),
        certificate_digest.as_ref().into(),
        certificate.as_ref().map(|c| c.not_after).into(),
        approval.word().into(),
        approved_by.as_ref().into(),
        (*approved_at).into(),
        (*registered_at).into(),
        registered_from.into(),
        netbios_name.into(),
        dns_name.into(),
        client_version.into(),
        hardware_id.into(),
        inventory_digest.as_ref().into(),
        (*state_resync).into(),
        (*full_inventory).into(),
        policy_id.into(),
        (*row_version).into(),
    ];
    tx.execute(&sql, &params).map(drop)
}

/// Approves, blocks or takes both back; false when there is no such client. For people's decisions: the ledger entry
/// is the caller's, in the same transaction.
pub fn set_approval(tx: &mut Tx<'_>, smsid: SmsId, approval: Approval, by: &str, at: Timestamp) -> Result<bool, StoreError> {
    let version = next_version(tx)?;
    let sql = "UPDATE client SET approval = $1, approved_by = $2, approved_at = $3, row_version = $4 WHERE smsid = $5";
    let changed = tx.execute(sql, &[approval.word().into(), by.into(), at.into(), version.into(), (&smsid.to_string()).into()])?;
    Ok(changed > 0)
}

/// Sets or clears the wish for a full hardware inventory; false when there is no such client. Nothing is written when
/// the row says so already.
pub fn set_full_inventory(tx: &mut Tx<'_>, smsid: SmsId, wanted: bool) -> Result<bool, StoreError> {
    set_wish(tx, "full_inventory", smsid, wanted)
}

/// Sets or clears the wish for all states; false when there is no such client. Nothing is written when the row says so
/// already.
pub fn set_state_resync(tx: &mut Tx<'_>, smsid: SmsId, wanted: bool) -> Result<bool, StoreError> {
    set_wish(tx, "state_resync", smsid, wanted)
}

fn set_wish(tx: &mut Tx<'_>, column: &str, smsid: SmsId, wanted: bool) -> Result<bool, StoreError> {
    let smsid = smsid.to_string();
    let rows = tx.query(&format!("SELECT {column} FROM client WHERE smsid = $1"), &[(&smsid).into()])?;
    let Some(now) = rows.first().map(|row| row.boolean(0)).transpose()? else { return Ok(false) };
    if now != wanted {
        let version = next_version(tx)?;
        tx.execute(&format!("UPDATE client SET {column} = $1, row_version = $2 WHERE smsid = $3"), &[wanted.into(), version.into(), (&smsid).into()])?;
    }
    Ok(true)
}

/// What the inventory data loader must know of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InventoryStanding {
    /// Its device record.
    pub resource_id: Option<ResourceId>,
    /// Digest of the inventory that the site has of it.
    pub inventory_digest: Option<Digest>,
    /// Whether a full inventory is wanted.
    pub full_inventory: bool,
}

/// The inventory standing of each of `clients` that exists.
pub fn inventory_standings(tx: &mut Tx<'_>, clients: &[SmsId]) -> Result<HashMap<SmsId, InventoryStanding>, StoreError> {
    let texts: Vec<String> = clients.iter().map(SmsId::to_string).collect();
    let params: Vec<Param<'_>> = texts.iter().map(Param::from).collect();
    let mut found = HashMap::with_capacity(clients.len());
    select_each(tx, "SELECT smsid, resource_id, inventory_digest, full_inventory FROM client WHERE smsid IN {}", &params, &mut |row| {
        let standing = InventoryStanding {
            resource_id: row.optional_integer(1)?.map(ResourceId),
            inventory_digest: row.optional_parsed(2)?,
            full_inventory: row.boolean(3)?,
        };
        found.insert(row.parsed(0)?, standing);
        Ok(())
    })?;
    Ok(found)
}

/// Records which inventory the site has of a client and whether it wants a full one, with a version from
/// [`next_version`].
pub fn set_inventory(tx: &mut Tx<'_>, smsid: SmsId, digest: Option<Digest>, full_inventory: bool, version: i64) -> Result<(), StoreError> {
    let digest = digest.map(|d| d.to_string());
    let sql = "UPDATE client SET inventory_digest = $1, full_inventory = $2, row_version = $3 WHERE smsid = $4";
    tx.execute(sql, &[digest.as_ref().into(), full_inventory.into(), version.into(), (&smsid.to_string()).into()]).map(drop)
}

/// What discovery knows of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Its device record.
    pub resource_id: Option<ResourceId>,
    /// NetBIOS name.
    pub netbios_name: String,
    /// Full name in DNS.
    pub dns_name: String,
    /// Version of the client.
    pub client_version: String,
    /// Hardware id.
    pub hardware_id: String,
}

/// The names of each of `clients` that exists.
pub fn names(tx: &mut Tx<'_>, clients: &[SmsId]) -> Result<HashMap<SmsId, Names>, StoreError> {
    let texts: Vec<String> = clients.iter().map(SmsId::to_string).collect();
    let params: Vec<Param<'_>> = texts.iter().map(Param::from).collect();
    let mut found = HashMap::with_capacity(clients.len());
    let sql = "SELECT smsid, resource_id, netbios_name, dns_name, client_version, hardware_id FROM client WHERE smsid IN {}";
    select_each(tx, sql, &params, &mut |row| {
        let names = Names {
            resource_id: row.optional_integer(1)?.map(ResourceId),
            netbios_name: row.text(2)?.to_owned(),
            dns_name: row.text(3)?.to_owned(),
            client_version: row.text(4)?.to_owned(),
            hardware_id: row.text(5)?.to_owned(),
        };
        found.insert(row.parsed(0)?, names);
        Ok(())
    })?;
    Ok(found)
}

/// Writes what discovery knows of a client, with a version from [`next_version`]. When its device record is another one
/// than before, the site has no inventory of it and wants a full one.
pub fn set_names(tx: &mut Tx<'_>, smsid: SmsId, names: &Names, other_device: bool, version: i64) -> Result<(), StoreError> {
    let Names { resource_id, netbios_name, dns_name, client_version, hardware_id } = names;
    let rest = if other_device { ", inventory_digest = NULL, full_inventory = 1" } else { "" };
    let sql = format!(
        "UPDATE client SET resource_id = $1, netbios_name = $2, dns_name = $3, client_version = $4, hardware_id = $5, row_version = $6{rest} WHERE smsid = $7"
    );
    let smsid = smsid.to_string();
    let params = [(*resource_id).into(), netbios_name.into(), dns_name.into(), client_version.into(), hardware_id.into(), version.into(), (&smsid).into()];
    tx.execute(&sql, &params).map(drop)
}

/// Forgets a client: key, certificate, approval, states and presence. It may register again. False when there is no
/// such client. Its device record stays; what the device's inventory says goes with the device.
pub fn delete(tx: &mut Tx<'_>, smsid: SmsId) -> Result<bool, StoreError> {
    next_version(tx)?;
    let smsid = smsid.to_string();
    for table in ["state_message", "state_stream", "client_presence"] {
        tx.execute(&format!("DELETE FROM {table} WHERE smsid = $1"), &[(&smsid).into()])?;
    }
    Ok(tx.execute("DELETE FROM client WHERE smsid = $1", &[(&smsid).into()])? > 0)
}
