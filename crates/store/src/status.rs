//! Status messages: events of clients and of the site's own components.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::texts_to_column;
use provost_domain::status::StatusMessage;
use provost_domain::{MessageId, Timestamp};

/// One status message as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The message that carried it.
    pub message_id: MessageId,
    /// Its place in that message, from 0.
    pub ordinal: i64,
    /// When the site took it.
    pub received_at: Timestamp,
    /// What it says.
    pub status: StatusMessage,
}

/// Adds status messages.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn add(tx: &mut Tx<'_>, messages: &[Arrived]) -> Result<(), StoreError> {
    const STATUS: Insert = Insert {
        table: "status_message",
        columns: &[
            ("message_id", ColumnType::Blob),
            ("ordinal", ColumnType::Integer),
            ("number", ColumnType::Integer),
            ("severity", ColumnType::Text),
            ("component", ColumnType::Text),
            ("system", ColumnType::Text),
            ("smsid", ColumnType::Text),
            ("at", ColumnType::Integer),
            ("received_at", ColumnType::Integer),
            ("insertions", ColumnType::Text),
        ],
        conflict: "",
    };
    let texts: Vec<(Option<String>, String)> =
        messages.iter().map(|m| (m.status.client.map(|c| c.to_string()), texts_to_column(&m.status.insertions))).collect();
    let mut rows: Vec<Param<'_>> = Vec::with_capacity(messages.len() * STATUS.columns.len());
    for (Arrived { message_id, ordinal, received_at, status }, (smsid, insertions)) in messages.iter().zip(&texts) {
        let StatusMessage { number, severity, component, system, client: _, at, insertions: _ } = status;
        rows.extend([
            Param::from(message_id.as_bytes()),
            (*ordinal).into(),
            i64::from(*number).into(),
            severity.word().into(),
            component.into(),
            system.into(),
            smsid.as_ref().into(),
            (*at).into(),
            (*received_at).into(),
            insertions.into(),
        ]);
    }
    tx.insert_many(&STATUS, &rows).map(drop)
}

/// Removes status messages that were taken before `before`; gives their number.
pub fn forget(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM status_message WHERE received_at < $1", &[before.into()])
}

/// Names of the machines of `clients`, for the messages they sent.
pub fn systems(tx: &mut Tx<'_>, clients: &[provost_domain::SmsId]) -> Result<std::collections::HashMap<provost_domain::SmsId, String>, StoreError> {
    let texts: Vec<String> = clients.iter().map(provost_domain::SmsId::to_string).collect();
    let params: Vec<Param<'_>> = texts.iter().map(Param::from).collect();
    let mut found = std::collections::HashMap::with_capacity(clients.len());
    crate::lists::select_each(tx, "SELECT smsid, netbios_name FROM client WHERE smsid IN {}", &params, &mut |row| {
        found.insert(row.parsed(0)?, row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(found)
}

/// What a component is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentState {
    /// The component's id.
    pub component: String,
    /// `running`, `failing` or `stopped`.
    pub state: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Why it fails; empty when it does not.
    pub reason: String,
    /// How many passes it has done since the site started.
    pub passes: i64,
}

/// Writes what components are doing over what was known of them.
pub fn put_component_states(tx: &mut Tx<'_>, states: &[ComponentState]) -> Result<(), StoreError> {
    const STATES: Insert = Insert {
        table: "component_state",
        columns: &[
            ("component", ColumnType::Text),
            ("state", ColumnType::Text),
            ("since", ColumnType::Integer),
            ("reason", ColumnType::Text),
            ("passes", ColumnType::Integer),
        ],
        conflict: "ON CONFLICT (component) DO UPDATE SET state = excluded.state, since = excluded.since, reason = excluded.reason, passes = excluded.passes",
    };
    let rows: Vec<Param<'_>> = states
        .iter()
        .flat_map(|ComponentState { component, state, since, reason, passes }| {
            [component.into(), (*state).into(), (*since).into(), reason.into(), (*passes).into()]
        })
        .collect();
    tx.insert_many(&STATES, &rows).map(drop)
}
