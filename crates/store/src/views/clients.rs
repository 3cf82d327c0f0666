//! Clients as people list and find them.

use super::{Conditions, Field, Fields, Found, Page, Source};
use crate::clients::approval;
use crate::database::{Row, StoreError, Tx, Value};
use provost_domain::filter::{Kind, Term};
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
}

const NAME: &str = "COALESCE(d.name, c.netbios_name)";
const COLUMNS: &str = "c.smsid, COALESCE(d.name, c.netbios_name), c.dns_name, c.resource_id, c.approval, c.approved_by, c.approved_at, c.registered_at, \
     c.registered_from, c.client_version, c.certificate_not_after, p.seen_at, c.public_key, c.hardware_id";
const FROM: &str = "client c LEFT JOIN device d ON d.resource_id = c.resource_id LEFT JOIN client_presence p ON p.smsid = c.smsid";

/// What clients are narrowed by. A word without a name is also looked for in the name in DNS.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("name", Kind::Text, NAME),
        Field::new("approval", Kind::Words(&["registered", "approved", "blocked"]), "c.approval"),
        Field::nullable("seen", Kind::Time, "p.seen_at"),
        Field::new("registered", Kind::Time, "c.registered_at"),
        Field::new("version", Kind::Text, "c.client_version"),
        Field::new("from", Kind::Text, "c.registered_from"),
        Field::new("smsid", Kind::Text, "c.smsid"),
        Field::nullable("approved-by", Kind::Text, "c.approved_by"),
        Field::nullable("certificate-until", Kind::Time, "c.certificate_not_after"),
    ],
    also: &["lower(c.dns_name) LIKE {} ESCAPE '!'"],
};

const CLIENTS: Source = Source { columns: COLUMNS, from: FROM, key: "c.smsid", fields: FIELDS };

fn in_state(approval: Option<Approval>) -> Conditions {
    let mut all = Conditions::default();
    if let Some(approval) = approval {
        all.add("c.approval = {}", Value::Text(approval.word().to_owned()));
    }
    all
}

/// A page of clients, in one state or in all.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn list(tx: &mut Tx<'_>, approval: Option<Approval>, page: &Page) -> Result<Found<Listed>, StoreError> {
    CLIENTS.read(tx, in_state(approval), false, page, listed)
}

/// How many clients hold these words, in one state or in all.
pub fn count(tx: &mut Tx<'_>, approval: Option<Approval>, terms: &[Term]) -> Result<i64, StoreError> {
    CLIENTS.count(tx, in_state(approval), terms)
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
    })
}

/// The identities of clients that are called `name`, whatever the case of its ASCII letters: by their device's name, or by
/// the names that they registered with. At most ten.
pub fn called(tx: &mut Tx<'_>, name: &str) -> Result<Vec<SmsId>, StoreError> {
    let sql = format!(
        "SELECT c.smsid FROM {FROM} WHERE lower({NAME}) = $1 OR lower(c.netbios_name) = $1 OR lower(c.dns_name) = $1 ORDER BY c.registered_at, c.smsid LIMIT 10"
    );
    tx.query(&sql, &[(&name.to_ascii_lowercase()).into()])?.iter().map(|row| row.parsed(0)).collect()
}

/// The client with this identity, as a list shows it.
pub fn find(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Option<Listed>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE c.smsid = $1");
    tx.query_optional(&sql, &[(&smsid.to_string()).into()])?.as_ref().map(listed).transpose()
}
