//! Clients as people list and find them.

use super::conditions::Conditions;
use super::{Position, Sorting};
use crate::clients::approval;
use crate::database::{Row, StoreError, Tx, Value};
use provost_domain::{Approval, Digest, ResourceId, SmsId, Timestamp};

/// One client of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its identity.
    pub smsid: SmsId,
    /// Name of its device, or the name that it registered with when there is no device.
    pub name: String,
    /// Full name in DNS, as it registered.
    pub dns_name: String,
    /// Its device.
    pub resource_id: Option<ResourceId>,
    /// What the site thinks of it.
    pub approval: Approval,
    /// Who decided that.
    pub approved_by: Option<String>,
    /// When that was decided.
    pub approved_at: Option<Timestamp>,
    /// When its key was first seen.
    pub registered_at: Timestamp,
    /// Address that it registered from.
    pub registered_from: String,
    /// Version of the client.
    pub client_version: String,
    /// When its certificate runs out.
    pub certificate_not_after: Option<Timestamp>,
    /// When it was last seen by a management point.
    pub last_seen_at: Option<Timestamp>,
    /// SHA-256 of its public key as the wire writes it: what a person compares before approving.
    pub key_digest: Digest,
    /// Hardware id; empty when the machine does not say.
    pub hardware_id: String,
    /// Where it stands in the list that it was read from.
    pub position: Position,
}

/// What clients are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Name.
    Name,
    /// When its key was first seen.
    Registered,
    /// When it was last seen; never comes before everything.
    LastSeen,
}

/// Which clients a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What the site thinks of them.
    pub approval: Option<Approval>,
    /// Each in the name, the name in DNS, the identity, or the address it registered from.
    pub words: Vec<String>,
}

const NAME: &str = "COALESCE(d.name, c.netbios_name)";
const COLUMNS: &str = "c.smsid, COALESCE(d.name, c.netbios_name), c.dns_name, c.resource_id, c.approval, c.approved_by, c.approved_at, c.registered_at, \
     c.registered_from, c.client_version, c.certificate_not_after, p.seen_at, c.public_key, c.hardware_id";
const FROM: &str = " FROM client c LEFT JOIN device d ON d.resource_id = c.resource_id LEFT JOIN client_presence p ON p.smsid = c.smsid";

impl By {
    const fn sql(self) -> &'static str {
        match self {
            Self::Name => NAME,
            Self::Registered => "c.registered_at",
            Self::LastSeen => "COALESCE(p.seen_at, 0)",
        }
    }
}

fn conditions(filter: &Filter) -> Conditions {
    let Filter { approval, words } = filter;
    let mut all = Conditions::default();
    if let Some(approval) = approval {
        all.add("c.approval = {}", Value::Text(approval.word().to_owned()));
    }
    for word in words {
        all.add_contains(&[NAME, "c.dns_name", "c.smsid", "c.registered_from"], word);
    }
    all
}

/// The clients of a filter after a position, at most `limit`.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, sorting: Sorting<By>, after: Option<&Position>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let mut all = conditions(filter);
    let (key, direction) = (sorting.by.sql(), if sorting.descending { "DESC" } else { "ASC" });
    if let Some(after) = after {
        all.add_after(key, "c.smsid", after, sorting.descending);
    }
    let sql = format!("SELECT {COLUMNS}, {key}{FROM}{} ORDER BY {key} {direction}, c.smsid {direction} LIMIT ${}", all.sql(), all.limit_number());
    let mut clients = Vec::new();
    tx.query_each(&sql, &all.params_and_limit(limit), &mut |row| {
        clients.push(listed(row)?);
        Ok(())
    })?;
    Ok(clients)
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        smsid: row.parsed(0)?,
        name: row.text(1)?.to_owned(),
        dns_name: row.text(2)?.to_owned(),
        resource_id: row.optional_integer(3)?.map(ResourceId),
        approval: approval(row, 4)?,
        approved_by: row.optional_text(5)?.map(str::to_owned),
        approved_at: row.optional_timestamp(6)?,
        registered_at: row.timestamp(7)?,
        registered_from: row.text(8)?.to_owned(),
        client_version: row.text(9)?.to_owned(),
        certificate_not_after: row.optional_timestamp(10)?,
        last_seen_at: row.optional_timestamp(11)?,
        key_digest: Digest::of(row.text(12)?.as_bytes()),
        hardware_id: row.text(13)?.to_owned(),
        position: Position { sort_key: row.values().get(14).cloned().unwrap_or(Value::Null), row_key: Value::Text(row.text(0)?.to_owned()) },
    })
}

/// How many clients a filter holds.
pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<i64, StoreError> {
    let all = conditions(filter);
    tx.query(&format!("SELECT count(*){FROM}{}", all.sql()), &all.params())?.first().map_or(Ok(0), |row| row.integer(0))
}

/// The identities of clients that are called `name`, whatever the case of its ASCII letters: by their device's name, or by
/// the names that they registered with. At most ten.
pub fn called(tx: &mut Tx<'_>, name: &str) -> Result<Vec<SmsId>, StoreError> {
    let sql = format!(
        "SELECT c.smsid{FROM} WHERE lower({NAME}) = $1 OR lower(c.netbios_name) = $1 OR lower(c.dns_name) = $1 ORDER BY c.registered_at, c.smsid LIMIT 10"
    );
    tx.query(&sql, &[(&name.to_ascii_lowercase()).into()])?.iter().map(|row| row.parsed(0)).collect()
}

/// The client with this identity, as a list shows it.
pub fn find(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Option<Listed>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, c.registered_at{FROM} WHERE c.smsid = $1");
    tx.query_optional(&sql, &[(&smsid.to_string()).into()])?.as_ref().map(listed).transpose()
}
