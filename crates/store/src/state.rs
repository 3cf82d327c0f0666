//! State messages: the newest state of each topic of each client, and each client's stream of serial numbers.

use crate::database::{ColumnType, Insert, Param, StoreError, Tx};
use crate::lists::{select_each, texts_to_column};
use provost_domain::state::StateMessage;
use provost_domain::{SmsId, Timestamp};
use std::collections::{HashMap, HashSet};

/// A client's stream of serial numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The last serial number seen; `None` before the first.
    pub last_serial: Option<i64>,
    /// How many numbers were missing since the last resync.
    pub missing: i64,
    /// Whether the client was asked for all its states.
    pub resync_wanted: bool,
}

/// The streams of `clients`; those that never sent a state message are left out.
///
/// # Errors
/// As [`StoreError`] tells; so do all functions here.
pub fn streams(tx: &mut Tx<'_>, clients: &[SmsId]) -> Result<HashMap<SmsId, Stream>, StoreError> {
    let texts: Vec<String> = clients.iter().map(SmsId::to_string).collect();
    let params: Vec<Param<'_>> = texts.iter().map(Param::from).collect();
    let mut found = HashMap::with_capacity(clients.len());
    select_each(tx, "SELECT smsid, last_serial, missing, resync_wanted FROM state_stream WHERE smsid IN {}", &params, &mut |row| {
        let stream = Stream { last_serial: Some(row.integer(1)?), missing: row.integer(2)?, resync_wanted: row.boolean(3)? };
        found.insert(row.parsed(0)?, stream);
        Ok(())
    })?;
    Ok(found)
}

/// Writes streams over what was known; each client at most once. No last serial number is written as 0: the first that
/// a client gives out is 1.
pub fn put_streams(tx: &mut Tx<'_>, streams: &[(SmsId, Stream)]) -> Result<(), StoreError> {
    const STREAMS: Insert = Insert {
        table: "state_stream",
        columns: &[("smsid", ColumnType::Text), ("last_serial", ColumnType::Integer), ("missing", ColumnType::Integer), ("resync_wanted", ColumnType::Integer)],
        conflict: "ON CONFLICT (smsid) DO UPDATE SET last_serial = excluded.last_serial, missing = excluded.missing, resync_wanted = excluded.resync_wanted",
    };
    let texts: Vec<String> = streams.iter().map(|(smsid, _)| smsid.to_string()).collect();
    let rows: Vec<Param<'_>> = texts
        .iter()
        .zip(streams)
        .flat_map(|(smsid, (_, Stream { last_serial, missing, resync_wanted }))| {
            [smsid.into(), last_serial.unwrap_or(0).into(), (*missing).into(), (*resync_wanted).into()]
        })
        .collect();
    tx.insert_many(&STREAMS, &rows).map(drop)
}

/// A state that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Client that sent it.
    pub smsid: SmsId,
    /// When the site took it.
    pub received_at: Timestamp,
    /// Whether it answers a resync: then it counts even when its serial number is not newer.
    pub resync: bool,
    /// What it says.
    pub state: StateMessage,
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("smsid", ColumnType::Text),
    ("topic_type", ColumnType::Integer),
    ("topic_id", ColumnType::Text),
    ("state_id", ColumnType::Integer),
    ("serial", ColumnType::Integer),
    ("at", ColumnType::Integer),
    ("parameters", ColumnType::Text),
    ("received_at", ColumnType::Integer),
];

/// Records states: the one with the greater serial number stays, and one of a resync always replaces. In order; of
/// several of one topic the last counts when it is newer.
pub fn put(tx: &mut Tx<'_>, states: &[Arrived]) -> Result<(), StoreError> {
    const NEWER: Insert = Insert {
        table: "state_message",
        columns: COLUMNS,
        conflict: "ON CONFLICT (smsid, topic_type, topic_id) DO UPDATE SET state_id = excluded.state_id, serial = excluded.serial, at = excluded.at, \
                   parameters = excluded.parameters, received_at = excluded.received_at WHERE excluded.serial > state_message.serial",
    };
    const ALWAYS: Insert = Insert {
        table: "state_message",
        columns: COLUMNS,
        conflict: "ON CONFLICT (smsid, topic_type, topic_id) DO UPDATE SET state_id = excluded.state_id, serial = excluded.serial, at = excluded.at, \
                   parameters = excluded.parameters, received_at = excluded.received_at",
    };
    // One statement must not touch a topic twice, so of each topic only what would be left is written. What comes with
    // or after a resync replaces whatever was there before it.
    let mut left: HashMap<(SmsId, i32, &str), (&Arrived, bool)> = HashMap::with_capacity(states.len());
    let mut resynced: HashSet<SmsId> = HashSet::new();
    for arrived in states {
        if arrived.resync {
            resynced.insert(arrived.smsid);
        }
        let replaces = resynced.contains(&arrived.smsid);
        let topic = (arrived.smsid, arrived.state.topic_type, arrived.state.topic_id.as_str());
        let counts = left
            .get(&topic)
            .is_none_or(|(before, before_replaces)| arrived.resync || replaces != *before_replaces || arrived.state.serial > before.state.serial);
        if counts {
            left.insert(topic, (arrived, replaces));
        }
    }
    let (always, newer): (Vec<_>, Vec<_>) = left.into_values().partition(|(_, replaces)| *replaces);
    for (insert, states) in [(&ALWAYS, always), (&NEWER, newer)] {
        let texts: Vec<(String, String)> = states.iter().map(|(s, _)| (s.smsid.to_string(), texts_to_column(&s.state.parameters))).collect();
        let mut rows: Vec<Param<'_>> = Vec::with_capacity(states.len() * COLUMNS.len());
        for ((Arrived { smsid: _, received_at, resync: _, state }, _), (smsid, parameters)) in states.into_iter().zip(&texts) {
            let StateMessage { serial, topic_type, topic_id, state_id, at, parameters: _ } = state;
            rows.extend([
                Param::from(smsid),
                i64::from(*topic_type).into(),
                topic_id.into(),
                i64::from(*state_id).into(),
                (*serial).into(),
                (*at).into(),
                parameters.into(),
                (*received_at).into(),
            ]);
        }
        if !rows.is_empty() {
            tx.insert_many(insert, &rows)?;
        }
    }
    Ok(())
}
