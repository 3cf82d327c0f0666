//! Intake: which messages were loaded, so that each is loaded once however often it comes.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::select_each;
use provost_catalog::inboxes::Inbox;
use provost_domain::{MessageId, Timestamp};
use std::collections::HashSet;

/// Those of `ids` that were loaded before.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn loaded(tx: &mut Tx<'_>, ids: &[MessageId]) -> Result<HashSet<MessageId>, StoreError> {
    let params: Vec<Param<'_>> = ids.iter().map(|id| id.as_bytes().into()).collect();
    let wanted: HashSet<[u8; 16]> = ids.iter().map(|id| *id.as_bytes()).collect();
    let mut found = HashSet::new();
    select_each(tx, "SELECT message_id FROM intake WHERE message_id IN {}", &params, &mut |row| {
        if let Ok(bytes) = <[u8; 16]>::try_from(row.blob(0)?)
            && wanted.contains(&bytes)
        {
            found.insert(bytes);
        }
        Ok(())
    })?;
    Ok(ids.iter().filter(|id| found.contains(id.as_bytes())).copied().collect())
}

/// Records that messages of an inbox were loaded. A message that is recorded already is a conflict: somebody else
/// loaded it meanwhile, and this transaction must not be kept.
pub fn record(tx: &mut Tx<'_>, inbox: &Inbox, ids: &[MessageId], at: Timestamp) -> Result<(), StoreError> {
    const INTAKE: Insert =
        Insert { table: "intake", columns: &[("message_id", ColumnType::Blob), ("inbox", ColumnType::Text), ("loaded_at", ColumnType::Integer)], conflict: "" };
    let rows: Vec<Param<'_>> = ids.iter().flat_map(|id| [id.as_bytes().into(), inbox.name.into(), at.into()]).collect();
    tx.insert_many(&INTAKE, &rows).map(drop)
}

/// Forgets the messages of an inbox that were loaded before `before`; gives their number. Management points refuse
/// messages that old, so none of them can come again.
pub fn forget(tx: &mut Tx<'_>, inbox: &Inbox, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM intake WHERE loaded_at < $1 AND inbox = $2", &[before.into(), inbox.name.into()])
}

/// Counts a change counter up and gives its new value. The counter's row is locked until the transaction ends, so values
/// become visible to others in their order.
pub(crate) fn count_up(tx: &mut Tx<'_>, name: &str) -> Result<i64, StoreError> {
    let rows = tx.query("UPDATE change_counter SET value = value + 1 WHERE name = $1 RETURNING value", &[name.into()])?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(StoreError::corrupt("counting a change", format!("there is no counter called {name}"))),
    }
}
