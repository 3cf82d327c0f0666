//! Alerts.

use crate::database::{ColumnType, Insert, Param, Row, StoreError, Tx, Value};
use crate::views::{Conditions, Field, Fields, Found, Page, Position, Source};
use provost_domain::Timestamp;
use provost_domain::alerts::{Alert, Cause, RuleName};
use provost_domain::filter::Kind;

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

/// What alerts are narrowed by.
pub const FIELDS: Fields = Fields {
    named: &[
        Field::new("alert", Kind::Number, "alert_id"),
        Field::new("rule", Kind::Text, "rule"),
        Field::new("opened", Kind::Time, "opened_at"),
        Field::new("last", Kind::Time, "last_at"),
        Field::new("times", Kind::Number, "occurrences"),
        Field::nullable("closed", Kind::Time, "closed_at"),
        Field::new("words", Kind::Text, "words"),
        Field::new("subject", Kind::Text, "subject"),
        Field::new("mailed", Kind::Time, "mailed_at"),
        Field::new("sent", Kind::Number, "(SELECT count(m.sent_at) FROM alert_mail m WHERE m.alert_id = alert.alert_id)"),
        Field::new("waiting", Kind::Number, "(SELECT count(*) - count(m.sent_at) - count(m.given_up_at) FROM alert_mail m WHERE m.alert_id = alert.alert_id)"),
        Field::new("given-up", Kind::Number, "(SELECT count(m.given_up_at) FROM alert_mail m WHERE m.alert_id = alert.alert_id)"),
    ],
    also: &[],
};

/// A page of alerts, those that are open or all, newest first when nobody says how it is sorted.
///
/// # Errors
/// As [`still_open`].
pub fn page(tx: &mut Tx<'_>, only_open: bool, page: &Page) -> Result<Found<Alert>, StoreError> {
    const ALERTS: Source = Source { columns: COLUMNS, from: "alert", key: "alert_id", fields: FIELDS };
    let mut all = Conditions::default();
    if only_open {
        all.add_plain("closed_at IS NULL");
    }
    ALERTS.read(tx, all, true, page, alert)
}

/// At most `limit` alerts before number `before`, newest first; those that are open, or all.
///
/// # Errors
/// As [`still_open`].
pub fn newest(tx: &mut Tx<'_>, only_open: bool, before: i64, limit: usize) -> Result<Vec<Alert>, StoreError> {
    let after = Some(Position { sort_key: Value::Integer(before), row_key: Value::Integer(before) });
    Ok(page(tx, only_open, &Page { after, ..Page::first(limit) })?.items)
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
