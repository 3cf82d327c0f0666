//! Signed policies and the settings they are made from.

use crate::clients::SITE_POLICY;
use crate::database::{Row, StoreError, Tx};
use provost_domain::{Digest, SmsId, Timestamp};

/// One signed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPolicy {
    /// [`SITE_POLICY`], or the SMSID of the one client it is for.
    pub policy_id: String,
    /// Its version; counts up over all policies of the site.
    pub version: i64,
    /// Digest of what it says, without version and time.
    pub content_digest: Digest,
    /// What was signed.
    pub payload: String,
    /// The signature, in base64.
    pub signature: String,
    /// When it was signed.
    pub issued_at: Timestamp,
}

const COLUMNS: &str = "policy_id, version, content_digest, payload, signature, issued_at";

fn policy(row: &Row) -> Result<StoredPolicy, StoreError> {
    Ok(StoredPolicy {
        policy_id: row.text(0)?.to_owned(),
        version: row.integer(1)?,
        content_digest: row.parsed(2)?,
        payload: row.text(3)?.to_owned(),
        signature: row.text(4)?.to_owned(),
        issued_at: row.timestamp(5)?,
    })
}

/// The policy with this id.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn find(tx: &mut Tx<'_>, policy_id: &str) -> Result<Option<StoredPolicy>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM policy WHERE policy_id = $1"), &[policy_id.into()])?.first().map(policy).transpose()
}

/// Hands over each policy whose version is greater than `version`, in the order of versions; 0 gives all.
pub fn after(tx: &mut Tx<'_>, version: i64, each: &mut dyn FnMut(StoredPolicy)) -> Result<(), StoreError> {
    tx.query_each(&format!("SELECT {COLUMNS} FROM policy WHERE version > $1 ORDER BY version"), &[version.into()], &mut |row| {
        each(policy(row)?);
        Ok(())
    })
}

/// Takes the next version; it stays locked until the transaction ends, so versions become visible in their order.
pub fn next_version(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    crate::intake::count_up(tx, "policy")
}

/// Writes a policy over the one with its id.
pub fn put(tx: &mut Tx<'_>, policy: &StoredPolicy) -> Result<(), StoreError> {
    let StoredPolicy { policy_id, version, content_digest, payload, signature, issued_at } = policy;
    let sql = "INSERT INTO policy (policy_id, version, content_digest, payload, signature, issued_at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (policy_id) DO UPDATE SET version = excluded.version, content_digest = excluded.content_digest, payload = excluded.payload, \
               signature = excluded.signature, issued_at = excluded.issued_at";
    let digest = content_digest.to_string();
    tx.execute(sql, &[policy_id.into(), (*version).into(), (&digest).into(), payload.into(), signature.into(), (*issued_at).into()]).map(drop)
}

/// Removes a client's own policy.
pub fn delete(tx: &mut Tx<'_>, smsid: SmsId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM policy WHERE policy_id = $1", &[(&smsid.to_string()).into()]).map(drop)
}

/// Removes the policies of clients that are no more; gives their number.
pub fn delete_orphans(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM policy WHERE policy_id <> $1 AND NOT EXISTS (SELECT 1 FROM client WHERE client.smsid = policy.policy_id)", &[SITE_POLICY.into()])
}

/// What the site wants of a client, and what its own policy says, when it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The client.
    pub smsid: SmsId,
    /// Whether all states are wanted.
    pub state_resync: bool,
    /// Whether a full hardware inventory is wanted.
    pub full_inventory: bool,
    /// The policy that the client is pointed at.
    pub policy_id: String,
    /// Content digest of its own policy.
    pub own_digest: Option<Digest>,
    /// Version of the client's row.
    pub row_version: i64,
}

/// What is wanted of each client whose row changed after `row_version`, oldest change first, at most `limit`, and of
/// those only clients that want something or have a policy of their own. The second value is the version to go on
/// from; the third says whether there may be more.
pub fn wanted_after(tx: &mut Tx<'_>, row_version: i64, limit: i64) -> Result<(Vec<Wanted>, i64, bool), StoreError> {
    let sql = "SELECT c.smsid, c.state_resync, c.full_inventory, c.policy_id, p.content_digest, c.row_version \
               FROM client c LEFT JOIN policy p ON p.policy_id = c.smsid WHERE c.row_version > $1 ORDER BY c.row_version, c.smsid LIMIT $2";
    let rows = tx.query(sql, &[row_version.into(), limit.into()])?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) == limit;
    let mut last = row_version;
    let mut wanted = Vec::new();
    for row in &rows {
        let client = Wanted {
            smsid: row.parsed(0)?,
            state_resync: row.boolean(1)?,
            full_inventory: row.boolean(2)?,
            policy_id: row.optional_text(3)?.unwrap_or(SITE_POLICY).to_owned(),
            own_digest: row.optional_parsed(4)?,
            row_version: row.integer(5)?,
        };
        last = last.max(client.row_version);
        if client.state_resync || client.full_inventory || client.own_digest.is_some() || client.policy_id != SITE_POLICY {
            wanted.push(client);
        }
    }
    Ok((wanted, last, more))
}

/// Every client that has a policy of its own, and what is wanted of it.
pub fn wanted_of_owners(tx: &mut Tx<'_>) -> Result<Vec<Wanted>, StoreError> {
    let sql = "SELECT c.smsid, c.state_resync, c.full_inventory, c.policy_id, p.content_digest, c.row_version \
               FROM policy p JOIN client c ON c.smsid = p.policy_id ORDER BY c.smsid";
    let mut wanted = Vec::new();
    tx.query_each(sql, &[], &mut |row| {
        wanted.push(Wanted {
            smsid: row.parsed(0)?,
            state_resync: row.boolean(1)?,
            full_inventory: row.boolean(2)?,
            policy_id: row.optional_text(3)?.unwrap_or(SITE_POLICY).to_owned(),
            own_digest: row.optional_parsed(4)?,
            row_version: row.integer(5)?,
        });
        Ok(())
    })?;
    Ok(wanted)
}

/// Points a client at a policy, with a version from [`crate::clients::next_version`].
pub fn point(tx: &mut Tx<'_>, smsid: SmsId, policy_id: &str, row_version: i64) -> Result<(), StoreError> {
    let sql = "UPDATE client SET policy_id = $1, row_version = $2 WHERE smsid = $3";
    tx.execute(sql, &[policy_id.into(), row_version.into(), (&smsid.to_string()).into()]).map(drop)
}

/// A setting's value; `None` when nobody set it.
pub fn setting(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.query("SELECT value FROM setting WHERE name = $1", &[name.into()])?.first().map(|row| row.text(0)).transpose()?.map(str::to_owned))
}

/// Sets a setting.
pub fn set_setting(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.execute(sql, &[name.into(), value.into()]).map(drop)
}
