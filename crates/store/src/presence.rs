//! When each client was last seen by a management point.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use provost_domain::{SmsId, Timestamp};

/// Records when clients were seen; an earlier time never replaces a later one. Each client at most once.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn record(tx: &mut Tx<'_>, seen: &[(SmsId, Timestamp)]) -> Result<(), StoreError> {
    const PRESENCE: Insert = Insert {
        table: "client_presence",
        columns: &[("smsid", ColumnType::Text), ("seen_at", ColumnType::Integer)],
        conflict: "ON CONFLICT (smsid) DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at > client_presence.seen_at",
    };
    let texts: Vec<String> = seen.iter().map(|(smsid, _)| smsid.to_string()).collect();
    let rows: Vec<Param<'_>> = texts.iter().zip(seen).flat_map(|(smsid, (_, at))| [smsid.into(), (*at).into()]).collect();
    tx.insert_many(&PRESENCE, &rows).map(drop)
}

/// When a client was last seen; `None` when never.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn last_seen(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Option<Timestamp>, StoreError> {
    tx.query("SELECT seen_at FROM client_presence WHERE smsid = $1", &[(&smsid.to_string()).into()])?.first().map(|row| row.timestamp(0)).transpose()
}
