//! What a client's topics say.

use crate::database::{StoreError, Tx};
use crate::lists::texts_from_column;
use provost_domain::{SmsId, Timestamp};

/// The newest state of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Topic type, such as 800 for client deployment.
    pub topic_type: i64,
    /// What the topic is about; empty when the type says it all.
    pub topic_id: String,
    /// State within the topic.
    pub state_id: i64,
    /// Serial number of the message that said so.
    pub serial: i64,
    /// When it became so, by the client's clock.
    pub at: Timestamp,
    /// When the site took it.
    pub received_at: Timestamp,
    /// Parameters for people.
    pub parameters: Vec<String>,
}

/// A client's states, by topic.
///
/// # Errors
/// As [`StoreError`] tells.
pub fn of_client(tx: &mut Tx<'_>, smsid: SmsId) -> Result<Vec<State>, StoreError> {
    let sql = "SELECT topic_type, topic_id, state_id, serial, at, received_at, parameters FROM state_message WHERE smsid = $1 ORDER BY topic_type, topic_id LIMIT 500";
    let rows = tx.query(sql, &[(&smsid.to_string()).into()])?;
    rows.iter()
        .map(|row| {
            Ok(State {
                topic_type: row.integer(0)?,
                topic_id: row.text(1)?.to_owned(),
                state_id: row.integer(2)?,
                serial: row.integer(3)?,
                at: row.timestamp(4)?,
                received_at: row.timestamp(5)?,
                parameters: texts_from_column(row.text(6)?)?,
            })
        })
        .collect()
}
