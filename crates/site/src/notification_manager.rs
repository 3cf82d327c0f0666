//! Notification manager: when each client was last seen.
//!
//! Of two times the later one counts, so loading a message twice changes nothing and its id need not be remembered.

use crate::intake::{Bounds, Intake, Message, Rejected};
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_domain::{SmsId, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_store::{Connection, StoreError, presence};
use provost_wire::envelope::Presence;
use std::collections::BTreeMap;
use std::time::Duration;

const BOUNDS: Bounds = Bounds { files: 256, messages: 256, bytes: 8 << 20 };

/// The component.
pub struct NotificationManager {
    intake: Intake,
    connection: Connection,
}

impl NotificationManager {
    /// With its own connection.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection) -> Self {
        Self { intake: surroundings.intake(&inboxes::PRESENCE, BOUNDS), connection }
    }
}

impl Component for NotificationManager {
    fn name(&self) -> ComponentName {
        ComponentName::NotificationManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let Self { intake, connection } = self;
        intake.pass(&mut |messages| load(connection, messages))
    }
}

fn load(connection: &mut Connection, messages: &[Message]) -> Result<Vec<Rejected>, StoreError> {
    let mut rejected = Vec::new();
    let mut seen: BTreeMap<SmsId, Timestamp> = BTreeMap::new();
    for (index, message) in messages.iter().enumerate() {
        match serde_json::from_slice::<Presence>(&message.body) {
            Ok(presence) => {
                for (smsid, at) in presence.seen {
                    // A management point's clock that is ahead is believed only up to the moment of its message.
                    let at = at.min(message.envelope.received_at);
                    let latest = seen.entry(smsid).or_insert(at);
                    *latest = at.max(*latest);
                }
            }
            Err(error) => rejected.push(Rejected { index, reason: error.to_string() }),
        }
    }
    let seen: Vec<(SmsId, Timestamp)> = seen.into_iter().collect();
    if !seen.is_empty() {
        connection.write(|tx| presence::record(tx, &seen))?;
    }
    Ok(rejected)
}
