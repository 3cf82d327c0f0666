//! Notification manager: when each client was last seen.
//!
//! Of two times the later one counts, so loading a message twice changes nothing and its id need not be remembered.

use crate::intake::{Bounds, Intake, Loader, Message, Rejected};
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_domain::{SmsId, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_store::{Connection, StoreError, presence};
use provost_wire::envelope::{Envelope, Presence};
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
        intake.pass(&mut Presences { connection })
    }
}

struct Presences<'c> {
    connection: &'c mut Connection,
}

impl Loader for Presences<'_> {
    type Content = Presence;

    fn parse(&mut self, _envelope: &Envelope, body: &[u8]) -> Result<Presence, String> {
        serde_json::from_slice(body).map_err(|e| e.to_string())
    }

    fn load(&mut self, messages: &[Message<Presence>]) -> Result<Vec<Rejected>, StoreError> {
        let mut seen: BTreeMap<SmsId, Timestamp> = BTreeMap::new();
        for Message { envelope, content } in messages {
            for (smsid, at) in &content.seen {
                // A management point's clock that is ahead is believed only up to the moment of its message.
                let at = (*at).min(envelope.received_at);
                let latest = seen.entry(*smsid).or_insert(at);
                *latest = at.max(*latest);
            }
        }
        let seen: Vec<(SmsId, Timestamp)> = seen.into_iter().collect();
        if !seen.is_empty() {
            self.connection.write(|tx| presence::record(tx, &seen))?;
        }
        Ok(Vec::new())
    }
}
