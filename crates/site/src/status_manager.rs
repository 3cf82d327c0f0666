//! Status manager: status messages of clients and of the site itself into rows.

use crate::intake::{Bounds, Intake, Loader, Message, Rejected};
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::inboxes;
use provost_domain::status::StatusMessage;
use provost_domain::{SmsId, Timestamp};
use provost_runtime::{Bells, Clock, Component, Failure, Pass};
use provost_store::status::{self, Arrived};
use provost_store::{Connection, StoreError, intake};
use provost_wire::client::status::{Status, StatusReport, parse};
use provost_wire::envelope::Envelope;
use std::time::Duration;

const BOUNDS: Bounds = Bounds { files: 256, messages: 1000, bytes: 8 << 20 };
/// How long status messages are kept, in days; Configuration Manager's default.
const KEPT_DAYS: i64 = 30;
/// How often old status messages are removed, in seconds.
const FORGET_SECONDS: i64 = 24 * 3600;

/// The component.
pub struct StatusManager {
    intake: Intake,
    connection: Connection,
    clock: Clock,
    bells: Bells,
    forgotten_at: Option<Timestamp>,
}

impl StatusManager {
    /// With its own connection.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection) -> Self {
        Self {
            intake: surroundings.intake(&inboxes::STATUS, BOUNDS),
            connection,
            clock: surroundings.clock.clone(),
            bells: surroundings.bells.clone(),
            forgotten_at: None,
        }
    }

    fn forget_old(&mut self) -> Result<(), Failure> {
        self.intake.forget_old(&mut self.connection)?;
        let now = self.clock.now();
        if self.forgotten_at.is_none_or(|at| now.seconds_since(at) >= FORGET_SECONDS) {
            let before = now.plus_seconds(-KEPT_DAYS * 24 * 3600);
            self.connection.write(|tx| status::forget(tx, before)).map_err(|e| Failure::new("removing old status messages", e))?;
            self.forgotten_at = Some(now);
        }
        Ok(())
    }
}

impl Component for StatusManager {
    fn name(&self) -> ComponentName {
        ComponentName::StatusManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let Self { intake, connection, clock, bells, forgotten_at: _ } = self;
        let pass = intake.pass(&mut Reports { connection, bells, now: clock.now() })?;
        if pass == Pass::Idle {
            self.forget_old()?;
        }
        Ok(pass)
    }
}

struct Reports<'c> {
    connection: &'c mut Connection,
    bells: &'c Bells,
    now: Timestamp,
}

impl Loader for Reports<'_> {
    type Content = StatusReport;

    fn parse(&mut self, _envelope: &Envelope, body: &[u8]) -> Result<StatusReport, String> {
        parse(body).map_err(|e| e.to_string())
    }

    fn load(&mut self, messages: &[Message<StatusReport>]) -> Result<Vec<Rejected>, StoreError> {
        let now = self.now;
        self.connection.write(|tx| {
            let ids: Vec<_> = messages.iter().map(|message| message.envelope.id).collect();
            let mut loaded = intake::loaded(tx, &ids)?;
            let senders: Vec<SmsId> = messages.iter().filter_map(|message| message.envelope.client).collect();
            let systems = status::systems(tx, &senders)?;
            let (mut fresh, mut arrived) = (Vec::new(), Vec::new());
            for Message { envelope, content } in messages {
                if !loaded.insert(envelope.id) {
                    continue;
                }
                fresh.push(envelope.id);
                let system = match envelope.client {
                    None => &envelope.management_point,
                    Some(client) => match systems.get(&client) {
                        Some(system) => system,
                        // A person forgot the client while its message was on the way.
                        None => continue,
                    },
                };
                for (ordinal, status) in (0..).zip(&content.messages) {
                    let Status { number, severity, component, at, insertions } = status.clone();
                    let status = StatusMessage { number, severity, component, system: system.clone(), client: envelope.client, at, insertions };
                    arrived.push(Arrived { message_id: envelope.id, ordinal, received_at: envelope.received_at, status });
                }
            }
            status::add(tx, &arrived)?;
            intake::record(tx, &inboxes::STATUS, &fresh, now)
        })?;
        self.bells.ring(ComponentName::AlertNotificationManager);
        Ok(Vec::new())
    }
}
