//! How far each rule about status messages has looked.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::execute_each;
use provost_domain::alerts::RuleName;
use std::collections::BTreeMap;

/// Number of the last status message that each rule has looked at.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn cursors(tx: &mut Tx<'_>) -> Result<BTreeMap<RuleName, i64>, StoreError> {
    tx.query("SELECT rule, record_id FROM alert_cursor", &[])?.iter().map(|row| Ok((row.parsed(0)?, row.integer(1)?))).collect()
}

/// Records that rules have looked at every status message up to `record_id`.
///
/// # Errors
/// As [`cursors`].
pub fn set_cursors(tx: &mut Tx<'_>, rules: &[RuleName], record_id: i64) -> Result<(), StoreError> {
    const CURSORS: Insert = Insert {
        table: "alert_cursor",
        columns: &[("rule", ColumnType::Text), ("record_id", ColumnType::Integer)],
        conflict: "ON CONFLICT (rule) DO UPDATE SET record_id = excluded.record_id",
    };
    let rows: Vec<Param<'_>> = rules.iter().flat_map(|rule| [rule.as_str().into(), record_id.into()]).collect();
    tx.insert_many(&CURSORS, &rows).map(drop)
}

/// Forgets the cursors of rules that are gone.
///
/// # Errors
/// As [`cursors`].
pub fn forget_cursors(tx: &mut Tx<'_>, rules: &[RuleName]) -> Result<(), StoreError> {
    let names: Vec<Param<'_>> = rules.iter().map(|rule| rule.as_str().into()).collect();
    execute_each(tx, "DELETE FROM alert_cursor WHERE rule IN {}", &[], &names).map(drop)
}
