//! Alerts.

use crate::database::{ColumnType, Insert, Param, Row, StoreError, Tx};
use provost_domain::Timestamp;
use provost_domain::alerts::{Alert, Cause, RuleName};

const COLUMNS: &str = "alert_id, rule, subject, words, opened_at, last_at, occurrences, mailed_at, closed_at";

fn alert(row: &Row) -> Result<Alert, StoreError> {
    Ok(Alert {
        alert_id: row.integer(0)?,
        rule: row.parsed(1)?,
        subject: row.text(2)?.to_owned(),
        words: row.text(3)?.to_owned(),
        opened_at: row.timestamp(4)?,
        last_at: row.timestamp(5)?,
        occurrences: row.integer(6)?,
        mailed_at: row.timestamp(7)?,
        closed_at: row.optional_timestamp(8)?,
    })
}

/// Every alert that is open, in the order of numbers.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn still_open(tx: &mut Tx<'_>) -> Result<Vec<Alert>, StoreError> {
    tx.query(&format!("SELECT {COLUMNS} FROM alert WHERE closed_at IS NULL ORDER BY alert_id"), &[])?.iter().map(alert).collect()
}

/// Opens alerts, mailed now; gives them with their numbers.
///
/// # Errors
/// As [`still_open`].
pub fn open(tx: &mut Tx<'_>, causes: &[(RuleName, Cause)], now: Timestamp) -> Result<Vec<Alert>, StoreError> {
    const ALERTS: Insert = Insert {
        table: "alert",
        columns: &[
            ("rule", ColumnType::Text),
            ("subject", ColumnType::Text),
            ("words", ColumnType::Text),
            ("opened_at", ColumnType::Integer),
            ("last_at", ColumnType::Integer),
            ("occurrences", ColumnType::Integer),
            ("mailed_at", ColumnType::Integer),
        ],
        conflict: "",
    };
    if causes.is_empty() {
        return Ok(Vec::new());
    }
    // Numbers go upwards and nobody else opens alerts, so the new ones are those after the last.
    let last = tx.query_optional("SELECT COALESCE(max(alert_id), 0) FROM alert", &[])?.map_or(Ok(0), |row| row.integer(0))?;
    let rows: Vec<Param<'_>> = causes
        .iter()
        .flat_map(|(rule, Cause { subject, words, times })| {
            [rule.as_str().into(), subject.into(), words.into(), now.into(), now.into(), (*times).into(), now.into()]
        })
        .collect();
    tx.insert_many(&ALERTS, &rows)?;
    tx.query(&format!("SELECT {COLUMNS} FROM alert WHERE alert_id > $1 ORDER BY alert_id"), &[last.into()])?.iter().map(alert).collect()
}

/// Writes what changed of alerts: words, counts, when they were mailed, when they were closed.
///
/// # Errors
/// As [`still_open`].
pub fn save(tx: &mut Tx<'_>, alerts: &[Alert]) -> Result<(), StoreError> {
    const ALERTS: Insert = Insert {
        table: "alert",
        columns: &[
            ("alert_id", ColumnType::Integer),
            ("rule", ColumnType::Text),
            ("subject", ColumnType::Text),
            ("words", ColumnType::Text),
            ("opened_at", ColumnType::Integer),
            ("last_at", ColumnType::Integer),
            ("occurrences", ColumnType::Integer),
            ("mailed_at", ColumnType::Integer),
            ("closed_at", ColumnType::Integer),
        ],
        conflict: "ON CONFLICT (alert_id) DO UPDATE SET words = excluded.words, last_at = excluded.last_at, occurrences = excluded.occurrences, \
                   mailed_at = excluded.mailed_at, closed_at = excluded.closed_at",
    };
    let rows: Vec<Param<'_>> = alerts
        .iter()
        .flat_map(|alert| {
            [
                alert.alert_id.into(),
                alert.rule.as_str().into(),
                (&alert.subject).into(),
                (&alert.words).into(),
                alert.opened_at.into(),
                alert.last_at.into(),
                alert.occurrences.into(),
                alert.mailed_at.into(),
                alert.closed_at.into(),
            ]
        })
        .collect();
    tx.insert_many(&ALERTS, &rows).map(drop)
}

/// At most `limit` alerts before number `before`, newest first; those that are open, or all.
///
/// # Errors
/// As [`still_open`].
pub fn newest(tx: &mut Tx<'_>, only_open: bool, before: i64, limit: usize) -> Result<Vec<Alert>, StoreError> {
    let which = if only_open { "AND closed_at IS NULL" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM alert WHERE alert_id < $1 {which} ORDER BY alert_id DESC LIMIT $2");
    tx.query(&sql, &[before.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()])?.iter().map(alert).collect()
}

/// The alert with this number.
///
/// # Errors
/// As [`still_open`].
pub fn by_id(tx: &mut Tx<'_>, alert_id: i64) -> Result<Option<Alert>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM alert WHERE alert_id = $1"), &[alert_id.into()])?.as_ref().map(alert).transpose()
}

/// Removes alerts that were closed before `before`; gives their number.
///
/// # Errors
/// As [`still_open`].
pub fn forget_closed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM alert WHERE closed_at < $1", &[before.into()])
}
