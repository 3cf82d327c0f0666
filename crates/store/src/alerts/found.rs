//! What alert rules look at.

use crate::database::{StoreError, Tx};
use crate::lists::texts_from_column;
use provost_domain::status::{Severity, StatusMessage};
use provost_domain::{SmsId, Timestamp};

/// A status message with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedMessage {
    /// Its number. One component adds status messages, so numbers become visible in their order.
    pub record_id: i64,
    /// When the site took it.
    pub received_at: Timestamp,
    /// What it says.
    pub message: StatusMessage,
}

/// The first `limit` status messages after number `after`.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn messages_after(tx: &mut Tx<'_>, after: i64, limit: usize) -> Result<Vec<NumberedMessage>, StoreError> {
    let rows = tx.query(
        "SELECT record_id, received_at, number, severity, component, system, smsid, at, insertions FROM status_message \
         WHERE record_id > $1 ORDER BY record_id LIMIT $2",
        &[after.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    )?;
    rows.iter()
        .map(|row| {
            let corrupt = |cause: &str| StoreError::corrupt("reading status messages", cause);
            let message = StatusMessage {
                number: i32::try_from(row.integer(2)?).map_err(|_| corrupt("a number is too large"))?,
                severity: Severity::from_word(row.text(3)?).ok_or_else(|| corrupt("a severity is none"))?,
                component: row.text(4)?.to_owned(),
                system: row.text(5)?.to_owned(),
                client: row.optional_parsed(6)?,
                at: row.timestamp(7)?,
                insertions: texts_from_column(row.text(8)?)?,
            };
            Ok(NumberedMessage { record_id: row.integer(0)?, received_at: row.timestamp(1)?, message })
        })
        .collect()
}

/// Number of the last status message that was taken before `at`; 0 when none was.
///
/// # Errors
/// As [`messages_after`].
pub fn last_message_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<i64, StoreError> {
    let row = tx.query_optional("SELECT COALESCE(max(record_id), 0) FROM status_message WHERE received_at < $1", &[at.into()])?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// A component that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailingComponent {
    /// Its id.
    pub component: String,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub reason: String,
}

/// Every component that fails.
///
/// # Errors
/// As [`messages_after`].
pub fn failing_components(tx: &mut Tx<'_>) -> Result<Vec<FailingComponent>, StoreError> {
    let rows = tx.query("SELECT component, since, reason FROM component_state WHERE state = 'failing' ORDER BY component", &[])?;
    rows.iter().map(|row| Ok(FailingComponent { component: row.text(0)?.to_owned(), since: row.timestamp(1)?, reason: row.text(2)?.to_owned() })).collect()
}

/// A client that is silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilentClient {
    /// Its identity.
    pub smsid: SmsId,
    /// Its NetBIOS name.
    pub name: String,
    /// When it was last seen; when it registered or was approved, if that is later.
    pub seen_at: Timestamp,
}

/// Approved clients that were not seen since `before`.
///
/// # Errors
/// As [`messages_after`].
pub fn silent_clients(tx: &mut Tx<'_>, before: Timestamp) -> Result<Vec<SilentClient>, StoreError> {
    const SEEN: &str = "CASE WHEN COALESCE(c.approved_at, c.registered_at) > COALESCE(p.seen_at, c.registered_at) \
                        THEN COALESCE(c.approved_at, c.registered_at) ELSE COALESCE(p.seen_at, c.registered_at) END";
    let sql = format!(
        "SELECT c.smsid, c.netbios_name, {SEEN} FROM client c LEFT JOIN client_presence p ON p.smsid = c.smsid \
         WHERE c.approval = 'approved' AND {SEEN} < $1 ORDER BY c.smsid"
    );
    let rows = tx.query(&sql, &[before.into()])?;
    rows.iter().map(|row| Ok(SilentClient { smsid: row.parsed(0)?, name: row.text(1)?.to_owned(), seen_at: row.timestamp(2)? })).collect()
}
